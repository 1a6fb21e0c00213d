"""Rooms and what is said in them: stored first, then shown."""

from apps.chat.services.acting import (
    delete_message,
    edit_message,
    pin_message,
    react,
    unpin_message,
    unreact,
)
from apps.chat.services.appending import append, hold, repeated
from apps.chat.services.direct import open_direct, part_from
from apps.chat.services.exporting import export_room
from apps.chat.services.filing import Filing, file_message, filings, run_command
from apps.chat.services.marking import mark_all, mark_read, show_marks
from apps.chat.services.posting import post_card, post_message, post_notice
from apps.chat.services.reminding import remind, tell_reminder
from apps.chat.services.retaining import lift_hold, place_hold, purge_texts, set_retention
from apps.chat.services.rooms import follow_seats, keep_desk_room, open_room, room_id_of, say_who
from apps.chat.services.translating import (
    allow_translation,
    ask_translation,
    fail_translation,
    keep_translation,
    translated,
    work_of,
)

__all__ = [
    "Filing",
    "allow_translation",
    "append",
    "ask_translation",
    "delete_message",
    "edit_message",
    "export_room",
    "fail_translation",
    "file_message",
    "filings",
    "follow_seats",
    "hold",
    "keep_desk_room",
    "keep_translation",
    "lift_hold",
    "mark_all",
    "mark_read",
    "open_direct",
    "open_room",
    "part_from",
    "pin_message",
    "place_hold",
    "post_card",
    "post_message",
    "post_notice",
    "purge_texts",
    "react",
    "remind",
    "repeated",
    "room_id_of",
    "run_command",
    "say_who",
    "set_retention",
    "show_marks",
    "tell_reminder",
    "translated",
    "unpin_message",
    "unreact",
    "work_of",
]
