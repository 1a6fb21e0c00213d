"""Leads and imports as the partner API shows and takes them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from apps.core import clock
from apps.leads.api.share_forms import LeadShareSerializer, share_of
from apps.leads.drafts import VALUE_KINDS, Draft
from apps.leads.importing.messages import sentence
from apps.leads.models import (
    Credibility,
    Discoverability,
    ImportBatch,
    ImportRow,
    Lead,
    Reliability,
    Severity,
    SourceKind,
)
from apps.leads.reading import FIELDS, SUPPORTED_ENCODINGS
from apps.leads.selectors import SORTS, TABS
from apps.leads.services import Share
from apps.leads.triaging.query import LONGEST, parse
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp


class LeadSelectorSerializer(serializers.Serializer[Any]):
    """An identifying value: as it was written (`raw`) and as it is compared (`norm`).

    `is_read` is false for one that is kept as written and never matched; `is_weak` is true for one
    that only adds to what another says.
    """

    kind = serializers.CharField()
    namespace = serializers.CharField()
    raw = serializers.CharField()
    norm = serializers.CharField()
    is_read = serializers.BooleanField()
    is_weak = serializers.BooleanField()
    market = serializers.CharField(help_text="The country of the site it was read from.")
    is_masked = serializers.BooleanField()


class LeadSelectorRowSerializer(LeadSelectorSerializer):
    """With the id that a sighting names; it is another one after a change of the lead."""

    id = serializers.UUIDField()


class LeadSerializer(serializers.Serializer[Any]):
    """A lead at the reader's level of access; what the level withholds is empty."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    level = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    locator = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_kind = serializers.CharField()
    their_reference = serializers.CharField()
    source_reliability = serializers.CharField()
    credibility = serializers.IntegerField(allow_null=True)
    severity = serializers.CharField()
    brand = serializers.CharField()
    country = serializers.CharField()
    language = serializers.CharField()
    tlp = serializers.CharField()
    discoverability = serializers.CharField()
    status = serializers.CharField()
    dismissed_reason = serializers.CharField()
    seen_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.UUIDField(allow_null=True)
    batch_id = serializers.UUIDField(allow_null=True)
    priority = serializers.IntegerField(allow_null=True, help_text="0 to 100; the owner's alone.")
    assignee_id = serializers.UUIDField(allow_null=True)
    duplicate_of_id = serializers.UUIDField(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)
    reopened_reason = serializers.CharField()
    version = serializers.IntegerField()


class LeadDetailSerializer(LeadSerializer):
    """With the text and everything that identifies it."""

    description = serializers.CharField()
    selectors = LeadSelectorSerializer(many=True)


class LeadMatchSerializer(serializers.Serializer[Any]):
    """Another lead that the reader may see and that shares a selector."""

    lead = LeadSerializer()
    kinds = serializers.ListField(child=serializers.CharField())
    values = serializers.ListField(child=serializers.CharField())
    verdict = serializers.CharField(help_text="The member's own judgement of the pair, or empty.")


class LeadLinksSerializer(serializers.Serializer[Any]):
    """The newest leads that the reader may see and that share a selector."""

    has_more = serializers.BooleanField(help_text="Whether more leads share one than are told.")
    values = serializers.ListField(
        child=serializers.CharField(),
        help_text="What the others share, unless sealed: `GET /api/v1/leads/?q=` has all.",
    )
    results = LeadMatchSerializer(many=True, source="matches")


class LeadPageSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page.")
    is_cut = serializers.BooleanField(
        help_text="More leads have the words than were looked through: use more words."
    )
    results = LeadSerializer(many=True)


class ValuesField(serializers.ListField):
    """One value or several."""

    child = serializers.CharField(max_length=4_000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=50, **kwargs)


class LeadChangeSerializer(serializers.Serializer[Any]):
    """The facts of a lead; what is not given stays."""

    title = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=300,
        help_text="Without one a lead is called after its first value, or its text.",
    )
    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    urls = ValuesField()
    domains = ValuesField()
    emails = ValuesField()
    phones = ValuesField()
    company_numbers = ValuesField()
    shops = ValuesField()
    listings = ValuesField()
    seller_names = ValuesField()
    wechat = ValuesField()
    qq = ValuesField()
    telegram = ValuesField()
    whatsapp = ValuesField()
    bank_accounts = ValuesField()
    addresses = ValuesField()
    shipments = ValuesField()
    containers = ValuesField()
    declarations = ValuesField()
    image_hashes = ValuesField()
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=300
    )
    source_kind = serializers.ChoiceField(
        choices=SourceKind.choices, required=False, allow_blank=True
    )
    their_reference = serializers.CharField(required=False, allow_blank=True, max_length=300)
    source_reliability = serializers.ChoiceField(
        choices=Reliability.choices, required=False, allow_blank=True
    )
    credibility = serializers.ChoiceField(
        choices=Credibility.choices, required=False, allow_null=True
    )
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    brand = serializers.CharField(required=False, allow_blank=True, max_length=300)
    country = serializers.CharField(required=False, allow_blank=True, max_length=300)
    language = serializers.CharField(required=False, allow_blank=True, max_length=35)
    tlp = serializers.ChoiceField(choices=Tlp.choices, required=False)
    pap = serializers.ChoiceField(choices=Pap.choices, required=False)
    seen_at = serializers.DateTimeField(required=False, allow_null=True)
    version = serializers.IntegerField(
        required=False, help_text="The version you read: a newer one refuses the change."
    )


