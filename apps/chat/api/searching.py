"""Finding messages over the partner API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import finding, selectors
from apps.chat.api.serializers import AuthorSerializer
from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid
from apps.members import selectors as members

UTC = "UTC"


class FoundPartSerializer(serializers.Serializer[Any]):
    """A stretch of plain text; a hit is shown as such."""

    text = serializers.CharField()
    is_hit = serializers.BooleanField()


class FoundSerializer(serializers.Serializer[selectors.Found]):
    """A message that answers, as it reads now."""

    room = serializers.UUIDField(source="room.pk")
    title = serializers.CharField()
    seq = serializers.IntegerField(source="message.seq")
    thread = serializers.IntegerField(source="message.thread", allow_null=True)
    author = AuthorSerializer()
    posted_at = serializers.DateTimeField(source="message.posted_at")
    language = serializers.CharField(source="message.language")
    files = serializers.ListField(child=serializers.UUIDField(), source="message.files")
    around = FoundPartSerializer(many=True)


class FoundListSerializer(serializers.Serializer[Any]):
    results = FoundSerializer(many=True)


class SearchView(ApiView):
    """Messages by words in any script, among what one may read.

    Filters: `from:` a person or a member, `in:` a room, `has:file`, `before:` and `after:` a day at
    the person's place.
    """

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="Words and filters."),
        ],
        responses=FoundListSerializer,
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")
        asked = finding.read(text, at=clock.now(), zone=self._zone())
        if asked.problems:
            raise Invalid({"q": list(asked.problems)})
        if asked.is_empty:
            raise Invalid({"q": [_("Say what to look for.")]})
        found = selectors.search(self.actor, asked)
        return Response(FoundListSerializer({"results": found}).data)

    def _zone(self) -> str:
        person = self.actor.user_id
        found = members.person_cards([person]) if person else {}
        return found[person].time_zone if person in found else UTC
