"""The forms of leads and imports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.web.forms import LocalInstantField, LocalTimesForm
from apps.leads import kinds
from apps.leads.drafts import VALUE_KINDS, Draft, split
from apps.leads.models import Credibility, Export, Reliability, Severity, Sighting, SourceKind
from apps.leads.reading import SUPPORTED_ENCODINGS
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
LANGUAGES = [
    ("", _("Not said")),
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


def _line(label: Any, **more: Any) -> forms.CharField:
    more.setdefault("required", False)
    more.setdefault("max_length", 300)
    return forms.CharField(label=label, widget=forms.TextInput(attrs=_TEXT), **more)


def _values(kind: str) -> forms.CharField:
    """The values of one kind, several in one field."""
    known: Any = kinds.REGISTRY[kind]
    widget = forms.Textarea(attrs={**_TEXT, "rows": 1, "dir": "auto"})
    return forms.CharField(
        label=known.many, required=False, max_length=20_000, widget=widget, help_text=known.help
    )


def _choose(choices: Any, label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices, label=label, widget=forms.Select(attrs=_SELECT), **more
    )


def _kind_of_source() -> forms.ChoiceField:
    choices = [("", _("Not said")), *SourceKind.choices]
    return _choose(choices, _("What kind of source"), required=False)


def _reliability() -> forms.ChoiceField:
    choices = [("", _("Not said")), *Reliability.choices]
    return _choose(choices, _("How reliable the source is"), required=False)


def _credibility() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[("", _("Not said")), *Credibility.choices],
        coerce=int,
        empty_value=None,
        label=_("How credible the report is"),
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )


_GROUPS = {
    "seen": ("version", "title", "description", "brand", "country", "seen_at"),
    "common": ("url", "seller_name", "phone", "email"),
    "rare": (
        "domain", "shop", "listing", "company", "wechat", "whatsapp", "telegram", "qq",
        "bank_account", "address", "shipment", "container", "declaration", "image_hash",
    ),
    "handling": ("severity", "language", "tlp", "pap"),
    "source": ("source", "source_kind", "source_reliability", "credibility"),
}  # fmt: skip


class LeadForm(LocalTimesForm):
    """A lead's facts; the identifying values are read as they are typed, several per field."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = _line(_("What is it?"), help_text=_("One line that a colleague understands."))
    url = _values("url")
    domain = _values("domain")
    email = _values("email")
    phone = _values("phone")
    company = _values("company")
    shop = _values("shop")
    listing = _values("listing")
    seller_name = _values("seller_name")
    wechat = _values("wechat")
    qq = _values("qq")
    telegram = _values("telegram")
    whatsapp = _values("whatsapp")
    bank_account = _values("bank_account")
    address = _values("address")
    shipment = _values("shipment")
    container = _values("container")
    declaration = _values("declaration")
    image_hash = _values("image_hash")
    description = forms.CharField(
        label=_("What was seen"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 5, "dir": "auto"}),
        help_text=_("Addresses, numbers and e-mails in the text are found as well."),
    )
    brand = _line(_("Brand"))
    country = _line(_("Country"), help_text=_("Two letters, such as CN."))
    language = _choose(LANGUAGES, _("Language"), required=False)
    severity = _choose(Severity.choices, _("Severity"), initial=Severity.STABLE)
    tlp = _choose(Tlp.choices, _("Traffic light"), initial=Tlp.AMBER)
    pap = _choose(
        Pap.choices,
        _("What readers may do"),
        required=False,
        initial=Pap.GREEN,
        help_text=_("Red: nothing. Amber: passive look-ups. Green: test purchases and takedowns."),
    )
    seen_at = LocalInstantField(label=_("Seen at, your time"), required=False)
    source = _line(_("Where it comes from"))
    source_kind = _kind_of_source()
    source_reliability = _reliability()
    credibility = _credibility()

    def groups(self) -> dict[str, list[forms.BoundField]]:
        """The fields as the page shows them; what stands in no group comes last."""
        found = {name: [self[field] for field in fields] for name, fields in _GROUPS.items()}
        named = {field for fields in _GROUPS.values() for field in fields}
        found["more"] = [field for field in self if field.name not in named]
        return found

    def has_rare(self) -> bool:
        """Whether one of the rarer kinds has a value, or a refusal: then they stand open."""
        return any(self[name].value() or self[name].errors for name in _GROUPS["rare"])

    def facts(self) -> dict[str, Any]:
        """What was typed, as the fields of a draft."""
        data = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        if not data["pap"]:
            del data["pap"]
        values = {kind: split(kind, data.pop(kind)) for kind in VALUE_KINDS}
        return {**data, "values": {kind: found for kind, found in values.items() if found}}

    def draft(self) -> Draft:
        return Draft(**self.facts())


