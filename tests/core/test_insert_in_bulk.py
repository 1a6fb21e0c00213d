"""What is inserted in bulk is what would have been inserted row by row."""

import pytest

from apps.core import bulk, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.leads.models import ImportBatch, ImportRow
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
            grams=[*AWKWARD, text], text=text, updated_at=NOON,
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
    assert all(one.updated_at == NOON for one in kept.values())
    assert (again.params, again.outcome, again.lead_id) == (row.params, "added", None)
    assert bytes(again.digest or b"") == bytes(range(256))
    assert (again.batch.state, again.batch.columns) == ("running", [])


def test_value_of_an_unknown_kind_is_refused(ana: Actor) -> None:
    entry = SearchEntry(
        member_id=ana.member_id, root_type="import", root_id=uuid7(), min_level=3, grams=[],
        text=object(), updated_at=NOON,
    )  # fmt: skip

    with pytest.raises(TypeError, match="no way to write"), scope.acting(ana):
        bulk.insert([entry])
