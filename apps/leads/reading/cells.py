"""The columns of a bundle: each is named so that the guess of what it holds is sure. Pure."""

from dataclasses import dataclass, field
from typing import Any, Final

KIND_COLUMNS: Final = {
    "url": "url", "domain": "domain", "email": "email", "phone": "phone", "company": "company",
    "shop": "shop id", "listing": "listing id", "seller_name": "seller name", "wechat": "wechat",
    "qq": "qq", "telegram": "telegram", "whatsapp": "whatsapp", "bank_account": "bank account",
    "address": "postal address", "shipment": "shipment", "container": "container",
    "declaration": "declaration", "image_hash": "image hash", "raw_phone": "phone",
}  # fmt: skip
COLUMNS: Final = (
    "title", "description", *dict.fromkeys(KIND_COLUMNS.values()), "country", "brand", "source",
    "grading", "seen at", "tlp", "pap", "reference",
)  # fmt: skip
# Whose values need what they belong to: the platform, the carrier, the country, the algorithm.
_PREFIXED: Final = frozenset({"shop", "listing", "shipment", "declaration", "image_hash"})


@dataclass(slots=True)
class Told:
    """One report as cells by column; several values of one column each on its own line."""

    cells: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, column: str, value: Any) -> None:
        """Keep a value, unless it is none or there already."""
        text = value.strip() if isinstance(value, str) else ""
        if text:
            self.cells.setdefault(column, {})[text] = None

    def add_value(self, kind: str, value: Any, namespace: Any = "") -> None:
        """Keep a value of a kind as a person would write it; of an unknown kind, as text."""
        column = KIND_COLUMNS.get(kind)
        if column is None:
            self.add("description", value)
            return
        named = namespace if isinstance(namespace, str) else ""
        is_account = kind == "bank_account" and "/" in named
        if isinstance(value, str) and named and (kind in _PREFIXED or is_account):
            value = f"{named}:{value}"
        self.add(column, value)

    def cell(self, column: str) -> str:
        return "\n".join(self.cells.get(column, ()))
