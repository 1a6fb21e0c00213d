"""Lists of own leads walk their own indexes, and hold what the access rows say they hold."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client

from apps.core import scope, together
from apps.core.actor import Actor
from apps.leads import selectors, services
from apps.leads.selectors import Wanted, counting
from apps.leads.triaging import filters
from tests.factories.world import NOON, client_of
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
TEXTS = (
    "", "serum", "kind:phone", "-serum", "severity:urgent", "before:2020-01-01", "after:2020-01-01",
    "assignee:me", "is:snoozed", "source:fair serum", "country:nowhere",
)  # fmt: skip


def test_own_lists_hold_what_the_access_rows_say(ana: Actor, bo: Actor, report: Report) -> None:
    phone, severities = "+8613000000001", ("urgent", "watch", "stable")
    mine = [
        report(ana, f"Fake serum {n}", severity=severities[n % 3], source="fair", phone=phone)
        if n % 2
        else report(ana, f"Toys {n}", severity=severities[n % 3])
        for n in range(7)
    ]
    report(bo, "Fake serum of another member", phone=phone)
    with scope.acting(ana):
        services.accept(mine[0].pk, actor=ana, at=NOON)
        services.snooze(mine[1].pk, until=NOON + timedelta(days=30), actor=ana, at=NOON)
        services.dismiss(mine[2].pk, reason="Licensed", actor=ana, at=NOON)
        wrong = []
        for tab, text, sort in product(sorted(filters.OWN_TABS), TEXTS, selectors.SORTS):
            wanted = Wanted(tab=tab, text=text, sort=sort)
            expected = [row.lead_id for row in selectors.rows(ana, wanted, at=NOON)]
            found, cursor = _pages(ana, wanted)
            if found != expected or cursor:
                wrong.append((tab, text, sort, len(found), len(expected)))

    assert wrong == []


def _pages(actor: Actor, wanted: Wanted) -> tuple[list[object], str]:
    found, cursor = [], ""
    for _turn in range(5):
        page = selectors.page(actor, wanted, cursor=cursor, size=3, at=NOON)
        found += [view.id for view in page.leads]
        cursor = page.cursor
        if not cursor:
            break
    return found, cursor


def test_more_leads_than_are_counted_are_told_as_more(
    as_ana: Client, ana: Actor, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "COUNTED", 2)
    monkeypatch.setattr(selectors, "COUNTED", 2)
    for n in range(4):
        report(ana, f"Lead {n}", severity="urgent")

    page = as_ana.get("/leads/").content.decode()

    assert "<b>More than 2 leads wait</b>" in page
    assert "<b>More than 2 of them are urgent.</b>" in page
    assert "To decide 2+" in page
    with scope.acting(ana):
        assert selectors.counts(ana, at=NOON)["decide"] == 3


def test_inbox_takes_six_statements(
    as_ana: Client, ana: Actor, report: Report, django_assert_max_num_queries: Any
) -> None:
    for n in range(3):
        report(ana, f"Lead {n}", domain="same.example")
    as_ana.get("/leads/")

    own = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config")
    for tab in selectors.TABS:
        with django_assert_max_num_queries(30) as taken:
            as_ana.get("/leads/", {"tab": tab})
        asked = [q["sql"] for q in taken.captured_queries if not q["sql"].startswith(own)]
        assert len(asked) <= 6, tab


def test_searches_and_colleagues_beside_the_list_are_those_of_whoever_reads(
    ana: Actor, bo: Actor, report: Report
) -> None:
    for actor, name in ((ana, "Serum of Ana"), (bo, "Toys of Bo")):
        report(actor, "Fake serum")
        with scope.acting(actor):
            kept = services.Search(name=name, text="serum")
            services.save_search(kept, actor=actor, at=NOON)

    for actor, own, other, stranger in (
        (ana, "Serum of Ana", "Toys of Bo", bo),
        (bo, "Toys of Bo", "Serum of Ana", ana),
    ):
        page = client_of(actor).get("/leads/").content.decode()
        assert own in page
        assert other not in page
        assert f'<option value="{actor.user_id}">' in page
        assert f'<option value="{stranger.user_id}">' not in page


def test_counts_compiled_for_anybody_are_those_of_whoever_asks(
    ana: Actor, bo: Actor, report: Report
) -> None:
    for actor, count in ((ana, 3), (bo, 2), (ana, 1)):
        leads = [report(actor, f"Lead {n}") for n in range(count)]
        with scope.acting(actor):
            services.accept(leads[0].pk, actor=actor, at=NOON)
            services.snooze(leads[0].pk, until=NOON + timedelta(days=1), actor=actor, at=NOON)

    told = []
    for actor, at in ((ana, NOON), (bo, NOON), (ana, NOON + timedelta(days=2))):
        with scope.acting(actor):
            found = selectors.counts(actor, at=at)
        told.append([found[name] for name in ("decide", "mine", "taken", "snoozed", "allies")])

    assert told == [[2, 4, 2, 2, 0], [1, 2, 1, 1, 0], [2, 4, 2, 0, 0]]
    anybody = {together.ANYBODY.member_id, together.ANYBODY.user_id, together.ANY_TIME}
    for _sql, params in selectors.count_questions(ana, at=NOON).values():
        assert not anybody & set(params)