class OwnSelectorForm(forms.Form):
    """A value that is the member's own."""

    kind = _choose(kinds.CHOICES, _("Kind"))
    value = _line(_("Value"), required=True, max_length=4_000)
    note = _line(_("Why it is yours"), max_length=2_000)


class SightingForm(forms.Form):
    """What was seen of a selector."""

    kind = _choose(Sighting.Kind.choices, _("What you saw"))
    note = _line(_("Note"), max_length=2_000)


TAB_NAMES = [
    ("decide", _("To decide")),
    ("taken", _("Taken by me")),
    ("mine", _("Brought by me")),
    ("allies", _("From allies")),
    ("snoozed", _("Asleep")),
    ("dismissed", _("Put away")),
    ("all", _("All")),
]


class SearchForm(forms.Form):
    """A search to look at again."""

    name = _line(_("Name"), required=True, max_length=100)
    text = _line(
        _("Words and filters"),
        max_length=500,
        help_text=_("Such as kind:phone country:CN after:7d serum"),
    )
    tab = _choose(TAB_NAMES, _("In which list"), initial="all")
    tells = forms.BooleanField(label=_("Tell me when something new comes in"), required=False)
    is_shared = forms.BooleanField(label=_("Colleagues see it as well"), required=False)


class ExportForm(forms.Form):
    """What goes into a file: one lead, or what a list shows."""

    format = _choose(Export.Format.choices, _("Format"), initial=Export.Format.CSV)
    tab = _choose(
        [
            ("all", _("All leads")),
            ("decide", _("To decide")),
            ("allies", _("From allies")),
            ("mine", _("Mine")),
        ],
        _("Which leads"),
        required=False,
        help_text=_("The newest 10,000 at most."),
    )
    severity = _choose(
        [("", _("Every severity")), *Severity.choices], _("Severity"), required=False
    )
    lead = forms.UUIDField(required=False, widget=forms.HiddenInput)


class DiscloseForm(forms.Form):
    """Why somebody reads what is sealed."""

    reason = _line(_("Why you need it"), max_length=1_000)


class DismissForm(forms.Form):
    reason = _line(_("Why it is dismissed"), max_length=2_000)


class UploadForm(forms.Form):
    """A file with what holds for all its rows."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX, JSON, STIX 2.1, MISP, or a text file with one value per line;"
            " up to 100 MB and 200,000 rows. Of a workbook one sheet is read: the first whose"
            " columns have known names."
        ),
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson"}
        ),
    )
    source = _line(
        _("Where it comes from"),
        max_length=200,
        help_text=_("The same row from the same source is never added twice."),
    )
    source_kind = _kind_of_source()
    source_reliability = _reliability()
    credibility = _credibility()
    tlp = _choose(Tlp.choices, _("Traffic light"), initial=Tlp.AMBER)
    country = _line(_("Country"), max_length=2, help_text=_("Two letters, such as CN."))
    language = _choose(LANGUAGES, _("Language"), required=False)
    encoding = _choose(
        [("", _("Found out by itself")), *((name, name.upper()) for name in SUPPORTED_ENCODINGS)],
        _("Encoding"),
        required=False,
    )
