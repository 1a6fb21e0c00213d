"""Selectors of a lead: pure, versioned, never guessing and never raising.

`normalise` answers the one selector of the kind asked for; `selectors_of` answers everything that
the value names: an address also names its domains and, on a marketplace, the listing and the shop.
What can't be read answers nothing, and the caller keeps the raw value.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from apps.leads.normalise.banking import read_bank_account
from apps.leads.normalise.companies import read_company
from apps.leads.normalise.contacts import mailbox_of, read_email, read_phone, read_raw_phone
from apps.leads.normalise.hosts import domain_selectors, is_address, is_stopped
from apps.leads.normalise.images import read_image_hash
from apps.leads.normalise.marketplaces import (
    marketplace_selectors,
    platform_at,
    read_identifier,
)
from apps.leads.normalise.messengers import HOSTS, account_at, read_account
from apps.leads.normalise.model import (
    ADDRESS,
    BANK_ACCOUNT,
    COMPANY,
    CONTAINER,
    DECLARATION,
    DOMAIN,
    EMAIL,
    IMAGE_HASH,
    KINDS,
    LISTING,
    PHONE,
    QQ,
    RAW_PHONE,
    SELLER_NAME,
    SHIPMENT,
    SHOP,
    STRENGTHS,
    TELEGRAM,
    URL,
    VERSION,
    WEAK,
    WECHAT,
    WHATSAPP,
    Selector,
    may_signal_alone,
    selector,
)
from apps.leads.normalise.names import read_address, seller_names
from apps.leads.normalise.shipments import read_container, read_declaration, read_shipment
from apps.leads.normalise.stoplist import is_stopped_value
from apps.leads.normalise.urls import WebAddress, parse_address

__all__ = [
    "ADDRESS",
    "BANK_ACCOUNT",
    "COMPANY",
    "CONTAINER",
    "DECLARATION",
    "DOMAIN",
    "EMAIL",
    "IMAGE_HASH",
    "KINDS",
    "LISTING",
    "PHONE",
    "QQ",
    "RAW_PHONE",
    "SELLER_NAME",
    "SHIPMENT",
    "SHOP",
    "STRENGTHS",
    "TELEGRAM",
    "URL",
    "VERSION",
    "WEAK",
    "WECHAT",
    "WHATSAPP",
    "Selector",
    "is_shared_place",
    "may_signal_alone",
    "normalise",
    "selectors_of",
]

# A longer address is no address to match by, and no key for an index.
_LONGEST_NORM = 2_048


_READERS: Final[dict[str, Callable[[object, str | None], Selector | None]]] = {
    LISTING: lambda raw, _country: read_identifier(LISTING, raw),
    SHOP: lambda raw, _country: read_identifier(SHOP, raw),
    EMAIL: lambda raw, _country: read_email(raw),
    PHONE: read_phone,
    RAW_PHONE: read_raw_phone,
    COMPANY: read_company,
    BANK_ACCOUNT: read_bank_account,
    WECHAT: partial(read_account, WECHAT),
    QQ: partial(read_account, QQ),
    TELEGRAM: partial(read_account, TELEGRAM),
    WHATSAPP: partial(read_account, WHATSAPP),
    SELLER_NAME: lambda raw, _country: next(iter(seller_names(raw)), None),
    ADDRESS: read_address,
    IMAGE_HASH: lambda raw, _country: read_image_hash(raw),
    SHIPMENT: lambda raw, _country: read_shipment(raw),
    CONTAINER: lambda raw, _country: read_container(raw),
    DECLARATION: read_declaration,
}


def normalise(kind: str, raw: object, country: str | None = None) -> Selector | None:
    """The value as a selector of this kind; None where it is not surely one."""
    found: Selector | None
    if kind in {URL, DOMAIN}:
        address = parse_address(raw)
        if address is None:
            return None
        text = raw if isinstance(raw, str) else str(address)
        found = _url_selector(address, text) if kind == URL else _domain_selector(address, text)
    else:
        reader = _READERS.get(kind)
        found = reader(raw, country) if reader else None
    return found if found and _is_usable(found) else None


def selectors_of(kind: str, raw: object, country: str | None = None) -> list[Selector]:
    """Everything the value names, strongest reading of the kind first, each once."""
    found: Iterable[Selector]
    if kind not in {URL, DOMAIN}:
        found = _named(kind, raw, country)
    else:
        address = parse_address(raw)
        if address is None:
            return []
        text = raw if isinstance(raw, str) else str(address)
        found = _of_address(address, text) if kind == URL else _of_domain(address, text)
    return list({one.key: one for one in found if _is_usable(one)}.values())


def _named(kind: str, raw: object, country: str | None) -> Iterator[Selector]:
    if kind == SELLER_NAME:
        yield from seller_names(raw)
        return
    one = normalise(kind, raw, country)
    # A number that is placed and stopped does not come in by the back door.
    if one is None and kind == PHONE and read_phone(raw, country) is None:
        one = normalise(RAW_PHONE, raw, country)
    if one is None:
        return
    yield one
    mailbox = mailbox_of(one) if kind == EMAIL else None
    if mailbox:
        yield mailbox


def _is_usable(one: Selector) -> bool:
    return len(one.norm) <= _LONGEST_NORM and not is_stopped_value(one)


def is_shared_place(raw: object) -> bool:
    """Whether a domain is left out because many sellers share it, not because it can't be read."""
    address = parse_address(raw)
    return address is not None and not is_address(address.host) and is_stopped(address.host)


def _of_address(address: WebAddress, raw: str) -> Iterator[Selector]:
    named = marketplace_selectors(address, raw=raw)
    yield _url_selector(address, raw, named)
    yield from named
    account = account_at(address, raw=raw) if address.host in HOSTS else None
    if account:
        yield account
    yield from domain_selectors(address.host, raw=raw)


def _of_domain(address: WebAddress, raw: str) -> Iterator[Selector]:
    if address.path != "/" or address.query:
        # Lists of "domains" hold addresses too, wherever the domain alone would say too little.
        yield from _of_address(address, raw)
        return
    # "somebody.tmall.com" is written as a domain and names a shop.
    yield from (one for one in marketplace_selectors(address, raw=raw) if one.kind == SHOP)
    yield from domain_selectors(address.host, raw=raw)


def _url_selector(address: WebAddress, raw: str, named: list[Selector] | None = None) -> Selector:
    platform = platform_at(address)
    if platform is not None:
        named = marketplace_selectors(address, raw=raw) if named is None else named
        address = address.keeping(platform.query_keys) if named else address
    return selector(URL, str(address), raw=raw)


def _domain_selector(address: WebAddress, raw: str) -> Selector | None:
    hosts = domain_selectors(address.host, raw=raw)
    return hosts[-1] if hosts else None
