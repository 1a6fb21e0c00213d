"""Filters as text: what each means, and that none tells what a level withholds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.leads import selectors
from apps.leads.models import LeadSelector
from apps.leads.normalise import KINDS
from apps.leads.selectors import Wanted
from apps.leads.triaging.query import parse
from tests.factories.world import NOON, client_of
from tests.leads.conftest import Report

READ = {
    "serum": ("serum", {}),
    "kind:phone  fake   serum": ("fake serum", {"kind": "phone"}),
    'brand:"Lumi Care" x': ("x", {"brand": "Lumi Care"}),
    "country:cn STATUS:new": ("STATUS:new", {"country": "CN"}),
    "status:NEW": ("", {"status": "new"}),
    "https://shop.example/a:b?x=1": ("https://shop.example/a:b?x=1", {}),
    "10:30 报告:精华": ("10:30 报告:精华", {}),
    "tlp:amber+strict": ("", {"tlp": "amber+strict"}),
    "assignee:me is:snoozed": ("", {"assignee": "me", "is": "snoozed"}),
    "-brand:x": ("-brand:x", {}),
    "": ("", {}),
}
WRONG = [
    "kind:nonsense", "country:china", "before:yesterday", "after:2026-13-01", "brand:",
    "severity:huge", "is:odd", "status:",
]  # fmt: skip


def test_what_is_typed_is_read_as_it_says() -> None:
    found = {text: (parse(text, at=NOON).words, parse(text, at=NOON).filters) for text in READ}

    assert found == READ
    assert not any(parse(text, at=NOON).problems for text in READ)


def test_days_are_read_from_their_start_or_counted_back() -> None:
    query = parse("before:2026-11-01 after:7d", at=NOON)

    assert query.before == datetime(2026, 11, 1, tzinfo=UTC)
    assert query.after == NOON - timedelta(days=7)


def test_what_cannot_be_read_is_named() -> None:
    silent = [text for text in WRONG if len(parse(text, at=NOON).problems) != 1]

    assert silent == []
    assert not parse("kind:nonsense", at=NOON).is_empty


@pytest.fixture
def leads(ana: Actor, report: Report) -> None:
    with scope.acting(ana):
        pass
    report(ana, "Serum", brand="Lumi", country="CN", severity="urgent", phone="+86 571 8888 1001")
    report(ana, "Coat", brand="Norrvik", country="IT", domain="coats.example", tlp="green")
    report(ana, "精华液", brand="lumi", country="cn", source="Hotline")


HITS = {
    "brand:LUMI": {"Serum", "精华液"},
    "brand:lumi severity:urgent": {"Serum"},
    "country:cn": {"Serum", "精华液"},
    "kind:phone": {"Serum"},
    "kind:domain": {"Coat"},
    "tlp:green": {"Coat"},
    "source:hotline": {"精华液"},
    "精华 country:cn": {"精华液"},
    "精华 country:it": set(),
    "0571-8888-1001": set(),
    "+86 571 88881001": {"Serum"},
    "assignee:nobody": {"Serum", "Coat", "精华液"},
    "assignee:me": set(),
    "status:new": {"Serum", "Coat", "精华液"},
    "status:duplicate": set(),
    "is:snoozed": set(),
    "is:awake coats": {"Coat"},
    "kind:nonsense": set(),
    "before:2026-11-24": set(),
    "before:2026-11-25 after:2026-11-24": {"Serum", "Coat", "精华液"},
    "after:1d": {"Serum", "Coat", "精华液"},
    "after:2026-11-25": set(),
}


@pytest.mark.django_db
def test_each_filter_finds_its_leads(leads: None, ana: Actor) -> None:
    with scope.acting(ana):
        found = {
            text: {v.title for v in selectors.page(ana, Wanted(text=text), at=NOON).leads}
            for text in HITS
        }

    assert found == HITS


WITHHELD = {
    1: {"country:cn", "tlp:amber"},
    2: {"country:cn", "tlp:amber", "brand:lumi", "kind:email", "before:2026-11-25"},
    3: {
        "country:cn", "tlp:amber", "brand:lumi", "kind:email", "before:2026-11-25", "status:new",
        "severity:urgent", "serum",
    },
    4: {
        "country:cn", "tlp:amber", "brand:lumi", "kind:email", "before:2026-11-25", "status:new",
        "severity:urgent", "serum",
    },
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("level", WITHHELD)
def test_filter_never_tells_what_a_level_withholds(
    ana: Actor, bo: Actor, report: Report, share: Callable[..., None], level: int
) -> None:
    lead = report(
        ana, "Serum", brand="Lumi", country="CN", severity="urgent", email="a@shop.example",
        source="Hotline",
    )  # fmt: skip
    share(lead, owner=ana, ally=bo, level=level)
    asked = {*WITHHELD[4], "source:hotline", "assignee:nobody", "is:awake", "assignee:me"}

    with scope.acting(bo):
        found = {
            text
            for text in asked
            if selectors.page(bo, Wanted(text=text), at=NOON + timedelta(days=1)).leads
        }

    assert found == WITHHELD[level]


@pytest.mark.django_db
def test_kind_filter_finds_what_the_reader_is_shown_and_no_more(
    mia: Actor, bo: Actor, report: Report, share: Callable[..., None]
) -> None:
    lead = report(mia, "Serum")
    with scope.acting(mia):
        LeadSelector.objects.bulk_create(
            LeadSelector(
                member_id=mia.member_id, lead=lead, kind=kind, raw="r", norm="n", key=uuid7(),
                norm_version=1,
            )
            for kind in KINDS
        )  # fmt: skip
    wrong = []
    for level in Level.values:
        share(lead, owner=mia, ally=bo, level=level)
        with scope.acting(bo):
            told = {row.kind for row in selectors.view(bo, lead).selectors}
            found = {k for k in KINDS if selectors.page(bo, Wanted(text=f"kind:{k}")).leads}
        wrong += [(level, kind) for kind in sorted(told ^ found)]

    assert wrong == []


@pytest.mark.django_db
def test_list_of_all_cannot_be_sorted_by_what_is_its_owners(
    ana: Actor, bo: Actor, report: Report, share: Callable[..., None]
) -> None:
    for severity in ("stable", "urgent"):
        lead = report(ana, severity, severity=severity)
        share(lead, owner=ana, ally=bo, level=4)
    client = client_of(bo)

    plain, sorted_ = (
        client.get("/api/v1/leads/", {"tab": "allies", "sort": sort}).json()
        for sort in ("newest", "priority")
    )

    assert plain == sorted_
    assert {row["priority"] for row in plain["results"]} == {None}


@pytest.mark.django_db
def test_api_lists_by_text_and_says_what_is_wrong(as_ana: Client, leads: None) -> None:
    found = as_ana.get("/api/v1/leads/", {"q": "brand:norrvik"}).json()
    wrong = as_ana.get("/api/v1/leads/", {"q": "kind:nonsense"})

    assert [row["title"] for row in found["results"]] == ["Coat"]
    assert wrong.status_code == 400
    assert list(wrong.json()["fields"]) == ["q"]
