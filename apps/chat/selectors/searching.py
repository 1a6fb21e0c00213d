"""Finding messages among what one may read, in any script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, F, Func, Manager, Q
from django.db.models.functions import Lower

from apps.chat import text
from apps.chat.finding import Asked
from apps.chat.models import Message, Room
from apps.chat.selectors.listing import open_titles, titles
from apps.chat.selectors.messages import current
from apps.chat.selectors.people import Card, cards
from apps.core import scope
from apps.core.actor import Actor
from apps.core.grams import fold, query_grams
from apps.core.marking import Part, marked, snippet
from apps.members.models import Member, User

MOST = 50
# So many people or members answer to one `from:`.
MOST_NAMED = 500
BEGINNING = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A message that answers: as it reads now, where, by whom, and the text about the hit."""

    message: Message
    room: Room
    title: str
    author: Card
    around: tuple[Part, ...]


class _Folded(Func):
    """A name without case and without the accents of Latin letters."""

    template = "regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g')"
    output_field = CharField()


def search(
    actor: Actor, asked: Asked, *, room_id: UUID | None = None, limit: int = MOST
) -> list[Found]:
    """The newest messages that answer, by what they say now and in rooms that the actor reads.

    Nothing for what was changed or deleted since, nor where a filter could not be understood.
    """
    if asked.is_empty or asked.problems:
        return []
    only = _rooms(actor, asked, room_id)
    if only == []:
        return []
    hits: list[tuple[datetime, UUID]] = []
    rows: dict[UUID, Message] = {}
    for viewer in (actor, actor.in_person()):
        if viewer is not None:
            with scope.binding(viewer):
                mine = _hits(actor, asked, only, limit)
                hits += mine
                rows |= _messages([ident for _at, ident in mine]) if mine else {}
    if not rows:
        return []
    newest = [rows[ident] for _at, ident in sorted(hits, reverse=True) if ident in rows]
    return _found(actor, asked, list(islice(newest, limit)))


def _rooms(actor: Actor, asked: Asked, room_id: UUID | None) -> list[UUID] | None:
    """The ids of the rooms to look in; None for all that are open."""
    if not asked.room:
        return [room_id] if room_id else None
    try:
        # Whether it is open is asked where the messages are.
        named = [UUID(asked.room)]
    except ValueError:
        wanted = fold(asked.room)
        named = [pk for pk, title in open_titles(actor).items() if wanted in fold(title)]
    return [one for one in named if room_id in {None, one}]


def _hits(
    actor: Actor, asked: Asked, only: list[UUID] | None, limit: int
) -> list[tuple[datetime, UUID]]:
    people, homes = _authors(actor, asked)
    mine = f'[["{actor.member_id}", "{actor.user_id}"]]'
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT posted_at, id FROM chat_search(%s::text[], %s::jsonb, %s::uuid[], %s::uuid[],"
            " %s::uuid[], %s, %s::timestamptz, %s::timestamptz, %s)",
            [
                query_grams(asked.words),
                *(mine, only, people, homes),
                *(asked.has_file, asked.after, asked.before, limit),
            ],
        )
        return list(cursor.fetchall())


def _authors(actor: Actor, asked: Asked) -> tuple[list[UUID] | None, list[UUID] | None]:
    """The people and the members that `from:` names; (None, None) without one."""
    if not asked.author:
        return None, None
    if asked.author.casefold() == "me":
        return [actor.user_id] if actor.user_id else [], [] if actor.user_id else [actor.member_id]
    return _named(User.objects, asked.author), _named(Member.objects, asked.author)


def _named(things: "Manager[Any]", name: str) -> list[UUID]:
    folded = things.annotate(folded=_Folded(Lower(F("name"))))
    found = folded.filter(Q(folded__contains=fold(name)) | Q(name__icontains=name))
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])


def _messages(ids: Iterable[UUID]) -> dict[UUID, Message]:
    """Messages as they read now, with their rooms."""
    rows = Message.objects.select_related("room").defer("words", "params", "mentions")
    rows = rows.filter(pk__in=list(ids))
    return {row.pk: row for row in current(rows)}


def _found(actor: Actor, asked: Asked, rows: Sequence[Message]) -> list[Found]:
    named = titles(actor, list({row.room_id: row.room for row in rows}.values()))
    authors = cards(rows)
    return [
        Found(
            message=row,
            room=row.room,
            title=named[row.room_id],
            author=authors[row.member_id, row.author_id],
            around=_around(row, asked.words),
        )
        for row in rows
    ]


def _around(row: Message, words: str) -> tuple[Part, ...]:
    """The text about the first hit; its beginning where only filters were asked for.

    As it reads on the page: what is written and not shown, the address of a link, is told as it
    was written where nothing else answers.
    """
    said = text.words(row.html)
    return snippet(said, words) or snippet(row.body, words) or marked(said[:BEGINNING], "")
