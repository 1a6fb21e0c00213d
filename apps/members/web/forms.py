"""Forms of people and members: the rules are the services'."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.web import wording
from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.members import selectors
from apps.members.models import ApiKey, Member, Role

_UNSTYLED = (forms.CheckboxInput, forms.RadioSelect)
REGIONS = {
    "Africa": _("Africa"),
    "America": _("The Americas"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


class StyledMixin(forms.BaseForm):
    """Gives each control its class and ties its hint and error to it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs.setdefault("class", "form-select")
            elif not isinstance(field.widget, _UNSTYLED):
                field.widget.attrs.setdefault("class", "form-control")


class Styled(StyledMixin, forms.Form):
    """A plain form with the house's look."""


class SignInForm(StyledMixin, AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("This e-mail address and password do not belong together."),
    }

    username = forms.EmailField(
        label=pgettext_lazy("an address", "E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class ChangePasswordForm(StyledMixin, PasswordChangeForm):
    """The old password, and the new one twice."""


class ChoosePasswordForm(StyledMixin, SetPasswordForm):  # type: ignore[type-arg]
    """The new password twice."""


class ResetForm(Styled):
    email = forms.EmailField(
        label=pgettext_lazy("an address", "E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


def zone_choices() -> list[tuple[Any, Any]]:
    """The zones by region, each by its city in the reader's language."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in selectors.zone_names():
        region, slash, _rest = name.partition("/")
        groups.setdefault(region if slash else "UTC", []).append((name, wording.place(name)))
    return [
        (REGIONS.get(region, region), sorted(rows, key=lambda row: row[1]))
        for region, rows in groups.items()
    ]


class ZoneField(forms.ChoiceField):
    """A time zone: chosen from the list, or kept as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Time zone"), choices=zone_choices, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Any IANA name: the service asks the zone table itself."""
        return True


class ProfileForm(Styled):
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = ZoneField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = (kwargs.get("initial") or {}).get("time_zone")
        if mine and mine not in selectors.zone_names():
            field = self.fields["time_zone"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [(mine, mine), *zone_choices()]


class JoinForm(ProfileForm):
    """What somebody without an account says when she accepts."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class InviteForm(Styled):
    email = forms.EmailField(label=pgettext_lazy("an address", "E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)


class KeyForm(StyledMixin, LocalTimesForm):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    scope = forms.ChoiceField(label=_("It may"), choices=ApiKey.Scope.choices)
    expires_at = LocalInstantField(label=_("Expires, your time"), required=False)


class BrandForm(Styled):
    name = forms.CharField(label=_("Brand"), max_length=120)


class MemberForm(Styled):
    name = forms.CharField(label=_("Name of the organisation"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=5, help_text=_("Three to five letters: AUR in AUR-214.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Member.Kind.choices)
    country = forms.CharField(
        label=_("Country code"),
        max_length=2,
        required=False,
        help_text=_("Two letters, such as CN."),
    )
    admin_email = forms.EmailField(label=_("E-mail of the first admin"))
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)
