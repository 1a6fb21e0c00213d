"""Rooms of circles, desks and people: who is let in follows seats, membership and names."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.chat import selectors, services
from apps.chat.models import Message, Room
from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Refused
from apps.core.ids import uuid7
from apps.core.models import Access
from apps.duty import services as duty
from apps.members.models import Member
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.chat.conftest import Post
from tests.factories.world import NOON, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]


JSON = "application/json"


def titles(actor: Actor) -> dict[str, str]:
    """Kind -> title of each room that is open to the actor."""
    with scope.acting(actor):
        return {one.room.kind: one.title for one in selectors.rooms(actor)}


def room_of(actor: Actor, kind: str) -> Room:
    with scope.acting(actor):
        return next(one.room for one in selectors.rooms(actor) if one.room.kind == kind)


def say(actor: Actor, room: Room, body: str = "Good morning.") -> Message:
    with scope.acting(actor):
        return services.post_message(room.pk, cid=uuid7(), body=body, actor=actor, at=NOON)[0]


def is_shut(actor: Actor, room: Room) -> bool:
    """Neither the services nor the wall alone show anything of others."""
    with scope.acting(actor):
        try:
            selectors.entry(actor, room.pk)
        except NotFound:
            foreign = Message.objects.filter(room_id=room.pk).exclude(member_id=actor.member_id)
            return not foreign.exists()
    return False


@pytest.fixture
def direct(room: Room, ana: Actor, bo: Actor) -> Room:
    """Ana and bo met in the case's room, and talk directly."""
    for actor in (ana, bo):
        with scope.acting(actor):
            services.mark_read(room.pk, seq=0, actor=actor)
    with scope.acting(ana):
        return services.open_direct([bo.user_id], actor=ana, at=NOON)


def test_circle_has_a_room_for_those_who_sit_there(
    circle: Circle, mia: Actor, bo: Actor, cy: Actor
) -> None:
    assert (titles(mia), titles(bo), titles(cy)) == (
        {"circle": "Silk Road"},
        {"circle": "Silk Road"},
        {},
    )
    room = room_of(mia, "circle")

    say(bo, room)

    assert not is_shut(mia, room)
    assert is_shut(cy, room)


def test_lost_seat_closes_the_room_and_a_new_one_opens_it(
    circle: Circle, mia: Actor, bo: Actor, solmara: Member
) -> None:
    room = room_of(mia, "circle")
    say(mia, room, "among us")

    with scope.acting(mia):
        sharing.suspend_seat(circle.pk, solmara.pk, reason="late", actor=mia, at=NOON)
    shut = is_shut(bo, room)
    with scope.acting(mia):
        sharing.restore_seat(circle.pk, solmara.pk, actor=mia, at=NOON)
    opened = not is_shut(bo, room)
    with scope.acting(mia):
        sharing.leave_circle(circle, solmara.pk, actor=mia, at=NOON)

    assert (shut, opened, is_shut(bo, room)) == (True, True, True)
    outbox.drain()
    outbox.drain()
    with scope.acting(mia):
        told = [row.code for row in selectors.messages_after(mia, room.pk, 0) if row.code]
    assert told == ["member.joined", "member.left", "member.joined", "member.left"]


def test_desk_has_a_room_for_its_own_member_alone(
    mia: Actor, ana: Actor, bo: Actor, cy: Actor
) -> None:
    with scope.acting(mia):
        facts = duty.DeskFacts(name="Milan", tz="Europe/Rome", languages=["it"])
        duty.create_desk(facts, actor=mia, at=NOON)

    assert titles(ana)["desk"] == "Milan"
    room = room_of(ana, "desk")
    say(ana, room)
    assert [is_shut(actor, room) for actor in (mia, bo, cy)] == [False, True, True]


def test_direct_room_is_read_by_its_people_and_not_by_their_colleagues(
    direct: Room, ana: Actor, bo: Actor, cy: Actor, aurelis: Member
) -> None:
    say(ana, direct, "only you")
    say(bo, direct, "só você")

    for reader in (ana, bo):
        with scope.acting(reader):
            rows = selectors.messages_after(reader, direct.pk, 0)
        assert [row.body for row in rows] == ["only you", "só você"]
    # A colleague who may do everything else: no room, in no list, and nothing of others.
    boss = make_person("Bea Boss", aurelis, role="admin")
    assert [is_shut(actor, direct) for actor in (boss, cy)] == [True, True]
    assert "direct" not in titles(boss)
    assert titles(ana)["direct"] == "Bo Duarte (Solmara)"
    assert titles(bo)["direct"] == "Ana Lin (Aurelis)"


def test_person_who_acts_for_another_member_is_not_in_the_direct_room(
    direct: Room, bo: Actor, kitefin: Member
) -> None:
    elsewhere = Actor(kitefin.pk, bo.user_id, frozenset({"analyst"}))

    with scope.acting(elsewhere), pytest.raises(NotFound):
        selectors.entry(elsewhere, direct.pk)


