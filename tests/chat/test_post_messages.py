"""A message is stored first, numbered per room, once per client id, and walled."""

import pytest

from apps.chat import flood, selectors, services
from apps.chat.models import Message, Room
from apps.core import events, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.core.models import Event
from apps.sharing import services as sharing
from tests.chat.conftest import Post, share
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


def bodies(actor: Actor, room: Room) -> list[str]:
    with scope.acting(actor):
        return [m.body for m in selectors.messages_after(actor, room.pk, 0)]


def test_owner_and_ally_read_each_other_in_order(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana, "one")
    post(bo, "dois")
    post(ana, "三")

    assert bodies(ana, room) == bodies(bo, room) == ["one", "dois", "三"]


def test_numbers_start_at_one_and_have_no_gap(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    assert [post(actor).seq for actor in (ana, bo, bo, ana)] == [1, 2, 3, 4]


def test_message_and_event_of_an_ally_are_his_own_rows(post: Post, bo: Actor) -> None:
    message = post(bo)

    with scope.acting(bo):
        event = Event.objects.get(subject_type="room", seq=message.seq)
        assert message.member_id == event.member_id == bo.member_id
        assert "body" not in event.payload


def test_repeat_of_a_client_id_returns_the_first_message(
    room: Room, post: Post, ana: Actor
) -> None:
    cid = uuid7()
    first = post(ana, "first", cid=cid)

    with scope.acting(ana):
        again, is_repeat = services.post_message(
            room.pk, cid=str(cid), body="second", actor=ana, at=NOON
        )

    assert is_repeat
    assert (again.pk, again.body) == (first.pk, "first")
    assert bodies(ana, room) == ["first"]


def test_stranger_finds_no_room_and_writes_nothing(
    room: Room, post: Post, ana: Actor, cy: Actor
) -> None:
    with pytest.raises(NotFound):
        post(cy)
    with scope.acting(cy), pytest.raises(NotFound):
        selectors.room_of(cy, room.root)
    with scope.acting(cy), pytest.raises(NotFound):
        services.mark_read(room.pk, seq=1, actor=cy)

    assert bodies(ana, room) == []


def test_wall_alone_hides_rooms_and_messages(room: Room, post: Post, ana: Actor, cy: Actor) -> None:
    post(ana)

    with scope.acting(cy):
        assert not Room.objects.exists()
        assert not Message.objects.exists()


def test_teaser_level_is_not_enough(
    room: Room, subject: Ref, post: Post, ana: Actor, cy: Actor
) -> None:
    post(ana)
    with scope.acting(ana):
        share(subject, ana, cy, level=2)

    with pytest.raises(NotFound):
        post(cy)
    with scope.acting(cy):
        assert not Message.objects.exists()


def test_ally_without_capability_reads_but_does_not_write(
    room: Room, subject: Ref, post: Post, ana: Actor, cy: Actor
) -> None:
    post(ana, "for all")
    with scope.acting(ana):
        share(subject, ana, cy, capabilities=())

    with pytest.raises(Refused) as refusal:
        post(cy)

    assert refusal.value.code == "chat.not_shared_for_comment"
    assert bodies(cy, room) == ["for all"]


def test_observer_does_not_write(post: Post, ana: Actor) -> None:
    observer = Actor(ana.member_id, ana.user_id, frozenset({"observer"}))

    with pytest.raises(Refused) as refusal:
        post(observer)

    assert refusal.value.code == "chat.observer_reads_only"


def test_ended_access_leaves_the_ally_his_own_words_and_no_room(
    room: Room, subject: Ref, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana, "secret")
    post(bo, "mine")
    with scope.acting(ana):
        sharing.take_access(subject, viewer_id=bo.member_id)

    with scope.acting(bo), pytest.raises(NotFound):
        selectors.messages_after(bo, room.pk, 0)
    with scope.acting(bo):
        assert [m.body for m in Message.objects.all()] == ["mine"]


@pytest.mark.parametrize("body", ["", "  \n ", None, 7, "x" * 8193, "界" * 3000, "\x00\u202e"])
def test_body_that_is_no_message_is_refused(room: Room, post: Post, ana: Actor, body: str) -> None:
    with pytest.raises(Invalid):
        post(ana, body)
    assert bodies(ana, room) == []


@pytest.mark.parametrize("cid", [None, "", "nope", 7, ["x"]])
def test_client_id_must_be_a_uuid(post: Post, ana: Actor, cid: object) -> None:
    with pytest.raises(Invalid):
        post(ana, cid=cid)


@pytest.mark.parametrize("reply_to", [0, -1, 5, 2**70])
def test_reply_to_no_message_is_refused(post: Post, ana: Actor, reply_to: int) -> None:
    post(ana)
    with pytest.raises(Invalid):
        post(ana, reply_to=reply_to)


def test_invisible_and_unstorable_characters_are_dropped(post: Post, ana: Actor) -> None:
    assert post(ana, "a\x00b\ud800c\u202ed").body == "abcd"


def test_eleventh_message_at_once_waits(
    room: Room, post: Post, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "PER_SECOND", 0.1)
    for _ in range(10):
        post(ana)

    with pytest.raises(DomainError) as refusal:
        post(ana)

    assert refusal.value.code == "chat.flood"
    assert 0 < refusal.value.extra["retry_after"] <= 10
    assert post(bo).seq == 11


def test_repeat_costs_no_token(post: Post, ana: Actor) -> None:
    cid = uuid7()

    assert {post(ana, cid=cid).seq for _ in range(15)} == {1}


def test_nobody_is_told_of_a_message_in_its_own_transaction() -> None:
    """The database records it: who listens inside would never hear of it."""
    assert events._inside["message.posted"] == events._together["message.posted"] == []


def test_notice_is_kept_once_and_said_in_the_readers_language(room: Room, ana: Actor) -> None:
    cid = uuid7()
    with scope.acting(Actor.system(ana.member_id)) as system:
        for _ in range(2):
            services.post_notice(
                room.pk, code="handover.cancelled", params={}, actor=system, at=NOON, cid=cid
            )

    with scope.acting(ana):
        kept = selectors.messages_after(ana, room.pk, 0)
    assert [(m.kind, m.code, m.body) for m in kept] == [("notice", "handover.cancelled", "")]
