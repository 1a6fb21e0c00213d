"""The composer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.chat.text import MAX_BYTES


class MessageForm(forms.Form):
    """A message; the hidden id makes a second click the same message."""

    cid = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput)
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
