"""An emergency asks every candidate at once; the first acceptance wins and the others are out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from apps.core import access, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.duty.models import Desk
from apps.handovers import selectors, services
from apps.handovers.models import Asked, Handover
from apps.handovers.services.answering import ReadBack
from apps.investigations.models import Custody, Investigation
from apps.notifications.models import Notification
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant
from tests.core.parallel import at_once
from tests.factories.world import client_of, make_member, make_person
from tests.handovers.conftest import MORNING, WORDS, fire, make_desk, open_case, read_back, reload

# 14:00 UTC: Milan holds; São Paulo, Recife and Stockholm are on duty.
NOW = MORNING + timedelta(hours=8)
SOON = NOW + timedelta(minutes=2)


@pytest.fixture
def pia(db: None, mia: Actor, circle: Circle) -> Actor:
    """A second ally, who sits in no circle with the first but this one."""
    pia = make_person("Pia Holm", make_member("Norrvik", "NOR"), role="manager")
    with scope.acting(mia):
        sharing.join_circle(circle, pia.member_id, actor=mia, at=MORNING)
    return pia


@pytest.fixture
def stockholm(mia: Actor, pia: Actor) -> Desk:
    """08:00-17:00 there: 07:00-16:00 UTC."""
    return make_desk(pia, "Stockholm", "Europe/Stockholm", "08:00", "17:00", allies=(mia,))


@pytest.fixture
def recife(mia: Actor, bo: Actor) -> Desk:
    """09:00-22:00 there: 12:00-01:00 UTC; the first ally's second desk."""
    return make_desk(bo, "Recife", "America/Recife", "09:00", "22:00", allies=(mia,))


@pytest.fixture
def milans(
    mia: Actor, milan: Desk, sao_paulo: Desk, recife: Desk, stockholm: Desk
) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


@pytest.fixture
def offer(milans: Investigation, mia: Actor) -> Handover:
    return emergency(milans, mia)


def emergency(case: Investigation, actor: Actor, **words: str) -> Handover:
    with scope.acting(actor):
        return services.hand_over_now(
            case.pk, situation=words.pop("situation", "Fire."), **words, actor=actor, at=NOW
        )


def asked(offer: Handover, actor: Actor) -> dict[str, str]:
    """State by desk, as far as the actor reads the rows."""
    with scope.acting(actor):
        rows = Asked.objects.filter(handover_id=offer.pk).order_by("position")
        names = dict(Desk.objects.values_list("pk", "name"))
        return {names[row.desk_id]: row.state for row in rows}


def accept(offer: Handover, actor: Actor, **more: object) -> Handover:
    words = read_back(offer, actor)
    with scope.acting(actor):
        return services.accept_handover(offer.pk, read_back=words, actor=actor, at=SOON, **more)


def decline(offer: Handover, actor: Actor, **more: object) -> Handover:
    say = {"reason_code": "no_capacity", "reason": "", "actor": actor, "at": SOON}
    with scope.acting(actor):
        return services.decline_handover(offer.pk, **say, **more)


def test_every_candidate_is_asked_the_longest_duty_first(offer: Handover, mia: Actor) -> None:
    assert asked(offer, mia) == {
        "Recife": "waiting",
        "São Paulo": "waiting",
        "Stockholm": "waiting",
    }
    assert offer.to_desk_id is None
    assert offer.ack_deadline == NOW + timedelta(minutes=5)


def test_ally_reads_its_own_row_and_no_others(offer: Handover, bo: Actor, pia: Actor) -> None:
    assert asked(offer, pia) == {"Stockholm": "waiting"}
    assert set(asked(offer, bo)) == {"Recife", "São Paulo"}


def test_each_asked_desk_has_its_own_dormant_grant(offer: Handover, mia: Actor) -> None:
    with scope.acting(mia):
        given = set(Grant.objects.filter(state="dormant").values_list("pk", flat=True))
        named = set(Asked.objects.values_list("grant_id", flat=True))
    assert len(given) == 3
    assert given == named


