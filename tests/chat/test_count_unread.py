"""Marks move forward only; unread is what others wrote past the mark."""

import pytest

from apps.chat import selectors, services
from apps.chat.models import ReadMarker, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Refused
from apps.core.ids import uuid7
from apps.sharing import services as sharing
from tests.chat.conftest import Post
from tests.factories.world import NOON, client_of

pytestmark = pytest.mark.django_db


def unread(actor: Actor, room: Room) -> int:
    with scope.acting(actor):
        return selectors.unread(actor, *[room.root_type, [room.root_id]])[room.root_id]


def mark(actor: Actor, room: Room, seq: int) -> int:
    with scope.acting(actor):
        return services.mark_read(room.pk, seq=seq, actor=actor)


def test_own_messages_are_never_unread(room: Room, post: Post, ana: Actor, bo: Actor) -> None:
    post(ana)
    post(bo)
    post(bo)

    assert (unread(ana, room), unread(bo, room)) == (2, 1)


def test_mark_moves_forward_only_and_not_past_the_end(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    for _ in range(3):
        post(bo)

    assert [mark(ana, room, seq) for seq in (2, 1, -5, 99)] == [2, 2, 2, 3]
    assert unread(ana, room) == 0


def test_marks_are_seen_by_the_rooms_readers_alone(
    room: Room, post: Post, ana: Actor, bo: Actor, cy: Actor
) -> None:
    post(ana)
    mark(ana, room, 1)

    assert [seen_by(viewer) for viewer in (ana, bo, cy)] == [1, 1, 0]


def test_mark_that_a_member_keeps_to_itself_is_seen_by_nobody_else(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana)
    mark(ana, room, 1)
    with scope.acting(ana), pytest.raises(Refused):
        services.show_marks(shows=False, actor=ana, at=NOON)
    boss = Actor(ana.member_id, ana.user_id, frozenset({"manager"}))

    with scope.acting(boss):
        services.show_marks(shows=False, actor=boss, at=NOON)
    hidden = [seen_by(viewer) for viewer in (ana, bo)]
    mark(boss, room, 1)
    still = [seen_by(viewer) for viewer in (ana, bo)]
    with scope.acting(boss):
        services.show_marks(shows=True, actor=boss, at=NOON)

    assert (hidden, still) == ([1, 0], [1, 0])
    assert [seen_by(viewer) for viewer in (ana, bo)] == [1, 1]


def seen_by(viewer: Actor) -> int:
    with scope.acting(viewer):
        return ReadMarker.objects.count()


def test_many_rooms_are_counted_at_once(post: Post, ana: Actor, django_assert_num_queries) -> None:
    roots = [("investigation", uuid7()) for _ in range(5)]
    with scope.acting(ana):
        for root in roots:
            sharing.own_subject(root, member_id=ana.member_id, at=NOON)
            services.open_room(root, member_id=ana.member_id, actor=ana, at=NOON)

        with django_assert_num_queries(2):  # what time it is, and the counts
            counts = selectors.unread(ana, "investigation", [ident for _type, ident in roots])

    assert list(counts.values()) == [0] * 5


def waiting(actor: Actor) -> tuple[int, bool]:
    with scope.acting(actor):
        found = selectors.whats_waiting(actor)
    return found.rooms, found.is_hot


def test_navigation_counts_rooms_with_something_new_and_is_hot_for_who_is_spoken_to(
    room: Room, post: Post, ana: Actor, bo: Actor, cy: Actor
) -> None:
    post(ana)
    post(ana)
    mark(bo, room, 1)
    quiet = [waiting(actor) for actor in (ana, bo, cy)]
    post(ana, "@bo-duarte look")
    called = [waiting(actor) for actor in (ana, bo, cy)]
    mark(bo, room, 3)
    read = waiting(bo)
    mark(ana, room, 0)
    with scope.acting(bo):
        talk = services.open_direct([ana.user_id], actor=bo, at=NOON)
        services.post_message(talk.pk, cid=uuid7(), body="Just us.", actor=bo, at=NOON)

    assert quiet == [(0, False), (1, False), (0, False)]
    assert called == [(0, False), (1, True), (0, False)]
    assert (read, waiting(bo)) == ((0, False), (0, False))
    assert waiting(ana) == (1, True)
    post(ana)
    assert (
        client_of(bo).get("/rooms/waiting/").content.decode().count("1 room has something new.")
        == 2
    )
    assert "al-count" not in client_of(cy).get("/rooms/waiting/").content.decode()
