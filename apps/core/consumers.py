"""The stream's socket: watch subjects, get hints, be told at once when access ends."""

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

import structlog
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.core import scope, stream
from apps.core.actor import Actor
from apps.core.gathered import Gathered, Overrun
from apps.core.outlets import MAX_FRAMES, Outlet
from apps.core.rounds import heads, may_watch, rounds
from apps.core.seats import Seat

log = structlog.get_logger(__name__)

MAX_FRAME_BYTES = 64 * 1024
MAX_WATCHED = 200
# A page that comes back watches all it shows at once.
FRAMES_BURST, FRAMES_PER_SECOND = 400, 50.0
SIGN_IN = 4401
ACCESS_ENDED = 4403
TOO_MANY = 1008
TOO_BIG = 1009
BROKEN = 1011
TRY_LATER = 1013
# The protocol leaves so much for a reason.
REASON_BYTES = 123
_FOR_THE_SOCKET = frozenset({"recheck", "look", "revoked"})

Frame = dict[str, Any]


class StreamConsumer(AsyncWebsocketConsumer):
    """One browser's socket. Joining a subject is the gate; nothing is filtered on the way out.

    Frames of a subject that is being joined are held until the gate has answered, so nothing
    is missed and nothing reaches somebody who is refused.
    """

    # Subjects whose loss closes the whole socket (rooms), not just the watch.
    closes_on_loss: ClassVar[frozenset[str]] = frozenset()

    seat: Seat

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watched: dict[str, stream.Ref] = {}
        self.joining: dict[str, list[tuple[Frame, str | None]]] = {}
        self.viewers: frozenset[str] = frozenset()
        self.outlet = Outlet(self.watched, self.abandon)
        self.session_key = ""
        self.beaten_at = self.seated_at = 0.0
        self.is_closing = False
        self.allowance, self.heard_at = float(FRAMES_BURST), 0.0
        self.application: asyncio.Task[Any] | None = None

    async def __call__(self, asgi_scope: Frame, receive: Any, send: Any) -> None:
        """Channels' own loop keeps two tasks per socket, for a layer that is not used here."""
        self.scope, self.base_send, self.outlet.send = asgi_scope, send, send
        self.application = asyncio.current_task()
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            return
        except asyncio.CancelledError:
            await self.disconnect(BROKEN)

    async def dispatch(self, message: Frame) -> None:
        """Channels' own hops to the one shared thread for each event, to close connections that
        nothing here opens.
        """
        try:
            if message["type"] == "websocket.receive":
                await self.receive(message.get("text"), message.get("bytes"))
            elif message["type"] == "websocket.connect":
                await self.connect()
            else:
                await self.disconnect(message.get("code", BROKEN))
                raise StopConsumer
        except (Overrun, DatabaseError, InterfaceError) as error:
            log.warning("socket.put_off", error=f"{type(error).__name__}: {error}")
            self._close(TRY_LATER)

    @property
    def actor(self) -> Actor:
        return self.seat.actor

    async def connect(self) -> None:
        cookies = self.scope.get("cookies", {})
        self.session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
        await self.accept()
        epoch, seat = await _welcome.ask(self.session_key)
        if seat is None:
            self._close(SIGN_IN)
            return
        self._sit(seat)
        await self.seated()
        if seat.actor.user_id is not None:
            await stream.hub().join(stream.name(stream.account(seat.actor.user_id)), self)
        self.say({"type": "hello", "epoch": epoch})
        rounds(seats).enter(self)

    async def disconnect(self, code: int) -> None:
        rounds(seats).leave(self)
        self.outlet.end()
        for subject in {*self.watched, *self.joining}:
            await self._drop(subject)
        if hasattr(self, "seat") and self.actor.user_id is not None:
            await stream.hub().leave(stream.name(stream.account(self.actor.user_id)), self)

    def abandon(self) -> None:
        """Cut a socket that cannot even be told: unsent frames keep no memory.

        ASGI has no word for it, and a line that is closed waits for its reader: the server's own
        end of the line is dropped.
        """
        transport = getattr(getattr(self.base_send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
        if self.application is not None and not self.application.done():
            self.application.cancel()

    def is_stuck(self, now: float) -> bool:
        return self.outlet.is_stuck(now)

    # Who sits here

    def _sit(self, seat: Seat) -> None:
        self.seat = seat
        known = (seat.actor.member_id, seat.actor.user_id)
        self.viewers = frozenset(str(ident) for ident in known if ident)

    async def seated(self) -> None:
        """Hook: it is known who sits here, and nothing has been said yet."""

    def reseat(self, seat: Seat | None) -> None:
        """Session and account were read afresh: nobody, or somebody else, is shown the door."""
        if seat is None or seat.actor.member_id != self.actor.member_id:
            self.outlet.clear()
            self._close(SIGN_IN)
        else:
            self._sit(seat)

    # What goes out

    def say(self, frame: Frame) -> None:
        """Queue an answer to this socket alone."""
        self.outlet.put("", json.dumps(frame))

    def push(self, subject: str, frame: Frame, text: str | None = None) -> None:
        """Queue a subject's frame, if this socket has passed the subject's gate."""
        if frame.get("type") in _FOR_THE_SOCKET:
            self._obey(subject, frame)
        elif subject in self.joining:
            held = self.joining[subject]
            if len(held) >= MAX_FRAMES:
                held[:] = [({"type": "resync", "subject": subject}, None)]
            held.append((frame, text))
        elif subject in self.watched:
            self.outlet.put(subject, text or json.dumps(frame))

    def _obey(self, subject: str, frame: Frame) -> None:
        """What is said to the socket itself: the person hears of it by what follows."""
        if frame["type"] == "recheck":
            rounds(seats).reseat_soon(self)
        elif frame["type"] == "look":
            rounds(seats).look_soon()
        elif not self.viewers.isdisjoint(frame.get("members", ())):
            self.lose(subject)

    def lose(self, subject: str) -> None:
        """Access has ended: deliver nothing more and say so; a room closes its socket."""
        was_watched = self.watched.pop(subject, None) is not None
        if self.joining.pop(subject, None) is None and not was_watched:
            return
        is_last = subject.partition(":")[0] in self.closes_on_loss
        if is_last:
            self.outlet.clear()
        self.say({"type": "revoked", "subject": subject})
        if is_last:
            with translation.override(self.seat.language):
                self._close(ACCESS_ENDED, _("Your access to this room has ended."))
        leaving.add(asyncio.create_task(self._drop(subject)))

    def _close(self, code: int, reason: str = "") -> None:
        self.is_closing = True
        self.outlet.close(code, reason.encode()[:REASON_BYTES].decode(errors="ignore"))

    # What comes in

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_closing:
            return
        if self._is_flooded():
            self._close(TOO_MANY)
            return
        if text_data is None or len(text_data) > MAX_FRAME_BYTES:
            self._close(TOO_BIG)
            return
        try:
            frame = json.loads(text_data)
        except (ValueError, RecursionError):
            frame = None
        kind = frame.get("type") if isinstance(frame, dict) else None
        handler = getattr(self, f"on_{kind}", None) if isinstance(kind, str) else None
        if handler is None:
            self.say({"type": "error", "code": "frame.not_understood"})
            return
        await handler(frame)

    def _is_flooded(self) -> bool:
        """Whether frames come faster than any page sends them."""
        now = asyncio.get_running_loop().time()
        more = (now - self.heard_at) * FRAMES_PER_SECOND
        self.allowance, self.heard_at = min(FRAMES_BURST, self.allowance + more) - 1, now
        return self.allowance < 0

    async def on_watch(self, frame: Frame) -> None:
        subject = stream.parse(frame.get("subject"))
        if subject is None or len(self.watched) >= MAX_WATCHED:
            self.refuse(frame.get("subject"))
            return
        text = stream.name(subject)
        # Subscribe first, then look: what commits in between arrives by the subscription.
        self.joining.setdefault(text, [])
        await stream.hub().join(text, self)
        head = await self.look(subject, frame)
        if head is None:
            await self._drop(text)
            self.refuse(text)
            return
        if text not in self.joining:
            return
        self.watched[text] = subject
        self.outlet.put(text, json.dumps({"type": "watching", "subject": text, "head": head}))
        await self.watching(subject, frame)
        for held, encoded in self.joining.pop(text, []):
            self.push(text, held, encoded)

    def refuse(self, subject: object) -> None:
        """Absent and forbidden are the same answer."""
        named = subject if isinstance(subject, str) else None
        self.say({"type": "refused", "subject": named, "code": "not_found"})

    async def look(self, subject: stream.Ref, frame: Frame) -> int | None:
        """Hook, the gate: the head of a subject that is open to the person, else None."""
        return await _gate.ask((self.actor, subject))

    async def watching(self, subject: stream.Ref, frame: Frame) -> None:
        """Hook: a subject has just been joined; its frames are held until this returns."""

    async def left(self, subject: str) -> None:
        """Hook: the socket is no longer in a subject."""

    async def on_unwatch(self, frame: Frame) -> None:
        subject = stream.parse(frame.get("subject"))
        if subject is not None:
            await self._drop(stream.name(subject))

    async def on_ping(self, frame: Frame) -> None:
        self.say({"type": "pong"})

    async def _drop(self, subject: str) -> None:
        self.watched.pop(subject, None)
        self.joining.pop(subject, None)
        await stream.hub().leave(subject, self)
        await self.left(subject)


class _Leaving(set["asyncio.Task[None]"]):
    """Tasks that outlive the socket whose leaving they do."""

    def add(self, task: "asyncio.Task[None]") -> None:
        super().add(task)
        task.add_done_callback(self.discard)


leaving = _Leaving()


def seats(session_keys: Collection[str]) -> list[Seat | None]:
    """Who sits behind each session, asked afresh; None for nobody who may."""
    resolve: Callable[[Collection[str]], list[Seat | None]] = import_string(
        settings.SOCKET_SEATS_RESOLVER
    )
    return resolve(session_keys)


# A database that was restored from a copy counts on from older numbers: whoever has seen later
# ones must forget them.
_EPOCH = """
SELECT system_identifier % 1000000000, timeline_id,
  (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system(), pg_control_checkpoint()
"""


def epoch() -> str:
    """What changes when the database is another one, or was put back to an earlier state."""
    with connection.cursor() as cursor:
        cursor.execute(_EPOCH)
        return "-".join(str(part) for part in cursor.fetchone())


def _greet(session_keys: Sequence[str]) -> list[tuple[str, Seat | None]]:
    here = epoch()
    return [(here, seat) for seat in seats(session_keys)]


def _look_all(asked: Sequence[tuple[Actor, stream.Ref]]) -> list[int | None]:
    answers = []
    for actor, subject in asked:
        with scope.acting(actor):
            is_open = may_watch(actor, subject)
            answers.append(heads([subject]).get(stream.name(subject), 0) if is_open else None)
    return answers


_welcome: Gathered[str, tuple[str, Seat | None]] = Gathered(_greet, thread="arriving")
_gate: Gathered[tuple[Actor, stream.Ref], int | None] = Gathered(
    _look_all, thread="arriving", most=16
)
