"""Rooms by API and page, for owner, ally, key and stranger."""

from typing import Any

import pytest
from django.test import Client

from apps.chat.models import Message, ReadMarker, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from tests.chat.conftest import Post

pytestmark = pytest.mark.django_db


def send(client: Client, room: Room, **values: Any) -> Any:
    body = {"cid": str(uuid7()), "body": "Seizure at 15:00.", "language": "it", **values}
    return client.post(f"/api/v1/rooms/{room.pk}/messages/", body, "application/json")


def test_message_is_posted_and_read_by_the_ally(room: Room, as_ana: Client, as_bo: Client) -> None:
    posted = send(as_ana, room, body="**Now**")
    read = as_bo.get(f"/api/v1/rooms/{room.pk}/messages/?after=0").json()

    assert posted.status_code == 201
    assert read["results"] == [posted.json()]
    assert read["head"] == 1
    assert read["results"][0]["html"] == "<p><strong>Now</strong></p>"
    assert read["results"][0]["author"]["name"] == "Ana Lin"


def test_repeat_answers_200_with_the_first(room: Room, as_ana: Client) -> None:
    cid = str(uuid7())

    first, again = (send(as_ana, room, cid=cid) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_key_writes_for_its_member(room: Room, as_dee: Client) -> None:
    answer = send(as_dee, room)

    assert answer.status_code == 201
    assert answer.json()["author"] == {
        "id": None,
        "name": "Aurelis",
        "monogram": "A",
        "member": "Aurelis",
        "zone": "UTC",
    }


def test_room_is_found_by_its_subject(room: Room, post: Post, ana: Actor, as_bo: Client) -> None:
    post(ana)

    found = as_bo.get(f"/api/v1/rooms/?root=investigation:{room.root_id}").json()

    assert (found["id"], found["head"], found["last_read_seq"]) == (str(room.pk), 1, 0)


def test_mark_is_kept(room: Room, post: Post, bo: Actor, as_ana: Client) -> None:
    post(bo)

    answer = as_ana.post(f"/api/v1/rooms/{room.pk}/read/", {"seq": 5}, "application/json")

    assert answer.json() == {"seq": 1}
    assert as_ana.get(f"/api/v1/rooms/{room.pk}/").json()["last_read_seq"] == 1


@pytest.mark.parametrize("query", ["after=x", "after=-1", "before=1e3", "after=" + "9" * 30])
def test_number_that_is_none_is_refused(room: Room, as_ana: Client, query: str) -> None:
    assert as_ana.get(f"/api/v1/rooms/{room.pk}/messages/?{query}").status_code == 400


@pytest.mark.parametrize("values", [{"body": ""}, {"body": "x" * 9000}, {"cid": "7"}, {"body": 0}])
def test_bad_message_is_refused_with_its_field(
    room: Room, as_ana: Client, values: dict[str, Any]
) -> None:
    answer = send(as_ana, room, **values)

    assert answer.status_code in {400, 201}
    assert (answer.status_code == 201) == (values == {"body": 0})


def test_author_and_member_cannot_be_named_by_the_request(
    room: Room, ana: Actor, bo: Actor, as_bo: Client
) -> None:
    send(as_bo, room, author_id=str(ana.user_id), member_id=str(ana.member_id), seq=99)

    with scope.acting(ana):
        kept = Message.objects.get()
    assert (kept.member_id, kept.author_id, kept.seq) == (bo.member_id, bo.user_id, 1)


def test_stranger_gets_404_everywhere_and_nothing_changes(
    room: Room, post: Post, ana: Actor, as_cy: Client
) -> None:
    post(ana)
    base = f"/api/v1/rooms/{room.pk}"
    answers = [
        as_cy.get(f"{base}/"),
        as_cy.get(f"{base}/messages/"),
        as_cy.get(f"/api/v1/rooms/?root=investigation:{room.root_id}"),
        send(as_cy, room),
        as_cy.post(f"{base}/read/", {"seq": 1}, "application/json"),
        as_cy.get(f"/rooms/panel/investigation/{room.root_id}/"),
        as_cy.get(f"/rooms/{room.pk}/"),
        as_cy.get(f"/rooms/{room.pk}/earlier/?before=9"),
        as_cy.post(f"/rooms/{room.pk}/post/", {"cid": str(uuid7()), "body": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 9
    with scope.acting(ana):
        assert Message.objects.count() == 1
        assert not ReadMarker.objects.exists()


def test_nobody_is_sent_to_sign_in(room: Room) -> None:
    answer = Client().get(f"/rooms/panel/investigation/{room.root_id}/")

    assert answer.status_code == 302


def test_panel_shows_messages_both_times_and_what_is_new(
    room: Room, post: Post, bo: Actor, as_ana: Client
) -> None:
    post(bo, "lido")
    as_ana.post(f"/api/v1/rooms/{room.pk}/read/", {"seq": 1}, "application/json")
    post(bo, "novo", language="pt")

    page = as_ana.get(f"/rooms/panel/investigation/{room.root_id}/").content.decode()

    assert page.index("lido") < page.index("al-divider") < page.index("novo")
    assert "09:00" in page  # São Paulo, beside 20:00 in Hangzhou
    assert 'lang="pt"' in page
    assert "Bo Duarte" in page
    assert "style=" not in page


def test_plain_form_posts_and_returns_to_the_case(room: Room, ana: Actor, as_ana: Client) -> None:
    form = {"cid": str(uuid7()), "body": "typed", "language": "en"}

    answers = [as_ana.post(f"/rooms/{room.pk}/post/", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    with scope.acting(ana):
        assert [m.body for m in Message.objects.all()] == ["typed"]


def test_earlier_messages_are_a_click_away(
    room: Room, post: Post, ana: Actor, as_ana: Client, without_flood_limit: None
) -> None:
    for n in range(60):
        post(ana, f"message {n}!")

    page = as_ana.get(f"/rooms/panel/investigation/{room.root_id}/").content.decode()
    more = as_ana.get(f"/rooms/{room.pk}/earlier/?before=11").content.decode()

    assert "message 9!" not in page
    assert "message 10!" in page
    assert "before=11" in page
    assert "message 9!" in more
    assert "message 10!" not in more


def test_panel_asks_a_constant_number_of_questions(
    room: Room, post: Post, bo: Actor, as_ana: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(9):
        post(bo)

    with django_assert_max_num_queries(20):
        as_ana.get(f"/rooms/panel/investigation/{room.root_id}/")
