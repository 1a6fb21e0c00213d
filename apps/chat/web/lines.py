"""Messages as the pages show them: the frames of the wire, each with the reader's view of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from apps.chat import instants, selectors
from apps.chat.frames import excerpt, frames
from apps.chat.models import Message
from apps.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a page shows it."""

    m: dict[str, Any]
    at: datetime
    html: SafeString
    is_mine: bool
    is_ours: bool
    is_first_new: bool = False

    @property
    def excerpt(self) -> str:
        return excerpt(self.html)


def lines(
    here: selectors.Entry, rows: Sequence[Message], *, actor: Actor, zone: str, mark: int = 0
) -> list[Line]:
    """The lines of messages; past the mark the first one of others begins what is new."""
    new = [row.seq for row in rows if mark and row.seq > mark and row.author_id != actor.user_id]
    return [
        Line(
            m=frame,
            at=row.posted_at,
            html=shown(str(frame["html"]), zone),
            is_mine=row.author_id is not None and row.author_id == actor.user_id,
            is_ours=row.member_id == actor.member_id,
            is_first_new=bool(new) and row.seq == new[0],
        )
        for row, frame in zip(rows, frames(here, rows), strict=True)
    ]


def shown(html: str, zone: str) -> SafeString:
    """A kept text as HTML for a reader in this zone."""
    # Made safe when it was written (text.render); the rest is the times' own words.
    return mark_safe(instants.localised(html, zone))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from an instant on."""

    kind: str
    language: str
    posted_at: datetime
    shown: SafeString


def versions(rows: Sequence[Message], *, zone: str) -> list[Version]:
    """A message and its changes, oldest first."""
    return [Version(row.kind, row.language, row.posted_at, shown(row.html, zone)) for row in rows]
