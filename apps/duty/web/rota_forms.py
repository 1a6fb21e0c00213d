"""The forms of rotas, leave and swaps."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.duty.models import CLOCK_TIME
from apps.duty.selectors import Said
from apps.duty.services import RotaFacts
from apps.members.models import User

_TEXT = {"class": "form-control"}
_DATE = {**_TEXT, "type": "date"}
_PLACE = "place_"
_TERMS = ("length", "unit", "start_on", "start_time", "valid_from", "valid_until")
_UNITS = [
    ("hourly", _("hours")),
    ("daily", _("days")),
    ("weekly", _("weeks")),
    ("monthly", _("months")),
]


def _number(label: Any, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={**_TEXT, "inputmode": "numeric"}),
        **kwargs,
    )


def _date(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"), **kwargs
    )


class RotaForm(LocalTimesForm):
    """A rota; each person who sits at the desk has a field for the place in the order.

    A rota that is kept also says from when the change holds.
    """

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=_TEXT))
    length = _number(_("A turn lasts"), 1, 744)
    unit = forms.ChoiceField(
        label=_("Counted in"), choices=_UNITS, widget=forms.Select(attrs={"class": "form-select"})
    )
    start_on = _date(_("The first turn starts on"))
    start_time = forms.CharField(
        label=_("At"),
        max_length=5,
        validators=[RegexValidator(CLOCK_TIME, _("Write HH:MM, from 00:00 to 23:59."))],
        widget=forms.TextInput(
            attrs={**_TEXT, "inputmode": "numeric", "placeholder": "09:00", "size": 5}
        ),
    )
    valid_from = _date(_("First day"), required=False)
    valid_until = _date(_("Last day"), required=False)
    order = _number(_("Order among rotas"), 0, 1000)
    from_at = LocalInstantField(
        label=_("The change holds from"),
        required=False,
        help_text=_("Empty: from now on. Who was on duty before stays as it was."),
    )
    rota = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, people: Iterable[User], zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_zone(zone)
        self.people = list(people)
        for person in self.people:
            self.fields[f"{_PLACE}{person.pk}"] = _number(person.name, 1, 50, required=False)

    @property
    def places(self) -> list[forms.BoundField]:
        """The fields of the people."""
        return [self[f"{_PLACE}{person.pk}"] for person in self.people]

    @property
    def order_errors(self) -> list[str]:
        """What is wrong with the order of the people."""
        return [str(error) for error in self.errors.get("people", [])]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        numbers = [number for _user, number in self._numbered(said)]
        if len(set(numbers)) != len(numbers):
            self.add_error(None, _("Two people have the same place in the order."))
        return said

    def facts(self) -> RotaFacts:
        """What the form says."""
        said = self.cleaned_data
        ordered = sorted(self._numbered(said), key=lambda pair: pair[1])
        return RotaFacts(
            people=[user_id for user_id, _number in ordered],
            name=said["name"],
            order=said["order"],
            **{name: said[name] for name in _TERMS},
        )

    def _numbered(self, said: dict[str, Any]) -> list[tuple[UUID, int]]:
        pairs = [(person.pk, said.get(f"{_PLACE}{person.pk}")) for person in self.people]
        return [(user_id, number) for user_id, number in pairs if number]


def rota_form(people: Iterable[User], said: Said, zone: str) -> RotaForm:
    """The form of a rota that is kept, with what is in force."""
    rota, terms = said.rota, said.terms
    initial = {name: getattr(terms, name) for name in _TERMS}
    initial |= {"name": rota.name, "order": rota.order, "version": rota.version, "rota": rota.pk}
    initial |= {f"{_PLACE}{user_id}": n for n, user_id in enumerate(terms.people, 1)}
    return RotaForm(people, zone, initial=initial, auto_id=f"rota_{rota.pk}_%s")


def new_rota_form(people: Iterable[User], zone: str, initial: dict[str, Any]) -> RotaForm:
    """An empty form; everybody has a place, by name."""
    asked = list(people)
    places = {f"{_PLACE}{person.pk}": n for n, person in enumerate(asked, 1)}
    return RotaForm(asked, zone, initial={**initial, **places}, auto_id="rota_new_%s")


class LeaveForm(LocalTimesForm):
    """When somebody is away; a manager says who."""

    user_id = forms.ChoiceField(
        label=_("Who"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    starts_at = LocalInstantField(label=_("From"))
    ends_at = LocalInstantField(label=_("To"))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=_("Only your own member reads it."),
    )


class SwapForm(LocalTimesForm):
    """A shift, or a part of one, that others are asked to take."""

    rota_id = forms.UUIDField(widget=forms.HiddenInput)
    asker_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    starts_at = LocalInstantField(label=_("From"))
    ends_at = LocalInstantField(label=_("To"))
    asked_of = forms.UUIDField(label=_("Ask"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.TextInput(attrs=_TEXT)
    )
