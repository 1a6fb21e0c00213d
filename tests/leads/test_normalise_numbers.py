import random
from functools import partial

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.leads.normalise import COMPANY, EMAIL, PHONE, normalise, selectors_of
from apps.leads.normalise.stoplist import LISTS

STOPPED = frozenset(value for one in LISTS if PHONE in one.kinds for value in one.values)


@pytest.mark.parametrize(
    ("raw", "country", "norm"),
    [
        ("+1 (202) 555-0123", None, "+12025550123"),
        ("tel:+44 20 7946 0123", None, "+442079460123"),
        ("138 0013 8000", "CN", "+8613800138000"),
        ("0086 138 0013 8000", "IT", "+8613800138000"),
        ("＋８６ １３８ ００１３ ８０００", None, "+8613800138000"),
        ("٠١٠٠ ١٢٣ ٤٥٦٧", "eg", "+201001234567"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("138 0013 8000", None, None),
        ("138 0013 8000", "China", None),
        ("0086 138 0013 8000", None, None),
        ("12", "CN", None),
        ("+86 138 0013 8000 ext. 12", None, "+8613800138000"),
        ("010-6234 5678转12", "CN", "+861062345678"),
        ("call me", "US", None),
        ("1-800-LUMI", "US", None),
        ("110000600037341L", "CN", None),
        ("11.100000003341", "CN", None),
        ("+86 11328 0013 80001", None, None),
        ("", None, None),
    ],
)
def test_phone_number_is_e164_or_nothing(raw: str, country: str | None, norm: str | None) -> None:
    found = normalise(PHONE, raw, country)

    assert (found.norm if found else None) == norm


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_by_the_library(written: str) -> str | None:
    """What the library makes of an international number, read twice."""
    try:
        norm = e164(phonenumbers.parse(written, None))
        number, again = (phonenumbers.parse(one, None) for one in (written, norm))
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return norm if again == number and reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def international_numbers() -> list[str]:
    """One of each type of each region, and digits after each code, in number as there are any."""
    draw = random.Random(1)
    regions = [*phonenumbers.SUPPORTED_REGIONS]
    types = phonenumbers.PhoneNumberType.values()
    told = [phonenumbers.example_number_for_type(r, kind) for r in regions for kind in types]
    codes = [*phonenumbers.COUNTRY_CODE_TO_REGION_CODE, 21, 999]
    digits = partial(draw.choices, "0012345678999")
    drawn = [f"+{code}{''.join(digits(k=n))}" for code in codes for n in (6, 9)]
    return [*map(e164, filter(None, told)), *drawn]


def test_international_number_is_what_the_library_makes_of_it() -> None:
    read = {one: normalise(PHONE, one) for one in international_numbers()}

    wrong = {
        one: (found, read_by_the_library(one))
        for one, found in read.items()
        if (found.norm if found else None) != read_by_the_library(one)
    }
    # The lists of what is stopped, not the reading, leave out numbers made for examples.
    assert {one: w for one, w in wrong.items() if w[0] is not None or w[1] not in STOPPED} == {}
    assert sum(1 for found in read.values() if found) > 500


@pytest.mark.parametrize(
    ("raw", "norm"),
    [
        ("Ana.Rossi@Lumi.Example", "ana.rossi@lumi.example"),
        ("mailto:ana@lumi.example?subject=Hi", "ana@lumi.example"),
        ("Ana Rossi <ana@lumi.example>", "ana@lumi.example"),
        ("ana(at)lumi[.]example", "ana@lumi.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ａｎａ＠ｌｕｍｉ．ｅｘａｍｐｌｅ", "ana@lumi.example"),
        ("ana+shop@lumi.example", "ana+shop@lumi.example"),
        ("ana@lumi.example.", "ana@lumi.example"),
        ("ana@@lumi.example", None),
        ("@lumi.example", None),
        ("ana@localhost", None),
        ("ana@192.0.2.7", None),
        ("ana..r@lumi.example", None),
        ("ana rossi@lumi.example", None),
    ],
)
def test_email_address_has_its_canonical_form(raw: str, norm: str | None) -> None:
    found = normalise(EMAIL, raw)

    assert (found.norm if found else None) == norm


@pytest.mark.parametrize(
    ("raw", "country", "namespace", "norm"),
    [
        ("91110000600037341L", None, "CN/uscc", "91110000600037341L"),
        ("9111 0000 6000 3734 1l", "US", "CN/uscc", "91110000600037341L"),
        ("DE 136 695 976", None, "DE/vat", "DE136695976"),
        ("136695976", "DE", "DE/vat", "DE136695976"),
        ("213800KUD8LAJWSQ9D15", None, "lei", "213800KUD8LAJWSQ9D15"),
        ("07458100", "GB", "GB/company", "07458100"),
        ("sc123456", "GB", "GB/company", "SC123456"),
        ("11.222.333/0001-81", "BR", "BR/cnpj", "11222333000181"),
        ("732 829 320", "FR", "FR/siren", "732829320"),
        ("00743110157", "it", "IT/vat", "IT00743110157"),
    ],
)
def test_company_number_is_named_by_country_and_scheme(
    raw: str, country: str | None, namespace: str, norm: str
) -> None:
    found = normalise(COMPANY, raw, country)

    assert found is not None
    assert (found.namespace, found.norm) == (namespace, norm)


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("91110000600037341A", None),
        ("07458100", None),
        ("11.222.333/0001-82", "BR"),
        ("732829320", "XX"),
        ("Lumi Trading Co., Ltd", "CN"),
        ("11010519491231002X", "CN"),
        ("110105194912310409", "CN"),
        ("杭州", "CN"),
    ],
)
def test_number_that_is_not_surely_a_company_stays_unread(raw: str, country: str | None) -> None:
    assert normalise(COMPANY, raw, country) is None


@settings(deadline=None)
@given(st.one_of(st.text(), st.binary()), st.one_of(st.none(), st.text(max_size=3)))
def test_no_value_makes_it_raise(raw: object, country: str | None) -> None:
    for kind in (EMAIL, PHONE, COMPANY, "unknown"):
        selectors_of(kind, raw, country)


@settings(deadline=None)
@given(
    st.text("0123456789+-() .abzDEFR@éİ①ⅷ", max_size=24),
    st.sampled_from(["CN", "DE", "BR", None]),
)
def test_canonical_value_is_its_own_canonical_form(raw: str, country: str | None) -> None:
    for kind in (EMAIL, PHONE, COMPANY):
        for found in selectors_of(kind, raw, country):
            again = normalise(kind, found.norm, country)
            assert again is not None
            assert again.key == found.key


@pytest.mark.parametrize("value", ["\x00", "\ud800", b"\xff\xfe", "a" * 1_000_000, None, 7])
def test_garbage_is_no_selector(value: object) -> None:
    assert [normalise(kind, value) for kind in (EMAIL, PHONE, COMPANY)] == [None] * 3
