"""Company numbers, each named by its country and scheme.

A number is read when its own form says what it is (a Chinese credit code, an LEI, a European VAT
number with its prefix, each with a right check digit) or when a country says how to read it and
exactly one scheme of that country fits. Everything else stays unread.
"""

import re
from typing import Final, Protocol

from stdnum import lei
from stdnum.ar import cuit
from stdnum.au import abn, acn
from stdnum.br import cnpj
from stdnum.ca import bn
from stdnum.ch import uid
from stdnum.cl import rut
from stdnum.cn import ric, uscc
from stdnum.co import nit
from stdnum.es import cif
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.id import npwp
from stdnum.il import hp
from stdnum.in_ import gstin
from stdnum.iso7064 import mod_11_10
from stdnum.jp import cn as houjin
from stdnum.kr import brn
from stdnum.mx import rfc
from stdnum.no import orgnr
from stdnum.pe import ruc
from stdnum.pl import regon
from stdnum.ru import inn, ogrn
from stdnum.sg import uen
from stdnum.th import moa
from stdnum.tr import vkn
from stdnum.tw import ubn
from stdnum.ua import edrpou
from stdnum.us import ein
from stdnum.vn import mst

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.contacts import country_code
from apps.leads.normalise.model import COMPANY, Selector, selector


class Scheme(Protocol):
    """What every module of python-stdnum offers."""

    def validate(self, number: str) -> str: ...


_SCHEMES: Final[dict[str, dict[str, Scheme]]] = {
    "AR": {"cuit": cuit},
    "AU": {"abn": abn, "acn": acn},
    "BR": {"cnpj": cnpj},
    "CA": {"bn": bn},
    "CH": {"uid": uid},
    "CL": {"rut": rut},
    "CO": {"nit": nit},
    "ES": {"cif": cif},
    "FR": {"siren": siren, "siret": siret},
    "ID": {"npwp": npwp},
    "IL": {"hp": hp},
    "IN": {"gstin": gstin},
    "JP": {"houjin": houjin},
    "KR": {"brn": brn},
    "MX": {"rfc": rfc},
    "NO": {"orgnr": orgnr},
    "PE": {"ruc": ruc},
    "PL": {"regon": regon},
    "RU": {"inn": inn, "ogrn": ogrn},
    "SG": {"uen": uen},
    "TH": {"moa": moa},
    "TR": {"vkn": vkn},
    "TW": {"ubn": ubn},
    "UA": {"edrpou": edrpou},
    "US": {"ein": ein},
    "VN": {"mst": mst},
}
_VAT_COUNTRIES: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)

_SEPARATORS: Final = re.compile(r"[\s./_\-\u2010-―·]+")
_NUMBER: Final = re.compile(r"[0-9A-Z&Ñ]{5,24}")
_USCC_LENGTH: Final = 18
_LEI_LENGTH: Final = 20
_GB_COMPANY: Final = re.compile(
    r"[0-9]{8}|(?:SC|NI|OC|SO|NC|FC|SF|NF|GE|LP|SL|NL|IP|RC|CE|CS|OE)[0-9]{6}"
)
_CN_LEGACY: Final = re.compile(r"[0-9]{15}")
_RU_PERSON_LENGTH: Final = 12
_MX_COMPANY_LENGTH: Final = 12


def read_company(raw: object, country: str | None = None) -> Selector | None:
    text = clean(raw)
    if text is None:
        return None
    number = _SEPARATORS.sub("", text).upper()
    if not _NUMBER.fullmatch(number):
        return None
    found = _self_evident(number) or _national(number, country_code(country))
    if found is None:
        return None
    namespace, norm = found
    return selector(COMPANY, norm, raw=text, namespace=namespace)


def valid_credit_code(number: str) -> bool:
    """A credit code, unless it may as well be the identity number of a person."""
    return _validated(uscc, number) is not None and _validated(ric, number) is None


def valid_lei(number: str) -> bool:
    return len(number) == _LEI_LENGTH and _validated(lei, number) is not None


def _self_evident(number: str) -> tuple[str, str] | None:
    if len(number) == _USCC_LENGTH and valid_credit_code(number):
        return "CN/uscc", number
    if valid_lei(number):
        return "lei", number
    return _vat(number) if number[:2].isalpha() else None


def _national(number: str, country: str | None) -> tuple[str, str] | None:
    if country is None:
        return None
    if country == "GB":
        return ("GB/company", number) if _GB_COMPANY.fullmatch(number) else None
    if country == "CN":
        return ("CN/reg15", number) if _is_legacy_chinese(number) else None
    found = [
        (f"{country}/{name}", norm)
        for name, scheme in _SCHEMES.get(country, {}).items()
        if (norm := _validated(scheme, number)) is not None and not _is_person(country, norm)
    ]
    if not found and country in _VAT_COUNTRIES.split():
        return _vat(("EL" if country == "GR" else country) + number)
    return found[0] if len(found) == 1 else None


def _vat(number: str) -> tuple[str, str] | None:
    norm = _validated(vat, number)
    if norm is None:
        return None
    country = "GR" if norm.startswith("EL") else norm[:2]
    return f"{country}/vat", norm


def _validated(scheme: Scheme, number: str) -> str | None:
    try:
        return scheme.validate(number)
    except (ValidationError, ValueError):
        return None


def _is_legacy_chinese(number: str) -> bool:
    return _CN_LEGACY.fullmatch(number) is not None and mod_11_10.is_valid(number)


def _is_person(country: str, number: str) -> bool:
    """Russian and Mexican tax numbers tell people from companies by their length."""
    if country == "RU":
        return len(number) == _RU_PERSON_LENGTH
    return country == "MX" and len(number) != _MX_COMPANY_LENGTH
