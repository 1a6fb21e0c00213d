"""Deconfliction: a hold warns or stops others, tells nobody why, and does not last for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.investigations import services
from apps.investigations.deconflicting import holding
from apps.investigations.deconflicting.models import Encounter, TargetHold
from apps.investigations.models import Investigation, Task
from apps.leads import services as leads
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from apps.members.models import User
from tests.factories.world import NOON, client_of
from tests.investigations.conftest import make_desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PHONE = "+86 571 5550 1001"


def report(actor: Actor, **more: Any) -> Lead:
    draft = Draft(title="Fake serum", values={"phone": (PHONE,)}, **more)
    with scope.acting(actor):
        return leads.create_lead(draft, actor=actor, at=NOON)


def open_case(actor: Actor, *lead_ids: Any, **more: Any) -> Investigation:
    desk: Desk = make_desk(actor, f"Desk {uuid7()}", "Europe/Rome")
    with scope.acting(actor):
        opening = services.Opening(title="Shops", lead_ids=list(lead_ids), **more)
        return services.open_case(opening, desk=desk, actor=actor, at=NOON)


def hold(
    actor: Actor, lead: Lead, mode: str = "block", days: int = 30, at: Any = NOON
) -> TargetHold:
    wish = services.Wish(hold_until=at + days * DAY, reason="A raid is near.", mode=mode)
    with scope.acting(actor):
        return services.hold_target(lead.pk, wish, actor=actor, at=at)


def plan(actor: Actor, case: Investigation, kind: str = "takedown", at: Any = NOON) -> Task:
    with scope.acting(actor):
        new = services.NewTask(title="Do it", kind=kind)
        return services.add_task(case.pk, new, actor=actor, at=at)


def finish(actor: Actor, task: Task, at: Any = NOON) -> Task:
    with scope.acting(actor):
        return services.complete_task(task.investigation_id, task.pk, actor=actor, at=at)


def met(actor: Actor) -> list[Encounter]:
    with scope.acting(actor):
        return list(holding.encounters(actor))


def test_hold_of_a_stranger_stops_a_takedown_and_both_sides_are_logged(
    mia: Actor, cy: Actor
) -> None:
    case = open_case(cy, report(cy).pk)
    held = hold(mia, report(mia))
    before = plan(cy, case, "general")

    task = plan(cy, case)

    assert (before.held, task.held, task.held_until) == ("", "block", held.hold_until)
    finish(cy, before)
    with pytest.raises(DomainError, match="Contact the alliance's desk"):
        finish(cy, task)
    mine, theirs = met(mia), met(cy)
    assert [(row.side, row.hold_id, row.investigation_id, row.user_id) for row in mine] == [
        ("holder", held.pk, None, None)
    ]
    assert [(row.side, row.hold_id, row.investigation_id) for row in theirs] == [
        ("planner", None, case.pk)
    ]
    told = client_of(cy).get(f"/api/v1/investigations/{case.pk}/tasks/").content.decode()
    assert "raid" not in told
    assert str(mia.member_id) not in told

    with scope.acting(mia):
        services.release_hold(held.pk, actor=mia, at=NOON + DAY)
    assert finish(cy, task, NOON + DAY).is_done


def test_warning_lets_a_test_purchase_be_made(mia: Actor, cy: Actor) -> None:
    case = open_case(cy, report(cy).pk)
    hold(mia, report(mia), "warn")

    task = plan(cy, case, "test_purchase")

    assert task.held == "warn"
    assert finish(cy, task).is_done


def test_own_hold_and_one_that_is_over_stop_nobody(mia: Actor, cy: Actor) -> None:
    lead = report(mia)
    own, foreign = open_case(mia, lead.pk), open_case(cy, report(cy).pk)
    held = hold(mia, lead, days=2)

    assert plan(mia, own).held == ""
    assert plan(cy, foreign, at=NOON + 2 * DAY).held == ""
    assert due.is_planned(held.pk, holding.END)
    with scope.acting(Actor.system(mia.member_id)):
        holding.end_hold(held.pk, NOON + DAY)
        assert TargetHold.objects.get().state == "active"
        holding.end_hold(held.pk, NOON + 2 * DAY)
        assert TargetHold.objects.get().state == "ended"


def test_hold_lasts_thirty_days_at_most_and_again_only_by_review(mia: Actor, cy: Actor) -> None:
    lead, twin = report(mia), report(mia)
    case = open_case(cy, report(cy).pk)
    with pytest.raises(Invalid):
        hold(mia, lead, days=31)
    held = hold(mia, lead)
    with scope.acting(mia), pytest.raises(IntegrityError), transaction.atomic():
        TargetHold.objects.filter(pk=held.pk).update(hold_until=NOON + 31 * DAY)
    with pytest.raises(DomainError, match="hold this target already"):
        hold(mia, lead)
    with scope.acting(Actor.system(mia.member_id)):
        holding.end_hold(held.pk, NOON + 30 * DAY)

    # The same target through another lead is the same target.
    later = NOON + 31 * DAY
    again = hold(mia, twin, at=later)

    assert again.state == "review"
    assert plan(cy, case, at=later).held == ""
    with scope.acting(cy):
        assert [row.in_force for row in holding.under_review(later)] == [False]
        by = cy.user_id
        assert by is not None
        services.review_hold(again.pk, is_kept=True, by=by, actor=cy, at=later)
    assert plan(cy, case, at=later).held == "block"
    with scope.acting(cy):
        services.review_hold(again.pk, is_kept=False, by=by, actor=cy, at=later)
    assert plan(cy, case, at=later).held == ""
    with scope.acting(mia):
        assert TargetHold.objects.get(pk=again.pk).state == "lifted"


def test_masked_value_meets_no_hold(mia: Actor, cy: Actor, ana: Actor) -> None:
    """What one does not read tells nothing: else a masked number could be confirmed by it."""
    hold(mia, report(mia))
    with pytest.raises(NotFound):
        open_case(cy, report(mia).pk)
    with pytest.raises(Refused, match="manager"):
        hold(ana, report(ana))
    with pytest.raises(NotFound):
        hold(cy, report(mia))


@pytest.mark.parametrize(("pap", "is_free"), [("red", False), ("amber", False), ("green", True)])
def test_pap_of_case_or_lead_says_what_may_be_done(mia: Actor, pap: str, is_free: bool) -> None:
    by_case, by_lead = open_case(mia, pap=pap), open_case(mia, report(mia, pap=pap).pk)

    for case in (by_case, by_lead):
        assert plan(mia, case, "general").pk
        if is_free:
            assert plan(mia, case).pk
        else:
            with pytest.raises(Refused, match="passive look-ups"):
                plan(mia, case)


def test_analyst_tightens_the_pap_of_a_case_and_does_not_loosen_it(mia: Actor, ana: Actor) -> None:
    case = open_case(mia)

    def change(actor: Actor, pap: str, version: int) -> Investigation:
        with scope.acting(actor):
            return services.change_facts(
                case.pk, {"pap": pap}, version=version, actor=actor, at=NOON
            )

    assert change(ana, "red", 1).pap == "red"
    with pytest.raises(Refused, match="loosen"):
        change(ana, "green", 2)
    assert change(mia, "green", 2).pap == "green"


def test_holds_are_ones_own_on_the_api_and_the_page(mia: Actor, cy: Actor) -> None:
    held = hold(mia, report(mia))
    client, stranger = client_of(mia), client_of(cy)

    assert [row["id"] for row in client.get("/api/v1/target-holds/").json()["results"]] == [
        str(held.pk)
    ]
    assert "A raid is near." in client.get("/investigations/holds/").content.decode()
    assert stranger.get("/api/v1/target-holds/").json()["results"] == []
    assert "raid" not in stranger.get("/investigations/holds/").content.decode()
    assert stranger.get("/api/v1/target-holds/encounters/").json()["results"] == []
    body = {"lead_id": str(held.lead_id), "hold_until": "2026-12-01T00:00Z", "reason": "x"}
    for address in (f"/api/v1/target-holds/{held.pk}/release/", "/api/v1/target-holds/"):
        assert stranger.post(address, body, "application/json").status_code == 404
    assert stranger.get("/staff/holds/").status_code == 404


def test_staff_review_holds_over_the_api_and_nobody_else_finds_it(
    mia: Actor, cy: Actor, as_dee: Client
) -> None:
    held = hold(mia, report(mia), at=clock.now())
    path, verdict = "/api/v1/staff/target-holds/", {"verdict": "lift"}
    for client in (client_of(mia), client_of(cy), as_dee):
        assert client.get(path).status_code == 404
        for ident in (held.pk, uuid7()):
            answer = client.post(f"{path}{ident}/review/", verdict, "application/json")
            assert answer.status_code == 404
    with scope.acting(mia):
        assert TargetHold.objects.get(pk=held.pk).state == "active"

    User.objects.filter(pk=cy.user_id).update(is_staff=True)
    staff = client_of(cy)
    row = staff.get(path).json()[0]
    assert set(row) == {"hold_id", "member_id", "mode", "in_force", "held_at", "hold_until"}
    wrong = staff.post(f"{path}{held.pk}/review/", {"verdict": "?"}, "application/json")
    done = staff.post(f"{path}{held.pk}/review/", verdict, "application/json")
    assert (wrong.status_code, done.status_code) == (400, 204)
    assert staff.post(f"{path}{uuid7()}/review/", verdict, "application/json").status_code == 404
    with scope.acting(mia):
        kept = TargetHold.objects.get(pk=held.pk)
    assert (kept.state, kept.reviewed_by) == ("lifted", cy.user_id)


def test_pages_say_which_hold_was_met_by_what_and_lead_the_staff_to_it(
    mia: Actor, cy: Actor
) -> None:
    lead, at = report(mia), clock.now()
    keeper, planner = client_of(mia), client_of(cy)
    until = f"{at + 2 * DAY:%Y-%m-%dT%H:%M}"
    form = {"lead": str(lead.pk), "mode": "block", "hold_until": until, "reason": "A raid is near."}

    held = keeper.post("/investigations/holds/", form, follow=True).content.decode()
    plan(cy, open_case(cy, report(cy).pk), at=at)

    assert "The target is held." in held
    page = keeper.get("/investigations/holds/").content.decode()
    assert "Takedown ·" in page[page.index("What met a hold") :]
    assert page.count(f'href="/leads/{lead.pk}/"') == 2
    assert str(lead.pk) not in planner.get("/investigations/holds/").content.decode()
    assert 'href="/investigations/holds/"' in planner.get("/investigations/").content.decode()
    User.objects.filter(pk=cy.user_id).update(is_staff=True)
    assert 'href="/staff/holds/"' in planner.get("/staff/").content.decode()
    assert "Block · In force" in planner.get("/staff/holds/").content.decode()


@pytest.mark.parametrize(
    ("mode", "said"), [("warn", "Held by a member"), ("block", "Stopped: a member holds")]
)
def test_task_says_that_its_target_is_held_for_as_long_as_it_is(
    mia: Actor, cy: Actor, mode: str, said: str
) -> None:
    case, at = open_case(cy, report(cy).pk), clock.now()
    hold(mia, report(mia), mode=mode, days=1, at=at)
    task = plan(cy, case, at=at)
    part = f"/investigations/{case.pk}/part/tasks/"
    assert said in client_of(cy).get(part).content.decode()

    with scope.acting(cy):
        Task.objects.filter(pk=task.pk).update(held_until=at - DAY)

    assert said not in client_of(cy).get(part).content.decode()
