"""Names of sellers and postal addresses: words in a fixed order. They never stand alone.

A second key with simplified characters lets the two ways of writing Chinese meet: it is the key
that the simplified name has by itself.
"""

import re
from typing import Final

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.contacts import country_code
from apps.leads.normalise.model import ADDRESS, SELLER_NAME, Selector, selector
from apps.leads.normalise.scripts import script_of, simplified

_LONGEST: Final = 300
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
# Written with points: "S.p.A.", "Co., Ltd.", "ООО".
_POINTS: Final = re.compile(r"(?<=\w)\.(?=\w)|(?<=\b\w)\.|['’`]")
_AFTER: Final = (
    "ltd limited inc incorporated corp corporation co company llc llp lp plc pte pty bhd sdn gmbh"
    " mbh ag kg kgaa ohg ug sa sas sarl sasu srl spa sl slu bv nv oy oyj ab as asa aps ltda eireli"
    " sro doo zrt kft kk tbk pvt private jsc pjsc ооо оао зао пао ао ип тов"
)
_BEFORE: Final = "pt cv ооо оао зао пао ао ип тов شركة مؤسسة"
_FORMS_AFTER: Final = frozenset(_AFTER.split())
_FORMS_BEFORE: Final = frozenset(_BEFORE.split())
_CHINESE_FORMS: Final = (
    "股份有限责任公司", "股份有限公司", "集团有限公司", "有限责任公司", "有限公司", "個人獨資企業",
    "股份有限責任公司", "集團有限公司", "有限責任公司", "个人独资企业", "株式会社", "株式會社",
    "合同会社", "有限会社", "公司",
)  # fmt: skip
_CHINESE_FORMS_BEFORE: Final = ("株式会社", "有限会社", "合同会社", "주식회사")
_FEWEST_LETTERS: Final = 2

_POSTAL: Final = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{5}-\d{3}|\d{3}-\d{4}|\d{5,6}|\d{4})(?!\w)"
)
_POSTAL_CN: Final = re.compile(r"(?<!\d)\d{6}(?!\d)")
_CHINESE_PART: Final = re.compile(r"(?<=[省市区县區縣镇鎮乡鄉村街路道巷弄号號楼樓层層室座栋棟])")
_SHORT: Final = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "road": "rd", "avenue": "ave",
    "av": "ave", "boulevard": "blvd", "building": "bldg", "floor": "fl", "room": "rm",
    "district": "dist", "province": "prov", "number": "no", "suite": "ste", "apartment": "apt",
}  # fmt: skip
_FEWEST_PARTS: Final = 2


def seller_names(raw: object) -> list[Selector]:
    """The name, then the same name in simplified characters where that differs."""
    text = clean(raw)
    if text is None or len(text) > _LONGEST:
        return []
    found = [_name(text)]
    if not text.isascii() and found[0] is not None:
        found.append(simplified(found[0]))
    return [
        selector(SELLER_NAME, norm, raw=text, namespace=script_of(norm))
        for norm in dict.fromkeys(found)
        if norm
    ]


def read_address(raw: object, country: str | None = None) -> Selector | None:
    """The parts of a postal address in a fixed order, its postal code first."""
    text = clean(raw)
    if text is None or len(text) > _LONGEST:
        return None
    code = country_code(country)
    plain = simplified(text)
    postal = (_POSTAL_CN if code == "CN" else _POSTAL).findall(plain.upper())
    place = postal[-1].replace(" ", "") if postal else ""
    rest = plain.upper().replace(postal[-1], " ") if postal else plain
    words = {
        _SHORT.get(word, word)
        for word in _WORD.findall(_POINTS.sub("", _CHINESE_PART.sub(" ", rest)).casefold())
    }
    if len(words) + bool(place) < _FEWEST_PARTS or all(word.isdigit() for word in words):
        return None
    norm = " ".join([place, *sorted(words)] if place else sorted(words))
    return selector(ADDRESS, norm, raw=text, namespace=code or "")


def _name(text: str) -> str | None:
    words = _WORD.findall(_POINTS.sub("", text.casefold()))
    whole = list(words)
    while len(words) > 1 and words[-1] in _FORMS_AFTER:
        words.pop()
    while len(words) > 1 and words[0] in _FORMS_BEFORE:
        words.pop(0)
    words = [kept for word in words if (kept := _without_form(word))] or whole
    norm = " ".join(sorted(words))
    return norm if sum(map(str.isalpha, norm)) >= _FEWEST_LETTERS else None


def _without_form(word: str) -> str:
    """Chinese, Japanese and Korean write the legal form without a space."""
    if word.isascii():
        return word
    for form in _CHINESE_FORMS:
        if word.endswith(form):
            return word.removesuffix(form)
    for form in _CHINESE_FORMS_BEFORE:
        if word.startswith(form):
            return word.removeprefix(form)
    return word
