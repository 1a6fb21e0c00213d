"""Who is told that he is called in a room, or that somebody wrote to him directly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.chat.events import MessagePosted
from apps.chat.mentioning import ON_DUTY
from apps.chat.models import Message, ReadMarker, Room
from apps.core import access, clock, scope
from apps.core.actor import Actor
from apps.core.events import after_commit
from apps.core.models import Access, Event, Level
from apps.core.registries import NotificationKind, notification_kinds
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.members import selectors as members
from apps.notifications import services

KINDS = {
    "chat.called": NotificationKind(
        line=_("Somebody calls you in a room."),
        mail_subject=_("Somebody calls you in a room"),
        mails=True,
        group="chat",
    ),
    "chat.direct": NotificationKind(
        line=_("Somebody wrote to you directly."),
        mail_subject=_("Somebody wrote to you directly"),
        mails=True,
        group="chat",
    ),
}
# A notice calls whom it was made for: a reminder its author.
_CALLS = {Message.Kind.MESSAGE, Message.Kind.EDIT, Message.Kind.NOTICE}
_Pairs = set[tuple[UUID, UUID]]


def register() -> None:
    """Called once, by the app's configuration."""
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a room now: members, and people by name."""

    members: frozenset[UUID]
    people: frozenset[UUID]

    def admit(self, member_id: UUID, user_id: UUID) -> bool:
        return member_id in self.members or user_id in self.people


@after_commit(MessagePosted)
def tell(event: Event) -> None:
    """Each person once a message, edited or not; nobody who may not read it, nor its author."""
    if event.payload["kind"] not in _CALLS:
        return
    entry = Message.objects.filter(pk=UUID(event.payload["message_id"])).first()
    room = _room_of(entry) if entry else None
    if entry is None or room is None:
        return
    if room.kind == Room.Kind.DIRECT and entry.kind != Message.Kind.NOTICE:
        _tell_directly(room, entry)
    elif entry.mentions:
        _tell_called(room, entry)


def _room_of(entry: Message) -> Room | None:
    """The room as the author's member finds it, or the author alone: what is direct is by name."""
    found = Room.objects.filter(pk=entry.room_id).first()
    if found is not None or entry.author_id is None:
        return found
    with scope.binding(Actor(member_id=entry.author_id, via="system")):
        return Room.objects.filter(pk=entry.room_id).first()


def _tell_called(room: Room, entry: Message) -> None:
    readers = _readers(room)
    called = {one for one in _called(entry, readers) if readers.admit(*one)}
    if entry.kind != Message.Kind.NOTICE:
        called.discard((entry.member_id, entry.author_id or entry.member_id))
    token = f"chat.called:{room.pk}:{entry.target or entry.seq}"
    _notify(called, "chat.called", room, token)


def _tell_directly(room: Room, entry: Message) -> None:
    """Once until the person has read what was told: a talk rings once, not for each line."""
    if entry.kind != Message.Kind.MESSAGE:
        return
    readers = _readers(room)
    for member, user in room.people:
        one = (UUID(member), UUID(user))
        if one[1] == entry.author_id or not readers.admit(*one):
            continue
        with scope.binding(Actor.system(one[0])):
            mark = ReadMarker.objects.filter(room_id=room.pk, user_id=one[1], thread=0).first()
        read = mark.last_read_seq if mark else 0
        if read < entry.seq:
            _notify({one}, "chat.direct", room, f"chat.direct:{room.pk}:{read}")


def _notify(people: _Pairs, kind: str, room: Room, token: str) -> None:
    if people:
        services.notify(people, kind=kind, subject=("room", room.pk), token=token, at=clock.now())


def _readers(room: Room) -> Readers:
    """Asked as the room's owner, who gave all access to it."""
    with scope.binding(Actor.system(room.member_id)):
        rows = Access.objects.filter(
            access.open_at(clock.now()),
            subject_type=room.root_type,
            subject_id=room.root_id,
            level__gte=Level.CASE,
        )
        viewers = frozenset(rows.values_list("viewer_id", flat=True))
    there = frozenset(members.member_cards(viewers))
    return Readers(there, viewers - there)


def _called(entry: Message, readers: Readers) -> _Pairs:
    """The people behind the references: by name, at a desk now, or on duty anywhere in the room."""
    at = clock.now()
    found: _Pairs = set()
    for ref in entry.mentions:
        kind, _colon, ident = ref.partition(":")
        if kind == "person":
            user_id = UUID(ident)
            found |= {(home, user_id) for home in members.homes_of(user_id)}
        elif kind == "desk":
            found |= _at_desks(readers.members, at, desk_id=UUID(ident))
        elif ref == ON_DUTY:
            found |= _at_desks(readers.members, at)
    return found


def _at_desks(homes: Iterable[UUID], at: datetime, *, desk_id: UUID | None = None) -> _Pairs:
    """Who is on duty now at one desk, or at any: each member's plan is read under its own stamp.

    A desk that is called by name and plans nobody is everybody who sits there.
    """
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for member_id in homes:
        system = Actor.system(member_id)
        with scope.binding(system):
            desks = list(duty.own_desks(system).filter(is_active=True))
            if desk_id is not None:
                desks = [desk for desk in desks if desk.pk == desk_id]
            found[member_id] |= _on_duty(desks, at, is_named=desk_id is not None)
    return {(member_id, user) for member_id, users in found.items() for user in users}


def _on_duty(desks: list[Desk], at: datetime, *, is_named: bool) -> set[UUID]:
    found: set[UUID] = set()
    for desk in desks:
        people = duty.people_on_duty(desk, at)
        found |= set(people or (duty.people(desk) if is_named else []))
    return found
