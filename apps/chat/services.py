"""Opening rooms, posting, marking read: a message is stored first, then shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import flood, policies, selectors, text
from apps.chat.events import MessagePosted
from apps.chat.frames import message_frame
from apps.chat.models import Message, ReadMarker, Room
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.events import Ref, emit
from apps.core.ids import uuid7
from apps.core.models import Head
from apps.duty.models import Desk


def open_room(subject: Ref, *, member_id: UUID, actor: Actor, at: datetime) -> Room:
    """The room of a subject, opened by its owner; the same room when asked again."""
    room, is_new = Room.objects.get_or_create(
        root_type=subject[0],
        root_id=subject[1],
        defaults={"member_id": member_id, "opened_at": at},
    )
    if is_new:
        # The row that posting locks; a room's numbers belong to its messages, from 1 on.
        Head.objects.create(subject_type="room", subject_id=room.pk, seq=0)
    return room


def room_id_of(subject: Ref) -> UUID | None:
    """The id of a subject's room, as far as the stamp shows."""
    rooms = Room.objects.filter(root_type=subject[0], root_id=subject[1])
    return rooms.values_list("pk", flat=True).first()


def post_message(
    room_id: UUID,
    *,
    cid: object,
    body: object,
    actor: Actor,
    at: datetime,
    language: object = "",
    reply_to: int | None = None,
) -> tuple[Message, bool]:
    """Store a message and tell the room: (message, whether it was there already).

    Raises NotFound, Refused, Invalid, or DomainError `chat.flood`.
    """
    room, access = selectors.room_and_access(actor, room_id)
    policies.may_post(actor, access).require()
    message = Message(
        member_id=actor.member_id,
        author_id=actor.user_id,
        cid=text.client_id(cid),
        body=text.cleaned(body),
        language=text.language_tag(language),
        reply_to=reply_to,
    )
    head, first = _lock_and_find(room, message)
    if first is not None:
        return first, True
    if reply_to is not None and not 0 < reply_to <= head:
        raise Invalid({"reply_to": [_("There is no such message to answer.")]})
    flood.check(actor)
    message.html = text.render(message.body)
    return _append(room, message, actor=actor, at=at), False


def post_notice(
    room_id: UUID,
    *,
    code: str,
    params: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    cid: UUID | None = None,
) -> Message:
    """Store a system notice: a code and parameters, said to each reader in his language.

    The same `cid` twice is one notice. Parameters that end in `_desk_id` gain the desk's name.
    """
    room = selectors.room(actor, room_id)
    message = Message(
        member_id=actor.member_id,
        kind=Message.Kind.NOTICE,
        cid=cid or uuid7(),
        code=code,
        params=_named(params),
    )
    _head, first = _lock_and_find(room, message)
    return first or _append(room, message, actor=actor, at=at)


def post_card(
    room_id: UUID,
    *,
    subject: Ref,
    code: str,
    params: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    cid: UUID | None = None,
) -> Message:
    """A notice that stands for a subject: its sentence is for every reader of the room.

    Its card is drawn by the subject's own app, for whoever may watch the subject; the id goes over
    the wire to nobody else.
    """
    card = {"type": subject[0], "id": str(subject[1])}
    return post_notice(
        room_id, code=code, params={**params, "card": card}, actor=actor, at=at, cid=cid
    )


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON, with the names of the desks they point to."""
    kept = {key: str(value) if isinstance(value, UUID) else value for key, value in params.items()}
    ids = {key: value for key, value in kept.items() if key.endswith("desk_id") and value}
    names = dict(Desk.objects.filter(pk__in=ids.values()).values_list("pk", "name"))
    for key, value in ids.items():
        name = names.get(UUID(str(value)))
        if name:
            kept[key.removesuffix("_id")] = name
    return kept


def _lock_and_find(room: Room, message: Message) -> tuple[int, Message | None]:
    """Hold the room's sequence until commit: its head, and the message kept under this id."""
    head = Head.objects.select_for_update().get(subject_type="room", subject_id=room.pk)
    return head.seq, Message.objects.filter(
        room=room,
        member_id=message.member_id,
        author_id=message.author_id,
        cid=message.cid,
    ).first()


def _append(room: Room, message: Message, *, actor: Actor, at: datetime) -> Message:
    """Give the message the room's next number, keep it, and show it on commit."""
    message.room = room
    message.root_type, message.root_id = room.root
    message.posted_at = at
    frame = message_frame(message, selectors.card_of(actor))
    del frame["seq"]
    event = emit(
        MessagePosted(
            subject_id=room.pk, root=room.root, message_id=message.pk, kind=str(message.kind)
        ),
        actor=actor,
        at=at,
        frame=frame,
    )
    message.seq = event.seq
    message.save(force_insert=True)
    return message


def mark_read(room_id: UUID, *, seq: int, actor: Actor) -> int:
    """Move the person's mark forward, never back nor past the last message; returns it."""
    room = selectors.room(actor, room_id)
    if actor.user_id is None:
        return 0
    head = Head.objects.get(subject_type="room", subject_id=room.pk).seq
    wanted = min(max(seq, 0), head)
    marker, _is_new = ReadMarker.objects.get_or_create(
        member_id=actor.member_id,
        user_id=actor.user_id,
        room=room,
        defaults={"last_read_seq": wanted},
    )
    if marker.last_read_seq < wanted:
        ReadMarker.objects.filter(pk=marker.pk, last_read_seq__lt=wanted).update(
            last_read_seq=wanted
        )
    return max(marker.last_read_seq, wanted)
