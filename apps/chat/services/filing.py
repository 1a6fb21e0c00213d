"""A room writes the file: commands that are typed, and messages that become part of the case."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import commanding, flood, policies, selectors, text
from apps.chat.commanding import Answer, Call
from apps.chat.folding import says
from apps.chat.models import Message, Room
from apps.chat.services.appending import append, hold, repeated
from apps.chat.services.posting import post_notice
from apps.core.actor import Actor
from apps.core.decisions import Decision, denied
from apps.core.errors import DomainError, Invalid
from apps.core.ids import uuid7
from apps.core.registries import commands
from apps.members import selectors as members

Kind = Message.Kind


@dataclass(frozen=True, slots=True)
class Filing:
    """What a message can be filed as, and whether it may."""

    kind: str
    label: str
    may: Decision


def run_command(room_id: UUID, typed: object, *, actor: Actor, at: datetime) -> Answer:
    """Do what was typed, by the same services and permissions as anywhere else.

    The answer is for the sender alone; what the room shall know is posted as a notice.
    Raises NotFound, Refused, Invalid, DomainError.
    """
    here = selectors.entry(actor, room_id)
    read = commanding.typed(typed) if isinstance(typed, str) else None
    command = commands.get(read[0]) if read else None
    if read is None or command is None:
        known = ", ".join(sorted(name for name in commands if name.startswith("/")))
        text_ = _("There is no such command. There are: %(known)s.") % {"known": known}
        raise Invalid({"text": [text_]})
    if command.speaks:
        policies.may_post(actor, here.access).require()
    flood.check(actor, here.room.pk)
    call = Call(here, actor, at, _zone(actor), words=text.cleaned(read[1]) if read[1] else "")
    answer = command.run(call)
    assert isinstance(answer, Answer)  # noqa: S101 - what every command returns
    _tell(call, answer)
    return answer


def file_message(
    room_id: UUID, seq: int, *, kind: object, actor: Actor, at: datetime, cid: object = None
) -> Message:
    """Make a message evidence, a task, a decision or a line of the briefing.

    Author, time and original language go with it; the entry refers to the message by its number.
    The same of the same message happens once. Raises NotFound, Refused, Invalid, DomainError.
    """
    here = selectors.entry(actor, room_id)
    message = selectors.message(here, seq)
    policies.may_post(actor, here.access).require()
    command = commands.get(kind) if isinstance(kind, str) and not kind.startswith("/") else None
    if command is None:
        raise Invalid({"kind": [_("Choose what the message shall become.")]})
    hold(here.room)
    state = selectors.state_of(here, seq)
    entry = _entry(message, str(kind), actor=actor, cid=cid)
    done = next((one for one in state.filed if one.code == kind), None)
    done = done or repeated(here.room, entry)
    if done is not None:
        return done
    now = says(message, state)
    if now is None or message.kind != Kind.MESSAGE:
        raise DomainError("chat.nothing_to_file", _("There is no text here that could be filed."))
    flood.check(actor, here.room.pk)
    call = _call(here, message, now, actor=actor, at=at)
    _may(call, str(kind)).require()
    answer = command.run(call)
    assert isinstance(answer, Answer)  # noqa: S101 - what every filing returns
    if answer.made is not None:
        entry.params = {"card": {"type": answer.made[0], "id": str(answer.made[1])}}
    append(here, entry, actor=actor, at=at)
    _tell(call, replace(answer, params={**_named(call), **answer.params}))
    return entry


def filings(here: selectors.Entry, message: Message, *, actor: Actor, at: datetime) -> list[Filing]:
    """What a message could become, each with the reason why not."""
    call = _call(here, message, message, actor=actor, at=at)
    return [
        Filing(name, str(commands[name].label), _may(call, name))
        for name in sorted(commands)
        if not name.startswith("/")
    ]


def _may(call: Call, name: str) -> Decision:
    if call.room.kind == Room.Kind.DIRECT:
        return denied(
            "chat.direct_is_no_file", _("What is said directly does not go into the file.")
        )
    decision = policies.may_post(call.actor, call.here.access)
    may = commands[name].may
    if not decision or may is None:
        return decision
    try:
        return may(call)
    except DomainError as refusal:
        return denied(refusal.code, refusal.message)


def _call(
    here: selectors.Entry, message: Message, now: Message, *, actor: Actor, at: datetime
) -> Call:
    """The message with the text that it shows now; who wrote it, and when, stays."""
    said = Message(
        room=here.room,
        member_id=message.member_id,
        author_id=message.author_id,
        seq=message.seq,
        body=now.body,
        language=now.language or message.language,
        posted_at=message.posted_at,
    )
    author = selectors.cards([message])[message.member_id, message.author_id]
    return Call(here, actor, at, _zone(actor), message=said, author=author)


def _entry(message: Message, kind: str, *, actor: Actor, cid: object) -> Message:
    return Message(
        member_id=actor.member_id,
        author_id=actor.user_id,
        cid=uuid7() if cid is None else text.client_id(cid),
        kind=Kind.FILED,
        code=kind,
        target=message.seq,
        thread=message.thread,
    )


def _named(call: Call) -> dict[str, str]:
    return {"seq": str(call.said.seq), "author": call.said_by.name}


def _tell(call: Call, answer: Answer) -> None:
    """What the room shall know, with the name of whoever did it."""
    if answer.notice:
        who = selectors.card_of(call.actor).name
        params = {"who": who, **answer.params}
        post_notice(call.room.pk, code=answer.notice, params=params, actor=call.actor, at=call.at)


def _zone(actor: Actor) -> str:
    found = members.person_cards([actor.user_id]) if actor.user_id else {}
    person = found.get(actor.user_id) if actor.user_id else None
    return person.time_zone if person else "UTC"
