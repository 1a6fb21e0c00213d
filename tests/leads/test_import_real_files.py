"""Real public files through the one importer, twice each."""

from pathlib import Path

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.leads import selectors
from tests.leads.conftest import Import

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not here"),
]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("scam_domains_durablenapkin.csv", 14_952),
        ("eu_safety_gate_alerts_353.csv", 353),
        ("udrp_cases_240.csv", 240),
    ],
)
def test_real_file_is_imported_once_however_often_it_is_brought(
    ana: Actor, import_file: Import, name: str, rows: int
) -> None:
    data = (DATA / name).read_bytes()

    first = import_file(ana, data, name)
    second = import_file(ana, data, name)

    assert (first.state, first.total, first.errors) == ("done", rows, 0)
    assert first.added + first.duplicates == rows
    assert first.added > rows * 0.95
    assert (second.added, second.known, second.errors) == (0, rows, 0)


def test_chinese_names_are_imported_and_found(ana: Actor, import_file: Import) -> None:
    name = "zh_company_short_names_14k.txt"
    data = (DATA / name).read_bytes()

    first = import_file(ana, data, name)

    assert (first.errors, first.total) == (0, 14_000)
    with scope.acting(ana):
        found = selectors.search(ana, "红色印记")
        within = selectors.search(ana, "色印")
    assert found[0].title == "红色印记"
    assert found[0] in within
