"""Marking read, and whether others see it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.chat import policies, selectors
from apps.chat.events import MarkPolicyChanged
from apps.chat.models import NOBODY, MarkPolicy, ReadMarker
from apps.chat.seeing import Marked, seen_of, tell_all
from apps.core.actor import Actor
from apps.core.events import emit
from apps.core.ids import uuid7
from apps.core.models import Head, Level

# Forward only, and never past the last entry: whoever marks twice, or late, changes nothing.
_MARK = """
INSERT INTO chat_readmarker AS kept (
  id, member_id, user_id, room_id, thread, root_type, root_id, min_level, last_read_seq)
SELECT read.id, %(member)s, read.user_id, %(room)s, %(thread)s, %(root_type)s, %(root_id)s,
  coalesce((SELECT CASE WHEN shows_marks THEN 3 ELSE 9 END FROM chat_markpolicy
    WHERE member_id = %(member)s), 3), read.seq
FROM unnest(%(ids)s::uuid[], %(people)s::uuid[], %(seqs)s::bigint[]) AS read (id, user_id, seq)
ON CONFLICT (member_id, user_id, room_id, thread) DO UPDATE
  SET last_read_seq = greatest(kept.last_read_seq, EXCLUDED.last_read_seq)
RETURNING kept.user_id, kept.last_read_seq,
  old.last_read_seq IS DISTINCT FROM kept.last_read_seq, kept.min_level
"""


def mark_read(room_id: UUID, *, seq: int, actor: Actor, thread: int = 0) -> int:
    """Move the person's mark forward, never back nor past the last message; returns it."""
    here = selectors.entry(actor, room_id)
    if actor.user_id is None:
        return 0
    marked = mark_all(here, {actor.user_id: seq}, actor=actor, thread=thread)[actor.user_id]
    if marked.is_further and not thread:
        seen = seen_of(room_id, selectors.card_of(actor), marked, actor)
        transaction.on_commit(partial(tell_all, [seen]))
    return marked.seq


def mark_all(
    here: selectors.Entry, read: Mapping[UUID, int], *, actor: Actor, thread: int = 0
) -> dict[UUID, Marked]:
    """Move the marks of several people of the actor's member, by one statement; returns them."""
    head = Head.objects.get(subject_type="room", subject_id=here.room.pk).seq
    people = sorted(read)
    told: dict[str, Any] = {
        "member": actor.member_id,
        "room": here.room.pk,
        "thread": thread,
        "root_type": here.room.root_type,
        "root_id": here.room.root_id,
        "ids": [uuid7() for _person in people],
        "people": people,
        "seqs": [min(max(read[person], 0), head) for person in people],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, told)
        return {
            person: Marked(seq, is_further, level <= Level.CASE)
            for person, seq, is_further, level in cursor.fetchall()
        }


def show_marks(*, shows: bool, actor: Actor, at: datetime) -> MarkPolicy:
    """Show, or keep from other members, how far the actor's own people have read: from now on."""
    policies.may_keep_marks(actor).require()
    policy, _made = MarkPolicy.objects.update_or_create(
        member_id=actor.member_id, defaults={"shows_marks": shows}
    )
    marks = ReadMarker.objects.filter(member_id=actor.member_id)
    marks.update(min_level=Level.CASE if shows else NOBODY)
    emit(MarkPolicyChanged(subject_id=actor.member_id, shows=shows), actor=actor, at=at)
    return policy
