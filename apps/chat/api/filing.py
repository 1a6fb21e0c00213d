"""Commands of a room, and messages that become part of the file, over the partner API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import selectors, services
from apps.chat.api.acting import ActView
from apps.chat.api.serializers import MessageSerializer
from apps.chat.text import MAX_BYTES
from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.registries import commands


class RoomCommandSerializer(serializers.Serializer[Any]):
    """A command, and how it is typed."""

    name = serializers.CharField()
    description = serializers.CharField()
    usage = serializers.CharField()


class TypedSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, default="", max_length=MAX_BYTES)


class CommandAnswerSerializer(serializers.Serializer[Any]):
    """What the command says to whoever typed it, and to nobody else."""

    text = serializers.CharField()


class FilingSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(
        required=False, default="", help_text="evidence, task, decision or briefing"
    )
    cid = serializers.UUIDField(required=False)


class CommandsView(ApiView):
    """What can be typed in a room after a slash."""

    @extend_schema(responses=RoomCommandSerializer(many=True))
    def get(self, request: Request, room_id: UUID) -> Response:
        selectors.entry(self.actor, room_id)
        found = [
            {"name": name, "description": commands[name].label, "usage": commands[name].usage}
            for name in sorted(commands)
            if name.startswith("/")
        ]
        return Response(RoomCommandSerializer(found, many=True).data)

    @extend_schema(request=TypedSerializer, responses=CommandAnswerSerializer)
    def post(self, request: Request, room_id: UUID) -> Response:
        """Do what is typed, with the permissions of any other way to do it."""
        typed = self.parsed(TypedSerializer)["text"]
        answer = services.run_command(room_id, typed, actor=self.actor, at=clock.now())
        return Response(CommandAnswerSerializer(answer).data)


class FileView(ActView):
    @extend_schema(request=FilingSerializer, responses=MessageSerializer)
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Make the message evidence, a task, a decision or a line of the briefing; once each."""
        return self.act(FilingSerializer, services.file_message, room_id, seq)
