"""Reminders: asked for in a room, told there when they are due."""

from datetime import datetime
from uuid import UUID

from apps.chat import selectors
from apps.chat.models import Message, Reminder
from apps.chat.services.appending import append
from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import NotFound

DUE = "chat.remind"


def remind(
    here: selectors.Entry, text: str, *, when: datetime, person: UUID, actor: Actor
) -> Reminder:
    """Keep what the person wants to be told in the room at an instant."""
    reminder = Reminder.objects.create(
        member_id=actor.member_id,
        user_id=person,
        room_id=here.room.pk,
        text=text,
        at=when,
    )
    due.plan(DUE, reminder.pk, at=when, member_id=actor.member_id)
    return reminder


def tell_reminder(reminder_id: UUID, at: datetime) -> None:
    """Due service: say it in the room and call the person; nothing where he reads no longer."""
    reminder = Reminder.objects.filter(pk=reminder_id).first()
    if reminder is None:
        return
    actor = Actor(member_id=reminder.member_id, user_id=reminder.user_id, via="system")
    notice = Message(
        member_id=actor.member_id,
        author_id=actor.user_id,
        cid=reminder.pk,
        kind=Message.Kind.NOTICE,
        code="reminder.due",
        params={"who": selectors.card_of(actor).name, "text": reminder.text},
        mentions=[f"person:{actor.user_id}"],
    )
    try:
        append(selectors.entry(actor, reminder.room_id), notice, actor=actor, at=at)
    except NotFound:
        return
    finally:
        reminder.delete()
