"""Messages are found by what they say now, in any script, by nobody but those who may read them."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from alliance.settings.base import DATABASE_OWNER_URL, database
from apps.chat import finding, newest_sql, selectors, services
from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.core.models import Access
from apps.sharing import services as sharing
from tests.chat.conftest import Post, share
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


def answered(actor: Actor, mine: str = "[]") -> int:
    """How many the function itself names to a viewer, before any wall looks at them."""
    with scope.acting(actor), connection.cursor() as cursor:
        found = 0
        for words in (["warehouse"], []):
            cursor.execute(
                "SELECT count(*) FROM chat_search(%s::text[], %s::jsonb, NULL, NULL, NULL, false,"
                " NULL, NULL, 10)",
                [words, mine],
            )
            found += cursor.fetchone()[0]
        return found


def test_the_function_itself_starts_from_access_rows_that_count(
    subject: Ref, post: Post, ana: Actor, bo: Actor, mia: Actor
) -> None:
    post(ana, "warehouse")
    open_to = answered(bo)
    with scope.acting(ana):
        share(subject, ana, bo, level=2)
    too_low = answered(bo)
    with scope.acting(ana):
        share(subject, ana, bo)
        rows = Access.objects.filter(subject_id=subject[1], viewer_id=bo.member_id)
        rows.update(expires_at=NOON - timedelta(days=30))
    with scope.acting(ana):
        talk = services.open_direct([mia.user_id], actor=ana, at=NOON)
        services.post_message(talk.pk, cid=uuid7(), body="warehouse", actor=ana, at=NOON)
    person = mia.in_person()
    assert person is not None
    mine, elsewhere = (f'[["{one}", "{mia.user_id}"]]' for one in (mia.member_id, bo.member_id))

    assert (open_to, too_low, answered(bo)) == (2, 0, 0)
    assert (answered(person, mine), answered(person, elsewhere)) == (2, 0)


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


def test_the_function_itself_names_nothing_that_was_deleted(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    message = post(ana, "warehouse")
    before = answered(bo)
    with scope.acting(ana):
        services.delete_message(room.pk, message.seq, actor=ana, at=NOON)

    assert (before, answered(bo)) == (2, 0)


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


def test_hit_is_told_as_the_page_shows_it(post: Post, bo: Actor) -> None:
    written = "**Warehouse** at `Prato`, see [the _list_](https://list.example/tariff)"
    post(bo, f"{written}\n\n- <t:2026-11-26T09:00Z>")

    with scope.acting(bo):
        told = {
            query: "".join(part.text for part in selectors.search(bo, asked)[0].around)
            for query in ("prato", "tariff", "from:me")
            if (asked := finding.read(query, at=NOON, zone=ROME))
        }

    shown = "Warehouse at Prato, see the list 2026-11-26 09:00 UTC"
    assert told["prato"] == told["from:me"] == shown
    assert "https://list.example/tariff" in told["tariff"]


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


# FEW, FIRST, SECOND, WIDEST, FEW_ROOMS of the function, so that few messages go each of its ways.
WAYS = {
    "the index": (1500, 1000, 8000, 1_000_000, 20),
    "each room": (0, 1000, 8000, 1_000_000, 20),
    "the newest": (0, 1000, 8000, 1_000_000, 0),
    "all that have the words": (0, 1, 8, 1_000_000, 0),
    "wider and wider": (0, 1, 8, 8, 0),
}


def _bounded(way: tuple[int, ...]) -> str:
    text = newest_sql.SEARCH_FUNCTION
    few, first, second, widest, rooms = way
    for old, new in (
        ("LIMIT 1500 + 1", f"LIMIT {few} + 1"),
        ("<= 1500", f"<= {few}"),
        ("> 1500", f"> {few}"),
        (":= 1000;", f":= {first};"),
        ("reach = 8000", f"reach = {second}"),
        ("reach < 1000000", f"reach < {widest}"),
        ("<= 20 THEN", f"<= {rooms} THEN"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def bounds(way: str) -> Iterator[None]:
    """Other bounds than the function has, until the end of the test."""
    wanted = database(DATABASE_OWNER_URL)
    parts = {
        "host": wanted["HOST"],
        "port": wanted["PORT"],
        "user": settings.DB_OWNER_ROLE,
        "password": wanted["PASSWORD"],
        "dbname": connection.settings_dict["NAME"],
    }
    with psycopg.connect(**{k: v for k, v in parts.items() if v}, autocommit=True) as db:
        db.execute(_bounded(WAYS[way]))
        yield
        db.execute(newest_sql.SEARCH_FUNCTION)


@pytest.mark.usefixtures("bounds")
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_looking_gives_the_same_answer(
    room: Room, post: Post, ana: Actor, bo: Actor, cy: Actor
) -> None:
    for n in range(20):
        who, at = (ana, bo)[n % 2], NOON + timedelta(minutes=n)
        seq = post(who, f"van {n}", at=at).seq
        with scope.acting(who):
            if n % 5 == 0:
                services.delete_message(room.pk, seq, actor=who, at=at)
            elif n % 4 == 0:
                services.edit_message(room.pk, seq, body=f"cart {n}", actor=who, at=at)
            elif n % 3 == 0:
                services.edit_message(room.pk, seq, body=f"van {n} anew", actor=who, at=at)
    there = [n for n in range(20) if n % 5]
    vans = [f"van {n}" + " anew" * (n % 3 == 0) for n in there if n % 4]
    carts = [f"cart {n}" for n in there if n % 4 == 0]

    assert found(bo, "van") == vans[::-1]
    assert found(bo, "cart") == carts[::-1]
    assert found(bo, "anew van") == [one for one in vans[::-1] if "anew" in one]
    assert found(bo, "van from:me") == [one for one in vans[::-1] if int(one.split()[1]) % 2]
    assert len(found(bo, "from:me")) == len([n for n in there if n % 2])
    assert found(cy, "van") == found(cy, "after:1d") == []
