"""A held case wakes people after 0, 15, 30 and 60 minutes: each rung once, none when it is over."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.core.models import Due, Event
from apps.duty.models import Desk, DutyWindow
from apps.handovers import services
from apps.handovers.models import Policy
from apps.investigations import services as cases
from apps.investigations.models import Hold, Investigation
from apps.members.models import Member, User
from apps.notifications import services as notifications
from apps.notifications.models import Notification
from tests.factories.world import make_person
from tests.handovers.conftest import MORNING, WORDS, fire, offered, open_case, read_back, reload

# Hangzhou's duty ends at 10:00 UTC.
END = MORNING + timedelta(hours=4)


@pytest.fixture
def held(ana: Actor, hangzhou: Desk) -> Investigation:
    """Nobody else exists: the case is held at the end of Hangzhou's duty."""
    case = open_case(ana, hangzhou)
    assert offered(case, ana, at=END - timedelta(minutes=30)).state == "cancelled"
    fire(case, "handover.retry", case.pk, END)
    assert reload(case).is_held
    return case


def hold_of(case: Investigation) -> Hold:
    with scope.acting(Actor.system(case.member_id)):
        return Hold.objects.get(investigation=case, ended_at__isnull=True)


def climb(case: Investigation, minutes: int) -> None:
    fire(case, "custody.escalate", hold_of(case).pk, END + timedelta(minutes=minutes))


def steps(case: Investigation) -> list[int]:
    with scope.acting(Actor.system(case.member_id)):
        rows = Event.objects.filter(name="custody.escalated", subject_id=case.pk).order_by("seq")
        return [row.payload["step"] for row in rows]


def next_due(case: Investigation) -> list[datetime]:
    rows = Due.objects.filter(kind="custody.escalate", state="planned")
    return list(rows.values_list("due_at", flat=True))


def told(actor: Actor) -> list[str]:
    with scope.acting(actor):
        rows = Notification.objects.filter(user_id=actor.user_id).order_by("created_at", "id")
        return list(rows.values_list("kind", flat=True))


def drain() -> None:
    outbox.drain()
    outbox.drain()


def test_first_rung_is_due_with_the_hold(held: Investigation) -> None:
    assert next_due(held) == [END]


@pytest.mark.parametrize(
    ("minutes", "climbed", "following"), [(0, [0], 15), (15, [0, 1], 30), (30, [0, 1, 2], 60)]
)
def test_each_rung_has_its_time(
    held: Investigation, minutes: int, climbed: list[int], following: int
) -> None:
    for passed in (0, 15, 30):
        if passed <= minutes:
            climb(held, passed)
            Due.objects.filter(
                kind="custody.escalate", due_at__lte=END + timedelta(minutes=passed)
            ).update(state="done")

    assert steps(held) == climbed
    assert next_due(held) == [END + timedelta(minutes=following)]


def test_rung_is_climbed_once_however_often_it_fires(held: Investigation) -> None:
    for _again in range(3):
        climb(held, 0)
        climb(held, 14)

    assert steps(held) == [0]


def test_late_dispatcher_climbs_what_it_missed_in_order_and_says_how_late(
    held: Investigation, ana: Actor
) -> None:
    climb(held, 61)

    assert steps(held) == [0, 1, 2, 3]
    with scope.acting(ana):
        first = Event.objects.filter(name="custody.escalated").order_by("seq").first()
    assert first.payload["late_by"] == "P0DT01H01M00S"


def test_hold_that_is_over_wakes_nobody(held: Investigation, ana: Actor, hangzhou: Desk) -> None:
    hold = hold_of(held)
    with scope.acting(Actor.system(ana.member_id)):
        DutyWindow.objects.filter(desk=hangzhou).update(end="20:00")
        services.replan(held.pk, at=END + timedelta(minutes=5))

    fire(held, "custody.escalate", hold.pk, END + timedelta(minutes=15))

    assert steps(held) == []
    assert next_due(held) == []


