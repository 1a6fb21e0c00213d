"""A message as it goes over the wire, the same by socket and by REST."""

from typing import Any

from django.utils.html import escape

from apps.chat import notices
from apps.chat.models import Message
from apps.chat.selectors import Card
from apps.core import stream

# Names the subject: resolved for each reader when he asks for the card.
CARD = "card"


def message_frame(message: Message, author: Card) -> dict[str, Any]:
    """The frame of a message; a notice is said in the active language."""
    frame = {
        "type": "message",
        "subject": stream.name(("room", message.room_id)),
        "seq": message.seq,
        "id": str(message.pk),
        "cid": str(message.cid),
        "kind": str(message.kind),
        "author": author.as_json(),
        "body": message.body,
        "html": message.html,
        "language": message.language,
        "reply_to": message.reply_to,
        "posted_at": message.posted_at.isoformat(),
        "code": message.code,
        "params": {key: value for key, value in message.params.items() if key != CARD},
        "has_card": CARD in message.params,
    }
    return said(frame)


def said(frame: dict[str, Any]) -> dict[str, Any]:
    """A notice's frame with its sentence in the active language; other frames as they are."""
    if frame.get("kind") != Message.Kind.NOTICE:
        return frame
    text = notices.sentence(str(frame["code"]), frame["params"])
    return {**frame, "body": text, "html": f"<p>{escape(text)}</p>"}
