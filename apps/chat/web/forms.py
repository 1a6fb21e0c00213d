"""The composer, and whom to talk to directly."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.chat.selectors import Met
from apps.chat.text import MAX_BYTES


class MessageForm(forms.Form):
    """A message; the hidden id makes a second click the same message."""

    cid = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput)
    reply_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    thread = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("Message"),
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "class": "form-control",
                "rows": 2,
                "dir": "auto",
                "placeholder": _("Write in your language"),
            }
        ),
    )


class EditForm(forms.Form):
    """A message said anew."""

    body = forms.CharField(
        label=_("Message"),
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3, "dir": "auto"}),
    )


class DirectForm(forms.Form):
    """Those whom one meets in rooms, by member."""

    people = forms.MultipleChoiceField(
        label=_("Whom do you want to talk to?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(self, *args: Any, people: Iterable[Met], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(people)
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (str(one.user_id), f"{one.name} · {one.member}") for one in found
        ]


class CopyForm(forms.Form):
    """Which entries to take, and in what form."""

    first = forms.IntegerField(
        label=_("From entry"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    last = forms.IntegerField(
        label=_("To entry"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    format_name = forms.ChoiceField(
        label=_("As"),
        choices=[("room-page", _("A page to print")), ("room-json", _("A file for machines"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class RetentionForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        help_text=_("Empty keeps everything for good; otherwise at least 30 days."),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the texts must stay"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control", "dir": "auto"}),
    )
