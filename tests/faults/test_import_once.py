"""An import whose process is killed goes on where it stopped, and ends as if nothing had been."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.leads.models import ImportBatch, ImportRow, Lead, LeadSelector, SelectorPosting
from apps.leads.services import imports
from apps.sharing.models import SearchEntry
from tests.factories.world import NOON, make_member, make_person
from tests.faults.importing import STRETCH
from tests.faults.processes import ROOT
from tests.faults.workers import environment, kill
from tests.leads.conftest import check, run, upload, work

ROWS = 150
OFFERS = (f"Offer {n % 140},o-{n % 140}.example,+1 212 555 01{n % 50:02}" for n in range(ROWS))
FILE = "\n".join(["title,domain,phone", *OFFERS]).encode()


def left_by(actor: Actor) -> dict[str, list[Any]]:
    """Everything that an import leaves behind, without ids and times."""
    with scope.acting(actor):
        leads = Lead.objects.order_by("reference").values_list(
            "reference", "title", "locator", "source", "row_digest"
        )
        named = LeadSelector.objects.order_by("lead__reference", "position")
        rows = ImportRow.objects.order_by("number")
        batch = ImportBatch.objects.get()
        numbers = dict(Lead.objects.values_list("pk", "reference"))
        entries = SearchEntry.objects.filter(root_type="lead")
        postings = SelectorPosting.objects.filter(member_id=actor.member_id)
        return {
            "leads": [(*row[:4], bytes(row[4])) for row in leads],
            "selectors": list(named.values_list("lead__reference", "kind", "norm", "position")),
            "rows": [(r.number, r.outcome, r.title, numbers.get(r.lead_id)) for r in rows],
            "words": sorted((numbers[e.root_id], e.min_level, e.text) for e in entries),
            "postings": sorted((numbers[p.lead_id], bytes(p.digest)) for p in postings),
            "counts": [batch.state, batch.cursor, batch.processed, batch.added, batch.duplicates],
        }


@pytest.mark.django_db(transaction=True)
def test_import_killed_within_a_stretch_ends_with_the_rows_of_an_undisturbed_one(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_ROOT = tmp_path
    monkeypatch.setattr(imports.Rows.after, "__defaults__", (STRETCH,))
    ana = make_person("Ana Lin", make_member("Aurelis", "AUR"))
    bo = make_person("Bo Duarte", make_member("Solmara", "SOL"))
    run(check(upload(bo, FILE), bo), bo)
    batch = run(check(upload(ana, FILE), ana), ana, stretches=0)

    told = [str(batch.pk), str(ana.member_id), str(tmp_path), "2"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.importing", *told],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "written, not committed\n"
    finally:
        kill(worker)
    with scope.acting(ana):
        assert Lead.objects.count() == 2 * STRETCH
    batch = work(batch)

    assert (batch.state, batch.started_at) == ("done", NOON)
    assert left_by(ana) == left_by(bo)
