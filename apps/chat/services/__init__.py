"""Opening rooms, posting, marking read: a message is stored first, then shown."""

from apps.chat.services.appending import append, hold, repeated
from apps.chat.services.marking import mark_all, mark_read
from apps.chat.services.posting import post_card, post_message, post_notice
from apps.chat.services.rooms import open_room, room_id_of

__all__ = [
    "append",
    "hold",
    "mark_all",
    "mark_read",
    "open_room",
    "post_card",
    "post_message",
    "post_notice",
    "repeated",
    "room_id_of",
]
