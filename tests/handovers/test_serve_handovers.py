"""Handovers over HTTP: the API and the pages, for the receiver, the sender and the stranger."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers.models import Handover
from apps.investigations.models import Investigation
from apps.notifications import services as notifications
from apps.notifications.models import Notification
from tests.handovers.conftest import MORNING, WORDS, offered, reload

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The instant of the requests: five minutes after the offer."""
    at = OFFER_AT + timedelta(minutes=5)
    monkeypatch.setattr("apps.core.clock.now", lambda: at)
    return at


@pytest.fixture
def offer(case: Investigation, ana: Actor) -> Handover:
    return offered(case, ana, at=OFFER_AT)


def body(**changes: object) -> dict[str, object]:
    return {"read_back": WORDS, "answers": {}, "version": 1, **changes}


def test_receiver_accepts_through_the_api(
    offer: Handover, case: Investigation, as_mia: Client, milan: Desk, now: datetime
) -> None:
    url = f"/api/v1/handovers/{offer.pk}/accept/"
    answer = as_mia.post(url, body(), content_type="application/json")

    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "accepted"
    assert reload(case).accountable_desk_id == milan.pk


def test_repeated_acceptance_with_one_key_gets_the_first_answer(
    offer: Handover, as_mia: Client, now: datetime
) -> None:
    url, key = f"/api/v1/handovers/{offer.pk}/accept/", {"Idempotency-Key": "k1"}
    first = as_mia.post(url, body(), content_type="application/json", headers=key)
    again = as_mia.post(url, body(), content_type="application/json", headers=key)

    assert again.status_code == 200
    assert again.json() == first.json()


def test_refusal_is_a_problem_with_fields(offer: Handover, as_mia: Client, now: datetime) -> None:
    url = f"/api/v1/handovers/{offer.pk}/accept/"
    answer = as_mia.post(url, body(read_back="ok"), content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "read_back" in answer.json()["fields"]


def test_refused_page_keeps_what_was_typed(offer: Handover, as_mia: Client, now: datetime) -> None:
    answer = as_mia.post(
        f"/handovers/{offer.pk}/accept/", {"read_back": "too short", "version": "1"}
    )

    assert answer.status_code == 400
    assert "too short" in answer.content.decode()


def test_page_of_acceptance_moves_custody(
    offer: Handover, case: Investigation, as_mia: Client, milan: Desk, now: datetime
) -> None:
    answer = as_mia.post(f"/handovers/{offer.pk}/accept/", {"read_back": WORDS, "version": "1"})

    assert answer.status_code == 302
    assert reload(case).accountable_desk_id == milan.pk


@pytest.mark.parametrize("page", ["/", "/board/live/", "/board/sky/", "/handovers/"])
def test_pages_show_the_case_to_its_member(
    offer: Handover, as_mia: Client, now: datetime, page: str
) -> None:
    assert as_mia.get(page).status_code == 200


@pytest.mark.parametrize("page", ["/", "/board/live/", "/handovers/", "/handovers/list/"])
def test_pages_show_nothing_of_it_to_the_stranger(
    offer: Handover, as_cy: Client, now: datetime, page: str
) -> None:
    answer = as_cy.get(page)

    assert answer.status_code == 200
    assert "Serum" not in answer.content.decode()
    assert str(offer.pk) not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/handovers/{}/"),
        ("get", "/api/v1/handovers/{}/briefing/"),
        ("patch", "/api/v1/handovers/{}/briefing/"),
        ("post", "/api/v1/handovers/{}/accept/"),
        ("post", "/api/v1/handovers/{}/decline/"),
        ("post", "/api/v1/handovers/{}/undo/"),
        ("post", "/api/v1/handovers/{}/cancel/"),
    ],
)
def test_stranger_gets_the_answer_of_an_unknown_id(
    offer: Handover, as_cy: Client, now: datetime, method: str, path: str
) -> None:
    words = {**body(), "reason_code": "other", "changes": {}}
    send = getattr(as_cy, method)

    hidden = send(path.format(offer.pk), words, content_type="application/json")
    unknown = send(path.format(uuid4()), words, content_type="application/json")

    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content


def test_stranger_cannot_hand_over_anothers_case(
    case: Investigation, as_cy: Client, now: datetime
) -> None:
    url = f"/api/v1/investigations/{case.pk}/hand-over-now/"
    answer = as_cy.post(url, {"situation": "mine"}, content_type="application/json")

    assert answer.status_code == 404


def test_stranger_lists_no_handover_of_anothers_case(
    offer: Handover, case: Investigation, as_cy: Client, now: datetime
) -> None:
    assert as_cy.get("/api/v1/handovers/").json()["results"] == []
    url = f"/api/v1/investigations/{case.pk}/handovers/"
    assert as_cy.get(url).json()["results"] == []


def test_offer_rings_and_mails_without_case_content(
    case: Investigation, ana: Actor, mia: Actor, django_capture_on_commit_callbacks, now: datetime
) -> None:
    offer = offered(case, ana, at=OFFER_AT)
    outbox.drain()
    outbox.drain()
    notifications.deliver()

    with scope.acting(mia):
        told = Notification.objects.get(user_id=mia.user_id)
    assert told.kind == "handover.offered"
    assert told.subject_id == offer.pk
    assert (told.answer_by, told.other_zone) == (offer.ack_deadline, "Asia/Shanghai")
    assert all("Serum" not in m.subject + m.body for m in mail.outbox)
    assert {tuple(m.to) for m in mail.outbox} == {("mia.ferrante@aur.example",)}


def test_dispatcher_fires_what_is_due_and_only_once(case: Investigation, ana: Actor) -> None:
    """The real clock is long past the plan: everything due fires, late, and once."""
    clock.move_to(OFFER_AT + timedelta(minutes=1))

    first, second = due.run(), due.run()

    assert first > 0
    assert second == 0
    with scope.acting(ana):
        assert Handover.objects.filter(investigation=case, state="offered").count() == 1


def test_lateness_of_the_dispatcher_is_recorded(case: Investigation, ana: Actor) -> None:
    clock.move_to(OFFER_AT + timedelta(minutes=7))
    due.run()

    with scope.acting(ana):
        offer = Handover.objects.get(investigation=case, state="offered")
    assert timedelta(minutes=6) < offer.late_by < timedelta(minutes=8)


def test_manager_decides_how_cases_travel(as_mia: Client, as_ana: Client) -> None:
    wanted = {"to_allies": False, "ally_level": 2}
    url = "/api/v1/handovers/policy/"

    assert as_ana.put(url, wanted, content_type="application/json").status_code == 403
    assert as_mia.put(url, wanted, content_type="application/json").status_code == 200
    assert as_ana.get(url).json().items() >= wanted.items()
