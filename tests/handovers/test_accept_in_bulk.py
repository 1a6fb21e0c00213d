"""A quiet queue: one read-back each, judged one by one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.duty.models import Desk
from apps.handovers import selectors, services
from apps.handovers.models import Handover
from apps.investigations.models import Investigation
from tests.handovers.conftest import MORNING, WORDS, offered, open_case, read_back, reload

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=5)
URL = "/api/v1/handovers/accept/"


@pytest.fixture
def queue(case: Investigation, ana: Actor, hangzhou: Desk) -> list[Handover]:
    """Three stable offers to Milan."""
    others = [open_case(ana, hangzhou, title=f"Shop {n}") for n in (2, 3)]
    return [offered(one, ana, at=OFFER_AT) for one in (case, *others)]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.clock.now", lambda: ANSWER_AT)


def take(queue: Sequence[Handover], actor: Actor, **said: str) -> list[services.Outcome]:
    """All with the usual words, but for those said of one by its number (`n1="…"`)."""
    words = [
        replace(read_back(offer, actor), text=said.get(f"n{n}", WORDS))
        for n, offer in enumerate(queue)
    ]
    with scope.acting(actor):
        pairs = [(offer.pk, word) for offer, word in zip(queue, words, strict=True)]
        return services.accept_quiet(pairs, actor=actor, at=ANSWER_AT)


def holder(offer: Handover, actor: Actor) -> object:
    with scope.acting(actor):
        case = Investigation.objects.get(pk=offer.investigation_id)
    return reload(case).accountable_desk_id


def test_quiet_queue_is_accepted_with_a_read_back_each(
    queue: list[Handover], mia: Actor, milan: Desk
) -> None:
    outcomes = take(queue, mia)

    assert [o.refusal for o in outcomes] == [None] * 3
    assert {holder(offer, mia) for offer in queue} == {milan.pk}


def test_refused_one_says_why_and_the_others_stand(
    queue: list[Handover], mia: Actor, milan: Desk, hangzhou: Desk
) -> None:
    outcomes = take(queue, mia, n1="Too short.")

    assert [o.refusal.code if o.refusal else "" for o in outcomes] == ["", "invalid", ""]
    assert outcomes[1].handover_id == queue[1].pk
    assert [holder(offer, mia) for offer in queue] == [milan.pk, hangzhou.pk, milan.pk]


def test_offer_that_is_not_quiet_is_read_on_its_own_page(
    queue: list[Handover], ana: Actor, mia: Actor
) -> None:
    changes = [
        {"severity": "urgent"},
        {"questions": [{"text": "Who pays?"}]},
        {"contingencies": []},
    ]
    for offer, change in zip(queue, changes, strict=True):
        with scope.acting(ana):
            services.amend_briefing(offer.pk, changes=change, version=1, actor=ana, at=OFFER_AT)

    with scope.acting(mia):
        assert selectors.quiet(mia) == []
    assert {o.refusal.code for o in take(queue, mia) if o.refusal} == {"handover.not_quiet"}


def test_another_members_offer_is_unknown(queue: list[Handover], bo: Actor, ana: Actor) -> None:
    words = read_back(queue[0], ana)
    with scope.acting(bo):
        outcomes = services.accept_quiet([(queue[0].pk, words)], actor=bo, at=ANSWER_AT)

    assert outcomes[0].refusal is not None
    assert outcomes[0].refusal.code == "not_found"


def test_own_case_that_goes_to_an_ally_is_not_in_ones_queue(
    case: Investigation, queue: list[Handover], mia: Actor, bo: Actor
) -> None:
    take(queue, mia)
    offered(case, mia, at=OFFER_AT + timedelta(hours=7))

    with scope.acting(mia):
        assert selectors.quiet(mia) == []
    with scope.acting(bo):
        assert len(selectors.quiet(bo)) == 1


def test_each_is_named_once_and_at_least_one(queue: list[Handover], mia: Actor) -> None:
    words = read_back(queue[0], mia)
    for pairs in ([], [(queue[0].pk, words)] * 2, [(uuid4(), words) for _n in range(51)]):
        with pytest.raises(Invalid), scope.acting(mia):
            services.accept_quiet(pairs, actor=mia, at=ANSWER_AT)


def item(offer: Handover, **changes: object) -> dict[str, object]:
    return {"handover_id": str(offer.pk), "read_back": WORDS, "version": 1, **changes}


def test_api_answers_for_each_item(queue: list[Handover], as_mia: Client, now: None) -> None:
    items = [item(queue[0]), item(queue[1], read_back="No."), item(queue[2], version=7)]
    answer = as_mia.post(URL, {"items": items}, content_type="application/json")

    assert answer.status_code == 200, answer.content
    found = answer.json()["results"]
    assert [(r["status"], r["code"]) for r in found] == [
        (200, ""),
        (400, "invalid"),
        (409, "stale"),
    ]
    assert found[0]["handover"]["state"] == "accepted"
    assert "read_back" in found[1]["fields"]


def test_repeated_batch_with_one_key_gets_the_first_answer(
    queue: list[Handover], as_mia: Client, now: None
) -> None:
    body, key = {"items": [item(offer) for offer in queue]}, {"Idempotency-Key": "batch"}
    first = as_mia.post(URL, body, content_type="application/json", headers=key)
    again = as_mia.post(URL, body, content_type="application/json", headers=key)

    assert [r["status"] for r in again.json()["results"]] == [200, 200, 200]
    assert again.json() == first.json()


def test_stranger_gets_the_answer_of_unknown_ids(
    queue: list[Handover], as_cy: Client, now: None
) -> None:
    hidden = as_cy.post(URL, {"items": [item(queue[0])]}, content_type="application/json")
    unknown = as_cy.post(
        URL, {"items": [item(queue[0], handover_id=str(uuid4()))]}, content_type="application/json"
    )

    assert hidden.json()["results"][0]["status"] == 404
    assert [{**r, "handover_id": ""} for r in hidden.json()["results"]] == [
        {**r, "handover_id": ""} for r in unknown.json()["results"]
    ]
