"""Host names in one canonical ASCII form, and the domains that may stand for a seller."""

import ipaddress
import re
from functools import cache, lru_cache
from typing import Final

import idna
import tldextract

from apps.leads.normalise.model import DOMAIN, Selector, selector
from apps.leads.normalise.stoplist import HOSTING_DOMAINS, SHARED_DOMAINS

# Reserved by RFC 2606 and RFC 6761; they stand for real suffixes in examples and tests.
RESERVED_SUFFIXES: Final = frozenset({"example", "test", "invalid"})

_LONGEST_HOST: Final = 253
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_PLAIN_HOST: Final = re.compile(r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{2,63}(?<!-)")
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_IP_BYTES: Final = 4
_HIGHEST_BYTE: Final = 255
_LONGEST_NUMBER: Final = 12

# The bundled list only: looking at a value must never reach out to the network. Private suffixes
# count, so that a shop on shared hosting is its own registrable domain.
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(),
    cache_dir=None,
    include_psl_private_domains=True,
    # Sold like a suffix and not listed: Amazon's Belgian site is below it.
    extra_suffixes=("com.be",),
)


@lru_cache(maxsize=65_536)
def canonical_host(host: str) -> str | None:
    """The host as lower-case A-labels, or as a plain IP address; None where it is neither."""
    host = host.strip().rstrip(".。").lower()
    if not host or len(host) > 4 * _LONGEST_HOST:
        return None
    if host.startswith("["):
        return _ipv6(host)
    if not (_PLAIN_HOST.fullmatch(host) and "xn--" not in host):
        encoded = _encoded(host)
        if encoded is None:
            return None
        host = encoded
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        return _ipv4(host)
    if len(host) > _LONGEST_HOST or not _PLAIN_HOST.fullmatch(host):
        return None
    return host


def is_address(host: str) -> bool:
    return host.startswith("[") or host.rpartition(".")[2].isdigit()


@cache
def _branches() -> frozenset[str]:
    """The last two labels of every rule of the list that has two or more."""
    rules = (rule.lstrip("!").rsplit(".", 2) for rule in _suffixes.tlds if "." in rule)
    return frozenset(".".join(labels[-2:]) for labels in rules)


@lru_cache(maxsize=65_536)
def registrable_domain(host: str) -> str | None:
    """The part somebody registered: the public suffix and one label more."""
    before, dot, last = host.rpartition(".")
    ending = f"{before.rpartition('.')[2]}.{last}"
    if dot and "xn--" not in ending and _branches().isdisjoint((ending, f"*.{last}")):
        # No rule reaches further than the last label: most hosts need no more than that.
        return ending
    found = _suffixes.extract_str(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    if found.suffix:
        return host if _is_wildcard_site(host) else None
    # An unlisted suffix follows the list's own default rule: the last label.
    return ".".join(host.split(".")[-2:])


def _is_wildcard_site(host: str) -> bool:
    """Some hosters list "*.their.domain" as suffixes; such a suffix is one customer's site."""
    sibling = _suffixes.extract_str(f"any-other-label.{host.partition('.')[2]}")
    return sibling.is_private and not sibling.domain


def has_known_suffix(host: str) -> bool:
    return host.rpartition(".")[2] in RESERVED_SUFFIXES or _suffixes.extract_str(host).suffix != ""


def is_stopped(host: str) -> bool:
    """Whether so many sellers share the host that it says nothing about one of them."""
    domain = registrable_domain(host)
    if domain is None or domain in SHARED_DOMAINS:
        return True
    return domain in HOSTING_DOMAINS and host in {domain, f"www.{domain}"}


def domain_selectors(host: str, *, raw: str) -> list[Selector]:
    """The registrable domain, then the full host where it differs, without what is stopped."""
    return [selector(DOMAIN, name, raw=raw) for name in _telling_domains(host)]


@lru_cache(maxsize=65_536)
def _telling_domains(host: str) -> tuple[str, ...]:
    if is_address(host) or is_stopped(host):
        return ()
    domain = registrable_domain(host)
    hosts = (host,) if domain is None or domain in HOSTING_DOMAINS else (domain, host)
    return tuple(dict.fromkeys(hosts))


def _encoded(host: str) -> str | None:
    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        labels = [_encoded_label(label) for label in mapped.rstrip(".").split(".")]
    except (idna.IDNAError, UnicodeError):
        return None
    return ".".join(labels)


def _encoded_label(label: str) -> str:
    if not label.isascii():
        return idna.alabel(label).decode("ascii")
    # A registered A-label outside IDNA 2008 (an emoji) is still a name that resolves: kept as is.
    if not _LABEL.fullmatch(label):
        raise idna.IDNAError(label)
    return label


def _ipv6(host: str) -> str | None:
    try:
        address = ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    return None if address.scope_id else f"[{address.compressed}]"


def _ipv4(host: str) -> str | None:
    """Browsers read 0x7f.1 and 2130706433 as addresses, so scammers write them."""
    parts = host.split(".")
    if len(parts) > _IP_BYTES or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    numbers = [_number(part) for part in parts]
    *head, tail = numbers
    if tail is None or any(number is None or number > _HIGHEST_BYTE for number in head):
        return None
    if tail >= 256 ** (_IP_BYTES + 1 - len(numbers)):
        return None
    value = tail + sum((n or 0) * 256 ** (_IP_BYTES - 1 - i) for i, n in enumerate(head))
    return str(ipaddress.IPv4Address(value))


def _number(text: str) -> int | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        if text.lower().startswith("0x"):
            return int(text[2:] or "0", 16)
        return int(text, 8) if text.startswith("0") else int(text)
    except ValueError:
        return None
