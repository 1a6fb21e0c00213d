"""Selectors in running text, in any script, disarmed or not.

Chinese and Japanese write addresses without a space on either side, so a bare host or an e-mail
address in running text is read in ASCII only; names in other scripts are read where a scheme or
white space marks their ends.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

from apps.leads.normalise import (
    COMPANY,
    DOMAIN,
    EMAIL,
    PHONE,
    URL,
    Selector,
    normalise,
    selectors_of,
)
from apps.leads.normalise.cleaning import compose, refang_all
from apps.leads.normalise.companies import valid_credit_code, valid_lei
from apps.leads.normalise.contacts import country_code
from apps.leads.normalise.hosts import canonical_host, has_known_suffix

LONGEST_TEXT: Final = 200_000
MOST_SELECTORS: Final = 1_000

# Where an address surely ends: white space, quotes, brackets, and everything Chinese, Japanese or
# Korean, which in a real address is percent-encoded.
_END: Final = (
    r"\s<>\"'`|{}\[\]^“”\u2018\u2019«»…"
    "\u060c\u061b\u061f\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
)
_HOST_IN_ANY_SCRIPT: Final = (
    r"[^\s/\\?#<>\"'`|{}\[\]^“”\u2018\u2019«»…\uff0c。\uff1b\uff01\uff1f、:]{1,253}"
)
_WEB: Final = re.compile(
    rf"(?<![a-z0-9])https?:/{{2}}(?P<host>{_HOST_IN_ANY_SCRIPT})(?P<port>:[0-9]{{1,5}})?"
    rf"(?P<rest>[/?#][^{_END}]{{0,4000}})?",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+'-][A-Za-z0-9._%+'-]{0,63}@"
    r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}(?![A-Za-z0-9-])"
)
_BARE_HOST: Final = re.compile(
    r"(?<![A-Za-z0-9._@/\\-])(?P<host>(?:[A-Za-z0-9_][A-Za-z0-9_-]{0,62}\.){1,8}"
    r"[A-Za-z][A-Za-z0-9-]{1,62})(?![A-Za-z0-9_@-])(?P<port>:[0-9]{1,5})?"
    rf"(?P<rest>[/?#][^{_END}]{{0,4000}})?"
)
_TOKEN: Final = re.compile(r"[^\s]{3,320}")
_ANY_SCRIPT_HOST: Final = re.compile(r"(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_ANY_SCRIPT_EMAIL: Final = re.compile(r"[\w.%+'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_PHONE: Final = re.compile(
    r"(?<![A-Za-z0-9+])\+[0-9](?:[ ().\-\u2010-―/]{0,2}[0-9]){6,14}(?![0-9])"
)
# The matcher of national numbers costs more than all else, and finds nothing in fewer digits.
_FEWEST_DIGITS: Final = 5
_NUMBER: Final = re.compile(r"(?<![A-Z0-9])(?:[0-9A-Z]{18}|[0-9A-Z]{20})(?![A-Z0-9])")
_VAT: Final = re.compile(
    r"(?:\bVAT|\bUSt|\bMwSt|\bP\.? ?IVA|\bTVA|\bBTW|\bNIF|\bUID|增值税)[^0-9\n]{0,20}?"
    r"\b(?P<vat>[A-Z]{2} ?[0-9A-Z]{1,3}(?:[ .]?[0-9A-Z]{1,4}){1,5})\b"
)
_VAT_WORD: Final = re.compile("VAT|USt|MwSt|IVA|TVA|BTW|NIF|UID|增值税")
_TRAILING: Final = ".,;:!?…·'\"*_~。\uff0c\uff1b\uff1a\uff01\uff1f、»”\u2019،؛؟\u06d4"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}

# Endings of file names that are also top-level domains: a bare one is more often a file.
_FILE_SUFFIXES: Final = frozenset({"zip", "mov", "md", "py", "rs", "sh", "ps"})

Find = tuple[int, int, list[Selector]]
Finder = Callable[[str, str | None], Iterator[Find]]


def extract(text: object, country: str | None = None) -> list[Selector]:
    """Every selector the text names, in the order of the text, each once; never raises.

    National phone numbers are read only with the country they belong to.
    """
    if not isinstance(text, str) or not text:
        return []
    rest, code = refang_all(compose(text[:LONGEST_TEXT])), country_code(country)
    found: list[Find] = []
    for finder in _FINDERS:
        spans = list(finder(rest, code))
        if spans:
            found += spans
            rest = _blanked(rest, spans)
    once: dict[tuple[str, str, str], Selector] = {}
    for _, _, selectors in sorted(found, key=_position):
        for one in selectors:
            once.setdefault(one.key, one)
    return list(once.values())[:MOST_SELECTORS]


def _position(find: Find) -> int:
    return find[0]


def _blanked(text: str, spans: list[Find]) -> str:
    """The text with what was read replaced, so that no other finder reads a part of it again."""
    parts: list[str] = []
    at = 0
    for start, end, _ in sorted(spans, key=_position):
        if start >= at:
            parts += [text[at:start], "\n" * (end - start)]
            at = end
    return "".join([*parts, text[at:]])


def _web_addresses(text: str, _country: str | None) -> Iterator[Find]:
    # Here and below: what every match has is looked for first, since most texts have none of it.
    if "://" not in text:
        return
    for match in _WEB.finditer(text):
        written = _trimmed(match[0])
        host = match["host"].rpartition("@")[2]
        if not host.isascii() and not _is_host(_trimmed(host)):
            # "https://shop.example很便宜": the text runs on right after the host.
            written = _ascii_head(written)
        selectors = selectors_of(URL, written)
        if selectors:
            yield match.start(), match.start() + len(written), selectors


def _emails(text: str, _country: str | None) -> Iterator[Find]:
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        if _is_host(match[0].rpartition("@")[2]):
            yield match.start(), match.end(), selectors_of(EMAIL, match[0])


def _bare_hosts(text: str, _country: str | None) -> Iterator[Find]:
    if "." not in text:
        return
    for match in _BARE_HOST.finditer(text):
        host = match["host"].lower()
        if not _is_host(host) or (
            host.rpartition(".")[2] in _FILE_SUFFIXES and not host.startswith("www.")
        ):
            continue
        written = _trimmed(match[0])
        has_path = len(written) > len(host) + 1
        selectors = selectors_of(URL if has_path else DOMAIN, written)
        yield match.start(), match.start() + len(written), selectors


def _whole_tokens(text: str, _country: str | None) -> Iterator[Find]:
    """Hosts and e-mail addresses in other scripts, where white space marks both ends."""
    if text.isascii():
        return
    for match in _TOKEN.finditer(text):
        written = _trimmed(match[0]).lstrip("(<\"'“«")
        if written.isascii() or "." not in written:
            continue
        kind = EMAIL if "@" in written else DOMAIN
        shape = _ANY_SCRIPT_EMAIL if kind == EMAIL else _ANY_SCRIPT_HOST
        if shape.fullmatch(written) and _is_host(written.rpartition("@")[2]):
            yield match.start(), match.end(), selectors_of(kind, written)


def _phones(text: str, country: str | None) -> Iterator[Find]:
    for match in _PHONE.finditer(text) if "+" in text else ():
        phone = normalise(PHONE, match[0])
        if phone:
            yield match.start(), match.end(), [phone]
    if country is not None and _digits_of(country).search(text):
        yield from _national_phones(text, country)


@lru_cache(maxsize=256)
def _digits_of(country: str) -> re.Pattern[str]:
    """As many digits near one another as the shortest number of the country has."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country)
    told = plan.general_desc if plan else None
    lengths = [n for n in told.possible_length if n > 0] if told else []
    fewest = max(_FEWEST_DIGITS, min(lengths, default=_FEWEST_DIGITS))
    return re.compile(rf"\d(?:[^\w\n]{{0,5}}\d){{{fewest - 1}}}")


