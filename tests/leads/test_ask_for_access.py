"""Access asked of hidden holders, changes proposed, leads passed on by their owner alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import access, due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Refused
from apps.core.models import Due
from apps.leads import services
from apps.leads.models import Lead
from apps.leads.services import answering, asking, proposing, resharing
from apps.sharing import services as sharing
from apps.sharing.models import AccessQuestion, AccessRequest, ReshareRequest
from apps.sharing.services import Terms
from tests.factories.world import NOON, client_of
from tests.leads import signalling
from tests.leads.signalling import Ring, make_ring

pytestmark = pytest.mark.django_db
ASK = asking.Ask(purpose="Same seller, raid planned", offered_level=2, brand="Lumen")
LATER = NOON + timedelta(hours=1)
TERMS = Terms(level=2, purpose="")


@pytest.fixture
def evidence_root(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture
def ring(evidence_root: None) -> Ring:
    """Five members; the first two have a lead with the same telephone number."""
    made = make_ring(5)
    for place in (0, 1):
        signalling.report(made[place], phone=signalling.PHONE, title=f"Serum {place}")
    signalling.run_batch()
    return made


def ask(actor: Actor) -> AccessRequest:
    signal = signalling.signals(actor)[0]
    with scope.acting(actor):
        request = asking.ask_access(signal.pk, ASK, actor=actor, at=LATER)
    fire(asking.ask_holders, request.pk, actor)
    with scope.acting(actor):
        request.refresh_from_db()
    return request


def fire(service: Callable[..., Any], ref: Any, actor: Actor, at: Any = LATER) -> None:
    with scope.acting(Actor.system(actor.member_id)):
        service(ref, at)


def questions(actor: Actor) -> list[AccessQuestion]:
    with scope.acting(actor):
        return list(AccessQuestion.objects.all())


def level(actor: Actor, lead_id: Any) -> int:
    with scope.acting(actor):
        return access.level(actor, "lead", lead_id)


def test_holder_is_asked_and_the_requester_learns_nothing_of_it(ring: Ring) -> None:
    request = ask(ring[0])

    asked = questions(ring[1])[0]
    assert (asked.requester_id, asked.purpose, asked.offered_level) == (
        ring[0].member_id, ASK.purpose, 2,
    )  # fmt: skip
    assert questions(ring[0]) == questions(ring[2]) == []
    shown = client_of(ring[0]).get("/api/v1/access-requests/").json()["results"][0]
    assert shown["state"] == "pending"
    assert not {str(ring[1].member_id), str(asked.lead_id), "release_at"} & set(map(str, shown))
    assert str(ring[1].member_id) not in str(shown)
    # A whole day of UTC tells nobody's calendar.
    assert (request.release_at.hour, request.release_at.minute) == (0, 0)


def test_granting_gives_both_sides_what_was_promised(ring: Ring) -> None:
    request = ask(ring[0])
    asked = questions(ring[1])[0]
    with scope.acting(ring[1]):
        answering.grant_access(asked.pk, Terms(level=3, purpose=""), actor=ring[1], at=LATER)

    assert level(ring[0], asked.lead_id) == 3
    assert level(ring[1], request.lead_id) == 2
    with scope.acting(ring[0]):
        request.refresh_from_db()
    assert request.state == "granted"
    with scope.acting(ring[1]), pytest.raises(DomainError, match="settled"):
        answering.decline(asked.pk, actor=ring[1], at=LATER)


@pytest.mark.parametrize("how", ["declined", "expired", "recalled", "nobody"])
def test_whatever_the_reason_the_answer_is_the_same(ring: Ring, how: str) -> None:
    if how == "nobody":
        with scope.acting(ring[1]):
            for lead in Lead.objects.filter(title="Serum 1"):
                services.dismiss(lead.pk, reason="", actor=ring[1], at=NOON)
    request = ask(ring[0])
    for asked in questions(ring[1]):
        if how == "declined":
            with scope.acting(ring[1]):
                answering.decline(asked.pk, actor=ring[1], at=LATER)
        if how == "recalled":
            with scope.acting(ring[1]):
                services.dismiss(asked.lead_id, reason="", actor=ring[1], at=LATER)
        if how == "expired":
            fire(asking.expire_question, asked.pk, ring[1], asked.expires_at)
    before = client_of(ring[0]).get("/api/v1/access-requests/").json()["results"][0]
    fire(asking.release_request, request.pk, ring[0], request.release_at)
    after = client_of(ring[0]).get("/api/v1/access-requests/").json()["results"][0]

    assert (before["state"], before["settled_at"]) == ("pending", None)
    assert after["state"] == "unavailable"
    assert set(after) == set(before)


def test_nobody_is_asked_while_the_requester_waits(ring: Ring) -> None:
    signal = signalling.signals(ring[0])[0]
    with scope.acting(ring[0]):
        request = asking.ask_access(signal.pk, ASK, actor=ring[0], at=LATER)

    assert questions(ring[1]) == []
    assert due.is_planned(request.pk, asking.FAN_OUT)
    assert Due.objects.filter(ref=request.pk).count() == 1


def test_same_value_is_asked_about_once_a_month_withdrawn_or_not(ring: Ring) -> None:
    request = ask(ring[0])
    with scope.acting(ring[0]):
        asking.withdraw_request(request.pk, actor=ring[0], at=LATER)
    fire(asking.withdraw_questions, request.pk, ring[0])
    signal = signalling.signals(ring[0])[0]

    with scope.acting(ring[0]), pytest.raises(DomainError, match="asked_already"):
        asking.ask_access(signal.pk, ASK, actor=ring[0], at=LATER)
    assert [one.state for one in questions(ring[1])] == ["withdrawn"]


def test_holder_asked_too_often_is_spared_and_nobody_learns(ring: Ring, settings: Any) -> None:
    settings.ACCESS_REQUESTS_PER_PAIR = 0

    request = ask(ring[0])

    assert questions(ring[1]) == []
    assert (request.state, request.release_at is None) == ("pending", False)


def test_analyst_recommends_and_a_manager_answers(ring: Ring) -> None:
    ask(ring[0])
    asked = questions(ring[1])[0]
    analyst = Actor(ring[1].member_id, ring[1].user_id, frozenset({"analyst"}))
    with scope.acting(analyst):
        answering.recommend(asked.pk, "Give L2.", actor=analyst, at=LATER)
        for act in (
            lambda: answering.decline(asked.pk, actor=analyst, at=LATER),
            lambda: answering.grant_access(asked.pk, TERMS, actor=analyst, at=LATER),
        ):
            with pytest.raises(Refused):
                act()

    assert questions(ring[1])[0].recommendation == "Give L2."


def test_suspended_member_is_given_nothing_it_asked_for(ring: Ring) -> None:
    request = ask(ring[1])
    asked = questions(ring[0])[0]
    with scope.acting(ring[0]):
        sharing.suspend_seat(ring.circle.pk, ring[1].member_id, reason="", actor=ring[0], at=LATER)
        with pytest.raises(DomainError, match="parted"):
            answering.grant_access(asked.pk, Terms(level=2, purpose=""), actor=ring[0], at=LATER)

    assert level(ring[1], asked.lead_id) == level(ring[0], request.lead_id) == 0


def test_third_party_answers_and_withdraws_nothing(ring: Ring) -> None:
    request = ask(ring[0])
    asked = questions(ring[1])[0]
    for actor in (ring[0], ring[2]):
        client = client_of(actor)
        for verb in ("recommend", "grant", "decline"):
            body = {"text": "x", "level": 1}
            answer = client.post(
                f"/api/v1/access-questions/{asked.pk}/{verb}/", body, "application/json"
            )
            assert answer.status_code == 404
    with scope.acting(ring[1]), pytest.raises(NotFound):
        asking.withdraw_request(request.pk, actor=ring[1], at=LATER)


@pytest.fixture
def shared(mia: Actor, bo: Actor, report: Any) -> Lead:
    """A lead of Aurelis that Solmara may read, propose changes to and ask to pass on."""
    lead = report(mia, "Serum", tlp="green")
    terms = Terms(level=3, purpose="Same seller", capabilities=("propose", "reshare"))
    to = sharing.Grantee(kind="member", id=bo.member_id)
    with scope.acting(mia):
        services.share_lead(lead.pk, [services.Share(to=to, terms=terms)], actor=mia, at=NOON)
    return lead


def test_accepted_proposal_changes_the_lead(shared: Lead, mia: Actor, bo: Actor) -> None:
    with scope.acting(bo):
        made = proposing.propose(shared.pk, {"title": "Cream"}, note="", actor=bo, at=NOON)
    with scope.acting(mia):
        done = proposing.accept_proposal(made.pk, actor=mia, at=NOON)
        shared.refresh_from_db()

    assert (done.state, shared.title) == ("accepted", "Cream")


def test_proposal_is_obsolete_once_the_lead_has_changed(
    shared: Lead, mia: Actor, bo: Actor
) -> None:
    with scope.acting(bo):
        made = proposing.propose(shared.pk, {"title": "Cream"}, note="", actor=bo, at=NOON)
    with scope.acting(mia):
        services.change_lead(shared.pk, {"brand": "Lumen"}, version=None, actor=mia, at=NOON)
        done = proposing.accept_proposal(made.pk, actor=mia, at=NOON)
        shared.refresh_from_db()

        assert (done.state, shared.title) == ("obsolete", "Serum")
        with pytest.raises(DomainError, match="answered"):
            proposing.accept_proposal(made.pk, actor=mia, at=NOON)


@pytest.mark.parametrize("field", ["tlp", "discoverability", "source", "member_id", "status"])
def test_light_and_source_cannot_be_proposed(
    shared: Lead, as_bo: Client, mia: Actor, field: str
) -> None:
    body = {"changes": {field: "clear"}}

    answer = as_bo.post(f"/api/v1/leads/{shared.pk}/proposals/", body, "application/json")

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_owner_alone_passes_on(shared: Lead, mia: Actor, bo: Actor, cy: Actor, circle: Any) -> None:
    with scope.acting(bo), pytest.raises(DomainError, match="not_allied"):
        resharing.ask_reshare(shared.pk, cy.member_id, level=2, purpose="x", actor=bo, at=NOON)
    with scope.acting(mia):
        sharing.join_circle(circle, cy.member_id, actor=mia, at=NOON)
    with scope.acting(bo):
        asked = resharing.ask_reshare(
            shared.pk, cy.member_id, level=2, purpose="Raid", actor=bo, at=NOON
        )
    assert level(cy, shared.pk) == 0
    with scope.acting(cy):
        assert not ReshareRequest.objects.exists()
    for actor in (bo, cy):
        with scope.acting(actor), pytest.raises(NotFound):
            resharing.approve_reshare(asked.pk, actor=actor, at=NOON)

    with scope.acting(mia):
        given = resharing.approve_reshare(asked.pk, actor=mia, at=NOON)
    assert (given.member_id, level(cy, shared.pk)) == (mia.member_id, 2)


def test_without_the_capability_nothing_is_asked_or_proposed(
    mia: Actor, bo: Actor, report: Any
) -> None:
    lead = report(mia, "Serum")
    to = sharing.Grantee(kind="member", id=bo.member_id)
    terms = Terms(level=4, purpose="Same seller")
    with scope.acting(mia):
        services.share_lead(lead.pk, [services.Share(to=to, terms=terms)], actor=mia, at=NOON)

    with scope.acting(bo):
        with pytest.raises(Refused):
            proposing.propose(lead.pk, {"title": "Cream"}, note="", actor=bo, at=NOON)
        with pytest.raises(Refused):
            resharing.ask_reshare(lead.pk, mia.member_id, level=1, purpose="x", actor=bo, at=NOON)


def test_run_shares_each_lead_alone_and_says_what_became_of_it(
    mia: Actor, bo: Actor, report: Any, as_mia: Client, as_bo: Client
) -> None:
    for place in range(30):
        report(mia, f"Serum {place}", brand="Lumen", tlp="red" if place == 7 else "amber")
    report(mia, "Other")
    one = {"kind": "member", "id": str(bo.member_id), "level": 1, "purpose": "Same seller"}
    body = {"chosen": {"brand": "Lumen"}, "audience": [one]}

    run = as_mia.post("/api/v1/share-runs/", body, "application/json").json()
    for _stretch in range(2):
        fire(services.advance_share_run, run["id"], mia, NOON)

    done = as_mia.get(f"/api/v1/share-runs/{run['id']}/").json()
    assert (done["state"], done["total"], done["shared"], done["refused"]) == ("done", 30, 29, 1)
    items = as_mia.get(f"/api/v1/share-runs/{run['id']}/items/").json()["results"]
    assert [one["code"] for one in items if one["outcome"] == "refused"] == ["grant.tlp_red"]
    assert len(as_bo.get("/api/v1/leads/").json()["results"]) == 29
    assert as_bo.get(f"/api/v1/share-runs/{run['id']}/").status_code == 404


def test_run_gives_each_ally_what_the_preview_says_it_gets(
    mia: Actor, bo: Actor, circle: Any, report: Any, as_mia: Client
) -> None:
    lead = report(mia, "Serum", brand="Lumen", tlp="amber")
    told = {"level": 1, "purpose": "Same seller"}
    member = {"kind": "member", "id": str(bo.member_id), **told}
    everybody = {"kind": "circle", "id": str(circle.pk), **told}
    body = {"chosen": {"brand": "Lumen"}, "audience": [everybody, member]}
    shown = as_mia.post("/api/v1/share-runs/preview/", body, "application/json").json()

    run = as_mia.post("/api/v1/share-runs/", body, "application/json").json()
    fire(services.advance_share_run, run["id"], mia, NOON)

    assert [one["shared"] for one in shown] == [0, 1]
    done = as_mia.get(f"/api/v1/share-runs/{run['id']}/").json()
    assert (done["shared"], done["refused"]) == (1, 0)
    assert level(bo, lead.pk) == 1
    page = as_mia.get(f"/leads/share/{run['id']}/").content.decode()
    assert "Not with everybody:" in page
    assert "Only TLP:GREEN and TLP:CLEAR go to a circle" in page


def test_run_leaves_out_what_was_put_away_unless_it_is_asked_for(
    mia: Actor, bo: Actor, report: Any, as_mia: Client
) -> None:
    kept, gone = (report(mia, title, brand="Lumen") for title in ("Kept", "Gone"))
    with scope.acting(mia):
        services.dismiss(gone.pk, reason="Genuine", actor=mia, at=NOON)
    one = {"kind": "member", "id": str(bo.member_id), "level": 1, "purpose": "Same seller"}

    def total(**chosen: Any) -> int:
        body = {"chosen": chosen, "audience": [one]}
        shown = as_mia.post("/api/v1/share-runs/preview/", body, "application/json").json()
        return int(shown[0]["total"])

    assert total(brand="Lumen") == 1
    assert total(brand="Lumen", status="dismissed") == 1
    assert total(lead_ids=[str(kept.pk), str(gone.pk)]) == 2
