"""The forms of sharing: an audience with its terms, a request, a proposal."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.leads import kinds
from apps.leads.models import Lead
from apps.leads.services import Share
from apps.leads.services.proposing import PROPOSABLE
from apps.leads.services.share_runs import Chosen
from apps.members.models import Member
from apps.sharing import selectors
from apps.sharing import services as sharing
from apps.sharing.models import LEAD_CAPABILITIES, Capability, Tlp

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
LEVELS = [
    (Level.TEASER, _("L1: that it exists, its kind, country and month")),
    (Level.SELECTORS, _("L2: what identifies the seller, contacts masked")),
    (Level.CASE, _("L3: the case with its story and contacts")),
    (Level.FULL, _("L4: everything that may leave your member")),
]

# A lead has no custody: to act on one is to add to its evidence.
_WORDS = {Capability.ACT: _("Attach evidence")}


def audience_choices(actor: Actor) -> list[tuple[str, Any]]:
    """The circles and the allies that a member may share with, by name."""
    circles = selectors.circles(actor).order_by("name", "id")
    allies = Member.objects.filter(pk__in=selectors.fellow_ids(actor)).order_by("name")
    found: list[tuple[str, Any]] = []
    if circles:
        found.append((str(_("Circles")), [(f"circle:{c.pk}", c.name) for c in circles]))
    if allies:
        found.append((str(_("Allies")), [(f"member:{a.pk}", a.name) for a in allies]))
    return found


class TermsForm(LocalTimesForm):
    """How much, what for, and for how long."""

    level = forms.TypedChoiceField(
        choices=LEVELS,
        coerce=int,
        label=_("How much"),
        initial=Level.SELECTORS,
        widget=forms.RadioSelect(attrs={"class": "al-column-list"}),
    )
    purpose = forms.CharField(
        label=_("What for"), max_length=500, widget=forms.TextInput(attrs=_TEXT)
    )
    capabilities = forms.MultipleChoiceField(
        choices=[(one.value, _WORDS.get(one, one.label)) for one in LEAD_CAPABILITIES],
        required=False,
        label=_("May also"),
        widget=forms.CheckboxSelectMultiple,
    )
    not_before = LocalInstantField(label=_("From, your time"), required=False)
    expires_at = LocalInstantField(
        label=_("Until, your time"),
        required=False,
        help_text=_("Empty: 180 days."),
    )

    def terms(self) -> sharing.Terms:
        data = self.cleaned_data
        return sharing.Terms(
            level=data["level"],
            purpose=data["purpose"],
            capabilities=tuple(data["capabilities"]),
            not_before=data["not_before"],
            expires_at=data["expires_at"],
        )


class ShareForm(TermsForm):
    """An audience and what it gets."""

    audience = forms.MultipleChoiceField(
        label=_("With whom"), required=False, widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label=_("Or one person, by e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs=_TEXT),
        help_text=_("Somebody who works for one of your allies: nobody else there reads it."),
    )
    field_order = ["audience", "email", "level", "purpose", "capabilities"]

    def offer(self, actor: Actor) -> None:
        """The audience that the actor may choose from."""
        self.fields["audience"].choices = audience_choices(actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.has_any():
            self.ask_for_audience()
        return data

    def has_any(self) -> bool:
        """Whether anybody is named."""
        return bool(self.cleaned_data.get("audience") or self.cleaned_data.get("email"))

    def ask_for_audience(self) -> None:
        self.add_error("audience", _("Choose at least one circle or ally."))

    def shares(self) -> list[Share]:
        terms = self.terms()
        chosen = [one.partition(":") for one in self.cleaned_data["audience"]]
        found = [
            Share(to=sharing.Grantee(kind=kind, id=UUID(ident)), terms=terms)
            for kind, _colon, ident in chosen
        ]
        if self.cleaned_data["email"]:
            found.append(Share(to=sharing.named(self.cleaned_data["email"]), terms=terms))
        return found


class AudienceForm(ShareForm):
    """Who reads a new lead from its first instant; left empty, nobody outside does."""

    # The lead's own form has an e-mail address, too.
    prefix = "share"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].required = False
        self.fields["level"].required = False

    def clean(self) -> dict[str, Any]:
        # What an empty choice means is said on the page: no audience is no mistake.
        return forms.Form.clean(self) or {}

    def clean_level(self) -> int:
        return self.cleaned_data["level"] or Level.SELECTORS


class BulkShareForm(ShareForm):
    """Which leads, and with whom."""

    tlp = forms.ChoiceField(
        choices=[("", _("Any")), *Tlp.choices],
        label=_("Traffic light"),
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )
    status = forms.ChoiceField(
        choices=[("", _("Any, but not what was put away")), *Lead.Status.choices],
        label=_("Status"),
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )
    brand = forms.CharField(
        label=_("Brand"), required=False, max_length=300, widget=forms.TextInput(attrs=_TEXT)
    )
    kind = forms.ChoiceField(
        choices=[("", _("Any")), *kinds.CHOICES],
        label=_("Has a value of this kind"),
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )
    field_order = ["tlp", "status", "brand", "kind", *ShareForm.field_order]

    def chosen(self) -> Chosen:
        data = self.cleaned_data
        return Chosen(
            tlp=data["tlp"], status=data["status"], brand=data["brand"], kind=data["kind"]
        )


class ProposeForm(forms.Form):
    """Other facts for an ally's lead."""

    title = forms.CharField(
        label=_("Title"), required=False, max_length=300, widget=forms.TextInput(attrs=_TEXT)
    )
    description = forms.CharField(
        label=_("What was seen"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 4, "dir": "auto"}),
    )
    brand = forms.CharField(
        label=_("Brand"), required=False, max_length=300, widget=forms.TextInput(attrs=_TEXT)
    )
    country = forms.CharField(
        label=_("Country"), required=False, max_length=300, widget=forms.TextInput(attrs=_TEXT)
    )
    note = forms.CharField(
        label=_("Why"), required=False, max_length=2_000, widget=forms.TextInput(attrs=_TEXT)
    )

    def changes(self) -> dict[str, str]:
        """What was typed over: a field left as it was is no proposal."""
        changed = set(self.changed_data) & set(PROPOSABLE)
        return {name: self.cleaned_data[name] for name in PROPOSABLE if name in changed}


class AskForm(forms.Form):
    """Why one asks, and what is offered in return."""

    purpose = forms.CharField(
        label=_("What for"), max_length=500, widget=forms.TextInput(attrs=_TEXT)
    )
    brand = forms.CharField(
        label=_("Brand"), required=False, max_length=300, widget=forms.TextInput(attrs=_TEXT)
    )
    offered_level = forms.TypedChoiceField(
        choices=LEVELS,
        coerce=int,
        label=_("What you offer of your own lead in return"),
        initial=Level.SELECTORS,
        widget=forms.Select(attrs=_SELECT),
    )


class ReshareForm(forms.Form):
    """With whom the owner should share it, too."""

    target = forms.ChoiceField(label=_("Ally"), widget=forms.Select(attrs=_SELECT))
    level = forms.TypedChoiceField(
        choices=LEVELS, coerce=int, label=_("How much"), widget=forms.Select(attrs=_SELECT)
    )
    purpose = forms.CharField(
        label=_("What for"), max_length=500, widget=forms.TextInput(attrs=_TEXT)
    )
