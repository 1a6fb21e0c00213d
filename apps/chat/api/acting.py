"""What is done to one message over the partner API, and what it said before."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import policies, selectors, services
from apps.chat.api.serializers import (
    ActSerializer,
    CalleeSerializer,
    EditSerializer,
    EmojiSerializer,
    MarkPolicySerializer,
    MessageSerializer,
    MessagesSerializer,
    SeenSerializer,
    VersionSerializer,
)
from apps.chat.frames import frames
from apps.chat.models import Message
from apps.core import clock
from apps.core.api.views import ApiView


class MessageView(ApiView):
    """One message as it is now."""

    @extend_schema(responses=MessageSerializer)
    def get(self, request: Request, room_id: UUID, seq: int) -> Response:
        here = selectors.entry(self.actor, room_id)
        return Response(frames(here, [selectors.message(here, seq)])[0])


class ActView(ApiView):
    """One act on one message; the answer is the message as it is now."""

    def act(
        self, form: type[serializers.Serializer[Any]], service: Any, room_id: UUID, seq: int
    ) -> Response:
        service(room_id, seq, actor=self.actor, at=clock.now(), **self.parsed(form))
        here = selectors.entry(self.actor, room_id)
        return Response(frames(here, [selectors.message(here, seq)])[0])


class EditView(ActView):
    @extend_schema(request=EditSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Say it anew: the author alone; the former text stays in the history."""
        return self.act(EditSerializer, services.edit_message, room_id, seq)


class DeleteView(ActView):
    @extend_schema(request=ActSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Leave a tombstone: the author, or a manager of the room's owner."""
        return self.act(ActSerializer, services.delete_message, room_id, seq)


class ReactView(ActView):
    @extend_schema(request=EmojiSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """React with an emoji, once for each."""
        return self.act(EmojiSerializer, services.react, room_id, seq)


class UnreactView(ActView):
    @extend_schema(request=EmojiSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Take a reaction back."""
        return self.act(EmojiSerializer, services.unreact, room_id, seq)


class PinView(ActView):
    @extend_schema(request=ActSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Show the message on top of the room."""
        return self.act(ActSerializer, services.pin_message, room_id, seq)


class UnpinView(ActView):
    @extend_schema(request=ActSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Show the message on top of the room no longer."""
        return self.act(ActSerializer, services.unpin_message, room_id, seq)


class HistoryView(ApiView):
    """What a message said before: for its author and the managers of both members."""

    @extend_schema(responses=VersionSerializer(many=True))
    def get(self, request: Request, room_id: UUID, seq: int) -> Response:
        here = selectors.entry(self.actor, room_id)
        rows = selectors.history(here, seq)
        policies.may_read_history(self.actor, here.access, rows[0]).require()
        cards = selectors.cards(rows)
        return Response([_version(row, cards[row.member_id, row.author_id]) for row in rows])


def _version(row: Message, author: selectors.Card) -> dict[str, Any]:
    shown = {
        "seq": row.seq,
        "kind": row.kind,
        "author": author.as_json(),
        "body": row.body,
        "html": row.html,
        "language": row.language,
        "posted_at": row.posted_at,
    }
    return dict(VersionSerializer(shown).data)


class PinsView(ApiView):
    """What is pinned in a room, the last pinned first."""

    @extend_schema(responses=MessagesSerializer)
    def get(self, request: Request, room_id: UUID) -> Response:
        here = selectors.entry(self.actor, room_id)
        rows = frames(here, selectors.pinned(here))
        return Response({"results": rows, "head": selectors.head(here.room)})


class PeopleView(ApiView):
    """Whom the person can call in a room."""

    @extend_schema(responses=CalleeSerializer(many=True))
    def get(self, request: Request, room_id: UUID) -> Response:
        here = selectors.entry(self.actor, room_id)
        found = selectors.callable_in(here, self.actor).values()
        return Response(CalleeSerializer(found, many=True).data)


class MarksView(ApiView):
    """How far people have read, of those whose members show it."""

    @extend_schema(responses=SeenSerializer(many=True))
    def get(self, request: Request, room_id: UUID) -> Response:
        found = selectors.marks(selectors.entry(self.actor, room_id))
        seen = [{"person": one.person.as_json(), "seq": one.seq} for one in found]
        return Response(SeenSerializer(seen, many=True).data)


class MarkPolicyView(ApiView):
    """Whether others see how far the member's people have read."""

    @extend_schema(responses=MarkPolicySerializer)
    def get(self, request: Request) -> Response:
        return Response({"shows_marks": selectors.shows_marks(self.actor)})

    @extend_schema(request=MarkPolicySerializer, responses=MarkPolicySerializer)
    def put(self, request: Request) -> Response:
        """Show them, or keep them within the member: for its managers and admins."""
        form = self.parsed(MarkPolicySerializer)
        kept = services.show_marks(shows=form["shows_marks"], actor=self.actor, at=clock.now())
        return Response({"shows_marks": kept.shows_marks})
