"""An entry of a room on the wire: the same shape by socket, by REST and on the page."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import escape

from apps.chat import notices, selectors
from apps.chat.folding import State, says
from apps.chat.links import in_text
from apps.chat.models import Message
from apps.chat.text import words
from apps.core import stream
from apps.evidence.models import Evidence

# Names the subject: resolved for each reader when he asks for the card.
CARD = "card"
EXCERPT_LENGTH = 160


def frames(here: selectors.Entry, rows: Sequence[Message]) -> list[dict[str, Any]]:
    """The frames of entries as they are now; a notice is said in the active language."""
    page = selectors.page(here, rows)
    return [said(_frame(page, row)) for row in rows]


def new_frame(here: selectors.Entry, entry: Message) -> dict[str, Any]:
    """The frame of an entry that has no number yet: the event gives it one."""
    [frame] = new_frames(here, [entry])
    del frame["seq"]
    return frame


def new_frames(here: selectors.Entry, entries: Sequence[Message]) -> list[dict[str, Any]]:
    """The frames of entries that nobody has seen: nothing has become of them."""
    page = selectors.page_of_new(here, entries)
    return [said(_frame(page, entry)) for entry in entries]


def plain_frame(entry: Message, author: selectors.Card) -> dict[str, Any]:
    """The frame of a new message that answers and calls nobody: nothing is asked for it."""
    who = (entry.member_id, entry.author_id)
    return _frame(selectors.Page([entry], {}, {}, {who: author}), entry)


def _frame(page: selectors.Page, row: Message) -> dict[str, Any]:
    state = page.state(row)
    text = says(row, state)
    return {
        "type": "message",
        "subject": stream.name(("room", row.room_id)),
        "seq": row.seq,
        "id": str(row.pk),
        "cid": str(row.cid),
        "kind": str(row.kind),
        "author": page.cards[row.member_id, row.author_id].as_json(),
        "target": row.target,
        "thread": row.thread,
        "reply_to": row.reply_to,
        "quoted": _quoted(page, row),
        "posted_at": row.posted_at.isoformat(),
        "code": row.code,
        "params": {key: value for key, value in row.params.items() if key != CARD},
        "has_card": CARD in row.params,
        "is_purged": row.purged_at is not None,
        **_text(page, row, text),
        **(_about(page, state) if row.target is None else _about(page, State())),
    }


def _text(page: selectors.Page, row: Message, text: Message | None) -> dict[str, Any]:
    """What is said: nothing by a former text, nor by what was deleted."""
    if row.target is not None and row.kind != Message.Kind.EDIT:
        text = row
    return {
        "body": text.body if text else "",
        "html": text.html if text else "",
        "language": text.language if text else "",
        "mentions": text.mentions if text else [],
        "files": [_file(page.files[one]) for one in row.files if one in page.files] if text else [],
        "cards": _cards(page, text) if text else [],
    }


def _file(file: Evidence) -> dict[str, Any]:
    """A file as evidence: its name, its digest, where its record is, and a picture of it."""
    return {
        "id": str(file.pk),
        "name": file.file_name,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "url": reverse("evidence:detail", args=[file.pk]),
        "preview": reverse("evidence:preview", args=[file.pk]) if file.is_picture else None,
    }


def _cards(page: selectors.Page, text: Message) -> list[dict[str, Any]]:
    """What the text points to and every reader of the room may see: messages of it, its files."""
    found = in_text(text.body, text.room_id)
    messages = [_beginning(page, page.quoted[seq]) for seq in found.seqs if seq in page.quoted]
    files = [_file(page.files[one]) for one in found.files if one in page.files]
    return [{"kind": "message", **one} for one in messages] + [
        {"kind": "file", **one} for one in files
    ]


def _about(page: selectors.Page, state: State) -> dict[str, Any]:
    """What has become of the message."""
    return {
        "edited_at": state.text.posted_at.isoformat() if state.text else None,
        "is_deleted": state.is_deleted,
        "pinned_by": _name(page, state.pin),
        "deleted_by": _name(page, state.deletion),
        "reactions": [
            {"emoji": emoji, "people": [page.cards[who].as_json() for who in people]}
            for emoji, people in state.reactions.items()
        ],
        "filed": [
            {"kind": entry.code, "by": _name(page, entry), "at": entry.posted_at.isoformat()}
            for entry in state.filed
        ],
        "replies": state.replies,
        "last_reply": state.last_reply,
    }


def _name(page: selectors.Page, entry: Message | None) -> dict[str, Any] | None:
    return page.cards[entry.member_id, entry.author_id].as_json() if entry else None


def _quoted(page: selectors.Page, row: Message) -> dict[str, Any] | None:
    """The beginning of the message that this one answers, as it reads now."""
    answered = page.quoted.get(row.reply_to or 0)
    return _beginning(page, answered) if answered else None


def _beginning(page: selectors.Page, answered: Message) -> dict[str, Any]:
    text = says(answered, page.states.get(answered.seq) or State())
    return {
        "seq": answered.seq,
        "author": page.cards[answered.member_id, answered.author_id].as_json(),
        "excerpt": excerpt(text.html) if text else "",
        "is_deleted": text is None,
    }


def excerpt(html: str, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of a text as plain words."""
    line = words(html)
    return line if len(line) <= length else f"{line[:length].rstrip()}…"


def said(frame: dict[str, Any]) -> dict[str, Any]:
    """A notice's frame with its sentence in the active language; other frames as they are."""
    if frame.get("kind") != Message.Kind.NOTICE:
        return frame
    text = notices.sentence(str(frame["code"]), frame["params"])
    return {**frame, "body": text, "html": f"<p>{escape(text)}</p>"}