def test_same_people_have_one_room(direct: Room, ana: Actor, bo: Actor) -> None:
    with scope.acting(bo):
        again = services.open_direct([ana.user_id], actor=bo, at=NOON)
    with scope.acting(ana):
        and_again = services.open_direct([bo.user_id, ana.user_id], actor=ana, at=NOON)

    assert again.pk == and_again.pk == direct.pk


def test_nobody_is_talked_to_whom_one_does_not_meet(
    room: Room, ana: Actor, bo: Actor, cy: Actor
) -> None:
    for people in ([cy.user_id], [uuid7()], [], [ana.user_id]):
        with scope.acting(ana), pytest.raises(Invalid):
            services.open_direct(people, actor=ana, at=NOON)
    key = Actor(ana.member_id, via="api_key")
    with scope.acting(key), pytest.raises(Refused):
        services.open_direct([bo.user_id], actor=key, at=NOON)


def test_last_circle_that_ends_closes_the_direct_rooms_and_a_new_one_lets_them_open_again(
    direct: Room, circle: Circle, ana: Actor, mia: Actor, bo: Actor
) -> None:
    solmara = Member.objects.get(pk=bo.member_id)
    say(bo, direct, "before")

    with scope.acting(mia):
        sharing.leave_circle(circle, solmara.pk, actor=mia, at=NOON)

    assert [is_shut(actor, direct) for actor in (ana, bo)] == [True, True]
    with scope.acting(mia):
        sharing.join_circle(circle, solmara.pk, actor=mia, at=NOON)
    with scope.acting(bo):
        opened = services.open_direct([ana.user_id], actor=bo, at=NOON)
    assert opened.pk == direct.pk
    assert [is_shut(actor, direct) for actor in (ana, bo)] == [False, False]


def test_list_counts_what_is_new_and_who_is_called(
    room: Room, post: Post, ana: Actor, bo: Actor, django_assert_num_queries: Callable
) -> None:
    post(bo, "plain")
    post(bo, "@ana-lin, look")
    with scope.acting(ana):
        services.mark_read(room.pk, seq=0, actor=ana)
    post(bo, "@ana-lin and @on-duty")

    with scope.acting(ana), django_assert_num_queries(8):
        listed = selectors.rooms(ana)

    assert [(one.room.pk, one.unread, one.calls) for one in listed if one.unread] == [
        (room.pk, 3, 1)
    ]


def test_every_address_of_a_room_is_absent_for_a_stranger(
    direct: Room, room: Room, ana: Actor, as_cy: Client, as_mia: Client
) -> None:
    for one in (room, direct):
        say(ana, one)
    for client, ident in ((as_cy, room.pk), (as_cy, direct.pk), (as_mia, direct.pk)):
        base, absent = f"/api/v1/rooms/{ident}/", f"/api/v1/rooms/{uuid7()}/"
        for path in (
            "",
            "messages/",
            "messages/1/",
            "messages/1/history/",
            "people/",
            "pins/",
            "marks/",
        ):
            answer = client.get(base + path)
            assert answer.status_code == 404
            assert answer.content == client.get(absent + path).content
        for path in ("edit", "delete", "react", "unreact", "pin", "unpin"):
            data = {"body": "x", "emoji": "👍"}
            answer = client.post(f"{base}messages/1/{path}/", data, JSON)
            assert answer.status_code == 404
    with scope.acting(ana):
        assert Message.objects.count() == 2


def test_api_does_what_the_page_does(
    room: Room, post: Post, as_ana: Client, as_bo: Client, bo: Actor
) -> None:
    post(bo, "first")
    base = f"/api/v1/rooms/{room.pk}/messages/1/"

    edited = as_bo.post(base + "edit/", {"body": "second"}, JSON).json()
    reacted = as_ana.post(base + "react/", {"emoji": "✅"}, JSON).json()
    pinned = as_ana.post(base + "pin/", {}, JSON).json()
    refused = as_ana.post(base + "edit/", {"body": "mine now"}, JSON)
    wrong = as_ana.post(base + "react/", {"emoji": "ok"}, JSON)

    assert (edited["body"], reacted["reactions"][0]["emoji"]) == ("second", "✅")
    assert pinned["pinned_by"]["name"] == "Ana Lin"
    assert (refused.status_code, refused.json()["code"]) == (403, "chat.not_yours")
    assert wrong.status_code == 400
    assert [
        one["seq"] for one in as_bo.get(f"/api/v1/rooms/{room.pk}/pins/").json()["results"]
    ] == [1]
    assert [one["body"] for one in as_bo.get(base + "history/").json()] == ["first", "second"]
    assert as_bo.post(base + "delete/", {}, JSON).json()["is_deleted"]


def test_access_rows_of_a_direct_room_name_people_alone(direct: Room, ana: Actor) -> None:
    with scope.acting(ana):
        viewers = set(
            Access.objects.filter(subject_type="room", subject_id=direct.pk).values_list(
                "viewer_id", flat=True
            )
        )
    assert {str(viewer) for viewer in viewers} == {user for _member, user in direct.people}
