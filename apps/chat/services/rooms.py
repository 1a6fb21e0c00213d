"""Opening rooms, and keeping who is let into them."""

from datetime import datetime
from uuid import UUID

from apps.chat.models import Room
from apps.chat.services.posting import post_notice
from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.core.models import Access, Head, Level
from apps.members import selectors as members
from apps.sharing import selectors as circles
from apps.sharing import services as sharing
from apps.sharing.models import Circle

# What everybody does who meets in a room of its own: talk, and bring files.
CAPABILITIES = ("act", "comment")


def open_room(subject: Ref, *, member_id: UUID, actor: Actor, at: datetime) -> Room:
    """The room of a subject, opened by its owner; the same room when asked again."""
    room, is_new = Room.objects.get_or_create(
        root_type=subject[0],
        root_id=subject[1],
        defaults={"member_id": member_id, "opened_at": at},
    )
    if is_new:
        begin(room)
    return room


def begin(room: Room) -> None:
    """The row that posting locks; a room's numbers belong to its entries, from 1 on."""
    Head.objects.create(subject_type="room", subject_id=room.pk, seq=0)


def unsaved(kind: str, *, member_id: UUID, at: datetime) -> Room:
    """A room that is a subject of its own: its access rows are written before it is."""
    room_id = uuid7()
    return Room(
        pk=room_id,
        member_id=member_id,
        root_type="room",
        root_id=room_id,
        kind=kind,
        opened_at=at,
    )


def room_id_of(subject: Ref) -> UUID | None:
    """The id of a subject's room, as far as the stamp shows."""
    rooms = Room.objects.filter(root_type=subject[0], root_id=subject[1])
    return rooms.values_list("pk", flat=True).first()


def follow_seats(circle_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let into the circle's room exactly those who sit there, under the keeper's stamp."""
    circle = Circle.objects.filter(pk=circle_id).first()
    if circle is None:
        return
    with scope.as_owner(circle, actor):
        room = _about(Room.Kind.CIRCLE, circle_id, member_id=circle.member_id, at=at)
        _let_in(room, circles.seated_ids(circle_id) - {circle.member_id}, at=at)


def keep_desk_room(desk_id: UUID, *, member_id: UUID, at: datetime) -> Room:
    """The desk's room, open to its own member's people; under the member's stamp."""
    return _about(Room.Kind.DESK, desk_id, member_id=member_id, at=at)


def _about(kind: str, about_id: UUID, *, member_id: UUID, at: datetime) -> Room:
    found = Room.objects.filter(kind=kind, about_id=about_id).first()
    if found is not None:
        return found
    room = unsaved(kind, member_id=member_id, at=at)
    room.about_id = about_id
    sharing.own_subject(room.root, member_id=member_id, at=at)
    room.save(force_insert=True)
    begin(room)
    return room


def _let_in(room: Room, wanted: set[UUID], *, at: datetime) -> None:
    """Give and take access rows until those wanted, and the owner, have one."""
    rows = Access.objects.filter(subject_type=room.root_type, subject_id=room.root_id)
    there = set(rows.values_list("viewer_id", flat=True)) - {room.member_id}
    sharing.give_all(
        sharing.View(room.root, room.member_id, viewer, Level.CASE, at, CAPABILITIES)
        for viewer in sorted(wanted - there)
    )
    sharing.take_all([(room.root, viewer) for viewer in sorted(there - wanted)])


def say_who(
    circle_id: UUID, member_id: UUID, *, code: str, cid: UUID, actor: Actor, at: datetime
) -> None:
    """Tell a circle's room who came or went, where those who sit there read who else does."""
    circle = circles.circle(actor, circle_id)
    room = Room.objects.filter(kind=Room.Kind.CIRCLE, about_id=circle_id).first()
    if room is None or not circle.lists_members or member_id == circle.member_id:
        return
    said = {"member": members.member_cards([member_id])[member_id].name}
    post_notice(room.pk, code=code, params=said, actor=actor, at=at, cid=cid)
