"""What is done to a message is an entry of the same sequence; what it said before is kept back."""

from typing import Any

import pytest

from apps.chat import policies, selectors, services
from apps.chat.emoji import is_one
from apps.chat.frames import frames
from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Refused
from apps.core.ids import uuid7
from apps.core.models import Event
from tests.chat.conftest import Post
from tests.factories.world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]


def act(service: Any, room: Room, seq: int, actor: Actor, **kwargs: Any) -> Any:
    with scope.acting(actor):
        return service(room.pk, seq, actor=actor, at=NOON, **kwargs)


def shown(room: Room, actor: Actor, *, after: int = 0) -> list[dict[str, Any]]:
    """Every entry as the wire carries it now."""
    with scope.acting(actor):
        here = selectors.entry(actor, room.pk)
        return frames(here, selectors.messages_after(actor, room.pk, after))


def edit(room: Room, seq: int, actor: Actor, body: str) -> Message:
    return act(services.edit_message, room, seq, actor, body=body)


def test_edit_changes_what_is_said_and_takes_the_next_number(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana, "Seizure at 15:00.")

    edited = edit(room, 1, ana, "Seizure at **16:00**.")

    first, second = shown(room, bo)
    assert (edited.seq, second["kind"], second["target"]) == (2, "edit", 1)
    assert first["body"] == "Seizure at **16:00**."
    assert "<strong>16:00</strong>" in first["html"]
    assert first["edited_at"] is not None
    with scope.acting(ana):
        assert Event.objects.filter(subject_type="room").count() == 2


def test_former_text_goes_over_the_wire_to_nobody(room: Room, post: Post, ana: Actor) -> None:
    post(ana, "the secret source")
    edit(room, 1, ana, "a slip of the secret pen")
    edit(room, 1, ana, "nothing")

    assert [entry["body"] for entry in shown(room, ana)] == ["nothing", "", "nothing"]
    assert "secret" not in str(shown(room, ana))


def test_deletion_leaves_a_tombstone_and_no_text(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana, "the secret source")
    post(bo, "you said?", reply_to=1)
    edit(room, 1, ana, "the secret well")

    act(services.delete_message, room, 1, ana)
    act(services.delete_message, room, 1, ana)

    entries = shown(room, bo)
    assert [entry["kind"] for entry in entries] == ["message", "message", "edit", "deletion"]
    assert entries[0]["is_deleted"]
    assert entries[1]["quoted"] == {**entries[1]["quoted"], "excerpt": "", "is_deleted": True}
    assert "secret" not in str(entries)


def test_nothing_is_done_to_what_was_deleted(room: Room, post: Post, ana: Actor) -> None:
    post(ana)
    act(services.delete_message, room, 1, ana)

    for service, kwargs in (
        (services.edit_message, {"body": "anew"}),
        (services.react, {"emoji": "👍"}),
        (services.pin_message, {}),
    ):
        with pytest.raises(DomainError) as refusal:
            act(service, room, 1, ana, **kwargs)
        assert refusal.value.code == "chat.deleted"


def test_only_the_author_edits_and_the_owners_managers_delete_too(
    room: Room, post: Post, ana: Actor, mia: Actor, bo: Actor
) -> None:
    post(ana, "mine")
    post(bo, "his")
    lead = Actor(bo.member_id, uuid7(), frozenset({"manager"}))

    for actor in (mia, bo):
        with pytest.raises(Refused):
            edit(room, 1, actor, "put into her mouth")
    for actor in (bo, lead):
        with pytest.raises(Refused):
            act(services.delete_message, room, 1, actor)
    assert act(services.delete_message, room, 2, mia).seq == 3


def test_history_is_for_the_author_and_the_managers_of_both_members(
    room: Room, post: Post, ana: Actor, mia: Actor, bo: Actor
) -> None:
    written = post(bo, "first")
    edit(room, 1, bo, "second")
    his_lead = Actor(bo.member_id, uuid7(), frozenset({"manager"}))
    readers = {}

    for name, actor in {"bo": bo, "his lead": his_lead, "mia": mia, "ana": ana}.items():
        with scope.acting(actor):
            here = selectors.entry(actor, room.pk)
            readers[name] = bool(policies.may_read_history(actor, here.access, written))
            assert [row.body for row in selectors.history(here, 1)] == ["first", "second"]

    assert readers == {"bo": True, "his lead": True, "mia": True, "ana": False}


