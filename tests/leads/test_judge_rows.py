"""From a row to a draft: nothing that was written is lost without a word, nothing is guessed."""

import json
from typing import Any

import pytest

from apps.leads.drafts import split
from apps.leads.importing import messages
from apps.leads.importing.dates import read_date
from apps.leads.importing.rows import Defaults, Judged, judge
from apps.leads.reading import Row, bare_cell, safe_cell
from tests.factories.world import NOON


def judged(**cells: str) -> Judged:
    mapping = {column: column.rstrip("2") for column in cells}
    return judge(Row(1, cells), mapping, Defaults(source="shops"), at=NOON)


def draft_of(**cells: str) -> Any:
    one = judged(**cells)
    assert one.draft is not None, one.code
    return one.draft


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("030/123456", ("030/123456",)),
        ("+49 (30) / 12 34 56", ("+49 (30) / 12 34 56",)),
        ("030/1234567; 0211/98765", ("030/1234567", "0211/98765")),
        ("13800138000/13900139000/13700137000", ("13800138000", "13900139000", "13700137000")),
        ("030/1234567 / 030/7654321", ("030/1234567", "030/7654321")),
        ("0571-5550 1001 /\n0571-5550 1002", ("0571-5550 1001", "0571-5550 1002")),
    ],
)
def test_slash_parts_numbers_and_never_one_number(written: str, numbers: tuple[str, ...]) -> None:
    assert split("phone", written) == numbers


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-3-5", "2026-03-05T00:00:00+00:00"),
        ("2026/3/5 14:30", "2026-03-05T14:30:00+00:00"),
        ("2026年3月5日 9:05:07", "2026-03-05T09:05:07+00:00"),
        ("March 5，2026", "2026-03-05T00:00:00+00:00"),
        ("5.3.2026 14:30", "2026-03-05T14:30:00+00:00"),
        ("2026/3/5 25:00", None),
        ("03/04/2026", None),
        ("14:30", None),
    ],
)
def test_date_is_read_as_spreadsheets_show_it(written: str, instant: str | None) -> None:
    found = read_date(written)

    assert (found and found.isoformat()) == instant


def test_title_too_long_for_its_line_is_whole_in_the_text() -> None:
    title = f"Serum {'x' * 400} sales@shop.example"

    draft = draft_of(title=title, description="Seen twice.")

    assert draft.title == title[:300]
    assert draft.description == f"{title}\nSeen twice."


def test_more_values_than_a_lead_takes_are_refused_and_none_is_dropped() -> None:
    addresses = [f"https://a{n}.example/" for n in range(51)]

    one = judged(url=" ".join(addresses))
    other = judged(url=" ".join(addresses[:30]), url2=" ".join(addresses[20:50]))

    assert (one.draft, one.code, one.params) == (
        None, "row.too_many", {"column": "url", "found": 51, "limit": 50},
    )  # fmt: skip
    assert other.draft is not None
    assert other.draft.values["url"] == tuple(addresses[:50])


def test_columns_that_are_too_long_together_are_refused() -> None:
    assert judged(title="A", reference="r" * 200, reference2="s" * 200).params == {
        "column": "reference2", "limit": 300,
    }  # fmt: skip
    assert judged(description="d" * 11_000, description2="e" * 11_000).code == "row.too_long"


def test_everything_that_could_not_be_read_is_said() -> None:
    one = judged(
        title="Stall", url="not an address", phone="+86 571 5550 1001", email="nobody",
        seen_at="yesterday", grading="Z9",
    )  # fmt: skip

    assert one.code == "row.unread_value"
    told = messages.sentence(one.code, json.loads(json.dumps(one.params)))
    for written in ("an", "nobody", "yesterday", "Z9"):
        assert f"“{written}”" in told
    assert "5550" not in told


@pytest.mark.parametrize("value", ["+86 138 0013 8000", "=1+1", "@lumi_shop", "-5"])
def test_cell_that_was_made_harmless_is_read_as_it_was(value: str) -> None:
    assert bare_cell(safe_cell(value)) == value
    assert draft_of(title=safe_cell(value)).title == value
    assert draft_of(title="'Allo").title == "'Allo"
