"""Reading a room's sequence: entries as they were made, and messages as they are now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max

from apps.chat.folding import SHOWN, State, fold, says
from apps.chat.links import Links, in_text
from apps.chat.models import Message, Room
from apps.chat.selectors.people import Card, cards
from apps.chat.selectors.rooms import Entry, entry
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.evidence.models import Evidence

PAGE = 200
AROUND = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Entries of one room, with what has become of the messages that they are or are about."""

    rows: list[Message]
    states: dict[int, State]
    quoted: dict[int, Message]
    cards: dict[tuple[UUID, UUID | None], Card]
    files: dict[UUID, Evidence] = field(default_factory=dict)

    def state(self, row: Message) -> State:
        """Of the message that the entry is, or is about."""
        return self.states.get(row.target or row.seq) or State()


def messages_after(actor: Actor, room_id: UUID, after: int, *, limit: int = PAGE) -> list[Message]:
    """The entries of any kind that follow a sequence number, in order. Raises NotFound."""
    here = entry(actor, room_id)
    with scope.binding(here.viewer):
        return list(Message.objects.filter(room=here.room, seq__gt=after).order_by("seq")[:limit])


def messages_before(
    actor: Actor,
    room_id: UUID,
    before: int | None = None,
    *,
    thread: int | None = None,
    limit: int = PAGE,
) -> list[Message]:
    """The last messages before a sequence number (or at all), in order. Raises NotFound.

    Those of the room itself, or those of one thread, its first message included.
    """
    here = entry(actor, room_id)
    rows = Message.objects.filter(room=here.room, kind__in=SHOWN)
    if thread is None:
        rows = rows.filter(thread__isnull=True)
    else:
        rows = rows.filter(seq=thread) | rows.filter(thread=thread)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    with scope.binding(here.viewer):
        return list(reversed(rows.order_by("-seq")[:limit]))


def messages_around(actor: Actor, room_id: UUID, seq: int, *, limit: int = AROUND) -> list[Message]:
    """A message, and those before and after it in the room or in its thread, in order.

    Raises NotFound.
    """
    this = message(entry(actor, room_id), seq)
    before = messages_before(actor, room_id, seq, thread=this.thread, limit=limit)
    with scope.binding(entry(actor, room_id).viewer):
        rows = Message.objects.filter(room_id=room_id, kind__in=SHOWN, seq__gt=seq)
        rows = rows.filter(thread=this.thread) if this.thread else rows.filter(thread__isnull=True)
        return [*before, this, *rows.order_by("seq")[:limit]]


def message(here: Entry, seq: int) -> Message:
    """One message of a room, by its number. Raises NotFound."""
    with scope.binding(here.viewer):
        found = Message.objects.filter(room=here.room, seq=seq, kind__in=SHOWN).first()
    if found is None:
        raise NotFound
    return found


def state_of(here: Entry, seq: int) -> State:
    """What has become of one message."""
    with scope.binding(here.viewer):
        about = Message.objects.filter(room=here.room, target=seq).order_by("seq")
        return fold(about).get(seq) or State()


def history(here: Entry, seq: int) -> list[Message]:
    """A message and its edits, each with the text of its time, oldest first."""
    with scope.binding(here.viewer):
        kinds = [Message.Kind.EDIT, Message.Kind.DELETION]
        edits = Message.objects.filter(room=here.room, target=seq, kind__in=kinds)
        return [message(here, seq), *edits.order_by("seq")]


def pinned(here: Entry) -> list[Message]:
    """What is pinned now, first the one pinned last."""
    with scope.binding(here.viewer):
        acts = [Message.Kind.PIN, Message.Kind.UNPIN, Message.Kind.DELETION]
        last = (
            Message.objects.filter(room=here.room, target__isnull=False, kind__in=acts)
            .order_by("target", "-seq")
            .distinct("target")
            .values_list("kind", "target", "seq")
        )
        pins = {to or 0: seq for kind, to, seq in last if kind == Message.Kind.PIN}
        rows = Message.objects.filter(room=here.room, seq__in=pins)
        return sorted(rows, key=lambda row: pins[row.seq], reverse=True)


def page(here: Entry, rows: Sequence[Message]) -> Page:
    """The entries with all that is needed to show them: a constant number of queries."""
    return _page(here, rows, {row.target or row.seq for row in rows})


def page_of_new(here: Entry, rows: Sequence[Message]) -> Page:
    """Entries that nobody has seen: nothing has become of them."""
    return _page(here, rows, set())