def test_same_reaction_counts_once_and_is_taken_back(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana)

    for actor in (bo, bo, ana):
        act(services.react, room, 1, actor, emoji="👀")
    names = [one["name"] for one in shown(room, ana)[0]["reactions"][0]["people"]]
    act(services.unreact, room, 1, bo, emoji="👀")
    act(services.unreact, room, 1, bo, emoji="👀")

    assert names == ["Bo Duarte", "Ana Lin"]
    entries = shown(room, ana)
    assert [one["name"] for one in entries[0]["reactions"][0]["people"]] == ["Ana Lin"]
    assert [entry["kind"] for entry in entries] == ["message", *["reaction"] * 2, "unreaction"]


def test_one_emoji_and_nothing_else_is_a_reaction() -> None:
    good = ["👍", "👍🏽", "❤️", "🇮🇹", "👩‍💻", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✅", "⏰", "🕐", "☎️"]
    bad = ["", "a", "7", "👍👍", "👍 ", "<b>", "\u202e", "🇮", None, 7, "👍" * 30, "\u200d"]

    assert {text: is_one(text) for text in good} == dict.fromkeys(good, True)
    assert [text for text in bad if is_one(text)] == []


def test_message_carries_at_most_twenty_emoji(room: Room, post: Post, ana: Actor) -> None:
    post(ana)
    for n in range(20):
        act(services.react, room, 1, ana, emoji=chr(0x1F600 + n))

    with pytest.raises(DomainError) as refusal:
        act(services.react, room, 1, ana, emoji="👍")
    with pytest.raises(Invalid):
        act(services.react, room, 1, ana, emoji="yes")

    assert refusal.value.code == "chat.too_many_emoji"


def test_pinned_messages_are_listed_last_pinned_first(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    for body in ("one", "two", "three"):
        post(ana, body)
    for seq in (1, 3, 2):
        act(services.pin_message, room, seq, bo)
    act(services.unpin_message, room, 1, ana)
    act(services.delete_message, room, 3, ana)

    with scope.acting(bo):
        here = selectors.entry(bo, room.pk)
        assert [row.body for row in selectors.pinned(here)] == ["two"]
        assert frames(here, selectors.pinned(here))[0]["pinned_by"]["name"] == "Bo Duarte"


def test_replies_stay_in_their_thread_and_are_counted(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana, "root")
    post(bo, "in it", thread=1)
    post(ana, "in it too", thread=2)
    post(ana, "outside")

    with scope.acting(bo):
        here = selectors.entry(bo, room.pk)
        outside = frames(here, selectors.messages_before(bo, room.pk))
        inside = selectors.messages_before(bo, room.pk, thread=1)
    assert [(one["body"], one["replies"]) for one in outside] == [("root", 2), ("outside", 0)]
    assert [row.body for row in inside] == ["root", "in it", "in it too"]


def test_what_a_page_of_messages_costs_does_not_grow_with_them(
    room: Room, post: Post, ana: Actor, bo: Actor, django_assert_num_queries: Any
) -> None:
    def read(expected: int) -> None:
        with scope.acting(ana):
            here = selectors.entry(ana, room.pk)
            rows = selectors.messages_after(ana, room.pk, 0)
            with django_assert_num_queries(expected):
                frames(here, rows)

    post(ana, "first")
    post(bo, "second", reply_to=1)
    read(4)
    for n in range(2, 8):
        reply = post(bo, f"no {n}", reply_to=2, thread=1)
        act(services.react, room, reply.seq, ana, emoji="✅")
    read(4)


def test_what_was_written_is_read_as_it_reads_now_elsewhere(
    room: Room, post: Post, ana: Actor
) -> None:
    post(ana, "first")
    post(ana, "gone")
    edit(room, 1, ana, "second")
    act(services.delete_message, room, 2, ana)

    with scope.acting(ana):
        found = selectors.last_messages("investigation", {room.root_id: NOON}, 5)
    assert [row.body for row in found[room.root_id]] == ["second"]


def test_repeated_act_with_the_same_client_id_is_one(room: Room, post: Post, ana: Actor) -> None:
    post(ana)
    cid = uuid7()

    first = act(services.edit_message, room, 1, ana, body="anew", cid=cid)
    edit(room, 1, ana, "anew again")
    again = act(services.edit_message, room, 1, ana, body="anew", cid=str(cid))

    assert (first.seq, again.seq) == (2, 2)
    assert shown(room, ana)[0]["body"] == "anew again"
