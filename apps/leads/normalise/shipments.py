"""Parcels, containers and customs declarations."""

import re
from typing import Final

from stdnum import iso6346
from stdnum.exceptions import ValidationError

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.contacts import country_code
from apps.leads.normalise.model import CONTAINER, DECLARATION, SHIPMENT, Selector, selector

_SEPARATORS: Final = re.compile(r"[\s./_\-\u2010-\u2015·]+")
_POST: Final = re.compile(r"[A-Z]{2}(?P<serial>[0-9]{8})(?P<check>[0-9])[A-Z]{2}")
_POST_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_UPS: Final = re.compile(r"1Z(?P<body>[0-9A-Z]{15})(?P<check>[0-9])")
_SF: Final = re.compile(r"SF[0-9]{13}")
_CARRIERS: Final = {
    "dhl": r"[0-9]{10}|J[JV]D[0-9]{14,20}",
    "fedex": r"[0-9]{12}|[0-9]{15}|[0-9]{20}",
    "ups": r"1Z[0-9A-Z]{16}",
    "usps": r"[0-9]{20}|[0-9]{22}|[A-Z]{2}[0-9]{9}US",
    "sf": r"(?:SF)?[0-9]{12,15}",
    "yto": r"(?:YT)?[0-9]{10,13}",
    "zto": r"[0-9]{12,14}",
    "sto": r"[0-9]{12,15}",
    "yunda": r"[0-9]{13,15}",
    "jt": r"(?:JT)?[0-9]{12,15}",
    "cainiao": r"LP[0-9]{14}",
    "ems": r"[A-Z]{2}[0-9]{9}[A-Z]{2}|[0-9]{13}",
    "dpd": r"[0-9]{14}[0-9A-Z]?",
    "gls": r"[0-9]{11,14}",
}
_NAMED: Final = {name: re.compile(shape) for name, shape in _CARRIERS.items()}
# A movement reference number of the European Union: year, country, 14 characters.
_MRN: Final = re.compile(r"[0-9]{2}(?P<country>[A-Z]{2})[0-9A-Z]{13}[0-9]")
# China: customs office, year, in or out, running number.
_CHINESE: Final = re.compile(r"[0-9]{4}20[0-9]{2}[01][0-9]{9}")
_OTHER: Final = re.compile(r"(?=.*[0-9])[0-9A-Z]{6,25}")
_COUNTRIES: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI CH NO GB"
    " TR IS MK RS UA"
)
_UNION: Final = frozenset(_COUNTRIES.split())


def read_shipment(raw: object) -> Selector | None:
    """A number that says itself whose it is, or one written as "carrier:number"."""
    text = clean(raw)
    if text is None:
        return None
    carrier, colon, written = text.partition(":")
    name = carrier.strip().lower() if colon else ""
    number = _SEPARATORS.sub("", written if colon else text).upper()
    if colon and (name not in _NAMED or not _NAMED[name].fullmatch(number)):
        return None
    found = _self_evident(number)
    if found is None and name and not _claims_check_digit(number):
        found = name
    return selector(SHIPMENT, number, raw=text, namespace=found) if found else None


def read_container(raw: object) -> Selector | None:
    text = clean(raw)
    if text is None:
        return None
    number = _SEPARATORS.sub("", text).upper()
    try:
        return selector(CONTAINER, iso6346.validate(number), raw=text)
    except ValidationError:
        return None


def read_declaration(raw: object, country: str | None = None) -> Selector | None:
    """A number with its customs authority: in its form, by the country, or as "CC:number"."""
    text = clean(raw)
    if text is None:
        return None
    before, colon, written = text.partition(":")
    code = country_code(before) if colon else country_code(country)
    number = _SEPARATORS.sub("", written if colon else text).upper()
    union = _MRN.fullmatch(number)
    if union and union["country"] in _UNION and code in {None, *_UNION}:
        return selector(DECLARATION, number, raw=text, namespace="EU/mrn")
    if code == "CN":
        found = _CHINESE.fullmatch(number)
        return selector(DECLARATION, number, raw=text, namespace="CN") if found else None
    if code is None or not _OTHER.fullmatch(number):
        return None
    return selector(DECLARATION, number, raw=text, namespace=code)


def _self_evident(number: str) -> str | None:
    post = _POST.fullmatch(number)
    if post:
        total = sum(int(d) * w for d, w in zip(post["serial"], _POST_WEIGHTS, strict=True))
        check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
        return "post" if check == int(post["check"]) else None
    if _is_ups(number):
        return "ups"
    return "sf" if _SF.fullmatch(number) else None


def _claims_check_digit(number: str) -> bool:
    """Whether its form has a check digit, which then was wrong: a typing error is no number."""
    return bool(_POST.fullmatch(number) or _UPS.fullmatch(number))


def _is_ups(number: str) -> bool:
    match = _UPS.fullmatch(number)
    if match is None:
        return False
    # Letters count as digits: A is 2, B is 3, then round again.
    digits = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in match["body"]]
    total = sum(digits[0::2]) + 2 * sum(digits[1::2])
    return -total % 10 == int(match["check"])
