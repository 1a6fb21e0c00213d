"""Forms of people and members: the rules are the services'."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from apps.members.models import ApiKey, Member, Role
from apps.members.selectors import zone_names


def styled(field: forms.Field) -> None:
    """The look of one control."""
    choice = isinstance(field.widget, forms.Select)
    if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect):
        field.widget.attrs.setdefault("class", "form-select" if choice else "form-control")


class Styled(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            styled(field)


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True}
        )
        for field in self.fields.values():
            styled(field)


def zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in zone_names()]


class ProfileForm(Styled):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)


class InviteForm(Styled):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class JoinForm(Styled):
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    time_zone = forms.ChoiceField(label=_("Your time zone"), choices=zones, required=False)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters."),
    )


class KeyForm(Styled):
    name = forms.CharField(label=_("What it is for"), max_length=120)
    scope = forms.ChoiceField(label=_("It may"), choices=ApiKey.Scope.choices)


class BrandForm(Styled):
    name = forms.CharField(label=_("Brand"), max_length=120)


class MemberForm(Styled):
    name = forms.CharField(label=_("Name of the organisation"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=5, help_text=_("Two to five letters: AUR in AUR-214.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Member.Kind.choices)
    country = forms.CharField(label=_("Country code"), max_length=2, required=False)
    admin_email = forms.EmailField(label=_("E-mail of the first admin"))
