"""Messages are found by what they say now, in any script, by nobody but those who may read them."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.chat import finding, selectors, services
from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.sharing import services as sharing
from tests.chat.conftest import Post
from tests.factories.world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]

ROME = "Europe/Rome"
# What is written, and what finds it.
SCRIPTS = {
    "The warehouse in Bao'an was sealed.": ("warehouse", "BAO'AN sealed"),
    "仓库在宝安区，集装箱已被扣押。": ("集装箱", "宝安", "扣押 仓库"),
    "تم حجز الحاوية في الميناء": ("الحاوية", "حَجز"),
    "El almacén está vacío desde el jueves.": ("almacen", "ALMACÉN vacio"),
    "Ship-to: lumi-serum.example, +86 755 1234": ("lumi-serum.example", "serum 1234"),
}


def found(actor: Actor, text: str) -> list[str]:
    with scope.acting(actor):
        asked = finding.read(text, at=NOON, zone=ROME)
        return [one.message.body for one in selectors.search(actor, asked)]


def test_words_of_every_script_find_their_message_alone(post: Post, ana: Actor, bo: Actor) -> None:
    for body in SCRIPTS:
        post(ana, body)

    wrong = [
        (query, found(bo, query))
        for body, queries in SCRIPTS.items()
        for query in queries
        if found(bo, query) != [body]
    ]

    assert wrong == []


def test_stranger_and_one_whose_access_ended_find_nothing(
    subject: Ref, post: Post, ana: Actor, bo: Actor, cy: Actor
) -> None:
    post(ana, "warehouse")
    assert found(bo, "warehouse")

    with scope.acting(ana):
        sharing.take_access(subject, viewer_id=bo.member_id)

    assert found(bo, "warehouse") == found(cy, "warehouse") == []
    assert found(bo, "from:ana") == found(cy, "from:ana") == []


def test_the_function_answers_nobody_without_a_stamp(post: Post, ana: Actor) -> None:
    post(ana, "warehouse")

    with scope.acting(Actor.public()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM chat_search(ARRAY['warehouse'], '[]', NULL, NULL, NULL, false,"
            " NULL, NULL, 10)"
        )
        assert cursor.fetchall() == []


def test_edit_replaces_and_deletion_removes_what_a_message_is_found_by(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    message = post(ana, "the red van")
    with scope.acting(ana):
        services.edit_message(room.pk, message.seq, body="the blue van", actor=ana, at=NOON)

    assert found(bo, "red") == []
    assert found(bo, "blue") == found(bo, "van") == found(bo, "from:ana") == ["the blue van"]

    with scope.acting(ana):
        services.delete_message(room.pk, message.seq, actor=ana, at=NOON)

    assert found(bo, "blue") == found(bo, "van") == found(bo, "from:ana") == []


def test_filters_narrow(room: Room, post: Post, ana: Actor, bo: Actor) -> None:
    post(ana, "van one")
    post(bo, "van two")
    day = NOON.date().isoformat()

    asked = {
        "van": ["van two", "van one"],
        "van from:Ana": ["van one"],
        'from:"bo duarte"': ["van two"],
        "from:solmara": ["van two"],
        "from:me": ["van two"],
        "from:nobody van": [],
        f"in:{room.pk} van": ["van two", "van one"],
        "in:elsewhere van": [],
        "van has:file": [],
        f"van before:{day}": [],
        f"van after:{day}": ["van two", "van one"],
        "after:1d": ["van two", "van one"],
        "before:yesterday van": [],
    }

    assert {text: found(bo, text) for text in asked} == asked


def test_colleague_does_not_find_what_was_said_directly(ana: Actor, mia: Actor) -> None:
    with scope.acting(ana):
        talk = services.open_direct([mia.user_id], actor=ana, at=NOON)
        services.post_message(talk.pk, cid=uuid7(), body="just us", actor=ana, at=NOON)
    stranger = Actor(
        user_id=uuid7(), member_id=ana.member_id, roles=frozenset({"manager"}), via="web"
    )

    assert found(mia, "just us") == found(ana, "from:ana") == ["just us"]
    assert found(stranger, "just us") == []


def test_page_marks_the_hit_and_lets_no_markup_through(
    room: Room, post: Post, ana: Actor, as_bo: Client
) -> None:
    message = post(ana, "<script>alert(1)</script> the warehouse & <b>more</b>")

    page = as_bo.get(reverse("chat:search"), {"q": "warehouse", "room": str(room.pk)})
    everywhere = as_bo.get("/search/", {"q": "warehouse"})

    for answer in (page, everywhere):
        text = answer.content.decode()
        assert "<mark>warehouse</mark>" in text
        assert "alert(1)</script>" not in text
        assert "<b>more" not in text
        assert f"/around/{message.seq}/#message-{message.seq}" in text


def test_room_opens_around_the_message(
    room: Room, post: Post, ana: Actor, as_bo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors.messages_around, "__kwdefaults__", {"limit": 2})
    for n in range(7):
        post(ana, f"line {n}")

    page = as_bo.get(reverse("chat:around", args=[room.pk, 4])).content.decode()
    rows = as_bo.get(f"/api/v1/rooms/{room.pk}/messages/", {"around": "4"}).json()["results"]

    assert [row["seq"] for row in rows] == [2, 3, 4, 5, 6]
    assert 'id="message-2"' in page
    assert 'id="message-6"' in page
    assert 'id="message-7"' not in page


def test_api_tells_parts_and_says_what_it_does_not_understand(
    post: Post, bo: Actor, as_bo: Client, as_cy: Client, as_dee: Client
) -> None:
    message = post(bo, "the warehouse at noon")
    url = reverse("api:message-search")

    [hit] = as_bo.get(url, {"q": "warehouse"}).json()["results"]

    assert (hit["room"], hit["seq"]) == (str(message.room_id), message.seq)
    assert [part["text"] for part in hit["around"] if part["is_hit"]] == ["warehouse"]
    assert as_dee.get(url, {"q": "warehouse"}).json()["results"][0]["seq"] == message.seq
    assert as_cy.get(url, {"q": "warehouse"}).json()["results"] == []
    for q in ("", "before:soon", "from:"):
        assert as_bo.get(url, {"q": q}).status_code == 400
    assert as_cy.get(reverse("chat:search"), {"room": str(message.room_id)}).status_code == 404
    assert as_cy.get(reverse("chat:around", args=[message.room_id, 1])).status_code == 404


def test_words_are_kept_in_the_commit_of_the_message_and_read_by_nobody_else(
    room: Room, post: Post, ana: Actor
) -> None:
    post(ana, "仓库 depot")

    with scope.acting(ana):
        row = Message.objects.get(room=room)

    assert "words" in row.get_deferred_fields()
    with scope.acting(ana):
        assert set(row.words) == {"仓", "库", "仓库", "depot"}
