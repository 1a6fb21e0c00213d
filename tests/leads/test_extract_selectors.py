import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.leads.extract import MOST_SELECTORS, extract


def found_in(text: str, country: str | None = None) -> set[tuple[str, str]]:
    return {(one.kind, one.norm) for one in extract(text, country)}


@pytest.mark.parametrize(
    ("text", "selectors"),
    [
        (
            "See hxxps://lumi[.]example/p?id=3, or write to sales(at)lumi[.]example.",
            {
                ("url", "https://lumi.example/p?id=3"),
                ("domain", "lumi.example"),
                ("email", "sales@lumi.example"),
            },
        ),
        (
            "请看www.lumi-fake.com。谢谢，邮箱sales@lumi.example电话+86 138 0013 8000！",
            {
                ("domain", "lumi-fake.com"),
                ("domain", "www.lumi-fake.com"),
                ("email", "sales@lumi.example"),
                ("phone", "+8613800138000"),
            },
        ),
        (
            "访问https://lumi.example很便宜，信用代码91110000600037341L",
            {
                ("url", "https://lumi.example/"),
                ("domain", "lumi.example"),
                ("company", "91110000600037341L"),
            },
        ),
        ("والموقع متجر.test؟ شكرا", {("domain", "xn--pgbep1f.test")}),
        (
            "(item.taobao.com/item.htm?id=12)",
            {("listing", "12"), ("url", "https://item.taobao.com/item.htm?id=12")},
        ),
        ("中国商店.中国 is back", {("domain", "xn--fiqw6ovnbp0o.xn--fiqs8s")}),
        ("Their VAT: DE 136695976.", {("company", "DE136695976")}),
        (
            "https://магазин.example",
            {("url", "https://xn--80aairftm.example/"), ("domain", "xn--80aairftm.example")},
        ),
    ],
)
def test_text_names_its_selectors(text: str, selectors: set[tuple[str, str]]) -> None:
    assert found_in(text) == selectors


@pytest.mark.parametrize(
    "text",
    [
        "Read README.md, e.g. version 3.5 of v1.2.3.",
        "One sentence.Then another; 12.50 EUR at 10:30",
        "Identity 11010519491231002X, order 12345678901234567890",
        "meet (at) noon",
        "call 138 0013 8000",
        "DE136695976",
        "",
    ],
)
def test_text_without_a_sure_selector_names_none(text: str) -> None:
    assert extract(text) == []


def test_brackets_that_belong_to_an_address_stay() -> None:
    assert ("url", "https://lumi.example/a_%28b%29") in found_in("(https://lumi.example/a_(b))")


def test_national_number_is_read_with_its_country() -> None:
    assert found_in("电话13800138000", "CN") == {("phone", "+8613800138000")}


def test_selectors_come_once_in_the_order_of_the_text() -> None:
    found = extract("b.example a.example b.example c@a.example")

    assert [one.norm for one in found] == ["b.example", "a.example", "c@a.example"]


@pytest.mark.parametrize(
    "part",
    ["a.", "http://", "(", "@", "a@", "+1 ", "1", "https://a.example/)", "[.]", "VAT ", "中."],
)
def test_hostile_text_is_read_to_the_end(part: str) -> None:
    found = extract(part * (300_000 // len(part)))

    assert len(found) <= MOST_SELECTORS


@given(st.one_of(st.text(), st.binary(), st.none()))
def test_no_text_makes_it_raise(text: object) -> None:
    extract(text, "CN")


@given(st.text("ab.@/:[]()hxtp+1 中。，\u200b\ud800", max_size=60))
def test_what_is_found_reads_back_as_itself(text: str) -> None:
    for one in extract(text):
        assert one.norm
        assert one.key in {again.key for again in extract(one.norm)} or one.kind == "url"
