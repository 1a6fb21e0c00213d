"""What is done to a message: each act is an entry of its own, which names the message."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import emoji as emojis
from apps.chat import flood, policies, selectors, text
from apps.chat.folding import State, says
from apps.chat.models import Message
from apps.chat.services.appending import append, hold, repeated
from apps.chat.services.posting import say
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.ids import uuid7

MOST_EMOJI: Final = 20
MOST_PINS: Final = 20
Kind = Message.Kind


def edit_message(
    room_id: UUID,
    seq: int,
    *,
    body: object,
    actor: Actor,
    at: datetime,
    cid: object = None,
    language: object = "",
) -> Message:
    """Say it anew: the former text stays in the history. The entry that counts is returned.

    Raises NotFound, Refused, Invalid, DomainError `chat.deleted`.
    """
    here, message, state = _found(room_id, seq, actor=actor)
    policies.may_edit(actor, here.access, message).require()
    entry = _entry(Kind.EDIT, message, actor=actor, cid=cid)
    first = repeated(here.room, entry)
    if first is not None:
        return first
    _still_there(state)
    entry.body = text.cleaned(body)
    entry.language = text.language_tag(language) or message.language
    now = says(message, state)
    if now is not None and entry.body == now.body:
        return now
    flood.check(actor, here.room.pk)
    say(here, entry, actor=actor)
    return append(here, entry, actor=actor, at=at)


def delete_message(
    room_id: UUID, seq: int, *, actor: Actor, at: datetime, cid: object = None
) -> Message:
    """Leave a tombstone: nobody reads the text any more but those who may read the history."""
    here, message, state = _found(room_id, seq, actor=actor)
    policies.may_delete(actor, here.access, message).require()
    if state.deletion is not None:
        return state.deletion
    entry = _entry(Kind.DELETION, message, actor=actor, cid=cid)
    return append(here, entry, actor=actor, at=at)


def react(
    room_id: UUID, seq: int, *, emoji: object, actor: Actor, at: datetime, cid: object = None
) -> Message | None:
    """Add one's reaction; the same emoji of the same person counts once: None if it was there."""
    here, message, state = _speaking(room_id, seq, actor=actor)
    if not isinstance(emoji, str) or not emojis.is_one(emoji):
        raise Invalid({"emoji": [_("React with one emoji.")]})
    if state.reacted(emoji, (actor.member_id, actor.user_id)):
        return None
    if emoji not in state.reactions and len(state.reactions) >= MOST_EMOJI:
        raise DomainError(
            "chat.too_many_emoji",
            _("A message carries at most %(most)s different emoji.") % {"most": MOST_EMOJI},
        )
    flood.check(actor, here.room.pk)
    entry = _entry(Kind.REACTION, message, actor=actor, cid=cid, body=emoji)
    return append(here, entry, actor=actor, at=at)


def unreact(
    room_id: UUID, seq: int, *, emoji: object, actor: Actor, at: datetime, cid: object = None
) -> Message | None:
    """Take one's reaction back; None if there was none."""
    here, message, state = _speaking(room_id, seq, actor=actor)
    if not isinstance(emoji, str) or not state.reacted(emoji, (actor.member_id, actor.user_id)):
        return None
    flood.check(actor, here.room.pk)
    entry = _entry(Kind.UNREACTION, message, actor=actor, cid=cid, body=emoji)
    return append(here, entry, actor=actor, at=at)


def pin_message(
    room_id: UUID, seq: int, *, actor: Actor, at: datetime, cid: object = None
) -> Message | None:
    """Show the message on top of the room; None if it is there already."""
    here, message, state = _speaking(room_id, seq, actor=actor)
    if state.pin is not None:
        return None
    if len(selectors.pinned(here)) >= MOST_PINS:
        raise DomainError(
            "chat.too_many_pins",
            _("At most %(most)s messages are pinned: take one down first.") % {"most": MOST_PINS},
        )
    flood.check(actor, here.room.pk)
    return append(here, _entry(Kind.PIN, message, actor=actor, cid=cid), actor=actor, at=at)


def unpin_message(
    room_id: UUID, seq: int, *, actor: Actor, at: datetime, cid: object = None
) -> Message | None:
    """Show the message on top no longer; None if it was not there."""
    here, message, state = _speaking(room_id, seq, actor=actor)
    if state.pin is None:
        return None
    flood.check(actor, here.room.pk)
    return append(here, _entry(Kind.UNPIN, message, actor=actor, cid=cid), actor=actor, at=at)


def _found(room_id: UUID, seq: int, *, actor: Actor) -> tuple[selectors.Entry, Message, State]:
    """A message and what has become of it, the room's sequence held until commit."""
    here = selectors.entry(actor, room_id)
    message = selectors.message(here, seq)
    hold(here.room)
    return here, message, selectors.state_of(here, seq)


def _speaking(room_id: UUID, seq: int, *, actor: Actor) -> tuple[selectors.Entry, Message, State]:
    """The same for whoever may write in the room, while the message is there."""
    here, message, state = _found(room_id, seq, actor=actor)
    policies.may_post(actor, here.access).require()
    _still_there(state)
    return here, message, state


def _still_there(state: State) -> None:
    if state.is_deleted:
        raise DomainError("chat.deleted", _("This message was deleted."))


def _entry(kind: str, message: Message, *, actor: Actor, cid: object, body: str = "") -> Message:
    return Message(
        member_id=actor.member_id,
        author_id=actor.user_id,
        cid=uuid7() if cid is None else text.client_id(cid),
        kind=kind,
        target=message.seq,
        thread=message.thread,
        body=body,
    )
