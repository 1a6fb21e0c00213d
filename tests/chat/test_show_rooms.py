"""Rooms as pages, without JavaScript: the list, one room, one message alone with its acts."""

import pytest
from django.test import Client

from apps.chat import selectors, services
from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from tests.chat.conftest import Post
from tests.factories.world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def circle_room(mia: Actor, bo: Actor) -> Room:
    with scope.acting(mia):
        return next(one.room for one in selectors.rooms(mia) if one.room.kind == "circle")


def test_list_says_what_is_new_and_leads_to_each_room(
    circle_room: Room, mia: Actor, as_bo: Client
) -> None:
    with scope.acting(mia):
        services.post_message(circle_room.pk, cid=uuid7(), body="Hello.", actor=mia, at=NOON)

    shown = page(as_bo, "/rooms/")

    assert "<b>1</b> room has something new." in shown
    assert f'href="/rooms/{circle_room.pk}/"' in shown


def test_circle_room_marks_who_is_from_outside(
    circle_room: Room, mia: Actor, as_bo: Client, as_mia: Client
) -> None:
    as_bo.post(f"/rooms/{circle_room.pk}/post/", {"cid": str(uuid7()), "body": "Good *evening*."})

    theirs, own = (page(client, f"/rooms/{circle_room.pk}/") for client in (as_mia, as_bo))

    assert '<span class="al-ext"><bdi>Solmara</bdi></span>' in theirs
    assert "al-ext" not in own.partition("data-messages")[2].partition("<script")[0]
    assert "Good <em>evening</em>." in theirs
    assert "Everybody who sits in this circle reads along." in theirs


def test_digest_says_what_came_since_one_left(
    room: Room, post: Post, ana: Actor, bo: Actor, as_bo: Client
) -> None:
    post(ana)
    with scope.acting(bo):
        services.mark_read(room.pk, seq=1, actor=bo)
    for _ in range(3):
        post(ana, "new")
    with scope.acting(ana):
        for code in ("handover.offered", "handover.accepted", "custody.passed"):
            services.post_notice(room.pk, code=code, params={}, actor=ana, at=NOON)

    shown = page(as_bo, f"/rooms/panel/investigation/{room.root_id}/")

    digest = shown.partition("Since you left")[2].partition("<")[0]
    assert digest == ": 3 messages, 2 handovers, 1 other notice."


def test_message_alone_shows_thread_acts_and_history(
    room: Room, post: Post, ana: Actor, as_ana: Client, as_bo: Client
) -> None:
    post(ana, "first")
    post(ana, "in the thread", thread=1)
    at = f"/rooms/{room.pk}/messages/1/"

    as_ana.post(f"{at}edit/", {"body": "second"})
    as_bo.post(f"{at}react/", {"emoji": "✅"})
    as_bo.post(f"{at}pin/")

    own, theirs = page(as_ana, at), page(as_bo, at)
    assert "first" in own.partition("What it said before")[2]
    assert "first" not in theirs
    assert "Former texts are shown to the author" in theirs
    for shown in (own, theirs):
        assert "second" in shown
        assert "in the thread" in shown
        assert "✅" in shown
    assert "Take down from the top" in theirs


def test_refused_act_says_why_and_keeps_what_was_typed(
    room: Room, post: Post, ana: Actor, as_ana: Client, as_bo: Client
) -> None:
    post(ana, "first")
    at = f"/rooms/{room.pk}/messages/1/"

    too_long = as_ana.post(f"{at}edit/", {"body": "x" * 9000})
    not_his = as_bo.post(f"{at}delete/")

    assert (too_long.status_code, not_his.status_code) == (400, 403)
    assert "The message is longer than 8 KB" in too_long.content.decode()
    assert "x" * 9000 in too_long.content.decode()
    assert "Only the author and the managers" in not_his.content.decode()


def test_direct_room_is_opened_by_the_form_or_refused_with_the_field(
    room: Room, ana: Actor, bo: Actor, as_ana: Client
) -> None:
    with scope.acting(bo):
        services.mark_read(room.pk, seq=0, actor=bo)

    nobody = as_ana.post("/rooms/direct/", {})
    stranger = as_ana.post("/rooms/direct/", {"people": [str(uuid7())]})
    opened = as_ana.post("/rooms/direct/", {"people": [str(bo.user_id)]}, follow=True)

    assert (nobody.status_code, stranger.status_code) == (400, 400)
    assert "Choose at least one person." in nobody.content.decode()
    assert "Only the people named here read along." in opened.content.decode()


def test_reading_marks_are_switched_by_managers_alone(as_mia: Client, as_ana: Client) -> None:
    refused = as_ana.post("/rooms/marks/", {"shows": "no"})
    as_mia.post("/rooms/marks/", {"shows": "no"})

    assert refused.status_code == 403
    assert "stays within your member" in page(as_ana, "/rooms/")
    assert as_ana.get("/api/v1/rooms/marks/").json() == {"shows_marks": False}


def test_stranger_gets_404_for_every_page_and_act(
    room: Room, post: Post, ana: Actor, as_cy: Client
) -> None:
    post(ana)
    base = f"/rooms/{room.pk}/"
    paths = [base, f"{base}pins/", f"{base}messages/1/", f"{base}cards/1/"]
    verbs = ("edit", "delete", "react", "unreact", "pin", "unpin")

    codes = {as_cy.get(path).status_code for path in paths}
    data = {"body": "x", "emoji": "👍"}
    codes |= {as_cy.post(f"{base}messages/1/{verb}/", data).status_code for verb in verbs}

    assert codes == {404}
    with scope.acting(ana):
        assert Message.objects.filter(room=room).count() == 1


def test_reason_that_several_ways_into_the_file_are_refused_for_is_said_once(
    circle_room: Room, mia: Actor, as_mia: Client
) -> None:
    with scope.acting(mia):
        said, _ = services.post_message(
            circle_room.pk, cid=uuid7(), body="Hello.", actor=mia, at=NOON
        )

    shown = page(as_mia, f"/rooms/{circle_room.pk}/messages/{said.seq}/")

    assert shown.count("This works in the room of a case only.") == 1
    assert shown.count('aria-describedby="why-file-0"') == 3
    assert shown.count('id="why-file-0"') == 1
