"""Golden files: what addresses and values name, each with its source, all at once."""

import csv
from pathlib import Path

import pytest

from apps.leads.drafts import key_of
from apps.leads.normalise import (
    IMAGE_HASH,
    LISTING,
    SHOP,
    URL,
    WEAK,
    normalise,
    selectors_of,
)
from apps.leads.normalise.images import bands, is_near, probes
from apps.leads.normalise.scripts import simplified
from apps.leads.normalise.stoplist import LISTS, stopped_by

GOLDEN = Path(__file__).parent / "golden"


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def on_marketplace(url: str) -> tuple[str, str, str, str]:
    found = {one.kind: one for one in selectors_of(URL, url) if one.kind in {LISTING, SHOP}}
    first = next(iter(found.values()), None)
    norms = [found[kind].norm if kind in found else "" for kind in (LISTING, SHOP)]
    return first.namespace if first else "", norms[0], norms[1], first.market if first else ""


def named(kind: str, raw: str, country: str) -> str:
    """As the file writes it: kind|namespace|norm, spaces as _, a * behind what is weak."""
    return " ".join(
        f"{one.kind}|{one.namespace}|{one.norm.replace(' ', '_')}"
        + ("*" if one.is_weak and one.kind != "raw_phone" else "")
        for one in selectors_of(kind, raw, country or None)
    )


def test_every_marketplace_address_is_read_right() -> None:
    golden = rows("marketplaces.csv")

    wrong = [
        (row["url"], on_marketplace(row["url"]))
        for row in golden
        if on_marketplace(row["url"])
        != (row["platform"], row["listing"], row["shop"], row["market"])
    ]

    assert wrong == []
    assert len({row["url"] for row in golden}) >= 300
    assert all(row["source"] for row in golden)


def test_every_other_value_is_read_right() -> None:
    golden = rows("values.csv")

    wrong = [
        (row["kind"], row["raw"], found)
        for row in golden
        if (found := named(row["kind"], row["raw"], row["country"])) != row["selectors"]
    ]

    assert wrong == []
    assert len({(row["kind"], row["raw"], row["country"]) for row in golden}) >= 200
    assert all(row["source"] for row in golden)


def test_address_that_no_rule_reads_is_kept_as_an_address() -> None:
    unread = [row["url"] for row in rows("marketplaces.csv") if not row["platform"]]

    assert [url for url in unread if normalise(URL, url) is None] == []


def test_listing_address_reads_back_as_itself() -> None:
    wrong = []
    for row in rows("marketplaces.csv"):
        first = normalise(URL, row["url"])
        again = first and normalise(URL, first.norm)
        if first is None or again is None or again.key != first.key:
            wrong.append(row["url"])

    assert wrong == []


def test_identifier_is_its_own_canonical_form() -> None:
    wrong = []
    for row in rows("marketplaces.csv"):
        for kind in (LISTING, SHOP):
            found = normalise(kind, f"{row['platform']}:{row[kind]}") if row[kind] else None
            if (found.norm if found else "") != row[kind]:
                wrong.append((kind, row["platform"], row[kind]))

    assert wrong == []


def test_only_what_is_sure_and_no_name_signals_alone() -> None:
    alone = {
        one.kind: one.signals_alone
        for row in rows("values.csv")
        for one in selectors_of(row["kind"], row["raw"], row["country"] or None)[:1]
    }

    assert {kind for kind, signals in alone.items() if not signals} == {
        "address",
        "image_hash",
        "raw_phone",
        "seller_name",
    }


def test_tagged_mailbox_meets_the_plain_one_and_only_weakly() -> None:
    plain = selectors_of("email", "ana@gmail.com")
    tagged = selectors_of("email", "A.na+shop@gmail.com")

    assert key_of(plain[0]) == key_of(tagged[1])
    assert tagged[1].strength == WEAK
    assert not tagged[1].signals_alone


@pytest.mark.parametrize("bits", [0, 1, 6, 7])
def test_picture_is_found_by_its_bands_up_to_six_bits_away(bits: int) -> None:
    digest = "9f172786e71f1e00"
    # One bit in each band first, then a second one in two of them.
    flipped = sum(1 << place for place in (0, 17, 34, 51, 5, 22, 60)[:bits])
    other = f"{int(digest, 16) ^ flipped:016x}"

    assert is_near(digest, other) == (bits <= 6)
    assert bits > 6 or not set(probes(digest)).isdisjoint(bands(other))
    assert normalise(IMAGE_HASH, f"phash:{other}") is not None


def test_stop_lists_say_what_they_stop_and_why() -> None:
    assert all(one.description and one.source and one.kinds and one.values for one in LISTS)
    assert stopped_by("domain", "dhl.com") is not None
    assert stopped_by("domain", "lumi.example") is None


def test_simplifying_twice_changes_nothing() -> None:
    text = "廣州市國際貿易股份有限公司 Lumi 杭州露米"

    assert (
        simplified(simplified(text))
        == simplified(text)
        == "广州市国际贸易股份有限公司 Lumi 杭州露米"
    )
