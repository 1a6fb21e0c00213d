"""One decision about many leads, and taking it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.ids import uuid7
from apps.leads import services
from apps.leads.models import BulkAction, Lead
from apps.leads.services import Decision
from tests.factories.world import NOON, client_of
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
URL = "/api/v1/leads/bulk/"
MINUTE = timedelta(minutes=1)


def outcomes(action: BulkAction, actor: Actor) -> list[tuple[str, str]]:
    with scope.acting(actor):
        return [(i.outcome, i.code) for i in action.items.order_by("place")]


def state(actor: Actor) -> dict[str, tuple[object, ...]]:
    with scope.acting(actor):
        return {
            lead.title: (lead.status, lead.severity, lead.assignee_id, lead.snoozed_until)
            for lead in Lead.objects.all()
        }


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        (Decision(verb="accept"), "triaged"),
        (Decision(verb="severity", severity="urgent"), "triaged"),
        (Decision(verb="dismiss", reason="Genuine"), "dismissed"),
        (Decision(verb="snooze", until=NOON + MINUTE), "new"),
        (Decision(verb="assign", person_id=None), "new"),
    ],
)
def test_each_verb_can_be_taken_back(
    ana: Actor, report: Report, decision: Decision, status: str
) -> None:
    leads = [report(ana, title) for title in ("One", "Two")]
    before = state(ana)

    with scope.acting(ana):
        action = services.decide_many(decision, [x.pk for x in leads], actor=ana, at=NOON)
    after = state(ana)
    with scope.acting(ana):
        undone = services.undo_many(action.pk, actor=ana, at=NOON + 10 * MINUTE)

    assert (action.done, action.refused) == (2, 0)
    assert {kept[0] for kept in after.values()} == {status}
    assert state(ana) == before
    assert outcomes(undone, ana) == [("undone", "")] * 2


def test_what_others_changed_since_is_left_and_named(
    ana: Actor, mia: Actor, report: Report
) -> None:
    one, two = report(ana, "One"), report(ana, "Two")
    with scope.acting(ana):
        action = services.decide_many(
            Decision(verb="severity", severity="watch"), [one.pk, two.pk], actor=ana, at=NOON
        )
    with scope.acting(mia):
        services.triage(two.pk, severity="urgent", actor=mia, at=NOON)

    with scope.acting(ana):
        services.undo_many(action.pk, actor=ana, at=NOON)
        with pytest.raises(DomainError) as again:
            services.undo_many(action.pk, actor=ana, at=NOON)

    assert outcomes(action, ana) == [("undone", ""), ("left", "")]
    assert {title: kept[1] for title, kept in state(ana).items()} == {
        "One": "stable", "Two": "urgent",
    }  # fmt: skip
    assert again.value.code == "bulk.undone_already"


def test_ten_minutes_are_ten_minutes(ana: Actor, report: Report) -> None:
    lead = report(ana)
    with scope.acting(ana):
        action = services.decide_many(Decision(verb="accept"), [lead.pk], actor=ana, at=NOON)
        with pytest.raises(DomainError) as refusal:
            services.undo_many(action.pk, actor=ana, at=NOON + 10 * MINUTE + MINUTE / 60)

    assert refusal.value.code == "bulk.too_late"


def test_one_that_cannot_take_it_holds_up_no_other(
    ana: Actor, bo: Actor, report: Report, share: Callable[..., None]
) -> None:
    good, linked, gone = (report(ana, title) for title in ("Good", "Linked", "Gone"))
    theirs, hidden = report(bo, "Theirs"), report(bo, "Hidden")
    share(theirs, owner=bo, ally=ana, level=4)
    with scope.acting(ana):
        services.mark_linked(linked.pk, actor=ana, at=NOON)
        services.dismiss(gone.pk, reason="", actor=ana, at=NOON)

        ids = [x.pk for x in (linked, gone, theirs, hidden, good)] + [uuid7()]
        action = services.decide_many(Decision(verb="dismiss"), ids, actor=ana, at=NOON)

    assert outcomes(action, ana) == [
        ("refused", "lead.in_investigation"),
        ("refused", "lead.dismissed_already"),
        ("refused", "lead.owner_only"),
        ("refused", "not_found"),
        ("done", ""),
        ("refused", "not_found"),
    ]
    with scope.acting(ana):
        reasons = list(action.items.filter(code="not_found").values_list("reason", flat=True))
    assert reasons[0] == reasons[1]


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision(verb="explode"), "verb"),
        (Decision(verb="severity", severity="huge"), "severity"),
        (Decision(verb="snooze"), "until"),
        (Decision(verb="snooze", until=NOON), "until"),
        (Decision(verb="assign", person_id=uuid7()), "person_id"),
        (Decision(verb="dismiss", reason="x" * 2_001), "reason"),
    ],
)
def test_what_is_wrong_for_all_is_refused_at_once(
    ana: Actor, report: Report, decision: Decision, field: str
) -> None:
    lead = report(ana)
    with scope.acting(ana):
        with pytest.raises(Invalid) as refusal:
            services.decide_many(decision, [lead.pk], actor=ana, at=NOON)
        assert not BulkAction.objects.exists()

    assert list(refusal.value.fields) == [field]


def test_api_decides_shows_and_takes_back(as_ana: Client, ana: Actor, report: Report) -> None:
    lead = report(ana)
    body = {"verb": "dismiss", "ids": [str(lead.pk)], "reason": "Genuine"}

    made = as_ana.post(URL, body, content_type="application/json").json()
    shown = as_ana.get(f"{URL}{made['id']}/").json()
    undone = as_ana.post(f"{URL}{made['id']}/undo/", {}, content_type="application/json").json()

    assert shown == made
    assert [item["outcome"] for item in undone["items"]] == ["undone"]
    assert [row["id"] for row in as_ana.get(URL).json()["results"]] == [made["id"]]
    assert state(ana)["Fake serum"][0] == "new"


def test_stranger_finds_no_decision_and_decides_nothing(
    ana: Actor, cy: Actor, report: Report
) -> None:
    lead = report(ana)
    with scope.acting(ana):
        action = services.decide_many(Decision(verb="accept"), [lead.pk], actor=ana, at=NOON)
    client = client_of(cy)

    for key in (action.pk, uuid7()):
        assert client.get(f"{URL}{key}/").status_code == 404
        assert client.post(f"{URL}{key}/undo/", {}, "application/json").status_code == 404
    told = client.post(
        URL, {"verb": "dismiss", "ids": [str(lead.pk)]}, content_type="application/json"
    ).json()
    assert [item["code"] for item in told["items"]] == ["not_found"]
    assert state(ana)["Fake serum"][0] == "triaged"
