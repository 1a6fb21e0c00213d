"""E-mail addresses and telephone numbers."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

import phonenumbers

from apps.leads.normalise.cleaning import clean, refang
from apps.leads.normalise.hosts import canonical_host, is_address
from apps.leads.normalise.model import EMAIL, PHONE, RAW_PHONE, WEAK, Selector, selector

_WRAPPED: Final = re.compile(r"[^<>]*<([^<>]*)>")
# Quoted local parts are legal and never seen in the field; what looks like one is not read.
_LOCAL: Final = re.compile(r"(?!\.)(?:[\w!#$%&'*+/=?^`{|}~-]|\.(?!\.)){1,64}(?<!\.)")
_LONGEST_PHONE: Final = 60
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
# No letters: a vanity number is rare in the field, and a serial number with a letter is not.
_PHONE_SHAPE: Final = re.compile(
    r"(?:tel:)?\s*(?P<number>[+(]?[\d(][\d\s()./,\u2010-\u2015\u00b7-]*)", re.IGNORECASE
)
# Already in the form in which numbers are kept.
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_CODE: Final = 3
_EXTENSION: Final = re.compile(
    r"[\s,;]*(?:ext(?:ension)?|x|#|int(?:erno)?|\u5206\u673a|\u8f6c)[\s.:]*\d{1,6}\s*",
    re.IGNORECASE,
)
# Providers that deliver "an.a+shop@…" to the mailbox of "ana@…", dots and all.
_DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})
_FEWEST_DIGITS: Final = 6
_MOST_DIGITS: Final = 18
_POSSIBLE: Final = phonenumbers.ValidationResult.IS_POSSIBLE


def read_email(raw: object) -> Selector | None:
    text = clean(raw)
    if text is None:
        return None
    wrapped = _WRAPPED.fullmatch(text)
    plain = refang(wrapped[1] if wrapped else text).strip("<>\"'“” ")
    if plain[:7].lower() == "mailto:":
        plain = plain[7:].partition("?")[0]
    local, at, domain = plain.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        return None
    host = canonical_host(domain)
    if host is None or is_address(host):
        return None
    # Servers may tell the cases of a local part apart; none that matters does.
    folded = local.casefold()
    return selector(EMAIL, f"{folded}@{host}", raw=text) if _LOCAL.fullmatch(folded) else None


def mailbox_of(found: Selector) -> Selector | None:
    """The mailbox without what may be varied at will, as a weak second key; None if it is that.

    The key is the plain address's own, so that the varied and the plain one meet.
    """
    local, _, host = found.norm.rpartition("@")
    plain = local.partition("+")[0]
    if host in _DOTLESS:
        plain, host = plain.replace(".", ""), "gmail.com"
    norm = f"{plain}@{host}"
    if not plain or norm == found.norm:
        return None
    return selector(EMAIL, norm, raw=found.raw, strength=WEAK)


def read_raw_phone(raw: object, country: str | None = None) -> Selector | None:
    """The digits of a number that could not be placed in a country: weak, compared as written."""
    text = clean(raw)
    match = _PHONE_SHAPE.fullmatch(text) if text and len(text) <= _LONGEST_PHONE else None
    if text is None or match is None:
        return None
    digits = "".join(str(int(char)) for char in match["number"] if char.isdecimal())
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or len(set(digits)) == 1:
        return None
    return selector(RAW_PHONE, digits, raw=text, namespace=country_code(country) or "")


def read_phone(raw: object, country: str | None = None) -> Selector | None:
    """E.164; a national number is read only with the country it belongs to."""
    text = clean(raw)
    if text is None or len(text) > _LONGEST_PHONE:
        return None
    if _E164.fullmatch(text) and _is_kept(text):
        return selector(PHONE, text, raw=text)
    extension = _EXTENSION.search(text)
    plain = text[: extension.start()] if extension and extension.end() == len(text) else text
    match = _PHONE_SHAPE.fullmatch(plain)
    if match is None:
        return None
    number = _parsed(match["number"], country_code(country))
    if number is None:
        return None
    norm = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # What does not read back as itself was put together from parts that are no number.
    again = _parsed(norm, None)
    return selector(PHONE, norm, raw=text) if again == number else None


class _Plan(NamedTuple):
    """What a country makes of the digits after its code."""

    lengths: frozenset[int]
    # What would be taken off before the number is read.
    prefix: re.Pattern[str] | None


def _is_kept(norm: str) -> bool:
    """Whether an international number surely reads as it stands; no other is refused by that.

    The library reads such a number in thousands of steps. It is itself when its length is possible
    in its country, and when it begins neither with a zero, which some countries keep, nor with
    what the country writes before a number within it.
    """
    for end in range(2, _LONGEST_CODE + 2):
        plan = _plan(norm[1:end])
        if plan is not None:
            rest = norm[end:]
            is_plain = rest[:1] != "0" and not (plan.prefix and plan.prefix.match(rest))
            return is_plain and len(rest) in plan.lengths
    return False


@lru_cache(maxsize=2048)
def _plan(code: str) -> _Plan | None:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if not regions:
        return None
    told = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(code), regions[0])
    if told is None or told.general_desc is None:
        return None
    prefix = told.national_prefix_for_parsing
    lengths = frozenset(told.general_desc.possible_length)
    return _Plan(lengths, re.compile(prefix) if prefix else None)


def _parsed(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    # An international number is the same wherever it is written.
    return _read_number(text, None if text.startswith("+") else country)


@lru_cache(maxsize=1024)
def _read_number(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != _POSSIBLE:
        return None
    # Without the international prefix any digits of the right count would pass.
    is_sure = text.startswith("+") or phonenumbers.is_valid_number(number)
    return number if is_sure else None


def country_code(country: str | None) -> str | None:
    """The hint as two capital letters; anything else is no hint."""
    return _code(country) if isinstance(country, str) else None


@lru_cache(maxsize=1024)
def _code(country: str) -> str | None:
    code = country.strip().upper()
    return code if _COUNTRY.fullmatch(code) else None
