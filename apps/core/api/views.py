"""The base of every API view, the event feed and the catch-up of one subject."""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import access
from apps.core.actor import Actor
from apps.core.api.idempotency import IdempotentMixin
from apps.core.api.pagination import CursorPages
from apps.core.errors import Invalid, NotFound
from apps.core.models import Event
from apps.core.registries import subjects

CATCH_UP_LIMIT = 500
_Form = TypeVar("_Form", bound=serializers.Serializer[Any])


def of_known_fields(form: _Form) -> _Form:
    """The form with the fields of its class, which are made once: each form would copy them all.

    For forms whose fields ask no context; what a form knows itself (its data) stays its own. Fields
    keep the sentences that they have once said, so each language has fields of its own.
    """
    vars(form)["fields"] = _fields(type(form), get_language())
    return form


@cache
def _fields(serializer: type[serializers.Serializer[Any]], _language: str | None) -> Any:
    return serializer().fields


class ApiView(IdempotentMixin, APIView):
    """Parse, call one service or selector, render. `self.actor` is who asks."""

    @property
    def actor(self) -> Actor:
        actor = self.request.auth
        assert isinstance(actor, Actor)  # noqa: S101 - guaranteed by HasActor
        return actor

    def parsed(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The request's body, validated; raises ValidationError with the fields."""
        form = of_known_fields(serializer(data=self.request.data))
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def page(
        self, rows: Any, serializer: type[serializers.Serializer[Any]], **context: Any
    ) -> Response:
        """One cursor page of a queryset."""
        pages = CursorPages()
        if "ordering" in context:
            pages.ordering = context.pop("ordering")
        found: Any = pages.paginate_queryset(rows, self.request, view=self)
        data = serializer(found, many=True, context={"request": self.request, **context}).data
        return pages.get_paginated_response(data)


class EventSerializer(serializers.Serializer[Event]):
    """An event as a hint: content is read at the subject's own address."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    seq = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()


class EventsAfterView(ApiView):
    """What happened to a subject after a sequence number, for a client that saw a gap."""

    @extend_schema(
        parameters=[OpenApiParameter("after", int)], responses=EventSerializer(many=True)
    )
    def get(self, request: Request, subject_type: str, subject_id: UUID) -> Response:
        subject = subjects.get(subject_type)
        if subject is None or not subject.may_watch(self.actor, subject_id):
            raise NotFound
        try:
            after = int(request.query_params.get("after", "0"))
        except ValueError:
            raise Invalid({"after": ["A whole number is needed."]}) from None
        rows: Any = Event.objects.filter(
            subject_type=subject_type, subject_id=subject_id, seq__gt=after
        ).order_by("seq")[:CATCH_UP_LIMIT]
        return Response(EventSerializer(rows, many=True).data)


class FeedView(ApiView):
    """Everything that happened in what the member may see, newest first, as hints."""

    @extend_schema(responses=EventSerializer(many=True))
    def get(self, request: Request) -> Response:
        # Row-level security admits an event by its root's access row and level.
        mine = Event.objects.filter(member_id=self.actor.member_id)
        shared = Event.objects.filter(
            root_id__in=access.rows(self.actor, "investigation").values("subject_id")
        )
        return self.page((mine | shared), EventSerializer, ordering=("-occurred_at", "-id"))