def _page(here: Entry, rows: Sequence[Message], seqs: set[int]) -> Page:
    answered = {row.reply_to for row in rows if row.reply_to}
    with scope.binding(here.viewer):
        states = _states(here.room, seqs | answered)
        links = [_links(row, states) for row in rows]
        linked = {seq for found in links for seq in found.seqs}
        states |= _states(here.room, linked - seqs - answered)
        quoted = _quoted(here.room, rows, answered | linked)
        attached = {one for row in rows for one in row.files}
        files = _files(here.room, attached | {one for found in links for one in found.files})
    named = [who for state in states.values() for who in state.people()]
    return Page(list(rows), states, quoted, cards([*rows, *quoted.values()], named), files)


def _links(row: Message, states: dict[int, State]) -> Links:
    """What the text that counts now points to."""
    text = says(row, states.get(row.target or row.seq) or State())
    return in_text(text.body, row.room_id) if text else Links()


def _quoted(room: Room, rows: Sequence[Message], seqs: set[int]) -> dict[int, Message]:
    """The messages of these numbers: those at hand, and the others."""
    found = {row.seq: row for row in rows if row.seq in seqs}
    missing = seqs - found.keys()
    if missing:
        others = Message.objects.filter(room=room, seq__in=missing, kind=Message.Kind.MESSAGE)
        found |= {row.seq: row for row in others}
    return found


def _files(room: Room, ids: set[UUID]) -> dict[UUID, Evidence]:
    """Evidence of the room's own subject: every reader of the room reads it."""
    if not ids:
        return {}
    of_room = Evidence.objects.filter(root_type=room.root_type, root_id=room.root_id)
    return of_room.in_bulk(ids)


def _states(room: Room, seqs: set[int]) -> dict[int, State]:
    if not seqs:
        return {}
    states = fold(Message.objects.filter(room=room, target__in=seqs).order_by("seq"))
    counted = (
        Message.objects.filter(room=room, thread__in=seqs, kind=Message.Kind.MESSAGE)
        .values("thread")
        .annotate(count=Count("pk"), last=Max("seq"))
        .order_by("thread")
    )
    for thread in counted:
        state = states.setdefault(thread["thread"] or 0, State())
        state.replies, state.last_reply = thread["count"], thread["last"]
    return states


# By the room's own index: of its messages only the newest are read.
_LAST = """
SELECT found.id FROM unnest(%s::uuid[], %s::timestamptz[]) AS wanted (id, since)
JOIN chat_room AS room ON room.root_type = %s AND room.root_id = wanted.id
CROSS JOIN LATERAL (
  SELECT id FROM chat_message AS said
   WHERE room_id = room.id AND kind = 'message' AND body <> '' AND posted_at >= wanted.since
     AND NOT EXISTS (SELECT 1 FROM chat_message AS gone WHERE gone.room_id = room.id
       AND gone.target = said.seq AND gone.kind = 'deletion')
   ORDER BY seq DESC LIMIT %s) AS found
"""


def last_messages(
    root_type: str, since: Mapping[UUID, datetime], limit: int
) -> dict[UUID, list[Message]]:
    """What people wrote about each subject since an instant, as far as the stamp shows, in order.

    As it reads now: edited texts, and nothing that was deleted. Three statements for any number
    of subjects; one that nobody wrote about is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(since), list(since.values()), root_type, limit])
        ids = [row[0] for row in cursor.fetchall()]
    found: dict[UUID, list[Message]] = defaultdict(list)
    for row in current(Message.objects.filter(pk__in=ids).order_by("seq")):
        found[row.root_id].append(row)
    return found


def current(rows: Iterable[Message]) -> list[Message]:
    """Messages, of any rooms, as they read now; those that were deleted are left out."""
    rows = list(rows)
    if not rows:
        return rows
    edits: dict[UUID, list[Message]] = defaultdict(list)
    about = Message.objects.filter(
        room_id__in={row.room_id for row in rows},
        target__in={row.seq for row in rows},
        kind__in=[Message.Kind.EDIT, Message.Kind.DELETION],
    )
    for one in about.order_by("seq"):
        edits[one.room_id].append(one)
    states = {room_id: fold(entries) for room_id, entries in edits.items()}
    kept = []
    for row in rows:
        text = says(row, states.get(row.room_id, {}).get(row.seq) or State())
        if text is None:
            continue
        if text is not row:
            row.body, row.html, row.language = text.body, text.html, text.language
        kept.append(row)
    return kept
