"""Access rows and the search index: who may read and find what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from apps.core import bulk, stream
from apps.core.events import Ref
from apps.core.models import Access, Level
from apps.sharing import selectors
from apps.sharing.models import SearchEntry
from apps.sharing.sql import SEALED_TAG


@dataclass(frozen=True, slots=True)
class Owner:
    """A member named as the owner of rows, for `scope.as_owner`."""

    member_id: UUID


def own_subject(subject: Ref, *, member_id: UUID, at: datetime) -> None:
    """Write the owner's own access row; call it before the subject's row is written."""
    give_access(subject, owner_id=member_id, viewer_id=member_id, level=Level.FULL, at=at)


def own_subjects(subjects: Iterable[Ref], *, member_id: UUID, at: datetime) -> None:
    """The owner's access rows for many new subjects at once (import)."""
    named = list(subjects)
    bulk.load(
        Access,
        {
            "subject_type": [subject_type for subject_type, _subject_id in named],
            "subject_id": [subject_id for _subject_type, subject_id in named],
        },
        viewer_id=member_id,
        owner_id=member_id,
        level=Level.FULL,
        created_at=at,
    )


class View(NamedTuple):
    """One member's reading of one subject, to be written or replaced."""

    subject: Ref
    owner_id: UUID
    viewer_id: UUID
    level: int
    at: datetime
    capabilities: Iterable[str] = ()
    expires_at: datetime | None = None


def give_access(
    subject: Ref,
    *,
    owner_id: UUID,
    viewer_id: UUID,
    level: int,
    at: datetime,
    capabilities: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> None:
    """Write or replace one access row, under the owner's stamp (the caller's business)."""
    give_all([View(subject, owner_id, viewer_id, level, at, capabilities, expires_at)])


def give_all(views: Iterable[View]) -> None:
    """Write or replace several access rows, no two of one viewer and subject, in one statement.

    What a case's level no longer reaches (its room) is left by sockets within a second of commit.
    """
    views = list(views)
    Access.objects.bulk_create(
        [
            Access(
                viewer_id=view.viewer_id,
                owner_id=view.owner_id,
                subject_type=view.subject[0],
                subject_id=view.subject[1],
                level=view.level,
                capabilities=sorted(view.capabilities),
                created_at=view.at,
                expires_at=view.expires_at,
            )
            for view in views
        ],
        update_conflicts=True,
        unique_fields=["viewer_id", "subject_type", "subject_id"],
        update_fields=["level", "capabilities", "expires_at"],
    )
    # Leads have no rooms, and are shared at lower levels by the thousand.
    lowered = {view.subject for view in views if view.level < Level.CASE} - {
        view.subject for view in views if view.subject[0] == "lead"
    }
    if lowered:
        transaction.on_commit(partial(stream.look_again, lowered))


_TAKE = """
DELETE FROM core_access AS a
 USING unnest(%s::text[], %s::uuid[], %s::uuid[]) AS gone (type, id, viewer)
 WHERE a.subject_type = gone.type AND a.subject_id = gone.id AND a.viewer_id = gone.viewer
RETURNING a.subject_type, a.subject_id, a.viewer_id
"""


def take_access(subject: Ref, *, viewer_id: UUID) -> None:
    """Remove an ally's access row; its sockets leave the subject within a second of commit."""
    take_all([(subject, viewer_id)])


def take_all(views: Sequence[tuple[Ref, UUID]]) -> None:
    """Remove several access rows, each named by subject and viewer, in one statement."""
    if not views:
        return
    told: list[list[Any]] = [
        [subject[0] for subject, _viewer in views],
        [subject[1] for subject, _viewer in views],
        [viewer for _subject, viewer in views],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, told)
        for subject_type, subject_id, viewer_id in cursor.fetchall():
            subject = (subject_type, subject_id)
            transaction.on_commit(partial(stream.revoke, subject, [viewer_id]))


def index(subject: Ref, texts: Mapping[int, str], *, member_id: UUID, at: datetime) -> None:
    """Replace the searchable words of a subject: level -> the text readable at that level.

    The entry of the case holds what is read below it, too: the indexes of words have no other.
    """
    below = "\n".join(text for level, text in texts.items() if level < Level.CASE)
    case = "\n".join(part for part in (below, texts.get(Level.CASE, "")) if part)
    told = {**texts, Level.CASE: case}
    SearchEntry.objects.bulk_create(
        [entry(subject, level, text, member_id=member_id, at=at) for level, text in told.items()],
        update_conflicts=True,
        unique_fields=["root_type", "root_id", "min_level"],
        update_fields=["grams", "text"],
    )


def entry(
    subject: Ref,
    level: int,
    text: str,
    *,
    member_id: UUID,
    at: datetime,
    is_sealed: bool = False,
) -> SearchEntry:
    """One unsaved search row; what is sealed its owner finds alone.

    `at` is when the subject came, by its owner's access row, however often its words change: own
    words are looked for week by week, the newest first. What is read below the level of the case
    is to be in that of the case as well.
    """
    return SearchEntry(
        member_id=member_id,
        root_type=subject[0],
        root_id=subject[1],
        min_level=level,
        grams=_grams(text, is_sealed=is_sealed),
        text=text,
        came_at=at,
    )


class Words(NamedTuple):
    """A text of a new subject, and the level from which it is read."""

    subject_id: UUID
    level: int
    text: str
    is_sealed: bool


def index_many(subject_type: str, words: Sequence[Words], *, member_id: UUID, at: datetime) -> None:
    """The search rows of many new subjects at once (import)."""
    bulk.load(
        SearchEntry,
        {
            "root_id": [one.subject_id for one in words],
            "min_level": [int(one.level) for one in words],
            "grams": [_grams(one.text, is_sealed=one.is_sealed) for one in words],
            "text": [one.text for one in words],
        },
        root_type=subject_type,
        member_id=member_id,
        came_at=at,
    )


def _grams(text: str, *, is_sealed: bool) -> list[str]:
    words = selectors.words(text)
    return [f"{SEALED_TAG}{word}" for word in words] if is_sealed else words
