"""Whatever is lost, late, repeated or revoked on the way: numbers, resume and the end of access."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.chat import services
from apps.chat.consumers import ChatConsumer
from apps.chat.joining import Coming, Welcome, let_in
from apps.chat.models import Message, Room
from apps.chat.services.appending import Line, keep
from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Head
from apps.core.seats import Seat
from apps.sharing import services as sharing
from tests.chat.conftest import share
from tests.chat.live import Reader
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


class Ear:
    """Stands for the line: what goes out is heard at once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.is_closed = False

    def put(self, _subject: str, text: str) -> None:
        frame = json.loads(text)
        if frame["type"] == "message":
            self.reader.take(frame)

    def clear(self) -> None:
        """Nothing waits."""

    def close(self, _code: int, _reason: str) -> None:
        self.is_closed = True


@dataclass
class Window:
    """One person's browser: what it shows stays when its socket goes."""

    actor: Actor
    reader: Reader
    socket: ChatConsumer | None = None
    # The last number that was committed before its access ended.
    last_allowed: int | None = None


@dataclass
class World:
    room: Room
    owner: Actor
    allies: list[Actor]
    hub: stream.Hub = field(default_factory=stream.Hub)

    @property
    def name(self) -> str:
        return stream.name(("room", self.room.pk))


class Talking(RuleBasedStateMachine):
    """Rules may come in any order; a frame may be lost, or come late and out of order."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        here = self.world
        self.windows = [
            Window(actor, Reader(here.room.pk))
            for actor in (here.owner, *here.allies, here.allies[0])
        ]
        self.shared = {ally.member_id for ally in here.allies}
        self.cids: list[tuple[Actor, UUID]] = []
        self.on_the_way: list[str] = []
        self.stored = 0

    def teardown(self) -> None:
        for window in self.windows:
            self.hang_up(window)
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def may(self, actor: Actor) -> bool:
        return actor == self.world.owner or actor.member_id in self.shared

    @rule(who=st.integers(0, 2), again=st.booleans())
    def write(self, who: int, again: bool) -> None:
        actor = (self.world.owner, *self.world.allies)[who]
        mine = [cid for writer, cid in self.cids if writer == actor]
        cid = mine[-1] if again and mine else uuid4()
        entry = Message(
            room=self.world.room, member_id=actor.member_id, author_id=actor.user_id, cid=cid,
            body=str(cid),
        )  # fmt: skip
        kept = keep([Line(entry, actor), Line(entry, actor)], at=NOON)
        if not self.may(actor):
            assert [one.outcome for one in kept] == ["not_found"] * 2
            return
        assert [one.outcome for one in kept] == ["repeat" if cid in mine else "kept", "repeat"]
        if cid in mine:
            return
        self.cids.append((actor, cid))
        self.stored += 1
        assert kept[0].seq == kept[1].seq == self.stored
        frame = {"type": "message", "kind": "message", "seq": kept[0].seq, "body": entry.body}
        self.on_the_way.append(stream.for_readers(kept[0].readers, frame))

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data(), is_lost=st.booleans())
    def arrive(self, data: st.DataObject, is_lost: bool) -> None:
        at = data.draw(st.integers(0, len(self.on_the_way) - 1))
        text = self.on_the_way.pop(at)
        if not is_lost:
            self.world.hub._deliver(self.world.name, text.encode())

    @rule(which=st.integers(0, 3))
    def come(self, which: int) -> None:
        window = self.windows[which]
        self.hang_up(window)
        coming = Coming(window.actor, "en", self.world.room.pk, window.reader.last)
        welcome = let_in([coming])[0]
        assert (welcome is not None) == self.may(window.actor)
        if welcome is not None:
            window.socket = self.connect(window, welcome)
            assert window.reader.last == self.stored

    def connect(self, window: Window, welcome: Welcome) -> ChatConsumer:
        socket = ChatConsumer()
        socket._sit(Seat(window.actor))
        socket.outlet = Ear(window.reader)
        socket.watched[self.world.name] = ("room", self.world.room.pk)
        for seq, text in welcome.missed:
            socket.outlet.put(self.world.name, text)
            socket.resumed[self.world.name] = seq
        self.world.hub._sinks[self.world.name].add(socket)
        window.last_allowed = None
        return socket

    @rule(which=st.integers(0, 3))
    def go(self, which: int) -> None:
        self.hang_up(self.windows[which])

    def hang_up(self, window: Window) -> None:
        if window.socket is not None:
            self.world.hub._sinks[self.world.name].discard(window.socket)
            window.socket = None

    @rule(which=st.integers(0, 1), is_told=st.booleans())
    def revoke(self, which: int, is_told: bool) -> None:
        """The control frame may be lost: the sockets stay, and hear nothing all the same."""
        ally = self.world.allies[which]
        if ally.member_id not in self.shared:
            return
        with scope.acting(self.world.owner):
            sharing.take_access(self.world.room.root, viewer_id=ally.member_id)
        self.shared.discard(ally.member_id)
        for window in self.windows:
            if window.actor == ally:
                window.last_allowed = self.stored
                if is_told:
                    self.hang_up(window)

    @rule(which=st.integers(0, 1))
    def share_again(self, which: int) -> None:
        ally = self.world.allies[which]
        if ally.member_id not in self.shared:
            with scope.acting(self.world.owner):
                share(self.world.room.root, self.world.owner, ally)
            self.shared.add(ally.member_id)
            for window in self.windows:
                if window.actor == ally:
                    self.hang_up(window)

    @invariant()
    def everybody_sees_a_beginning_of_the_same(self) -> None:
        bodies = [str(cid) for _writer, cid in self.cids]
        for window in self.windows:
            assert window.reader.shown == bodies[: window.reader.last]

    @invariant()
    def nobody_has_what_was_committed_after_his_access(self) -> None:
        for window in self.windows:
            if window.last_allowed is not None:
                assert window.reader.last <= window.last_allowed
                assert all(seq <= window.last_allowed for seq in window.reader.early)

    @invariant()
    def head_is_the_number_of_messages(self) -> None:
        head = Head.objects.get(subject_type="room", subject_id=self.world.room.pk)
        assert head.seq == self.stored


def test_sequence_resume_and_revocation_hold_in_any_order(ana: Actor, bo: Actor, cy: Actor) -> None:
    subject = ("investigation", uuid7())
    with scope.acting(ana):
        sharing.own_subject(subject, member_id=ana.member_id, at=NOON)
        room = services.open_room(subject, member_id=ana.member_id, actor=ana, at=NOON)
        for ally in (bo, cy):
            share(subject, ana, ally)
    kind: Any = type("Told", (Talking,), {"world": World(room, ana, [bo, cy])})

    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