def test_first_acceptance_takes_the_case_and_the_others_lose_their_view(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, pia: Actor
) -> None:
    accept(offer, pia)

    assert reload(milans).accountable_member_id == pia.member_id
    assert asked(offer, mia) == {"Recife": "taken", "São Paulo": "taken", "Stockholm": "accepted"}
    with scope.acting(bo):
        assert not Handover.objects.exists()
        assert not Asked.objects.exists()
    with scope.acting(mia):
        assert not Grant.objects.filter(state="dormant").exists()
    with scope.acting(bo):
        assert access.level(bo, "investigation", milans.pk) == 0
    with scope.acting(pia):
        assert access.level(pia, "investigation", milans.pk) == 3


def test_member_of_the_desk_that_took_it_keeps_its_view(offer: Handover, bo: Actor) -> None:
    accept(offer, bo)

    with scope.acting(bo):
        assert selectors.find(bo, offer.pk).state == "accepted"


def test_acceptance_names_the_desk_that_is_meant(
    offer: Handover, milans: Investigation, bo: Actor, sao_paulo: Desk, stockholm: Desk
) -> None:
    with pytest.raises(Invalid):
        accept(offer, bo, desk_id=stockholm.pk)

    accept(offer, bo, desk_id=sao_paulo.pk)

    assert reload(milans).accountable_desk_id == sao_paulo.pk


def test_second_acceptance_is_an_unknown_offer(offer: Handover, bo: Actor, pia: Actor) -> None:
    words = read_back(offer, bo)
    accept(offer, pia)

    with scope.acting(bo), pytest.raises(NotFound):
        services.accept_handover(offer.pk, read_back=words, actor=bo, at=SOON)


def test_decline_takes_out_that_desk_alone(
    offer: Handover, mia: Actor, pia: Actor, bo: Actor
) -> None:
    decline(offer, pia)

    with scope.acting(pia):
        assert not Handover.objects.exists()
    with scope.acting(bo):
        assert selectors.inbox(bo).get().pk == offer.pk
    assert asked(offer, mia)["Stockholm"] == "declined"


def test_decline_of_one_desk_leaves_the_members_other_one_asked(
    offer: Handover, bo: Actor, recife: Desk
) -> None:
    decline(offer, bo, desk_id=recife.pk)

    assert asked(offer, bo) == {"Recife": "declined", "São Paulo": "waiting"}


def test_last_decline_ends_the_round_and_the_holder_on_duty_keeps_the_case(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, pia: Actor
) -> None:
    for actor in (pia, bo, bo):
        decline(offer, actor)

    with scope.acting(mia):
        states = list(Handover.objects.order_by("id").values_list("state", flat=True))
    assert states[1:] == ["declined", "cancelled", "planned"]
    assert reload(milans).accountable_member_id == mia.member_id
    assert not reload(milans).is_held


def test_five_silent_minutes_end_it_for_all(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, pia: Actor
) -> None:
    fire(milans, "handover.expire", offer.pk, NOW + timedelta(minutes=5))

    assert set(asked(offer, mia).values()) == {"expired"}
    for actor in (bo, pia):
        with scope.acting(actor):
            assert not Handover.objects.exists()


def test_next_round_asks_who_has_come_on_duty_and_nobody_twice(
    offer: Handover, milans: Investigation, mia: Actor
) -> None:
    night = make_desk(mia, "Lagos", "Africa/Lagos", "00:00", "24:00")

    fire(milans, "handover.expire", offer.pk, NOW + timedelta(minutes=5))

    with scope.acting(mia):
        again = Handover.objects.get(investigation=milans, state="offered")
    assert (again.attempt, again.to_desk_id) == (2, night.pk)
    assert len(again.refused_by) == 3


def test_revoked_grant_of_one_asks_the_others_on(
    offer: Handover, milans: Investigation, mia: Actor, pia: Actor
) -> None:
    with scope.acting(mia):
        given = Grant.objects.get(state="dormant", grantee_id=pia.member_id)
        sharing.revoke(given, actor=mia, at=SOON, reason="conflict")

    assert asked(offer, mia) == {
        "Recife": "waiting",
        "São Paulo": "waiting",
        "Stockholm": "withdrawn",
    }


