"""The forms of a case."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.models import Level
from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.investigations.deconflicting.models import Mode
from apps.investigations.models import Investigation, Task
from apps.investigations.services import NewTask, Share, Wish
from apps.leads.models import Severity
from apps.sharing.caps import Pap
from apps.sharing.models import CASE_CAPABILITIES, Tlp

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
LANGUAGES = [
    ("en", "English"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
    ("it", "Italiano"),
    ("pt", "Português"),
    ("es", "Español"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("ar", "العربية"),
    ("ja", "日本語"),
    ("ko", "한국어"),
]
LEVELS = [
    (Level.TEASER, _("L1: that it exists, its severity and who holds it")),
    (Level.SELECTORS, _("L2: that, and the selectors of its leads")),
    (Level.CASE, _("L3: the case with its tasks, files and room")),
    (Level.FULL, _("L4: everything")),
]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={**_TEXT, "rows": rows})


def _choose(choices: Any, label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices, label=label, widget=forms.Select(attrs=_SELECT), **more
    )


class FactsForm(LocalTimesForm):
    """The facts; `version` is that of the case when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), widget=forms.TextInput(attrs=_TEXT))
    summary = forms.CharField(label=_("Summary"), required=False, widget=_area(6))
    contingency = forms.CharField(
        label=_("What to do if"),
        required=False,
        widget=_area(3),
        help_text=_("If this happens, then do that: read at every handover."),
    )
    severity = _choose(Severity.choices, _("Severity"))
    severity_reason = forms.CharField(
        label=_("Why this severity"), required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    tlp = _choose(Tlp.choices, _("Traffic light"))
    pap = _choose(Pap.choices, _("What readers may do"), required=False, initial=Pap.GREEN)
    language = _choose(LANGUAGES, _("Language of the case"))
    jurisdiction = forms.CharField(
        label=_("Country whose law binds it"),
        required=False,
        max_length=2,
        widget=forms.TextInput(attrs={**_TEXT, "size": 2}),
        help_text=_("Two letters, such as CN; empty when no law binds the case to a country."),
    )

    def changes(self) -> dict[str, Any]:
        """What was typed, without the version."""
        told = {k: v for k, v in self.cleaned_data.items() if k not in {"version", "desk"}}
        if not told["pap"]:
            del told["pap"]
        return told


class OpenForm(FactsForm):
    """A new case: the facts and the desk that is accountable from the first instant."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    desk = _choose([], _("Accountable desk"))


class PinForm(LocalTimesForm):
    """The one desk that may hold the case."""

    desk = _choose([], _("Desk"))
    reason = forms.CharField(label=_("Reason"), widget=forms.TextInput(attrs=_TEXT))
    until = LocalInstantField(
        label=_("Until, your time"),
        required=False,
        help_text=_("Empty: until somebody lets it travel again."),
    )

    def pin(self) -> dict[str, Any]:
        """What the service wants."""
        data = self.cleaned_data
        return {
            "desk_id": UUID(data["desk"]),
            "reason": data["reason"],
            "until": data["until"],
        }


class LockForm(forms.Form):
    """Where the law keeps custody of the evidence."""

    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        widget=forms.TextInput(attrs={**_TEXT, "size": 2}),
        help_text=_("Two letters, such as CN."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.TextInput(attrs=_TEXT))


class StatusForm(forms.Form):
    status = _choose(
        [(s.value, s.label) for s in Investigation.Status if s != Investigation.Status.CLOSED],
        _("Status"),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.TextInput(attrs=_TEXT))


class CloseForm(forms.Form):
    outcome = _choose(Investigation.Outcome.choices, _("Outcome"))
    reason = forms.CharField(label=_("What was reached"), required=False, widget=_area(3))


class ReopenForm(forms.Form):
    desk = _choose([], _("Accountable desk"))
    reason = forms.CharField(label=_("Reason"), widget=forms.TextInput(attrs=_TEXT))


class HoldForm(LocalTimesForm):
    """The target of a lead that others shall leave alone."""

    lead = forms.UUIDField(widget=forms.HiddenInput)
    mode = _choose(Mode.choices, _("What happens to others"), initial=Mode.WARN)
    hold_until = LocalInstantField(label=_("Until, your time"), help_text=_("At most 30 days."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1_000,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=_("For your member alone."),
    )

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(mode=data["mode"], hold_until=data["hold_until"], reason=data["reason"])


class TaskForm(LocalTimesForm):
    title = forms.CharField(label=_("What is to be done"), widget=forms.TextInput(attrs=_TEXT))
    kind = _choose(Task.Kind.choices, _("Kind of task"), required=False, initial=Task.Kind.GENERAL)
    due_at = LocalInstantField(label=_("Until, your time"), required=False)
    assignee = _choose([], _("Who"), required=False)

    def task(self) -> NewTask:
        data = self.cleaned_data
        assignee = UUID(data["assignee"]) if data["assignee"] else None
        kind = data["kind"] or Task.Kind.GENERAL
        return NewTask(title=data["title"], kind=kind, due_at=data["due_at"], assignee_id=assignee)


class ShareForm(LocalTimesForm):
    grantee = _choose([], _("Ally"))
    level = forms.TypedChoiceField(
        choices=LEVELS,
        coerce=int,
        label=_("How much"),
        initial=Level.CASE,
        widget=forms.Select(
            attrs={
                **_SELECT,
                "hx-get": "preview/",
                "hx-target": "#share-preview",
                "hx-swap": "outerHTML",
            }
        ),
    )
    purpose = forms.CharField(label=_("What for"), widget=forms.TextInput(attrs=_TEXT))
    capabilities = forms.MultipleChoiceField(
        choices=[(one.value, one.label) for one in CASE_CAPABILITIES],
        required=False,
        label=_("May also"),
        widget=forms.CheckboxSelectMultiple,
    )
    expires_at = LocalInstantField(label=_("Until, your time"), required=False)

    def share(self) -> Share:
        data = self.cleaned_data
        return Share(
            grantee_id=UUID(data["grantee"]),
            level=data["level"],
            purpose=data["purpose"],
            capabilities=tuple(data["capabilities"]),
            expires_at=data["expires_at"],
        )