def test_custody_that_moves_ends_the_ladder(
    held: Investigation, ana: Actor, mia: Actor, milan: Desk
) -> None:
    at = END + timedelta(minutes=1)
    with scope.acting(mia):
        offer = services.hand_over_now(held.pk, situation="Now.", actor=mia, at=at)
    words = read_back(offer, mia)
    with scope.acting(mia):
        services.accept_handover(offer.pk, read_back=words, actor=mia, at=at)

    assert next_due(held) == []
    with scope.acting(ana):
        assert Hold.objects.get(investigation=held).ended_at is not None


def test_closing_ends_the_ladder(held: Investigation, ana: Actor) -> None:
    with scope.acting(ana):
        cases.close_investigation(
            held.pk, outcome="takedown", reason="", actor=ana, at=END + timedelta(minutes=1)
        )

    assert next_due(held) == []


def test_first_rung_tells_the_desk_and_the_duty_managers(
    held: Investigation, ana: Actor, mia: Actor, aurelis: Member
) -> None:
    other = make_person("Max Ott", aurelis, role="manager")
    with scope.acting(mia):
        services.set_policy(duty_managers=[mia.user_id], actor=mia, at=MORNING)
    climb(held, 0)
    drain()

    assert told(ana) == ["custody.held"]
    assert told(mia) == ["custody.held"]
    assert told(other) == []


def test_duty_manager_who_has_left_is_replaced_by_all(
    held: Investigation, ana: Actor, mia: Actor, aurelis: Member
) -> None:
    gone = make_person("Max Ott", aurelis, role="manager")
    with scope.acting(mia):
        services.set_policy(duty_managers=[gone.user_id], actor=mia, at=MORNING)
    gone_place = aurelis.memberships.get(user_id=gone.user_id)
    gone_place.ended_at = MORNING
    gone_place.save()
    climb(held, 0)
    drain()

    assert told(mia) == ["custody.held"]


def test_higher_rungs_tell_managers_and_the_last_the_staff_without_a_word_of_the_case(
    held: Investigation, ana: Actor, mia: Actor
) -> None:
    staff = make_person("Sam Tse", Member.objects.get(pk=ana.member_id))
    User.objects.filter(pk=staff.user_id).update(is_staff=True)
    for minutes in (0, 15, 30, 60):
        climb(held, minutes)
    drain()
    notifications.deliver()

    assert told(mia) == ["custody.held", "custody.unheard", "custody.urgent", "custody.urgent"]
    assert told(ana) == ["custody.held"]
    letters = [m for m in mail.outbox if m.to == ["sam.tse@aur.example"]]
    assert len(letters) == 1
    assert "Aurelis" in letters[0].body
    assert "Serum" not in str([m.subject + m.body for m in mail.outbox])


def test_pinned_case_rests_and_wakes_nobody_after_the_first_rung(
    held: Investigation, mia: Actor, hangzhou: Desk
) -> None:
    with scope.acting(mia):
        cases.pin_case(held.pk, desk_id=hangzhou.pk, reason=WORDS, actor=mia, at=END)
    for minutes in (0, 15, 61):
        climb(held, minutes)

    assert steps(held) == [0]


def test_ladder_goes_on_when_the_pin_is_gone(
    held: Investigation, mia: Actor, hangzhou: Desk
) -> None:
    with scope.acting(mia):
        cases.pin_case(held.pk, desk_id=hangzhou.pk, reason=WORDS, actor=mia, at=END)
    climb(held, 20)
    Due.objects.filter(kind="custody.escalate").update(state="done")
    at = END + timedelta(minutes=40)
    with scope.acting(mia):
        cases.unpin_case(held.pk, actor=mia, at=at)

    assert next_due(held) == [at]
    climb(held, 40)
    assert steps(held) == [0, 1, 2]


def test_reconciler_plans_a_rung_that_was_lost(held: Investigation) -> None:
    Due.objects.filter(kind="custody.escalate").delete()

    with scope.acting(Actor.system(held.member_id)):
        services.replan(held.pk, at=END + timedelta(minutes=1))

    assert next_due(held) == [END]


def test_member_without_a_policy_tells_all_its_managers(held: Investigation, mia: Actor) -> None:
    climb(held, 0)
    drain()

    assert told(mia) == ["custody.held"]
    with scope.acting(mia):
        assert not Policy.objects.exists()
