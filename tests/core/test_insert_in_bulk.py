"""What is inserted in bulk is what would have been inserted row by row."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from apps.core import bulk, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7, uuid7s
from apps.leads.drafts import Draft
from apps.leads.models import ImportBatch, ImportRow, LeadSelector, SelectorPosting
from apps.leads.services import create_lead
from apps.sharing import services as sharing
from apps.sharing.models import SearchEntry
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db
AWKWARD = [
    "", " ", "NULL", "\\N", "\\.", "a\tb", "a\nb", "a\r\nb", "back\\slash", "\\t", 'say "hi"',
    "{a,b}", "a,b", "'", "精华液 نص 🧴", "\x01", "\\x41",
]  # fmt: skip


def test_awkward_values_come_back_as_they_were(ana: Actor) -> None:
    entries = [
        SearchEntry(
            member_id=ana.member_id, root_type="import", root_id=uuid7(), min_level=3,
            grams=[*AWKWARD, text], text=text, came_at=NOON,
        )
        for text in AWKWARD
    ]  # fmt: skip
    batch = ImportBatch(
        member_id=ana.member_id, format="api", columns=[], total=1, created_at=NOON,
        state=ImportBatch.State.RUNNING,
    )  # fmt: skip
    row = ImportRow(
        member_id=ana.member_id, batch_id=batch.pk, number=1, outcome=ImportRow.Outcome.ADDED,
        params={"at": NOON.isoformat(), "texts": AWKWARD, "n": 1.5, "no": None}, lead_id=None,
        digest=bytes(range(256)),
    )  # fmt: skip

    with scope.acting(ana):
        sharing.own_subject(("import", batch.pk), member_id=ana.member_id, at=NOON)
        for rows in (entries, [batch], [row]):
            bulk.insert(rows)
        kept = {one.pk: one for one in SearchEntry.objects.filter(root_type="import")}
        again = ImportRow.objects.select_related("batch").get(pk=row.pk)

    assert [(kept[one.pk].text, kept[one.pk].grams) for one in entries] == [
        (one.text, one.grams) for one in entries
    ]
    assert all(one.came_at == NOON for one in kept.values())
    assert (again.params, again.outcome, again.lead_id) == (row.params, "added", None)
    assert bytes(again.digest or b"") == bytes(range(256))
    assert (again.batch.state, again.batch.columns) == ("running", [])


def test_value_of_an_unknown_kind_is_refused(ana: Actor) -> None:
    entry = SearchEntry(
        member_id=ana.member_id, root_type="import", root_id=uuid7(), min_level=3, grams=[],
        text=object(), came_at=NOON,
    )  # fmt: skip

    with pytest.raises(TypeError, match="no way to write"), scope.acting(ana):
        bulk.insert([entry])


def batch_of(actor: Actor) -> UUID:
    batch = ImportBatch(
        member_id=actor.member_id, format="api", columns=[], total=1, created_at=NOON
    )
    sharing.own_subject(("import", batch.pk), member_id=actor.member_id, at=NOON)
    batch.save(force_insert=True)
    return batch.pk


def kept_rows(actor: Actor, **told: Sequence[Any]) -> list[ImportRow]:
    """Import rows with these columns, one row for each value, as the database has them."""
    with scope.acting(actor):
        same = {"member_id": actor.member_id, "batch_id": batch_of(actor)}
        count = len(next(iter(told.values())))
        columns = {"outcome": [ImportRow.Outcome.ADDED] * count} | told
        bulk.load(ImportRow, {"number": list(range(count)), **columns}, **same)
        return list(ImportRow.objects.filter(batch_id=same["batch_id"]).order_by("number"))


def test_columns_of_every_type_come_back_as_they_were(ana: Actor) -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    told: dict[str, list[Any]] = {
        "lead_id": [uuid7() for _row in range(4)],
        "digest": [bytes(range(256)), b"", b"\\x41", memoryview(b"\n\t")],
        "discoverability": [0, 2, -32_768, 32_767],
        "strength": [0.1, 1e-300, -0.0, float("inf")],
        "tried": [True, False, True, False],
        "known_since": [NOON, datetime(1970, 1, 1, tzinfo=east), NOON, NOON + timedelta.resolution],
    }

    with scope.acting(ana):
        bulk.load(SelectorPosting, told, member_id=ana.member_id, key_id="a key")
        kept = {row.lead_id: row for row in SelectorPosting.objects.all()}

    for name, values in told.items():
        found = [getattr(kept[lead_id], name) for lead_id in told["lead_id"]]
        if name == "digest":
            found = [bytes(value) for value in found]
        assert found == values, name
    assert {(row.member_id, row.key_id) for row in kept.values()} == {(ana.member_id, "a key")}


def test_columns_with_gaps_and_with_one_value_come_back_as_they_were(ana: Actor) -> None:
    some = uuid7()
    told: dict[str, list[Any]] = {
        "title": AWKWARD,
        "locator": ["everywhere the same\t\\"] * len(AWKWARD),
        "match_reference": [""] * len(AWKWARD),
        "lead_id": [some if n % 3 else None for n in range(len(AWKWARD))],
        "match_id": [None] * len(AWKWARD),
        "digest": [None] * len(AWKWARD),
        "params": [{text: [text, None]} for text in AWKWARD],
        "outcome": [ImportRow.Outcome.ADDED, ImportRow.Outcome.ERROR] * (len(AWKWARD) // 2)
        + [ImportRow.Outcome.KNOWN],
    }

    kept = kept_rows(ana, **told)

    for name, values in told.items():
        assert [getattr(row, name) for row in kept] == values, name
    assert len({row.pk for row in kept}) == len(AWKWARD)


def test_equal_values_that_are_written_differently_stay_apart(ana: Actor) -> None:
    params = [{"n": 1}, {"n": True}, {"n": 1.0}]

    kept = kept_rows(ana, params=params)

    assert [type(row.params["n"]) for row in kept] == [int, bool, float]


def test_rows_that_are_all_alike_are_as_many_as_were_told(ana: Actor) -> None:
    assert [row.title for row in kept_rows(ana, title=["Serum"] * 3)] == ["Serum"] * 3
    with scope.acting(ana):
        lead = create_lead(Draft(title="Serum"), actor=ana, at=NOON)
        same = {"member_id": ana.member_id, "lead_id": lead.pk, "kind": "url", "norm_version": 1}
        bulk.load(LeadSelector, {"raw": ["a", "a"], "norm": ["b", "b"]}, **same)
        bulk.load(LeadSelector, {"raw": ["a"]}, **same)
        assert [one.raw for one in lead.selectors.all()] == ["a"] * 3


def test_no_rows_are_no_statement(ana: Actor, django_assert_num_queries: Any) -> None:
    with scope.acting(ana), django_assert_num_queries(0):
        bulk.load(SearchEntry, {"text": [], "grams": []}, member_id=ana.member_id)
        bulk.insert([])


@pytest.mark.parametrize("text", ["\0", "shop\0example"])
def test_text_that_no_database_keeps_is_refused_by_what_it_is(ana: Actor, text: str) -> None:
    with pytest.raises(ValueError, match="no text with a NUL in it"):
        kept_rows(ana, title=["good", text])


def test_ids_made_at_once_are_of_version_seven_and_ascend() -> None:
    found = uuid7s(500)

    assert found == sorted(set(found))
    assert {(one.version, one.variant) for one in found} == {(7, uuid7().variant)}
    # 12 and 62 bits are drawn: each of them is set in some and in others not.
    drawn = (0xFFF << 64) | (2**62 - 1)
    ones = zeros = 0
    for one in found:
        ones, zeros = ones | one.int, zeros | ~one.int
    assert ones & zeros & drawn == drawn
