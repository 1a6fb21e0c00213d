"""Forms of circles: the rules are the services'."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.members.web.forms import Styled
from apps.sharing.services.circles import NAME_LENGTH


class FoundForm(Styled):
    name = forms.CharField(label=_("Name of the new circle"), max_length=NAME_LENGTH)


class CodeForm(Styled):
    code = forms.CharField(
        label=_("Code"),
        max_length=200,
        help_text=_("The keeper of a circle gave it to you. You see who sits there first."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
