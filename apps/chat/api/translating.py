"""Translations of messages over the partner API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import selectors, services, tasks
from apps.chat.models import Translation
from apps.core import clock
from apps.core.api.views import ApiView


class TranslationSerializer(serializers.Serializer[Any]):
    """A text in another language, by whom and when it was made."""

    language = serializers.CharField()
    state = serializers.ChoiceField(choices=Translation.State.choices)
    text = serializers.CharField()
    provider = serializers.CharField()
    made_at = serializers.DateTimeField(allow_null=True)


class WantedSerializer(serializers.Serializer[Any]):
    language = serializers.CharField(required=False, default="", max_length=35)


class AllowsTranslationSerializer(serializers.Serializer[Any]):
    """Whether what the member's people write may be sent to the provider."""

    allows = serializers.BooleanField()


class TranslationsView(ApiView):
    """What a message says in other languages."""

    @extend_schema(responses=TranslationSerializer(many=True))
    def get(self, request: Request, room_id: UUID, seq: int) -> Response:
        found = services.translated(room_id, seq, actor=self.actor)
        return Response(TranslationSerializer(found, many=True).data)

    @extend_schema(request=WantedSerializer, responses={202: TranslationSerializer})
    def post(self, request: Request, room_id: UUID, seq: int) -> Response:
        """Ask for a translation; one that is there is answered with 200."""
        language = self.parsed(WantedSerializer)["language"]
        row = services.ask_translation(
            room_id, seq, language=language, actor=self.actor, at=clock.now()
        )
        tasks.ring(row)
        is_there = row.state == Translation.State.READY
        return Response(TranslationSerializer(row).data, status=200 if is_there else 202)


class TranslationPolicyView(ApiView):
    """The consent of the own member."""

    @extend_schema(responses=AllowsTranslationSerializer)
    def get(self, request: Request) -> Response:
        return Response({"allows": selectors.allows_translation(self.actor)})

    @extend_schema(request=AllowsTranslationSerializer, responses=AllowsTranslationSerializer)
    def put(self, request: Request) -> Response:
        """Allow it, or no longer."""
        allows = self.parsed(AllowsTranslationSerializer)["allows"]
        services.allow_translation(allows=allows, actor=self.actor, at=clock.now())
        return Response({"allows": allows})
