"""What answers, calls or brings files is kept in one statement with the rest; marks are told."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from apps.chat import seeing, selectors, services, writing
from apps.chat.models import Message, Room
from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.sharing import services as sharing
from tests.chat.conftest import Post
from tests.chat.live import cookie_of, hear, say, serving, socket
from tests.chat.test_attach_files import store
from tests.factories.world import NOON

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def quiet(settings: Any, tmp_path: Any, without_flood_limit: None) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"


def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str] | None, dict[str, Any]]]:
    """What is published from here on: subject, readers, frame."""
    found: list[tuple[str, list[str] | None, dict[str, Any]]] = []

    def publish(texts: Any) -> None:
        for subject, text in texts:
            readers, _line, frame = text.rpartition("\n")
            found.append(
                (stream.name(subject), json.loads(readers) if readers else None, json.loads(frame))
            )

    monkeypatch.setattr(stream, "publish_texts", publish)
    return found


def said(actor: Actor, room_id: Any, **frame: Any) -> writing.Said:
    with scope.acting(actor):
        card = selectors.card_of(actor)
    return writing.Said(actor, "en", card, room_id, {"cid": str(uuid4()), "body": "", **frame})


def test_answers_calls_and_files_of_many_are_one_statement(
    room: Room, post: Post, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(ana, "Which gate?")
    file = store(bo, room)
    with scope.acting(bo):
        services.mark_read(room.pk, seq=1, actor=bo)
    asked = [
        said(bo, room.pk, body="Gate 7.", reply_to=1),
        said(ana, room.pk, body="In the thread.", thread=1),
        said(ana, room.pk, body="@bo-duarte look"),
        said(bo, room.pk, files=[str(file.pk)]),
    ]
    batches, keep, frames = list[int](), writing.keep, told(monkeypatch)
    monkeypatch.setattr(writing, "keep", lambda lines: batches.append(len(lines)) or keep(lines))

    drafts = writing.prepare_each(asked)
    answers = writing.keep_all([one for one in drafts if isinstance(one, writing.Draft)])
    again = writing.keep_all([one for one in writing.prepare_each(asked) if not is_no(one)])

    assert batches == [4, 4]
    assert [one.seq for one in answers if not is_no(one)] == [2, 3, 4, 5]
    assert {one.outcome for one in again if not is_no(one)} == {"repeat"}
    shown = {frame["seq"]: frame for _subject, _readers, frame in frames}
    assert list(shown) == [2, 3, 4, 5]
    assert shown[2]["quoted"]["excerpt"] == "Which gate?"
    assert (shown[3]["thread"], shown[4]["mentions"]) == (1, [f"person:{bo.user_id}"])
    assert [one["name"] for one in shown[5]["files"]] == ["shelf.png"]
    assert {tuple(sorted(readers or ())) for _subject, readers, _frame in frames} == {
        tuple(sorted([str(ana.member_id), str(bo.member_id)]))
    }


def is_no(one: object) -> bool:
    return isinstance(one, DomainError)


def test_what_may_not_be_said_is_refused_before_it_stands_in_line(
    room: Room, post: Post, ana: Actor, bo: Actor, cy: Actor
) -> None:
    post(ana)
    theirs = store(ana, room)

    refused = writing.prepare_each(
        [
            said(cy, room.pk, body="@ana", reply_to=1),
            said(bo, uuid4(), body="x", reply_to=1),
            said(bo, room.pk, body="x", reply_to=9),
            said(bo, room.pk, body="x", thread=9),
            said(bo, room.pk, body="x", files=[str(uuid4())]),
            said(bo, room.pk, body="", reply_to=1),
        ]
    )

    codes = [one.code for one in refused if isinstance(one, DomainError)]
    assert codes == ["not_found", "not_found", "invalid", "invalid", "invalid", "invalid"]
    with scope.acting(ana):
        assert Message.objects.count() == 1
    assert theirs.root_id == room.root_id


def test_answer_shows_what_the_message_says_after_the_commit(
    room: Room, post: Post, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that was deleted while the answer stood in line goes to nobody."""
    post(ana, "a secret")
    [draft] = writing.prepare_each([said(bo, room.pk, body="Seen.", reply_to=1)])
    assert isinstance(draft, writing.Draft)
    with scope.acting(ana):
        services.delete_message(room.pk, 1, actor=ana, at=NOON)
    frames = told(monkeypatch)

    writing.keep_all([draft])

    [(_subject, _readers, frame)] = frames
    assert frame["quoted"]["is_deleted"]
    assert "secret" not in json.dumps(frame)


def test_access_that_ended_while_a_message_stood_in_line_keeps_nothing(
    room: Room, post: Post, ana: Actor, bo: Actor
) -> None:
    post(ana)
    [draft] = writing.prepare_each([said(bo, room.pk, body="Seen.", reply_to=1)])
    assert isinstance(draft, writing.Draft)
    with scope.acting(ana):
        sharing.take_access(room.root, viewer_id=bo.member_id)

    [answer] = writing.keep_all([draft])

    assert isinstance(answer, DomainError)
    assert answer.status == 404


def test_marks_are_told_in_one_frame_and_private_ones_within_their_member(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames, room_id, member = told(monkeypatch), uuid4(), uuid4()
    bo, di = ({"id": name, "name": name, "member": "Solmara"} for name in ("bo", "di"))
    many = [(bo, 3, None), (di, 2, None), (bo, 5, None), (bo, 4, None), (di, 9, member)]

    seeing.tell_all([seeing.Seen(room_id, who, seq, only) for who, seq, only in many])

    assert [
        (readers, [(mark["person"]["id"], mark["seq"]) for mark in frame["marks"]])
        for _subject, readers, frame in frames
    ] == [(None, [("bo", 5), ("di", 2)]), ([str(member)], [("di", 9)])]


def test_reader_is_seen_by_the_others_who_look_at_the_room(
    room: Room, post: Post, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(ana)
    post(ana)
    monkeypatch.setattr(seeing.teller, "_pause", 0.05)

    anas, bos = cookie_of(ana), cookie_of(bo)

    async def scene(port: int) -> list[dict[str, Any]]:
        async with socket(port, anas) as mine, socket(port, bos) as theirs:
            for ws in (mine, theirs):
                await say(ws, type="watch", subject=f"room:{room.pk}", after=2)
                await hear(ws, "watching")
            await say(theirs, type="read", room=room.pk, seq=1)
            first = await hear(mine, "seen")
            await say(theirs, type="read", room=room.pk, seq=1)
            await hear(theirs, "read")
            await say(theirs, type="read", room=room.pk, seq=2)
            return [*first["marks"], *(await hear(mine, "seen"))["marks"]]

    with serving() as port:
        marks = asyncio.run(scene(port))

    assert [(one["person"]["name"], one["seq"]) for one in marks] == [
        ("Bo Duarte", 1),
        ("Bo Duarte", 2),
    ]
    assert set(marks[0]["person"]) == {"id", "name", "member"}


def test_mark_over_the_api_is_told_as_well_and_none_that_stands_still(
    room: Room, post: Post, bo: Actor, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(ana)
    frames = told(monkeypatch)

    for thread in (0, 0, 1):
        with scope.acting(bo):
            services.mark_read(room.pk, seq=1, actor=bo, thread=thread)

    assert [frame["type"] for _subject, _readers, frame in frames] == ["seen"]
