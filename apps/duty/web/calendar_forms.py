"""The forms of calendars in and out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.duty.services import MOST_BYTES

_TEXT = {"class": "form-control"}


class AddressForm(forms.Form):
    """What a new secret address is called in one's own list."""

    name = forms.CharField(
        label=_("What for"),
        required=False,
        max_length=80,
        help_text=_("Such as: my phone. So that you know which one to withdraw."),
        widget=forms.TextInput(attrs=_TEXT),
    )


class CalendarForm(forms.Form):
    """A file or an address whose events become duty."""

    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=2_000,
        help_text=_("The https address of an iCalendar feed; it is read again each hour."),
        widget=forms.URLInput(
            attrs={**_TEXT, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("An .ics file of at most 2 MB."),
        widget=forms.ClearableFileInput(attrs={**_TEXT, "accept": ".ics,text/calendar"}),
    )
    name = forms.CharField(
        label=_("What it is called here"),
        required=False,
        max_length=80,
        help_text=_("Left empty, it keeps its own name."),
        widget=forms.TextInput(attrs=_TEXT),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("url")) == bool(said.get("file")):
            raise forms.ValidationError(_("Give an address or a file, one of the two."))
        return said

    def data_of_file(self) -> bytes:
        """The file, or as much of it as shows that it is too long."""
        data: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return data
