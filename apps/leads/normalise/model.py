"""What a selector is: an identifying value of a lead, in the form in which two of them match."""

from dataclasses import dataclass
from typing import Final

VERSION: Final = 1

URL: Final = "url"
DOMAIN: Final = "domain"
LISTING: Final = "listing"
SHOP: Final = "shop"
EMAIL: Final = "email"
PHONE: Final = "phone"
COMPANY: Final = "company"
KINDS: Final = (URL, DOMAIN, LISTING, SHOP, EMAIL, PHONE, COMPANY)

STRENGTHS: Final = {
    URL: 0.7,
    DOMAIN: 0.6,
    LISTING: 0.9,
    SHOP: 1.0,
    EMAIL: 0.8,
    PHONE: 0.8,
    COMPANY: 1.0,
}


@dataclass(frozen=True, slots=True)
class Selector:
    """Two selectors name the same thing exactly when their keys are equal."""

    kind: str
    namespace: str
    raw: str
    norm: str
    strength: float
    version: int = VERSION

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.namespace, self.norm


def selector(kind: str, norm: str, *, raw: str, namespace: str = "") -> Selector:
    return Selector(kind, namespace, raw, norm, STRENGTHS[kind])
