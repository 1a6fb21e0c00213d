"""Posting: a message is stored first, then shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import flood, policies, selectors, text
from apps.chat.models import Message, Room
from apps.chat.services.appending import append, hold, repeated
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.evidence import selectors as evidence

MOST_FILES: Final = 10


def post_message(
    room_id: UUID,
    *,
    cid: object,
    body: object,
    actor: Actor,
    at: datetime,
    language: object = "",
    reply_to: int | None = None,
    thread: int | None = None,
    files: object = (),
) -> tuple[Message, bool]:
    """Store a message and tell the room: (message, whether it was there already).

    Raises NotFound, Refused, Invalid, or DomainError `chat.flood`.
    """
    here = selectors.entry(actor, room_id)
    said = {"cid": cid, "body": body, "language": language, "files": files}
    message = composed(here, said, reply_to=reply_to, thread=thread, actor=actor)
    hold(here.room)
    first = repeated(here.room, message)
    if first is not None:
        return first, True
    flood.check(actor, here.room.pk)
    return append(here, message, actor=actor, at=at), False


def composed(
    here: selectors.Entry,
    said: Mapping[str, object],
    *,
    reply_to: int | None,
    thread: int | None,
    actor: Actor,
) -> Message:
    """A message as it will be kept: what it answers, brings and calls is looked up and laid out.

    Nothing is held: what was once said stays, and `chat_append` asks again who may.
    Raises Refused or Invalid.
    """
    policies.may_post(actor, here.access).require()
    body, files = said.get("body"), said.get("files") or ()
    message = Message(
        room=here.room,
        member_id=actor.member_id,
        author_id=actor.user_id,
        cid=text.client_id(said.get("cid")),
        body=text.cleaned(body) if body or not files else "",
        language=text.language_tag(said.get("language")),
        files=_attached(here, files, actor=actor),
        reply_to=_answered(here, reply_to),
        thread=_thread(here, thread),
    )
    say(here, message, actor=actor)
    return message


def _attached(here: selectors.Entry, files: object, *, actor: Actor) -> list[UUID]:
    """Files that were stored for the room's subject before: evidence, whatever becomes of this."""
    if not files:
        return []
    if here.room.kind == Room.Kind.DIRECT:
        policies.may_attach(actor, here.room).require()
    wrong = Invalid({"files": [_("Attach files that were stored for this room.")]})
    if not isinstance(files, (list, tuple)) or len(files) > MOST_FILES:
        raise wrong
    try:
        wanted = [one if isinstance(one, UUID) else UUID(str(one)) for one in files]
    except ValueError:
        raise wrong from None
    kept = evidence.files_of(actor, here.room.root_type, [here.room.root_id])
    if kept.filter(pk__in=wanted).count() != len(set(wanted)):
        raise wrong
    return list(dict.fromkeys(wanted))


def say(here: selectors.Entry, entry: Message, *, actor: Actor) -> None:
    """Lay the entry's text out, and note who is called in it."""
    known = selectors.callable_in(here, actor) if "@" in entry.body else {}
    rendered = text.render(entry.body, known)
    entry.html, entry.mentions = rendered.html, rendered.mentions


def _answered(here: selectors.Entry, seq: int | None) -> int | None:
    """The number of the message that is answered, if there is such a message."""
    if seq is None:
        return None
    try:
        return selectors.message(here, seq).seq
    except NotFound:
        raise Invalid({"reply_to": [_("There is no such message to answer.")]}) from None


def _thread(here: selectors.Entry, seq: int | None) -> int | None:
    """The first message of the thread: that of a reply is its thread's."""
    if seq is None:
        return None
    try:
        first = selectors.message(here, seq)
    except NotFound:
        raise Invalid({"thread": [_("There is no such message to answer.")]}) from None
    return first.thread or first.seq


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
    here = selectors.entry(actor, room_id)
    message = Message(
        member_id=actor.member_id,
        kind=Message.Kind.NOTICE,
        cid=cid or uuid7(),
        code=code,
        params=_named(params),
    )
    return append(here, message, actor=actor, at=at)


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
