"""Bank accounts and payment cards, each with a right check digit."""

import re
from typing import Final

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.contacts import country_code
from apps.leads.normalise.model import BANK_ACCOUNT, Selector, selector

_LABEL: Final = re.compile(
    r"\s*(?:IBAN|账号|帳號|卡号|卡號|银行卡|account(?: no)?)[\s.::]*", re.IGNORECASE
)
_SEPARATORS: Final = re.compile(r"[\s.\-\u2010-\u2015·]+")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_CARD: Final = re.compile(r"[0-9]{16,19}")
# "US/021000021:123456789": a country, how the bank is known there, and the account.
_NAMED: Final = re.compile(r"(?P<bank>[A-Z]{2}/[0-9A-Z]{3,12}):(?P<account>[0-9]{5,20})")


def read_bank_account(raw: object, country: str | None = None) -> Selector | None:
    """An IBAN, a card of China, or an account written with its country and bank."""
    text = clean(raw)
    if text is None:
        return None
    number = _SEPARATORS.sub("", _LABEL.sub("", text, count=1)).upper()
    named = _NAMED.fullmatch(number)
    if named and named["bank"] == "CN/CARD":
        # A card with its namespace before it, as an exchanged file has it.
        number, country, named = named["account"], "CN", None
    if named:
        return selector(BANK_ACCOUNT, named["account"], raw=text, namespace=named["bank"])
    if _IBAN.fullmatch(number) and _is_iban(number):
        return selector(BANK_ACCOUNT, number, raw=text, namespace="iban")
    # China UnionPay's own range says what it is; other digits need the country.
    is_chinese = number.startswith("62") or country_code(country) == "CN"
    if _CARD.fullmatch(number) and number[0] != "0" and is_chinese and luhn.is_valid(number):
        return selector(BANK_ACCOUNT, number, raw=text, namespace="CN/card")
    return None


def _is_iban(number: str) -> bool:
    try:
        iban.validate(number, check_country=False)
    except ValidationError:
        return False
    return True
