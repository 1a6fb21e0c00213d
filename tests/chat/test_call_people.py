"""Who is called in a room is told once, if he may read it: by name, at his desk, or on duty."""

import pytest

from apps.chat import selectors, services
from apps.chat.models import Message, Room
from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty import services as duty
from apps.notifications.models import Notification
from apps.sharing import services as sharing
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


def post(actor: Actor, room: Room, body: str) -> Message:
    with scope.acting(actor):
        message, _dup = services.post_message(room.pk, cid=uuid7(), body=body, actor=actor, at=NOON)
    outbox.drain()
    return message


def told(*actors: Actor) -> list[int]:
    """How many notifications of the chat each has."""
    counts = []
    for actor in actors:
        with scope.acting(actor):
            mine = Notification.objects.filter(user_id=actor.user_id, kind__startswith="chat.")
            counts.append(mine.count())
    return counts


def test_person_is_told_once_a_message_edited_or_not(
    room: Room,
    ana: Actor,
    mia: Actor,
    bo: Actor,
) -> None:
    message = post(ana, room, "@mia-ferrante, please")
    with scope.acting(ana):
        services.edit_message(
            room.pk, message.seq, body="@mia-ferrante @ana-lin, now", actor=ana, at=NOON
        )
    outbox.drain()

    assert told(mia, ana, bo) == [1, 0, 0]
    with scope.acting(mia):
        row = Notification.objects.get(kind="chat.called")
        assert (row.subject_type, row.subject_id) == ("room", room.pk)


def test_ally_is_told_when_he_is_seen_in_the_room_and_not_after_his_access_ended(
    room: Room,
    ana: Actor,
    bo: Actor,
) -> None:
    post(ana, room, "@bo-duarte before he came")
    with scope.acting(bo):
        services.mark_read(room.pk, seq=0, actor=bo)
    post(ana, room, "@bo-duarte, look")
    with scope.acting(ana):
        services.post_message(room.pk, cid=uuid7(), body="@bo-duarte, too late", actor=ana, at=NOON)
        sharing.take_access(room.root, viewer_id=bo.member_id)
    outbox.drain()

    assert told(bo) == [1]


def test_desk_and_on_duty_reach_who_is_on_duty_there_now(
    room: Room,
    ana: Actor,
    mia: Actor,
) -> None:
    with scope.acting(mia):
        facts = duty.DeskFacts(name="Milan", tz="Europe/Rome", languages=["it"])
        desk = duty.create_desk(facts, actor=mia, at=NOON)
        duty.put_person(desk.pk, mia.user_id, actor=mia, at=NOON)

    post(ana, room, "@milan-desk, are you there?")
    by_desk = told(mia)
    post(ana, room, "@on-duty, anybody?")
    off_duty = told(mia)
    with scope.acting(mia):
        always = [duty.WindowFacts(days=range(7), start="00:00", end="24:00")]
        duty.set_windows(desk.pk, always, actor=mia, at=NOON)
    post(ana, room, "@on-duty, now?")

    assert (by_desk, off_duty, told(mia)) == ([1], [1], [2])


def test_direct_message_rings_once_until_it_is_read(
    room: Room,
    ana: Actor,
    mia: Actor,
    bo: Actor,
) -> None:
    for actor in (ana, bo):
        with scope.acting(actor):
            services.mark_read(room.pk, seq=0, actor=actor)
    with scope.acting(ana):
        direct = services.open_direct([bo.user_id], actor=ana, at=NOON)

    for body in ("are you there?", "it is urgent"):
        post(ana, direct, body)
    once = told(bo)
    with scope.acting(bo):
        services.mark_read(direct.pk, seq=2, actor=bo)
    post(ana, direct, "thank you")

    assert (once, told(bo), told(ana, mia)) == ([1], [2], [0, 0])


def test_nobody_calls_whom_he_does_not_see(
    room: Room,
    ana: Actor,
    bo: Actor,
    cy: Actor,
) -> None:
    with scope.acting(bo):
        here = selectors.entry(bo, room.pk)
        handles = set(selectors.callable_in(here, bo))

    assert handles == {"on-duty", "bo-duarte"}