def test_circle_that_parts_takes_out_its_desks_alone(
    offer: Handover, circle: Circle, mia: Actor, bo: Actor, pia: Actor
) -> None:
    with scope.acting(mia):
        sharing.leave_circle(circle, bo.member_id, actor=mia, at=SOON)

    with scope.acting(mia):
        assert selectors.find(mia, offer.pk).state == "offered"
    assert asked(offer, pia) == {"Stockholm": "waiting"}


def test_four_short_texts_are_the_briefing(milans: Investigation, mia: Actor) -> None:
    texts = {
        "situation": "Goods leave at five.",
        "background": "Third time this month.",
        "assessment": "They know of us.",
        "recommendation": "Call customs now.",
    }
    offer = emergency(milans, mia, **texts)

    with scope.acting(mia):
        reading = selectors.read_briefing(mia, offer)
        assert selectors.find(mia, offer.pk).briefing == reading.briefing
    assert reading.content["sbar"] == texts


@pytest.mark.parametrize("field", ["situation", "background", "assessment", "recommendation"])
def test_each_text_is_short(milans: Investigation, mia: Actor, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        emergency(milans, mia, **{field: "x" * 1001})
    assert set(refused.value.fields) == {field}


def test_others_are_told_that_it_is_taken(offer: Handover, bo: Actor, pia: Actor) -> None:
    outbox.drain()
    accept(offer, pia)
    outbox.drain()

    with scope.acting(bo):
        kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {"handover.emergency", "handover.taken"}


def test_stranger_learns_nothing_of_who_is_asked(
    offer: Handover, milans: Investigation, as_cy: Client, pia: Actor, as_bo: Client
) -> None:
    assert as_cy.get(f"/api/v1/handovers/{offer.pk}/asked/").status_code == 404
    assert as_cy.get(f"/api/v1/investigations/{milans.pk}/candidates/").status_code == 404
    assert as_bo.get(f"/api/v1/investigations/{milans.pk}/candidates/").status_code == 404
    rows = client_of(pia).get(f"/api/v1/handovers/{offer.pk}/asked/").json()
    assert [row["desk_member_id"] for row in rows] == [str(pia.member_id)]


@pytest.mark.django_db(transaction=True)
def test_of_fifty_acceptances_at_once_exactly_one_counts(
    offer: Handover, milans: Investigation, mia: Actor, bo: Actor, pia: Actor
) -> None:
    words = {actor: read_back(offer, actor) for actor in (bo, pia)}

    def answer(actor: Actor) -> Callable[[], Handover]:
        def act() -> Handover:
            with scope.acting(actor):
                said: ReadBack = words[actor]
                return services.accept_handover(offer.pk, read_back=said, actor=actor, at=SOON)

        return act

    results = at_once(*[answer((bo, pia)[turn % 2]) for turn in range(50)])

    taken = [r for r in results if isinstance(r, Handover)]
    refused = [r for r in results if isinstance(r, DomainError)]
    assert (len(taken), len(refused)) == (1, 49)
    assert {r.code for r in refused} <= {"handover.taken", "not_found"}
    with scope.acting(mia):
        chain = list(Custody.objects.filter(investigation=milans).order_by("seq"))
        assert [c.cause for c in chain] == ["opened", "handover"]
        assert Grant.objects.filter(state="active", for_custody=True).count() == 1
        assert not Grant.objects.filter(state="dormant").exists()


def test_short_read_back_wins_nothing(offer: Handover, milans: Investigation, bo: Actor) -> None:
    said = ReadBack(text=WORDS[:5], version=2)
    with scope.acting(bo), pytest.raises(DomainError):
        services.accept_handover(offer.pk, read_back=said, actor=bo, at=SOON)
    assert reload(milans).accountable_member_id == milans.member_id
