"""The form that attaches a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.web.forms import LocalInstantField, LocalTimesForm

_TEXT = {"class": "form-control"}


class UploadForm(LocalTimesForm):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=4096,
        widget=forms.FileInput(attrs=_TEXT),
    )
    note = forms.CharField(
        label=_("What it shows"),
        required=False,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 2}),
    )
    source_url = forms.CharField(
        label=_("Web address it was taken from"),
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "url"}),
    )
    captured_at = LocalInstantField(label=_("Captured at, your time"), required=False)
