"""Rooms over the partner API: read, catch up, post, mark read."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import selectors, services
from apps.chat.api.serializers import (
    DirectSerializer,
    ListedSerializer,
    MarkedSerializer,
    MarkSerializer,
    MessageSerializer,
    MessagesSerializer,
    PostSerializer,
    RoomSerializer,
)
from apps.chat.frames import frames
from apps.chat.models import Room
from apps.core import clock, stream
from apps.core.actor import Actor
from apps.core.api.views import ApiView
from apps.core.errors import Invalid

ROOT = OpenApiParameter("root", str, description="Only the room about this: `investigation:<id>`.")
AFTER = OpenApiParameter("after", int, description="Messages that follow this number.")
BEFORE = OpenApiParameter("before", int, description="The last messages before this number.")
AROUND = OpenApiParameter("around", int, description="A message with those before and after it.")
THREAD = OpenApiParameter("thread", int, description="The messages of one thread only.")
_MAX = 2**62


def _room(actor: Actor, room: Room) -> dict[str, Any]:
    return dict(
        RoomSerializer(
            {
                "id": room.pk,
                "kind": room.kind,
                "title": selectors.titles(actor, [room])[room.pk],
                "root_type": room.root_type,
                "root_id": room.root_id,
                "opened_at": room.opened_at,
                "head": selectors.head(room),
                "last_read_seq": selectors.last_read(actor, room.pk),
            }
        ).data
    )


class RoomListView(ApiView):
    """The rooms that are open to the actor; with `root` the room of that subject."""

    @extend_schema(
        operation_id="rooms_list", parameters=[ROOT], responses=ListedSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        root = request.query_params.get("root")
        if root is None:
            return Response([_listed(one) for one in selectors.rooms(self.actor)])
        subject = stream.parse(root)
        if subject is None:
            raise Invalid({"root": [_("Name a subject as type:id.")]})
        return Response(_room(self.actor, selectors.room_of(self.actor, subject)))

    @extend_schema(request=DirectSerializer, responses={201: RoomSerializer})
    def post(self, request: Request) -> Response:
        """Talk to people directly: the room of these people, opened if there is none."""
        form = self.parsed(DirectSerializer)
        room = services.open_direct(form["people"], actor=self.actor, at=clock.now())
        return Response(_room(self.actor, room), status=201)


def _listed(one: selectors.Listed) -> dict[str, Any]:
    shown = {
        "id": one.room.pk,
        "kind": one.room.kind,
        "title": one.title,
        "root_type": one.room.root_type,
        "root_id": one.room.root_id,
        "unread": one.unread,
        "calls": one.calls,
        "last_at": one.last_at,
    }
    return dict(ListedSerializer(shown).data)


class RoomView(ApiView):
    @extend_schema(responses=RoomSerializer)
    def get(self, request: Request, room_id: UUID) -> Response:
        return Response(_room(self.actor, selectors.room(self.actor, room_id)))


class MessagesView(ApiView):
    """The entries of a room, up to 200 at once, always in order.

    `after` gives entries of every kind, as the socket does: what was done to a message is an entry
    that names it in `target`. `before` gives messages as they are now, and those of a thread only
    with `thread`.
    """

    @extend_schema(
        operation_id="rooms_messages_list",
        parameters=[AFTER, AROUND, BEFORE, THREAD],
        responses=MessagesSerializer,
    )
    def get(self, request: Request, room_id: UUID) -> Response:
        after, before = self._number("after"), self._number("before")
        thread = self._number("thread")
        here = selectors.entry(self.actor, room_id)
        around = self._number("around")
        if around is not None:
            rows = selectors.messages_around(self.actor, room_id, around)
        elif after is not None:
            rows = selectors.messages_after(self.actor, room_id, after)
        else:
            rows = selectors.messages_before(self.actor, room_id, before, thread=thread)
        found = {"results": frames(here, rows), "head": selectors.head(here.room)}
        return Response(MessagesSerializer(found).data)

    @extend_schema(request=PostSerializer, responses={201: MessageSerializer})
    def post(self, request: Request, room_id: UUID) -> Response:
        """Post a message; a repeated `cid` answers 200 with the first one."""
        form = self.parsed(PostSerializer)
        message, is_repeat = services.post_message(
            room_id, actor=self.actor, at=clock.now(), **form
        )
        here = selectors.entry(self.actor, room_id)
        data = MessageSerializer(frames(here, [message])[0]).data
        return Response(data, status=200 if is_repeat else 201)

    def _number(self, name: str) -> int | None:
        value = self.request.query_params.get(name)
        if value is None:
            return None
        if not value.isascii() or not value.isdigit() or int(value) > _MAX:
            raise Invalid({name: [_("A whole number is needed.")]})
        return int(value)


class ReadView(ApiView):
    @extend_schema(request=MarkSerializer, responses=MarkedSerializer)
    def post(self, request: Request, room_id: UUID) -> Response:
        """Move the person's reading mark forward."""
        form = self.parsed(MarkSerializer)
        seq = services.mark_read(room_id, seq=form["seq"], thread=form["thread"], actor=self.actor)
        return Response({"seq": seq})
