"""A copy of a room proves itself; texts stay as long as the rule of their member and law say."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.chat import exporting, selectors, services
from apps.chat.models import Message, Retention, Room
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Refused
from apps.core.models import Due, Event
from apps.sharing.models import DeletionDuty, ExportEntry
from tests.chat.conftest import Post
from tests.factories.world import NOON, client_of
from tests.handovers.conftest import fire, make_desk, open_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]

JSON = "application/json"


def take(actor: Actor, room: Room, **kwargs: object) -> dict:
    with scope.acting(actor):
        return services.export_room(room.pk, actor=actor, at=NOON, **kwargs)


def test_copy_has_every_entry_and_digests_that_anybody_can_compute(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana, "one")
    message = post(bo, "仓库 two")
    with scope.acting(bo):
        services.react(room.pk, message.seq, emoji="👍", actor=bo, at=NOON)

    copy = json.loads(json.dumps(take(ana, room)))

    assert [entry["seq"] for entry in copy["entries"]] == [1, 2, 3]
    assert [entry["body"] for entry in copy["entries"]] == ["one", "仓库 two", "👍"]
    assert (copy["manifest"]["count"], copy["manifest"]["last"]) == (3, 3)
    assert exporting.is_sound(copy)
    for place, change in ((0, "body"), (1, "posted_at"), (2, "author")):
        broken = json.loads(json.dumps(copy))
        broken["entries"][place][change] = "x"
        assert not exporting.is_sound(broken)
    shorter = json.loads(json.dumps(copy))
    shorter["entries"].pop()
    assert not exporting.is_sound(shorter)
    assert exporting.is_sound(take(ana, room, first=2, last=2))


def test_copy_withholds_former_texts_from_those_who_may_not_read_them(
    room: Room, post: Post, ana: Actor, mia: Actor, bo: Actor
) -> None:
    message = post(bo, "first words")
    gone = post(bo, "gone words")
    with scope.acting(bo):
        services.edit_message(room.pk, message.seq, body="second words", actor=bo, at=NOON)
        services.delete_message(room.pk, gone.seq, actor=bo, at=NOON)

    seen = {
        who: [(entry["body"], entry["is_withheld"]) for entry in take(actor, room)["entries"]]
        for who, actor in (("ana", ana), ("mia", mia))
    }

    assert seen == {
        "ana": [("", True), ("", True), ("second words", False), ("", False)],
        "mia": [
            ("first words", False),
            ("gone words", False),
            ("second words", False),
            ("", False),
        ],
    }


def test_owner_finds_the_copy_in_the_ledger_and_others_take_none(
    room: Room, post: Post, ana: Actor, bo: Actor, cy: Actor
) -> None:
    post(ana)
    take(ana, room)
    for actor, error in ((bo, Refused), (cy, NotFound)):
        with pytest.raises(error):
            take(actor, room)

    with scope.acting(ana):
        rows = list(ExportEntry.objects.values_list("subject_id", "format", "user_id"))
    assert rows == [(room.root_id, "room-json", ana.user_id)]


def test_ally_with_export_takes_a_copy_that_its_owner_finds_and_that_it_owes_the_deletion_of(
    mia: Actor, ana: Actor, bo: Actor, cy: Actor
) -> None:
    as_mia, as_bo, as_cy = (client_of(actor) for actor in (mia, bo, cy))
    case = open_case(ana, make_desk(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00"))
    url = f"/api/v1/investigations/{case.pk}"
    terms = {"grantee_id": str(bo.member_id), "level": 3, "purpose": "Seizure"}
    as_mia.post(f"{url}/grants/", terms | {"capabilities": ["act"]}, content_type=JSON)
    with scope.acting(ana):
        room = Room.objects.get(root_id=case.pk)
    export = reverse("api:room-export", args=[room.pk])
    refused = as_bo.post(export, {}, content_type=JSON)
    with scope.acting(mia):
        assert not ExportEntry.objects.exists()

    given = terms | {"capabilities": ["act", "export"]}
    grant = as_mia.post(f"{url}/grants/", given, content_type=JSON).json()
    copy = as_bo.post(export, {}, content_type=JSON)

    assert (refused.status_code, refused.json()["code"]) == (403, "chat.no_copy")
    assert "ask its managers to share it again with it" in refused.json()["title"]
    assert exporting.is_sound(copy.json())
    for client in (as_mia, as_bo):
        [row] = client.get(f"{url}/copies/").json()["results"]
        assert (row["member_id"], row["format"]) == (str(bo.member_id), "room-json")
        page = client.get(f"/investigations/{case.pk}/share/").content.decode()
        assert "Bo Duarte" in page
        assert "Act and hold custody, Export" in page
    assert as_cy.get(f"{url}/copies/").status_code == 404
    as_mia.post(f"{url}/grants/{grant['id']}/revoke/", {}, content_type=JSON)
    assert as_bo.post(export, {}, content_type=JSON).status_code == 404
    with scope.acting(bo):
        duty = DeletionDuty.objects.get(subject_id=case.pk)
    assert (duty.copies, duty.owner_id) == (1, mia.member_id)
    assert "copy of the room of a case of" in as_bo.get("/leads/shared/").content.decode()


def test_page_prints_digests_and_file_is_sound(
    post: Post, ana: Actor, as_ana: Client, as_bo: Client, as_cy: Client
) -> None:
    room_id = post(ana, "<b>one</b>").room_id
    url = reverse("chat:export", args=[room_id])

    page = as_ana.post(url, {"format_name": "room-page"}).content.decode()
    file = as_ana.post(url, {"format_name": "room-json", "first": 1, "last": 1})
    over_api = as_ana.post(reverse("api:room-export", args=[room_id]), {}, content_type=JSON)

    copy = json.loads(file.content)
    assert exporting.is_sound(copy)
    assert exporting.is_sound(over_api.json())
    assert copy["entries"][0]["sha256"] in page
    assert "<b>one" not in page
    assert 'aria-disabled="true"' in as_bo.get(url).content.decode()
    assert as_bo.post(url, {"format_name": "room-json"}).status_code == 400
    assert as_cy.get(url).status_code == 404
    assert (
        as_cy.post(reverse("api:room-export", args=[room_id]), {}, content_type=JSON).status_code
        == 404
    )


def rule(actor: Actor, days: int | None = 30, at: datetime = NOON) -> Retention:
    with scope.acting(actor):
        return services.set_retention(days=days, actor=actor, at=at)


def later(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


def texts(actor: Actor, room: Room) -> list[str]:
    with scope.acting(actor):
        return [row.body for row in selectors.messages_after(actor, room.pk, 0)]


def old(post: Post, actor: Actor, body: str, days: int = 40) -> Message:
    return post(actor, body, at=clock.now() - timedelta(days=days))


def test_purge_leaves_tombstones_in_place_and_counts_them(
    room: Room, post: Post, mia: Actor, ana: Actor, bo: Actor
) -> None:
    old(post, ana, "old of ana")
    old(post, bo, "old of bo")
    post(ana, "new of ana", at=clock.now())
    made = rule(mia)
    with scope.acting(mia):
        assert Due.objects.get(kind="chat.purge", ref=made.pk).due_at == NOON + timedelta(days=1)

    fire(mia, "chat.purge", made.pk, clock.now())

    assert texts(bo, room) == ["", "old of bo", "new of ana"]
    with scope.acting(mia):
        first = Message.objects.get(room=room, seq=1)
        event = Event.objects.get(name="retention.purged")
        assert Due.objects.filter(kind="chat.purge", ref=made.pk).count() == 2
        assert (first.html, first.words, first.author_id) == ("", [], ana.user_id)
        assert first.purged_at is not None
    assert event.payload == {"messages": 1, "rooms": 1, "days": 30}
    assert [entry["is_purged"] for entry in take(ana, room)["entries"]] == [True, False, False]


@pytest.fixture
def boss(bo: Actor) -> Actor:
    """Who rules at the other member."""
    return Actor(member_id=bo.member_id, user_id=bo.user_id, roles=frozenset({"manager"}))


@pytest.fixture
def left(
    room: Room, post: Post, mia: Actor, boss: Actor, *, ana: Actor, bo: Actor
) -> Callable[[], list[str]]:
    """An old text of each of two members in one room; what is left when both rules have come."""
    old(post, ana, "of ana")
    old(post, bo, "of bo")
    rules = [(actor, rule(actor)) for actor in (mia, boss)]

    def purge() -> list[str]:
        for actor, made in rules:
            fire(actor, "chat.purge", made.pk, clock.now())
        return texts(ana, room)

    return purge


def test_hold_of_the_author_and_of_the_rooms_owner_wins(
    mia: Actor, left: Callable[[], list[str]]
) -> None:
    with scope.acting(mia):
        services.place_hold(reason="Court order 7.", actor=mia, at=NOON)

    assert left() == ["of ana", "of bo"]

    with scope.acting(mia):
        services.lift_hold(actor=mia, at=NOON)
    assert left() == ["", ""]


def test_hold_of_the_author_keeps_its_texts_in_a_room_of_another(
    boss: Actor, left: Callable[[], list[str]]
) -> None:
    with scope.acting(boss):
        services.place_hold(reason="Court order 7.", actor=boss, at=NOON)

    assert left() == ["", "of bo"]


def test_nobody_purges_by_hand_nor_past_the_rule(
    room: Room, post: Post, mia: Actor, ana: Actor, bo: Actor
) -> None:
    old(post, ana, "old")
    rule(mia, 100)

    for actor in (mia, bo):
        with scope.acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT messages FROM chat_purge(%s, 1000)", [later(10_000)])
            assert cursor.fetchone() == (0,)
    with scope.acting(mia), pytest.raises(ProgrammingError), transaction.atomic():
        Message.objects.filter(room=room).update(body="")

    assert texts(ana, room) == ["old"]


def test_rule_and_hold_are_the_managers_and_bad_ones_are_named(
    ana: Actor, mia: Actor, as_ana: Client, as_mia: Client, as_cy: Client
) -> None:
    for days in (0, 29, 40_000):
        with pytest.raises(Invalid):
            rule(mia, days)
    with pytest.raises(Refused):
        rule(ana)
    url, page = reverse("api:retention"), reverse("chat:retention")
    hold = reverse("api:retention-hold")

    assert as_mia.put(url, {"days": 60}, content_type=JSON).json()["days"] == 60
    assert as_mia.post(hold, {"reason": "Court"}, content_type=JSON).json()["held_at"]
    assert as_cy.get(url).json() == {"days": None, "held_at": None, "hold_reason": ""}
    assert as_ana.put(url, {"days": 60}, content_type=JSON).status_code == 403
    assert "Court" in as_ana.get(page).content.decode()
    assert as_mia.post(page, {"verb": "lift"}).status_code == 302
    assert as_mia.post(page, {"verb": "rule", "days": "3"}).status_code == 400
    assert as_mia.delete(hold).json()["held_at"] is None


@pytest.mark.parametrize("verb", ["lift", "translate", "rule"])
def test_page_says_to_an_analyst_who_decides_how_long_texts_stay(as_ana: Client, verb: str) -> None:
    answer = as_ana.post(reverse("chat:retention"), {"verb": verb, "days": "60", "allows": "yes"})

    assert answer.status_code == 400
    assert "A manager or an admin decides" in answer.content.decode()
