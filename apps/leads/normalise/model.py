"""What a selector is: an identifying value of a lead, in the form in which two of them match."""

from typing import Final, NamedTuple

# Rises when a value may be read differently than before: what is stored is then read anew.
VERSION: Final = 3

URL: Final = "url"
DOMAIN: Final = "domain"
LISTING: Final = "listing"
SHOP: Final = "shop"
EMAIL: Final = "email"
PHONE: Final = "phone"
COMPANY: Final = "company"
BANK_ACCOUNT: Final = "bank_account"
RAW_PHONE: Final = "raw_phone"
WECHAT: Final = "wechat"
QQ: Final = "qq"
TELEGRAM: Final = "telegram"
WHATSAPP: Final = "whatsapp"
SELLER_NAME: Final = "seller_name"
ADDRESS: Final = "address"
IMAGE_HASH: Final = "image_hash"
SHIPMENT: Final = "shipment"
CONTAINER: Final = "container"
DECLARATION: Final = "declaration"

WEAK: Final = 0.3
STRENGTHS: Final = {
    URL: 0.7,
    DOMAIN: 0.6,
    LISTING: 0.9,
    SHOP: 1.0,
    EMAIL: 0.8,
    PHONE: 0.8,
    COMPANY: 1.0,
    BANK_ACCOUNT: 1.0,
    RAW_PHONE: WEAK,
    WECHAT: 0.9,
    QQ: 0.9,
    TELEGRAM: 0.9,
    WHATSAPP: 0.9,
    SELLER_NAME: WEAK,
    ADDRESS: WEAK,
    IMAGE_HASH: 0.5,
    SHIPMENT: 0.9,
    CONTAINER: 0.9,
    DECLARATION: 0.9,
}
KINDS: Final = tuple(STRENGTHS)

# Two sellers may share these by chance, or one picture: a match needs something beside it.
NEVER_ALONE: Final = frozenset({RAW_PHONE, SELLER_NAME, ADDRESS, IMAGE_HASH})


class Selector(NamedTuple):
    """Two selectors name the same thing exactly when their keys are equal.

    `market` is the country of the site it was read from: told, never compared.
    """

    kind: str
    namespace: str
    raw: str
    norm: str
    strength: float
    version: int = VERSION
    market: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.namespace, self.norm

    @property
    def is_weak(self) -> bool:
        return self.strength <= WEAK

    @property
    def signals_alone(self) -> bool:
        return may_signal_alone(self.kind, self.strength)


def may_signal_alone(kind: str, strength: float) -> bool:
    """Whether a match on one such value says enough without a second one."""
    return kind not in NEVER_ALONE and strength > WEAK


def selector(
    kind: str,
    norm: str,
    *,
    raw: str,
    namespace: str = "",
    market: str = "",
    strength: float | None = None,
) -> Selector:
    weight = STRENGTHS[kind] if strength is None else strength
    return Selector(kind, namespace, raw, norm, weight, VERSION, market)
