"""The forms of what reaches a person: the rules are the services'."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from apps.members.web.forms import Styled
from apps.notifications.models import Group, MailChoice, Preference, QuietHours
from apps.notifications.services import Choice

WEEKDAYS = [
    (0, _("Mon")),
    (1, _("Tue")),
    (2, _("Wed")),
    (3, _("Thu")),
    (4, _("Fri")),
    (5, _("Sat")),
    (6, _("Sun")),
]


def _clock_time(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=5, widget=forms.TimeInput(attrs={"type": "time"}), **kwargs
    )


class ChoicesForm(Styled):
    """Mail and push for each group, and when the digest comes."""

    digest_at = _clock_time(_("The digest comes at, your time"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in Group:
            self.fields[f"mail_{group}"] = forms.ChoiceField(
                label=group.label,
                choices=MailChoice.choices,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"push_{group}"] = forms.BooleanField(label=group.label, required=False)

    @staticmethod
    def start(preferences: dict[Group, Preference], digest_at: str) -> dict[str, Any]:
        """The form's values as they are kept."""
        values: dict[str, Any] = {"digest_at": digest_at}
        for group, row in preferences.items():
            values |= {f"mail_{group}": row.mail, f"push_{group}": row.push}
        return values

    def rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each group's name and its two controls."""
        for group in Group:
            yield str(group.label), self[f"mail_{group}"], self[f"push_{group}"]

    def choices(self) -> dict[str, Choice]:
        """What was chosen, as the service takes it."""
        said = self.cleaned_data
        return {
            group: Choice(mail=said[f"mail_{group}"], push=said[f"push_{group}"]) for group in Group
        }


class QuietForm(Styled):
    """Hours of rest: on or off, from, until, on which days."""

    starts = _clock_time(_("From, your time"))
    ends = _clock_time(_("Until, your time"))
    days = forms.TypedMultipleChoiceField(
        label=_("Starting on"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day of the week.")},
    )

    @staticmethod
    def start(hours: QuietHours | None) -> dict[str, Any]:
        """The form's values as they are kept, or a night that many would choose."""
        if hours is None:
            return {"starts": "22:00", "ends": "07:00", "days": list(range(7))}
        return {"starts": hours.starts, "ends": hours.ends, "days": hours.days}
