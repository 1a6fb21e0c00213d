"""Reading rooms: a room is there for whoever reads its subject at level L3, else it is not."""

from apps.chat.selectors.calling import Met, callable_in, met
from apps.chat.selectors.listing import Listed, rooms, titles
from apps.chat.selectors.marks import News, last_read, news, unread
from apps.chat.selectors.messages import (
    PAGE,
    Page,
    current,
    history,
    last_messages,
    message,
    messages_after,
    messages_before,
    page,
    page_of_new,
    pinned,
    state_of,
)
from apps.chat.selectors.people import Card, card_of, cards
from apps.chat.selectors.rooms import (
    Entry,
    access_to,
    card_of_message,
    entry,
    head,
    may_watch,
    open_rooms,
    room,
    room_of,
)

__all__ = [
    "PAGE",
    "Card",
    "Entry",
    "Listed",
    "Met",
    "News",
    "Page",
    "access_to",
    "callable_in",
    "card_of",
    "card_of_message",
    "cards",
    "current",
    "entry",
    "head",
    "history",
    "last_messages",
    "last_read",
    "may_watch",
    "message",
    "messages_after",
    "messages_before",
    "met",
    "news",
    "open_rooms",
    "page",
    "page_of_new",
    "pinned",
    "room",
    "room_of",
    "rooms",
    "state_of",
    "titles",
    "unread",
]