class LeadReportSerializer(LeadChangeSerializer):
    """A new lead: a title, a text, or at least one value to look for."""

    discoverability = serializers.ChoiceField(choices=Discoverability.choices, required=False)
    audience = serializers.ListField(
        child=LeadShareSerializer(),
        required=False,
        default=list,
        max_length=50,
        help_text="Who reads it from its first instant; nobody else does.",
    )
    version = None  # type: ignore[assignment]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """A field that does not exist is refused: what stands in it would be lost."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError(
                {name: [_("There is no such field.")] for name in unknown[:20]}
            )
        return dict(super().to_internal_value(data))


_PLURALS = {
    "url": "urls",
    "domain": "domains",
    "email": "emails",
    "phone": "phones",
    "company": "company_numbers",
    "shop": "shops",
    "listing": "listings",
    "seller_name": "seller_names",
    "wechat": "wechat",
    "qq": "qq",
    "telegram": "telegram",
    "whatsapp": "whatsapp",
    "bank_account": "bank_accounts",
    "address": "addresses",
    "shipment": "shipments",
    "container": "containers",
    "declaration": "declarations",
    "image_hash": "image_hashes",
}


def facts(data: dict[str, Any]) -> dict[str, Any]:
    """The parsed body as the fields of a draft, values still by kind."""
    plain = {k: v for k, v in data.items() if k not in {*_PLURALS.values(), "version", "audience"}}
    values = {kind: tuple(data[name]) for kind, name in _PLURALS.items() if name in data}
    return {**plain, "values": {kind: values[kind] for kind in VALUE_KINDS if kind in values}}


def draft(data: dict[str, Any]) -> Draft:
    return Draft(**facts(data))


def audience(data: dict[str, Any]) -> list[Share]:
    """For whom a report is meant, from its first instant."""
    return [share_of(one) for one in data["audience"]]


class LeadTriageSerializer(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(choices=Severity.choices)


class LeadDismissSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(allow_blank=True, default="", max_length=2_000)


class ImportSerializer(serializers.Serializer[ImportBatch]):
    """An import: its file, its mapping, how far it is."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_kind = serializers.CharField()
    source_reliability = serializers.CharField()
    credibility = serializers.IntegerField(allow_null=True)
    format = serializers.CharField()
    encoding = serializers.CharField()
    encoding_is_sure = serializers.BooleanField()
    columns = serializers.ListField(child=serializers.CharField())
    sample = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    mapping = serializers.DictField(child=serializers.CharField())
    tlp = serializers.CharField()
    state = serializers.ChoiceField(choices=ImportBatch.State.choices)
    total = serializers.IntegerField()
    processed = serializers.IntegerField()
    added = serializers.IntegerField()
    known = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    matches = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class ImportUploadSerializer(serializers.Serializer[Any]):
    """CSV, XLSX, JSON, STIX 2.1, MISP or one value per line (multipart/form-data)."""

    file = serializers.FileField(allow_empty_file=True)
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, default="", max_length=200
    )
    source_kind = serializers.ChoiceField(
        choices=SourceKind.choices, required=False, allow_blank=True, default=""
    )
    source_reliability = serializers.ChoiceField(
        choices=Reliability.choices, required=False, allow_blank=True, default=""
    )
    credibility = serializers.ChoiceField(
        choices=Credibility.choices, required=False, allow_null=True, default=None
    )
    tlp = serializers.ChoiceField(choices=Tlp.choices, default=Tlp.AMBER)
    country = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    language = serializers.CharField(required=False, allow_blank=True, default="", max_length=35)
    encoding = serializers.ChoiceField(choices=SUPPORTED_ENCODINGS, required=False)


class ImportCheckSerializer(serializers.Serializer[Any]):
    """What each column holds; columns left out are ignored."""

    mapping = serializers.DictField(child=serializers.CharField(max_length=100))


class ImportRowSerializer(serializers.Serializer[ImportRow]):
    """What became of one row, or in a dry run what would."""

    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=ImportRow.Outcome.choices)
    code = serializers.CharField()
    message = serializers.SerializerMethodField()
    title = serializers.CharField()
    locator = serializers.CharField()
    lead_id = serializers.UUIDField(allow_null=True)
    match_id = serializers.UUIDField(allow_null=True)
    match_reference = serializers.CharField()

    def get_message(self, row: ImportRow) -> str:
        return sentence(row.code, row.params)


class ImportMappingSerializer(serializers.Serializer[Any]):
    """What the columns of one kind of file mean, under a name."""

    name = serializers.CharField(max_length=200)
    columns = serializers.DictField(child=serializers.ChoiceField(choices=FIELDS))


class PartSerializer(serializers.Serializer[Any]):
    """A stretch of a text; a hit is what answered the search."""

    text = serializers.CharField(trim_whitespace=False)
    is_hit = serializers.BooleanField()


class SearchHitSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()
    parts = PartSerializer(many=True, help_text="The title, cut where hits begin and end.")
    around = PartSerializer(many=True, help_text="The text about the first hit.")


class LeadStatusSerializer(serializers.Serializer[Any]):
    """Filters of the list."""

    status = serializers.ChoiceField(choices=Lead.Status.choices, required=False)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    brand = serializers.CharField(required=False)
    q = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST,
        help_text="Words and filters: kind: brand: country: status: severity: before: after: …",
    )  # fmt: skip
    tab = serializers.ChoiceField(choices=TABS, required=False)
    sort = serializers.ChoiceField(choices=SORTS, required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=200, required=False)

    def validate_q(self, text: str) -> str:
        problems = parse(text, at=clock.now()).problems
        if problems:
            raise serializers.ValidationError(list(problems))
        return text

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """A filter that does not exist is refused: it never counts anything."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, _("There is no such filter.")))
        return data
