"""The rooms that are open to somebody, with what is new in each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.chat.models import Message, ReadMarker, Room
from apps.chat.selectors.marks import waiting, with_news
from apps.chat.selectors.rooms import is_of
from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.registries import subjects
from apps.duty.models import Desk
from apps.members import selectors as members
from apps.sharing.models import Circle

MOST_ROOMS = 200
MOST_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """One room in the list: what it is called, and what is new there for the reader."""

    room: Room
    title: str
    unread: int
    calls: int
    last_at: datetime | None


def rooms(actor: Actor) -> list[Listed]:
    """The rooms that are open to the actor: what is new first, then by what was said last."""
    found = [
        *_with_news(actor, actor, _of_member(actor)),
        *_with_news(actor, actor.in_person(), _by_name()),
    ]
    found = [one for one in found if one.room.kind != Room.Kind.DIRECT or is_of(actor, one.room)]
    named = titles(actor, [one.room for one in found])
    listed = [replace(one, title=named[one.room.pk]) for one in found]
    return sorted(listed, key=_importance, reverse=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """In how many rooms something new waits; `is_hot` if the person herself is spoken to."""

    rooms: int = 0
    is_hot: bool = False


def whats_waiting(actor: Actor) -> Waiting:
    """What the navigation shows: called by name, or written to directly, is hot."""
    with scope.binding(actor):
        called = list(waiting(_of_member(actor), actor).values_list("is_called", flat=True))
    person = actor.in_person()
    if person is None:
        return Waiting(len(called), is_hot=any(called))
    with scope.binding(person):
        talks = _by_name().filter(people__contains=[[str(actor.member_id), str(actor.user_id)]])
        direct = waiting(talks, actor).count()
    return Waiting(len(called) + direct, is_hot=any(called) or direct > 0)


def rooms_of_all(actor: Actor, direct: Room) -> list[Room]:
    """The newest rooms where everybody who talks in a direct room has read, as the actor sees it.

    There is where a file can be shown to all of them: a direct room has none.
    """
    others = [
        (UUID(member), UUID(user)) for member, user in direct.people if user != str(actor.user_id)
    ]
    found = _of_member(actor)
    for member_id, user_id in others:
        seen = ReadMarker.objects.filter(
            room_id=OuterRef("pk"), member_id=member_id, user_id=user_id, thread=0
        )
        found = found.filter(Exists(seen))
    last = Message.objects.filter(room_id=OuterRef("pk")).order_by("-seq").values("posted_at")
    newest = found.annotate(last_at=Subquery(last[:1])).order_by(
        F("last_at").desc(nulls_last=True), "-pk"
    )
    return list(newest[:MOST_OFFERED])


def open_titles(actor: Actor) -> dict[UUID, str]:
    """What each room that is open to the actor is called: nothing is counted there."""
    found = list(_of_member(actor))
    person = actor.in_person()
    if person is not None:
        with scope.binding(person):
            found += [one for one in _by_name() if is_of(actor, one)]
    return titles(actor, found)


def _importance(one: Listed) -> tuple[bool, bool, datetime, UUID]:
    return one.calls > 0, one.unread > 0, one.last_at or one.room.opened_at, one.room.pk


def _of_member(actor: Actor) -> QuerySet[Room]:
    rooms = Room.objects.none()
    for kind in ("investigation", "room"):
        seen = access.subject_ids(actor, kind, min_level=Level.CASE)
        rooms = rooms | Room.objects.filter(root_type=kind, root_id__in=seen)
    return rooms.exclude(kind=Room.Kind.DIRECT)


def _by_name() -> QuerySet[Room]:
    """Under the person's stamp."""
    return Room.objects.filter(kind=Room.Kind.DIRECT)


def _with_news(actor: Actor, viewer: Actor | None, found: QuerySet[Room]) -> list[Listed]:
    if viewer is None:
        return []
    last = Message.objects.filter(room_id=OuterRef("pk")).order_by("-seq").values("posted_at")
    rows = with_news(found, actor).annotate(last_at=Subquery(last[:1]))
    with scope.binding(viewer):
        return [
            Listed(row, "", row.unread, row.calls, row.last_at)
            for row in rows.order_by(F("last_at").desc(nulls_last=True), "-pk")[:MOST_ROOMS]
        ]


def titles(actor: Actor, found: Sequence[Room]) -> dict[UUID, str]:
    """What each room is called, for the actor: a constant number of questions."""
    by_kind: dict[str, list[Room]] = defaultdict(list)
    for room in found:
        by_kind[room.kind].append(room)
    names: dict[UUID | None, str] = {}
    names |= _circles(room.about_id for room in by_kind[Room.Kind.CIRCLE])
    names |= _desks(room.about_id for room in by_kind[Room.Kind.DESK])
    titled = {
        room.pk: names[room.about_id] if room.about_id in names else str(room.get_kind_display())
        for room in found
        if room.kind != Room.Kind.INVESTIGATION
    }
    titled |= _subjects(actor, by_kind[Room.Kind.INVESTIGATION])
    return titled | _people(actor, by_kind[Room.Kind.DIRECT])


def _circles(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = [one for one in ids if one]
    return dict(Circle.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _desks(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = [one for one in ids if one]
    return dict(Desk.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _subjects(actor: Actor, found: Sequence[Room]) -> dict[UUID, str]:
    by_type: dict[str, list[Room]] = defaultdict(list)
    for room in found:
        by_type[room.root_type].append(room)
    named: dict[UUID, str] = {}
    for root_type, rooms_ in by_type.items():
        subject = subjects.get(root_type)
        ids = [room.root_id for room in rooms_]
        if subject is None:
            named |= {room.pk: _("Room") for room in rooms_}
        elif subject.titles is not None:
            many = subject.titles(actor, ids)
            named |= {room.pk: many.get(room.root_id, _("Room")) for room in rooms_}
        else:
            named |= {room.pk: subject.title(actor, room.root_id) for room in rooms_}
    return named


def _people(actor: Actor, found: Sequence[Room]) -> dict[UUID, str]:
    """By the others who talk there; whoever is from outside with the member's name."""
    others = {
        room.pk: [
            (UUID(member), UUID(user)) for member, user in room.people if user != str(actor.user_id)
        ]
        for room in found
    }
    everybody = {pair for pairs in others.values() for pair in pairs}
    people = members.person_cards(user for _member, user in everybody)
    homes = members.member_cards(member for member, _user in everybody)
    return {
        room_id: ", ".join(
            people[user].name
            if member == actor.member_id
            else f"{people[user].name} ({homes[member].name})"
            for member, user in pairs
            if user in people and member in homes
        )
        for room_id, pairs in others.items()
    }
