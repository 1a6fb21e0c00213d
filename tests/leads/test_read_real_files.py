from collections import Counter
from pathlib import Path

import pytest

from apps.leads.normalise import KINDS, is_shared_place, selectors_of
from apps.leads.reading import Table, guess_mapping, open_table

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public data files lie beside the project, in ../shared/data"
)


def opened(name: str) -> Table:
    return open_table(DATA / name, name)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("scam_domains_durablenapkin.csv", 14_952),
        ("scam_domains_gaso.csv", 11_221),
        ("eu_safety_gate_alerts_353.csv", 353),
        ("udrp_cases_240.csv", 240),
        ("zh_company_short_names_14k.txt", 14_000),
        ("github_dmca_notice_index_2011_2026.csv", 21_853),
        ("customs_declarations_ctgan_test.csv", 8_481),
    ],
)
def test_every_row_of_a_real_file_is_read(name: str, count: int) -> None:
    rows = list(opened(name))

    assert len(rows) == count
    assert [row for row in rows if row.problem] == []


@pytest.mark.parametrize(
    ("name", "mapped"),
    [
        ("scam_domains_durablenapkin.csv", {"domain": "domain"}),
        ("zh_company_short_names_14k.txt", {"value": "title"}),
        (
            "eu_safety_gate_alerts_353.csv",
            {
                "alert_number": "reference",
                "country_of_origin": "country",
                "product_name": "title",
                "product_description": "description",
                "brand": "brand",
            },
        ),
        (
            "udrp_cases_240.csv",
            {
                "case_id": "reference",
                "provider": "source",
                "trademarks": "brand",
                "domains": "domain",
                "respondent_location": "country",
                "filing_date": "seen_at",
            },
        ),
        (
            "github_dmca_notice_index_2011_2026.csv",
            {"file": "reference", "date": "seen_at", "slug": "title"},
        ),
    ],
)
def test_columns_of_a_real_file_are_guessed(name: str, mapped: dict[str, str]) -> None:
    guessed = guess_mapping(opened(name).columns)

    assert {column: guessed[column] for column in mapped} == mapped


@pytest.mark.parametrize(
    ("name", "most_unread"),
    [
        ("scam_domains_durablenapkin.csv", 2),
        ("scam_domains_gaso.csv", 3),
        # Marketplaces and portals that were parties themselves are on the stop list.
        ("udrp_cases_240.csv", 7),
    ],
)
def test_nearly_every_real_value_is_a_selector(name: str, most_unread: int) -> None:
    table = opened(name)
    fields = guess_mapping(table.columns)

    outcome = Counter(
        bool(selectors_of(field, value)) or is_shared_place(value)
        for row in table
        for column, field in fields.items()
        if field in KINDS
        for value in filter(None, map(str.strip, row.cells[column].split(";")))
    )

    assert outcome[False] <= most_unread
    assert outcome[True] > 100
