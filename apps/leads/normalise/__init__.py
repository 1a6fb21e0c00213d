"""Selectors of a lead: pure, versioned, never guessing and never raising.

`normalise` answers the one selector of the kind asked for; `selectors_of` answers everything that
the value names: an address also names its domains and, on a marketplace, the listing and the shop.
What can't be read answers nothing, and the caller keeps the raw value.
"""

from collections.abc import Iterator

from apps.leads.normalise.companies import read_company
from apps.leads.normalise.contacts import read_email, read_phone
from apps.leads.normalise.hosts import domain_selectors, is_address, is_stopped
from apps.leads.normalise.marketplaces import (
    marketplace_selectors,
    platform_at,
    read_identifier,
)
from apps.leads.normalise.model import (
    COMPANY,
    DOMAIN,
    EMAIL,
    KINDS,
    LISTING,
    PHONE,
    SHOP,
    STRENGTHS,
    URL,
    VERSION,
    Selector,
    selector,
)
from apps.leads.normalise.urls import WebAddress, parse_address

__all__ = [
    "COMPANY",
    "DOMAIN",
    "EMAIL",
    "KINDS",
    "LISTING",
    "PHONE",
    "SHOP",
    "STRENGTHS",
    "URL",
    "VERSION",
    "Selector",
    "is_shared_place",
    "normalise",
    "selectors_of",
]

# A longer address is no address to match by, and no key for an index.
_LONGEST_NORM = 2_048


def normalise(kind: str, raw: object, country: str | None = None) -> Selector | None:
    """The value as a selector of this kind; None where it is not surely one."""
    found: Selector | None
    if kind in {URL, DOMAIN}:
        address = parse_address(raw)
        if address is None:
            return None
        text = raw if isinstance(raw, str) else str(address)
        found = _url_selector(address, text) if kind == URL else _domain_selector(address, text)
    elif kind in {LISTING, SHOP}:
        found = read_identifier(kind, raw)
    elif kind == EMAIL:
        found = read_email(raw)
    elif kind == PHONE:
        found = read_phone(raw, country)
    elif kind == COMPANY:
        found = read_company(raw, country)
    else:
        return None
    return found if found and len(found.norm) <= _LONGEST_NORM else None


def selectors_of(kind: str, raw: object, country: str | None = None) -> list[Selector]:
    """Everything the value names, strongest reading of the kind first, each once."""
    if kind not in {URL, DOMAIN}:
        one = normalise(kind, raw, country)
        return [one] if one else []
    address = parse_address(raw)
    if address is None:
        return []
    text = raw if isinstance(raw, str) else str(address)
    found = _of_address(address, text) if kind == URL else _of_domain(address, text)
    return list({one.key: one for one in found if len(one.norm) <= _LONGEST_NORM}.values())


def is_shared_place(raw: object) -> bool:
    """Whether a domain is left out because many sellers share it, not because it can't be read."""
    address = parse_address(raw)
    return address is not None and not is_address(address.host) and is_stopped(address.host)


def _of_address(address: WebAddress, raw: str) -> Iterator[Selector]:
    yield _url_selector(address, raw)
    yield from marketplace_selectors(address, raw=raw)
    yield from domain_selectors(address.host, raw=raw)


def _of_domain(address: WebAddress, raw: str) -> Iterator[Selector]:
    if address.path != "/" or address.query:
        # Lists of "domains" hold addresses too, wherever the domain alone would say too little.
        yield from _of_address(address, raw)
        return
    # "somebody.tmall.com" is written as a domain and names a shop.
    yield from (one for one in marketplace_selectors(address, raw=raw) if one.kind == SHOP)
    yield from domain_selectors(address.host, raw=raw)


def _url_selector(address: WebAddress, raw: str) -> Selector:
    platform = platform_at(address)
    if platform is not None and marketplace_selectors(address, raw=raw):
        address = address.keeping(platform.query_keys)
    return selector(URL, str(address), raw=raw)


def _domain_selector(address: WebAddress, raw: str) -> Selector | None:
    hosts = domain_selectors(address.host, raw=raw)
    return hosts[-1] if hosts else None
