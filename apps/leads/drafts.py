"""What somebody reports, before it is a lead, and what identifies it: pure."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from apps.leads.extract import extract
from apps.leads.field_classes import is_sealed
from apps.leads.normalise import (
    ADDRESS,
    BANK_ACCOUNT,
    COMPANY,
    CONTAINER,
    DECLARATION,
    DOMAIN,
    EMAIL,
    IMAGE_HASH,
    LISTING,
    PHONE,
    QQ,
    SELLER_NAME,
    SHIPMENT,
    SHOP,
    TELEGRAM,
    URL,
    VERSION,
    WECHAT,
    WHATSAPP,
    Selector,
    is_shared_place,
    selectors_of,
)

MOST_VALUES: Final = 50
LONGEST_TITLE: Final = 300
# What a list shows of a lead, most telling first.
_SHOWN: Final = (
    SHOP, URL, DOMAIN, EMAIL, PHONE, COMPANY, LISTING, WECHAT, QQ, TELEGRAM, WHATSAPP, SHIPMENT,
    CONTAINER, DECLARATION, SELLER_NAME,
)  # fmt: skip

_APART: Final = {
    URL: re.compile(r"[\s|]+|;(?=\s*(?:h..ps?:|www\.))"),
    DOMAIN: re.compile(r"[\s;,|]+"),
    EMAIL: re.compile(r"[\s;,|]+"),
    PHONE: re.compile(r"[;|\n]+"),
    COMPANY: re.compile(r"[;|\n]+"),
    SHOP: re.compile(r"[\s;,|]+"),
    LISTING: re.compile(r"[\s;,|]+"),
    WECHAT: re.compile(r"[;,|\n]+"),
    QQ: re.compile(r"[;,|\n]+"),
    TELEGRAM: re.compile(r"[;,|\n]+"),
    WHATSAPP: re.compile(r"[;,|\n]+"),
    SELLER_NAME: re.compile(r"[|\n]+"),
    BANK_ACCOUNT: re.compile(r"[;,|\n]+"),
    ADDRESS: re.compile(r"\n+"),
    SHIPMENT: re.compile(r"[;,|\n]+"),
    CONTAINER: re.compile(r"[;,|\n]+"),
    DECLARATION: re.compile(r"[;,|\n]+"),
    IMAGE_HASH: re.compile(r"[\s;,|]+"),
}
VALUE_KINDS: Final = tuple(_APART)
# A slash parts two numbers where what is before it is a whole one, and else it stands within one:
# "030/123456" is the way to write an area code.
_NUMBERS: Final = re.compile(r"(?P<number>(?:[^\d;|\n/]{0,5}\d){7}[^;|\n/]{0,60})/")
# A title is read from L3 on, so what is sealed until L4 serves as none.
_TITLES: Final = tuple(kind for kind in VALUE_KINDS if not is_sealed(kind))
KEY_FORM: Final = "1"
_SHORT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The facts of a report as they were given; `values` holds what identifies it, by kind."""

    title: str = ""
    description: str = ""
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    source_kind: str = ""
    their_reference: str = ""
    source_reliability: str = ""
    credibility: int | None = None
    severity: str = "stable"
    brand: str = ""
    country: str = ""
    language: str = ""
    tlp: str = "amber"
    pap: str = "green"
    discoverability: str = "blind"
    seen_at: datetime | None = None

    @property
    def headline(self) -> str:
        """The title, else whatever comes first that could serve as one."""
        if title := self.title.strip():
            return title[:LONGEST_TITLE]
        first = next((value for kind in _TITLES for value in self.values.get(kind, ())), "")
        lines = self.description.strip().splitlines()
        return (first or (lines[0] if lines else ""))[:LONGEST_TITLE]


class Reading(NamedTuple):
    """What could be read from a draft, and the values that could not."""

    selectors: list[Selector]
    unread: list[tuple[str, str]]

    @property
    def locator(self) -> tuple[str, str]:
        """The one selector that a list shows, as it was written, with its kind."""
        for kind in _SHOWN:
            for one in self.selectors:
                if one.kind == kind:
                    return one.raw[:LONGEST_TITLE], kind
        return "", ""


class NamedValue(NamedTuple):
    """One identifying value of a lead as its row holds it; without a key it could not be read."""

    member_id: UUID
    lead_id: UUID
    kind: str
    namespace: str
    raw: str
    norm: str
    key: UUID | None
    strength: float
    norm_version: int
    market: str
    position: int

    @property
    def is_read(self) -> bool:
        return self.key is not None


def split(kind: str, written: str) -> tuple[str, ...]:
    """The values in one cell or field, each once."""
    written = written[:20_000].strip()
    if kind == PHONE and "/" in written:
        written = _NUMBERS.sub(r"\g<number>\n", written)
    if not _APART[kind].search(written):
        return (written,) if written else ()
    parts = (part.strip() for part in _APART[kind].split(written))
    return tuple(dict.fromkeys(part for part in parts if part))


def read(draft: Draft) -> Reading:
    """Every selector that the draft names, each once, strongest kinds first where given."""
    country = draft.country or None
    found: dict[tuple[str, str, str], Selector] = {}
    unread: list[tuple[str, str]] = []
    for kind, value in _values(draft):
        named = selectors_of(kind, value, country)
        if not named and not (kind in {URL, DOMAIN} and is_shared_place(value)):
            unread.append((kind, value))
        for one in named:
            found.setdefault(one.key, one)
    for one in extract(f"{draft.title}\n{draft.description}", country):
        found.setdefault(one.key, one)
    return Reading(list(found.values()), unread)


def _values(draft: Draft) -> Iterator[tuple[str, str]]:
    for kind in VALUE_KINDS:
        if kind in draft.values:
            for value in draft.values[kind][:MOST_VALUES]:
                yield kind, value


def content_digest(draft: Draft) -> bytes:
    """The same 32 bytes for two reports of the same facts from the same source."""
    told = asdict(draft) | {"seen_at": draft.seen_at and draft.seen_at.isoformat()}
    written = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("ascii")).digest()


def key_of(selector: Selector) -> UUID:
    """The same for two selectors exactly when they name the same thing.

    The normaliser's version is not in it: what two versions read alike goes on matching.
    """
    written = "\x1f".join((KEY_FORM, *selector.key))
    return UUID(bytes=hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()[:16])


def named_by(
    reading: Reading, *, member_id: UUID, lead_id: UUID, keys: Sequence[UUID] | None = None
) -> list[NamedValue]:
    """What identifies the lead, then what could not be read; `keys` where they are made already."""
    made = keys if keys is not None else list(map(key_of, reading.selectors))
    found = [
        NamedValue(
            member_id, lead_id, one.kind, one.namespace, one.raw, one.norm, key, one.strength,
            one.version, one.market, place,
        )
        for place, (one, key) in enumerate(zip(reading.selectors, made, strict=True))
    ]  # fmt: skip
    for kind, raw in reading.unread:
        place = len(found)
        found.append(
            NamedValue(member_id, lead_id, kind, "", raw, "", None, 0.0, VERSION, "", place)
        )
    return found
