"""Forms of circles: the rules are the services'."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.members.web.forms import Styled
from apps.sharing.services.circles import MOST_SPONSORS, NAME_LENGTH


class FoundForm(Styled):
    name = forms.CharField(label=_("Name of the new circle"), max_length=NAME_LENGTH)


class RulesForm(Styled):
    """How a circle takes newcomers."""

    sponsors_needed = forms.IntegerField(
        label=_("How many members must vouch"), min_value=0, max_value=MOST_SPONSORS, initial=0
    )
    lists_members = forms.BooleanField(label=_("Members see who else sits here"), required=False)


class CodeForm(Styled):
    code = forms.CharField(
        label=_("Code"),
        max_length=200,
        help_text=_("The keeper of a circle gave it to you. You see who sits there first."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
