"""Which field of a lead is read from which level on (sharing.md 4.5), by default none. Pure.

Pages, API, lists, filters, search, links and exports ask this table and nothing else. A field that
stands nowhere in it is read by its owner alone, and a kind of selector that stands nowhere in it
is sealed like a bank account.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.models import Level

NAMED_PERSON: Final = 5  # above every level: L4, and access given to that very person
OWNER_ONLY: Final = 6


@dataclass(frozen=True, slots=True)
class FieldClass:
    """Fields that are read from one level on, whole."""

    name: str
    level: int
    fields: tuple[str, ...]


CLASSES: Final = (
    FieldClass("outline", Level.TEASER, ("country", "locator_kind", "tlp", "pap")),
    FieldClass("selectors", Level.SELECTORS, ("reference", "brand")),
    FieldClass(
        "narrative",
        Level.CASE,
        ("title", "description", "severity", "language", "status", "seen_at"),
    ),
    FieldClass("grading", Level.FULL, ("source_kind", "source_reliability", "credibility")),
    FieldClass("source identity", NAMED_PERSON, ("source", "their_reference")),
    FieldClass(
        "internal",
        OWNER_ONLY,
        (
            "assignee_id", "batch_id", "created_by", "discoverability", "dismissed_reason",
            "duplicate_of_id", "priority", "priority_facts", "reopened_reason", "snoozed_until",
            "version",
        ),
    ),
)  # fmt: skip
_LEVELS: Final = {name: one.level for one in CLASSES for name in one.fields}

# The words for the fields, in the order in which a reader is shown them.
LABELS: Final[dict[str, Promise]] = {
    "country": _("Country"),
    "tlp": _("Traffic light"),
    "pap": _("What readers may do"),
    "created_at": _("Arrived"),
    "reference": _("Reference"),
    "locator_kind": _("Kind"),
    "locator": _("Main selector"),
    "brand": _("Brand"),
    "title": _("Title"),
    "description": _("What was seen"),
    "severity": _("Severity"),
    "language": _("Language"),
    "status": _("Status"),
    "seen_at": _("Seen"),
    "source": _("Source"),
    "source_kind": _("What kind of source"),
    "their_reference": _("Their reference"),
    "source_reliability": _("How reliable the source is"),
    "credibility": _("How credible the report is"),
    "selectors": _("What identifies it"),
}
# Selectors by their kind: open ones from L2, contacts masked there and whole from L3, and
# everything else sealed: masked at L3, whole at L4 for a reason that is logged.
OPEN_KINDS: Final = frozenset(
    {
        "company", "company_reg", "container", "declaration", "domain", "image_hash", "listing",
        "shipment", "shop", "url",
    }
)  # fmt: skip
CONTACTS: Final = frozenset(
    {
        "email", "phone", "qq", "raw-phone", "raw_phone", "seller_name", "telegram", "wechat",
        "whatsapp",
    }
)  # fmt: skip


def level_of(field: str) -> int:
    """From which level a field of a lead is read; what is in no class never leaves the member."""
    return _LEVELS.get(field, OWNER_ONLY)


@cache
def readable(level: int, *, is_owner: bool, is_named: bool) -> tuple[str, ...]:
    """The fields that a reader of this level reads."""
    highest = OWNER_ONLY if is_owner else NAMED_PERSON if is_named and level >= Level.FULL else 0
    reach = max(level, highest)
    return tuple(name for name, needed in _LEVELS.items() if needed <= reach)


def level_of_kind(kind: str) -> int:
    """From which level selectors of a kind are read whole, found, matched and exported."""
    if kind in OPEN_KINDS:
        return Level.SELECTORS
    return Level.CASE if kind in CONTACTS else Level.FULL


def shown_from(kind: str) -> int:
    """From which level a reader learns that there is a selector of this kind, masked."""
    return max(Level.SELECTORS, level_of_kind(kind) - 1)


def is_sealed(kind: str) -> bool:
    """Bank accounts, natural persons and whatever the table does not know."""
    return level_of_kind(kind) == Level.FULL


def mask(kind: str, value: str) -> str:
    """Enough to tell two apart, too little to call, to write to or to pay."""
    if kind == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}…@{domain}"
    if kind in CONTACTS and len(value) > 5:
        return f"{value[:3]}…{value[-2:]}"
    return f"…{value[-2:]}" if kind == "bank_account" else "…"
