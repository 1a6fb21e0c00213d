"""Search in every script: what is found, and which letters of it are marked."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.actor import Actor
from apps.core.grams import grams, query_grams
from apps.core.marking import marked, snippet
from tests.factories.world import client_of
from tests.leads.conftest import Report

GOLDEN = Path(__file__).parent / "golden" / "searches.csv"
API = "/api/v1/search/"


def rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def hits(text: str, query: str) -> list[str]:
    return [part.text for part in marked(text, query) if part.is_hit]


def test_every_query_of_the_golden_file_finds_what_it_should() -> None:
    wrong = [
        row
        for row in rows()
        if (set(query_grams(row["query"])) <= set(grams(row["text"]))) != (row["found"] == "1")
    ]

    assert wrong == []


def test_whatever_is_found_is_marked() -> None:
    unmarked = [
        row for row in rows() if row["found"] == "1" and not hits(row["text"], row["query"])
    ]

    assert unmarked == []


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("假冒精华液，检出汞", "精华", ["精华"]),
        ("假冒精华液", "精华液", ["精华液"]),
        ("Fake Café serum", "cafe", ["Café"]),
        ("Fake Cafe\u0301 serum", "café", ["Cafe\u0301"]),
        ("شركة لُومِي للتجارة", "لومي", ["لُومِي"]),
        ("Lumi精华液 lumi", "LUMI", ["Lumi", "lumi"]),
        ("Straße 7", "strasse", ["Straße"]),
        ("lumination", "lumi", []),
        (":¼ litre", "1", ["¼"]),
        ("", "lumi", []),
        ("Lumi", "", []),
    ],
)
def test_marks_are_the_letters_as_they_were_written(
    text: str, query: str, expected: list[str]
) -> None:
    assert hits(text, query) == expected


@given(text=st.text(max_size=80), query=st.text(max_size=12))
@settings(max_examples=80, deadline=None)
def test_parts_are_the_text_whatever_is_asked(text: str, query: str) -> None:
    assert "".join(part.text for part in marked(text, query)) == text
    assert not any(not part.text for part in snippet(text, query))


def test_snippet_is_cut_around_the_first_hit() -> None:
    parts = snippet(f"{'a ' * 200}serum {'b ' * 200}", "serum")

    assert [part.text for part in parts if part.is_hit] == ["serum"]
    assert (parts[0].text, parts[-1].text) == ("… ", " …")
    assert sum(len(part.text) for part in parts) < 220


@pytest.mark.django_db
def test_page_and_api_mark_what_was_found(as_ana: Client, ana: Actor, report: Report) -> None:
    report(ana, "假冒<b>精华液", description="买家说 Café 里有卖")

    page = as_ana.get("/search/", {"q": "精华 cafe"}).content.decode()
    hit = as_ana.get(API, {"q": "精华 cafe"}).json()[0]

    assert "假冒&lt;b&gt;<mark>精华</mark>液" in page
    assert "<mark>Café</mark>" in page
    assert [p["text"] for p in hit["parts"] if p["is_hit"]] == ["精华"]
    assert [p["text"] for p in hit["around"] if p["is_hit"]] == ["Café"]


@pytest.mark.django_db
def test_filters_narrow_the_search_and_what_is_wrong_is_said(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    report(ana, "Serum one", country="CN")
    report(ana, "Serum two", country="IT")

    found = as_ana.get(API, {"q": "serum country:it"}).json()
    page = as_ana.get("/search/", {"q": "serum kind:odd"}).content.decode()

    assert [hit["title"] for hit in found] == ["Serum two"]
    assert "“kind:odd” is not known" in page


@pytest.mark.django_db
@pytest.mark.parametrize("level", [1, 2])
def test_marks_show_nothing_that_the_level_withholds(
    ana: Actor, bo: Actor, report: Report, share: Callable[..., None], level: int
) -> None:
    lead = report(ana, "Serum", description="secret words", domain="shop-x.example")
    share(lead, owner=ana, ally=bo, level=level)
    client = client_of(bo)

    assert client.get(API, {"q": "secret"}).json() == []
    found = client.get(API, {"q": "shop-x.example"}).json()
    assert [hit["title"] for hit in found] == (["shop-x.example"] if level == 2 else [])
    assert "secret" not in str(found)
