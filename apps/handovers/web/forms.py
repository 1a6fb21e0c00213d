"""The form of how a member's cases travel."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.duty.web.forms import MinutesField
from apps.handovers.models import Policy
from apps.handovers.services.policy import BOUNDS, FIELDS, MINUTE
from apps.investigations.web.forms import LEVELS
from apps.members.models import Membership

_HINTS = {
    "offer_lead": _("Empty: as each desk says. How early the next desk is asked."),
    "ack_within": _("Empty: as each desk says. After it the next desk is asked."),
    "overlap": _(
        "Empty: as each desk says. For this long the sender stays, and the receiver can give the"
        " case back."
    ),
    "auto_accept_after": _(
        "Empty: never. Else an offer to a desk of yours that nobody answers counts as accepted"
        " after this time, if the desk is on duty and the briefing is whole. Nobody reads it"
        " back, and the record says so."
    ),
}


def _minutes(name: str, label: Any) -> MinutesField:
    least, most = (bound // MINUTE for bound in BOUNDS[name])
    return MinutesField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        help_text=_HINTS[name],
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )


class PolicyForm(forms.Form):
    """Every choice with what it means."""

    to_allies = forms.BooleanField(
        label=_("Offer cases to the desks of allies, too"),
        required=False,
        help_text=_("Without it a case waits at your own desks when none of them is on duty."),
    )
    ally_level = forms.TypedChoiceField(
        choices=LEVELS,
        coerce=int,
        label=_("What an ally reads of a case that it holds"),
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("Before it accepts it reads the briefing at this level, and nothing else."),
    )
    allow_translation = forms.BooleanField(
        label=_("Ask desks that share no language with the case"),
        required=False,
        help_text=_("They work from a translation; otherwise they are not asked."),
    )
    offer_lead = _minutes("offer_lead", _("Offer ahead of the end of duty, minutes"))
    ack_within = _minutes("ack_within", _("Time to answer, minutes"))
    overlap = _minutes("overlap", _("Overlap after an acceptance, minutes"))
    auto_accept_after = _minutes("auto_accept_after", _("Silence is a yes after, minutes"))
    duty_managers = forms.MultipleChoiceField(
        label=_("Duty managers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "They are told at once when a case is held. Nobody chosen: every manager and admin."
        ),
    )

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(place.user_id), place.user.name) for place in people]
        self.fields["duty_managers"].choices = choices  # type: ignore[attr-defined]

    def clean_duty_managers(self) -> list[UUID]:
        return [UUID(ident) for ident in self.cleaned_data["duty_managers"]]


def start_of(policy: Policy) -> dict[str, Any]:
    """What the form says before anything is typed."""
    shown = {name: getattr(policy, name) for name in FIELDS}
    return {**shown, "duty_managers": [str(ident) for ident in policy.duty_managers]}
