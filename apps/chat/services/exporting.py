"""Taking a copy of a room, which its owner finds in the one ledger of copies."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import exporting, policies, selectors
from apps.chat.folding import State, fold
from apps.chat.models import Message
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.evidence.models import Evidence
from apps.sharing import services as sharing

FORMATS: Final = ("room-json", "room-page")
MOST: Final = 20_000
_TEXTS = (Message.Kind.MESSAGE, Message.Kind.EDIT)


def export_room(
    room_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    first: int | None = None,
    last: int | None = None,
    format_name: str = "room-json",
) -> dict[str, Any]:
    """The entries from one number to another, with their digests; what may not be read stays out.

    Raises NotFound, Refused, Invalid.
    """
    here = selectors.entry(actor, room_id)
    policies.may_copy(actor, here.access, here.room).require()
    head = selectors.head(here.room)
    first, last = max(first or 1, 1), min(last if last is not None else head, head)
    if last - first >= MOST:
        raise Invalid(
            {"last": [_("At most %(most)s entries at once: take parts.") % {"most": MOST}]}
        )
    entries = _entries(here, first=first, last=last, actor=actor)
    card = selectors.card_of(actor)
    manifest = {
        "room": str(here.room.pk),
        "title": selectors.titles(actor, [here.room])[here.room.pk],
        "kind": here.room.kind,
        "root": f"{here.room.root_type}:{here.room.root_id}",
        "first": first,
        "last": last,
        "head": head,
        "taken_at": at.isoformat(),
        "taken_by": card.name,
        "taken_for": card.member,
    }
    copies = [(here.room.root, here.access.owner_id, here.access.level)]
    sharing.record_exports(copies, format_name=format_name, actor=actor, at=at)
    return exporting.document(manifest, entries)


def _entries(here: selectors.Entry, *, first: int, last: int, actor: Actor) -> list[dict[str, Any]]:
    """The entries of a range in their order.

    A former text, and the text of what was deleted, is withheld from those who may not read it.
    """
    with scope.binding(here.viewer):
        rows = list(
            Message.objects.filter(room=here.room, seq__range=(first, last)).order_by("seq")
        )
        about = Message.objects.filter(
            room=here.room, target__isnull=False, kind__in=["edit", "deletion"]
        )
        states = fold(about.order_by("seq"))
        files = _files(rows)
    named = selectors.cards(rows)
    return [
        _entry(
            row,
            author=named[row.member_id, row.author_id],
            files=files,
            is_withheld=_is_former(row, states.get(row.target or row.seq) or State())
            and not policies.may_read_history(actor, here.access, row),
        )
        for row in rows
    ]


def _files(rows: Iterable[Message]) -> dict[UUID, Evidence]:
    return Evidence.objects.in_bulk({one for row in rows for one in row.files})


def _entry(
    row: Message, *, author: selectors.Card, files: dict[UUID, Evidence], is_withheld: bool
) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "id": str(row.pk),
        "kind": str(row.kind),
        "author": author.name,
        "author_id": str(row.author_id) if row.author_id else None,
        "member": author.member,
        "member_id": str(row.member_id),
        "posted_at": row.posted_at.isoformat(),
        "language": row.language or "und",
        "target": row.target,
        "thread": row.thread,
        "reply_to": row.reply_to,
        "body": "" if is_withheld else row.body,
        "is_withheld": is_withheld,
        "is_purged": row.purged_at is not None,
        "code": row.code,
        "params": {key: value for key, value in row.params.items() if key != "card"},
        "files": [] if is_withheld else _named(row.files, files),
    }


def _named(ids: Sequence[UUID], files: dict[UUID, Evidence]) -> list[dict[str, str]]:
    return [
        {"id": str(one), "name": files[one].file_name, "sha256": files[one].sha256}
        for one in ids
        if one in files
    ]


def _is_former(row: Message, state: State) -> bool:
    """Whether the entry's text is not what its message says now."""
    if row.kind not in _TEXTS:
        return False
    return state.is_deleted or (state.text is not None and state.text.seq != row.seq)
