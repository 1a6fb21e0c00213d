"""The listing and the shop that an address on a marketplace names."""

from functools import lru_cache
from typing import Final

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.hosts import registrable_domain
from apps.leads.normalise.model import LISTING, SHOP, Selector, selector
from apps.leads.normalise.platforms import PLATFORM_OF, PLATFORMS, Platform, Rule
from apps.leads.normalise.urls import WebAddress, parse_address

# Patterns hold ".*"; a bound on what they see keeps them far from quadratic work.
_LONGEST_PLACE: Final = 1_000
# Parts that stand before the identifier: shop of a listing, store page, catalogue page, site.
_PREFIXES: Final = (("shop", "{}/"), ("page", "{}/"), ("site", "{}"))


def marketplace_selectors(address: WebAddress, *, raw: str) -> list[Selector]:
    platform, market = _site(address.host)
    if platform is None:
        return []
    place = f"{address.host}{address.path}"[:_LONGEST_PLACE]
    market = (platform.market_in(place) if platform.market else "") or market
    found: list[Selector] = []
    for kind in (LISTING, SHOP):
        norm = _identifier(platform, kind, address, place)
        if norm is not None:
            named = selector(kind, norm, raw=raw, namespace=platform.name, market=market)
            found.append(named)
    return found


def platform_at(address: WebAddress) -> Platform | None:
    return _site(address.host)[0]


@lru_cache(maxsize=65_536)
def _site(host: str) -> tuple[Platform | None, str]:
    """The platform of a host, and the country of its domain."""
    domain = registrable_domain(host) or ""
    platform = PLATFORM_OF.get(domain)
    return platform, platform.market_of_domain(domain) if platform else ""


def read_identifier(kind: str, raw: object) -> Selector | None:
    """A listing or shop from its address, or written as "platform:identifier"."""
    text = clean(raw)
    if text is None:
        return None
    name, _, written = text.partition(":")
    platform = PLATFORMS.get(name.lower())
    if platform is not None:
        norm = platform.identifier(kind, written.strip())
        return selector(kind, norm, raw=text, namespace=platform.name) if norm else None
    address = parse_address(text)
    found = marketplace_selectors(address, raw=text) if address else []
    return next((one for one in found if one.kind == kind), None)


def _identifier(platform: Platform, kind: str, address: WebAddress, place: str) -> str | None:
    for rule in platform.rules_of[kind]:
        written = _written(rule, address, place)
        norm = platform.identifier(kind, written) if written else None
        if norm is not None:
            return norm
    return None


def _written(rule: Rule, address: WebAddress, place: str) -> str:
    if rule.keys and not address.query:
        return ""
    match = rule.pattern.match(place)
    if match is None:
        return ""
    if rule.keys:
        return next((value for key in rule.keys if (value := address.parameter(key))), "")
    groups = match.groupdict()
    if len(groups) == 1 and "id" in groups:
        return match["id"]
    if "store" in groups:
        return f"str/{groups['store']}"
    before = "".join(form.format(groups[name]) for name, form in _PREFIXES if groups.get(name))
    return f"{before}{groups['id']}"
