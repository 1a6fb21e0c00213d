"""The forms that keep a desk."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.duty.models import TIME_OF_DAY, Desk
from apps.duty.services import DeskFacts

_TEXT = {"class": "form-control"}
_WEEKDAYS = [
    (0, _("Mon")),
    (1, _("Tue")),
    (2, _("Wed")),
    (3, _("Thu")),
    (4, _("Fri")),
    (5, _("Sat")),
    (6, _("Sun")),
]
_LISTS = {"languages", "jurisdictions"}
_SPANS = {"offer_lead", "ack_within", "overlap"}


class CodesField(forms.CharField):
    """Codes with commas or spaces between them."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return (super().to_python(value) or "").replace(",", " ").split()

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class MinutesField(forms.IntegerField):
    """A span of time in whole minutes."""

    def clean(self, value: Any) -> timedelta | None:
        minutes = super().clean(value)
        return None if minutes is None else timedelta(minutes=minutes)

    def prepare_value(self, value: Any) -> Any:
        return value // timedelta(minutes=1) if isinstance(value, timedelta) else value


def _words(label: Any, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=kwargs.pop("max_length", 80),
        widget=forms.TextInput(attrs={**_TEXT, **kwargs.pop("attrs", {})}),
        **kwargs,
    )


def _minutes(label: Any, most: int, least: int = 0) -> MinutesField:
    return MinutesField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={**_TEXT, "inputmode": "numeric"}),
    )


class DeskForm(forms.Form):
    """What is said about a desk; `version` is that of the desk when the form was opened."""

    name = _words(_("Name"), required=True)
    tz = _words(
        _("Time zone"),
        required=True,
        max_length=60,
        help_text=_("An IANA name, such as Asia/Shanghai."),
        attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )
    city = _words(_("City"))
    country = _words(
        _("Country"),
        max_length=2,
        help_text=_("Two letters; gives the holidays."),
        attrs={
            "list": "countries",
            "autocomplete": "off",
            "hx-get": reverse_lazy("duty:regions"),
            "hx-trigger": "change",
            "hx-target": "#regions",
        },
    )
    subdivision = _words(
        _("Region"),
        max_length=3,
        help_text=_("As in ISO 3166-2: SP in BR-SP."),
        attrs={"list": "regions", "autocomplete": "off"},
    )
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, widget=forms.NumberInput({**_TEXT, "step": "any"})
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, widget=forms.NumberInput({**_TEXT, "step": "any"})
    )
    languages = CodesField(
        label=_("Languages"),
        help_text=_("Codes with commas, such as en, zh-Hans."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    jurisdictions = CodesField(
        label=_("Jurisdictions"),
        required=False,
        help_text=_("Countries under whose law it may act, such as IT, BR."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    capacity = forms.IntegerField(
        label=_("Cases it can hold"),
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs=_TEXT),
    )
    offer_lead = _minutes(_("Offer ahead of the end, minutes"), 1440)
    ack_within = _minutes(_("Time to answer, minutes"), 1440, 1)
    overlap = _minutes(_("Time to undo an acceptance, minutes"), 240)
    order = forms.IntegerField(
        label=_("Order among desks"),
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs=_TEXT),
    )
    is_active = forms.BooleanField(label=_("Takes cases"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_subdivision(self) -> str:
        return str(self.cleaned_data["subdivision"]).upper()

    def facts(self) -> dict[str, Any]:
        """What the form says, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def desk_form(desk: Desk) -> DeskForm:
    return DeskForm(initial={name: getattr(desk, name) for name in DeskForm.base_fields})


def new_desk_form(zone: str) -> DeskForm:
    defaults = DeskFacts(name="", tz=zone, languages=["en"])
    names = set(DeskForm.base_fields) - {"version"}
    return DeskForm(initial={name: getattr(defaults, name) for name in names})


def _time_of_day(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=5,
        validators=[RegexValidator(TIME_OF_DAY, _("Write HH:MM, from 00:00 to 24:00."))],
        widget=forms.TextInput(
            attrs={**_TEXT, "inputmode": "numeric", "placeholder": "09:00", "size": 5}
        ),
    )


class WindowForm(forms.Form):
    """One weekly window; an end that is not after the start is on the next day."""

    days = forms.TypedMultipleChoiceField(
        label=_("Starts on"),
        choices=_WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    start = _time_of_day(_("From"))
    end = _time_of_day(_("To"))
    valid_from = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={**_TEXT, "type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={**_TEXT, "type": "date"}, format="%Y-%m-%d"),
    )


WindowFormSet = forms.formset_factory(WindowForm, extra=1, can_delete=True, max_num=50)


class HolidayForm(forms.Form):
    on = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={**_TEXT, "type": "date"}, format="%Y-%m-%d")
    )
    name = _words(_("Name"), max_length=120)


class StretchForm(LocalTimesForm):
    """Exact times on the desk's own clocks."""

    starts_at = LocalInstantField(label=_("From"))
    ends_at = LocalInstantField(label=_("To"))
    reason = _words(
        _("Reason"), max_length=500, help_text=_("Stays with your member: allies see the times.")
    )


class PersonForm(forms.Form):
    """A colleague who does not sit at the desk yet."""

    user_id = forms.TypedChoiceField(
        label=_("Colleague"), widget=forms.Select(attrs={"class": "form-select"})
    )
