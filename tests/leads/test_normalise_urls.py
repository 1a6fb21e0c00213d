import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.leads.normalise import (
    DOMAIN,
    LISTING,
    SHOP,
    URL,
    is_shared_place,
    normalise,
    selectors_of,
)
from apps.leads.normalise.hosts import _suffixes, registrable_domain

GOLDEN = Path(__file__).parent / "golden"
URLS = json.loads((GOLDEN / "urls.json").read_text("utf-8"))

labels = st.text("abcxyz019", min_size=1, max_size=8)
hosts = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "example"]))
paths = st.text("abC019/-_.~%2fé商 ()'\"[]?&=+;:@#\\", max_size=30)


def norms(kind: str, raw: str, *, of: str = URL) -> list[str]:
    return [one.norm for one in selectors_of(of, raw) if one.kind == kind]


@pytest.mark.parametrize(("raw", "norm"), URLS)
def test_address_has_its_canonical_form(raw: str, norm: str | None) -> None:
    found = normalise(URL, raw)

    assert (found.norm if found else None) == norm


def test_raw_value_is_kept_as_written() -> None:
    found = normalise(URL, " HXXP://Shop[.]example/p ")

    assert found is not None
    assert found.raw == " HXXP://Shop[.]example/p "


@given(hosts, paths)
def test_canonical_address_is_its_own_canonical_form(host: str, path: str) -> None:
    found = normalise(URL, f"http://{host}/{path}")

    again = found and normalise(URL, found.norm)

    assert found is not None
    assert again is not None
    assert again.key == found.key


@given(hosts, st.sampled_from(["/", "/a/b", "/a?x=1"]))
def test_written_variants_of_an_address_are_one(host: str, path: str) -> None:
    plain = normalise(URL, f"https://{host}{path}")

    for variant in (
        f"HTTP://{host.upper()}:80{path}",
        f"https://ana:secret@{host}.{path}#part",
        f"hxxp://{host.replace('.', '[.]')}{path}",
        f"{host}{path}",
    ):
        found = normalise(URL, variant)
        assert found is not None
        assert plain is not None
        assert found.key == plain.key


@given(st.one_of(st.text(), st.binary(), st.integers(), st.none()))
def test_no_value_makes_it_raise(raw: object) -> None:
    for kind in (URL, DOMAIN, LISTING, SHOP):
        selectors_of(kind, raw)
        normalise(kind, raw)


@pytest.mark.parametrize("part", ["a", "a.", "[.]", "%", "%41", "/..", "&a=b", "中", "xn--a.", "("])
def test_very_long_value_is_no_selector(part: str) -> None:
    long = "https://shop.example/" + part * (1_000_000 // len(part))

    assert selectors_of(URL, long) == []


def test_address_names_the_registrable_domain_and_the_full_host() -> None:
    assert norms(DOMAIN, "https://store.lumi.co.uk/p") == ["lumi.co.uk", "store.lumi.co.uk"]
    assert norms(DOMAIN, "https://lumi.example/p") == ["lumi.example"]


def test_registrable_domain_is_what_the_whole_list_says() -> None:
    rules = [rule for rule in _suffixes.tlds if rule.isascii()]
    odd = [rule.lstrip("!").replace("*", "any") for rule in rules if rule[0] in "!*"]
    asked = [f"{before}{rule}" for rule in [*odd, *rules[::9]] for before in ("a.", "b.c.")]

    told = {host: _suffixes.extract_str(host) for host in asked}
    wrong = {
        host: registrable_domain(host)
        for host, found in told.items()
        if found.domain and registrable_domain(host) != f"{found.domain}.{found.suffix}"
    }
    assert len(told) > 2_000
    assert wrong == {}


def test_shop_on_shared_hosting_is_its_own_domain() -> None:
    assert norms(DOMAIN, "https://lumi.myshopify.com/p") == ["lumi.myshopify.com"]
    assert norms(DOMAIN, "https://lumi.x.yupoo.com/albums") == ["lumi.x.yupoo.com"]


@pytest.mark.parametrize("host", ["amazon.de", "www.taobao.com", "t.me", "myshopify.com", "co.uk"])
def test_shared_domain_is_no_selector(host: str) -> None:
    assert normalise(DOMAIN, host) is None
    assert selectors_of(DOMAIN, host) == []
    assert is_shared_place(host)


def test_unreadable_domain_is_not_called_shared() -> None:
    assert not is_shared_place("hello world")
    assert not is_shared_place("lumi.example")


def test_address_number_names_no_domain() -> None:
    assert norms(DOMAIN, "http://192.0.2.7/p") == []


def test_domain_with_a_path_is_read_as_an_address() -> None:
    assert norms(URL, "lumi.example/p/1", of=DOMAIN) == ["https://lumi.example/p/1"]


def test_lookalike_host_is_its_own_punycode() -> None:
    assert norms(DOMAIN, "https://аpple.example/") == ["xn--pple-43d.example"]


def test_identifier_in_another_script_is_none() -> None:
    assert normalise(SHOP, "taobao:İ23") is None
    assert normalise(SHOP, "nowhere:123") is None


def test_listing_address_keeps_only_what_the_platform_needs() -> None:
    assert norms(URL, "https://item.taobao.com/item.htm?id=12&ref=x&abbucket=9") == [
        "https://item.taobao.com/item.htm?id=12"
    ]
