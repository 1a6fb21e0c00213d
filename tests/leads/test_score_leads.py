"""The priority: a sum of lines that anybody can add up, made anew when its facts change."""

from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import due, outbox, scope
from apps.core.actor import Actor
from apps.leads import selectors, services
from apps.leads.models import Lead
from apps.leads.selectors import Wanted
from apps.leads.triaging import priority
from apps.leads.triaging.priority import Facts
from apps.members import services as members
from tests.core.parallel import at_once
from tests.factories.world import NOON, make_member, make_person
from tests.leads.conftest import Import, Report

WORST = Facts(
    severity="urgent", reliability="a", credibility=1, links=9, sightings=9, brand="own",
    targets=20, strength=1.0,
)  # fmt: skip
FACTS = st.builds(
    Facts,
    severity=st.sampled_from(["stable", "watch", "urgent", "unknown"]),
    reliability=st.sampled_from(["", *"abcdef"]),
    credibility=st.sampled_from([None, 1, 2, 3, 4, 5, 6]),
    age_in_hours=st.integers(0, 5_000),
    links=st.integers(0, 30),
    sightings=st.integers(0, 30),
    brand=st.sampled_from(["", "other", "own"]),
    targets=st.integers(0, 60),
    strength=st.sampled_from([0.0, 0.3, 0.6, 0.8, 1.0]),
)


@given(facts=FACTS)
@settings(max_examples=60, deadline=None)
def test_sum_is_its_lines_and_no_line_passes_its_most(facts: Facts) -> None:
    found = priority.lines(facts)

    assert priority.total(facts) == sum(line.points for line in found) <= 100
    assert all(0 <= line.points <= line.most for line in found)
    assert [line.factor for line in found] == list(priority.MOST)
    assert Facts.kept(facts.stored()) == facts


def test_everything_at_its_worst_is_exactly_a_hundred() -> None:
    assert sum(priority.MOST.values()) == priority.total(WORST) == 100


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"severity": "urgent"}, {"severity": "watch"}),
        ({"reliability": "a"}, {"reliability": "e"}),
        ({"credibility": 1}, {"credibility": 5}),
        ({"age_in_hours": 1}, {"age_in_hours": 24}),
        ({"links": 5}, {"links": 1}),
        ({"sightings": 2}, {"sightings": 0}),
        ({"brand": "own"}, {"brand": "other"}),
        ({"targets": 10}, {"targets": 1}),
        ({"strength": 1.0}, {"strength": 0.6}),
    ],
)
def test_each_factor_counts(better: dict, worse: dict) -> None:
    assert priority.total(replace(Facts(), **better)) > priority.total(replace(Facts(), **worse))


@given(hours=st.integers(0, 3_000))
@settings(max_examples=40, deadline=None)
def test_age_lowers_the_sum_exactly_when_it_was_said_to(hours: int) -> None:
    at = NOON + timedelta(hours=hours)
    until = priority.holds_until(NOON, at)

    def points(instant: object) -> int:
        return priority.total(Facts(age_in_hours=(instant - NOON) // timedelta(hours=1)))

    if until is None:
        assert points(at) == points(at + timedelta(days=900))
    else:
        assert points(at) == points(until - timedelta(seconds=1)) > points(until)


def stored(actor: Actor) -> dict[str, Lead]:
    with scope.acting(actor):
        return {lead.title: lead for lead in Lead.objects.all()}


@pytest.mark.django_db
def test_lead_is_scored_at_once_and_again_with_what_others_add(ana: Actor, report: Report) -> None:
    with scope.acting(ana):
        admin = Actor(ana.member_id, ana.user_id, frozenset({"admin"}))
        members.add_brand("Lumi", actor=admin, at=NOON)
    report(ana, "First", domain="shop-lumi.example")
    alone = stored(ana)["First"].priority
    report(ana, "Second", domain="shop-lumi.example", brand="lumi", severity="watch")

    outbox.drain()

    found = stored(ana)
    # The first has gained a link by the second, whose brand is the member's own.
    assert found["First"].priority_facts["links"] == 1
    assert found["Second"].priority_facts["brand"] == "own"
    assert found["First"].priority_facts["age_in_hours"] == 0 or alone > 0
    for lead in found.values():
        assert lead.priority == priority.total(Facts.kept(lead.priority_facts))
        assert "is_first" not in lead.priority_facts


@pytest.mark.django_db(transaction=True)
def test_scoring_waits_for_nobody_who_holds_a_linked_lead(report: Report) -> None:
    ana = make_person("Ana Lin", make_member("Aurelis", "AUR"))
    held = report(ana, "Held", domain="shop-lumi.example")
    with scope.acting(ana):
        services.rescore(ana.member_id, NOON)
    report(ana, "New", domain="shop-lumi.example")

    def hold() -> None:
        with scope.acting(ana):
            Lead.objects.select_for_update().get(pk=held.pk)
            locked.set()
            scored.wait(20)

    def score() -> int:
        with scope.acting(ana):
            locked.wait(20)
            connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
            try:
                return services.rescore(ana.member_id, NOON)
            finally:
                scored.set()

    locked, scored = Event(), Event()
    assert at_once(hold, score) == [None, 1]


@pytest.mark.django_db
def test_older_leads_are_scored_anew_when_their_hour_comes(ana: Actor, report: Report) -> None:
    report(ana, "Old")
    system = Actor.system(ana.member_id)
    with scope.acting(system):
        services.rescore(ana.member_id, NOON)
        fresh = Lead.objects.get().priority
        assert due.is_planned(ana.member_id, services.RESCORE, by=NOON + timedelta(days=1))
        assert services.rescore(ana.member_id, NOON + timedelta(hours=23)) == 0
        services.rescore(ana.member_id, NOON + timedelta(days=1))
        assert Lead.objects.get().priority == fresh - 5
        for days in (7, 30, 90, 91):
            services.rescore(ana.member_id, NOON + timedelta(days=days))
        assert Lead.objects.get().priority_until is None


@pytest.mark.django_db
def test_severity_moves_a_lead_at_once(ana: Actor, report: Report) -> None:
    report(ana, "Plain")
    hot = report(ana, "Hot")
    with scope.acting(ana):
        services.triage(hot.pk, severity="urgent", actor=ana, at=NOON)
        page = selectors.page(ana, Wanted(tab="mine", sort="priority"), at=NOON)

    assert [view.title for view in page.leads] == ["Hot", "Plain"]


@pytest.mark.django_db
def test_pages_by_priority_neither_skip_nor_repeat(ana: Actor, report: Report) -> None:
    for n in range(7):
        report(ana, f"Lead {n}", severity=("stable", "watch", "urgent")[n % 3])
    seen, cursor = [], ""
    wanted = Wanted(tab="decide", sort="priority")
    with scope.acting(ana):
        for _turn in range(4):
            page = selectors.page(ana, wanted, cursor=cursor, size=2, at=NOON)
            seen += [view.priority for view in page.leads]
            cursor = page.cursor

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 7
    assert cursor == ""


@pytest.mark.django_db
def test_imported_leads_are_scored_with_their_links(ana: Actor, import_file: Import) -> None:
    import_file(ana, b"title,domain\nOne,twin.example\nTwo,twin.example\n")

    outbox.drain()

    assert {lead.priority_facts["links"] for lead in stored(ana).values()} == {1}