def _national_phones(text: str, country: str) -> Iterator[Find]:
    for match in phonenumbers.PhoneNumberMatcher(text[:20_000], country, max_tries=200):
        if not match.raw_string.startswith("+"):
            phone = normalise(PHONE, match.raw_string, country)
            yield match.start, match.end, [phone] if phone else []


def _company_numbers(text: str, _country: str | None) -> Iterator[Find]:
    for match in _NUMBER.finditer(text):
        # An order or tracking number of 20 digits passes the LEI's check once in 97.
        is_lei = not match[0].isdigit() and valid_lei(match[0])
        if is_lei or valid_credit_code(match[0]):
            yield match.start(), match.end(), selectors_of(COMPANY, match[0])
    for match in _VAT.finditer(text) if _VAT_WORD.search(text) else ():
        yield match.start("vat"), match.end("vat"), selectors_of(COMPANY, match["vat"])


_FINDERS: Final[tuple[Finder, ...]] = (
    _web_addresses,
    _emails,
    _bare_hosts,
    _whole_tokens,
    _company_numbers,
    _phones,
)


def _is_host(text: str) -> bool:
    host = canonical_host(text)
    return host is not None and has_known_suffix(host)


def _trimmed(text: str) -> str:
    """Without the punctuation of the sentence, keeping a bracket that the address itself opened."""
    surplus = {close: text.count(close) - text.count(opened) for close, opened in _PAIRS.items()}
    end = len(text)
    while end:
        last = text[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return text[:end]


def _ascii_head(text: str) -> str:
    end = next((at for at, char in enumerate(text) if not char.isascii()), len(text))
    return _trimmed(text[:end])
