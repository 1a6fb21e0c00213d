"""Circles are formed and left, grants are read."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock, stream
from apps.core.actor import Actor
from apps.core.api.views import ApiView
from apps.core.errors import Invalid
from apps.sharing import selectors, services
from apps.sharing.api import serializers as wire
from apps.sharing.models import Circle

extend_schema_field(wire.SeatSerializer(many=True))(wire.CircleSerializer.get_seats)


def _context(actor: Actor) -> dict[str, Any]:
    seats = selectors.seats_by_circle(actor)
    return {"seats": seats, "names": selectors.seated_names(seats)}


def _shown(actor: Actor, circle: Circle, *, status: int = 200) -> Response:
    data = wire.CircleSerializer(circle, context=_context(actor)).data
    return Response(data, status=status)


class CirclesView(ApiView):
    """The circles in which the member sits."""

    @extend_schema(responses=wire.CircleSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.circles(self.actor)
        return self.page(rows, wire.CircleSerializer, **_context(self.actor))

    @extend_schema(request=wire.NewCircleSerializer, responses={201: wire.CircleSerializer})
    def post(self, request: Request) -> Response:
        name = self.parsed(wire.NewCircleSerializer)["name"]
        circle = services.found_circle(name, actor=self.actor, at=clock.now())
        return _shown(self.actor, circle, status=201)


class CircleInvitationsView(ApiView):
    """A code that seats one member, for its keeper to give away."""

    @extend_schema(request=None, responses={201: wire.CodeSerializer})
    def post(self, request: Request, circle_id: UUID) -> Response:
        code = services.invite_to_circle(circle_id, actor=self.actor, at=clock.now())
        return Response({"code": code}, status=201)


class SeatsView(ApiView):
    """Take the seat that a code offers to one's own member."""

    @extend_schema(request=wire.CodeSerializer, responses={201: wire.CircleSerializer})
    def post(self, request: Request) -> Response:
        code = self.parsed(wire.CodeSerializer)["code"]
        circle = services.join_by_code(code, actor=self.actor, at=clock.now())
        return _shown(self.actor, circle, status=201)


class SeatView(ApiView):
    """End a seat: the circle's keeper anybody's, a member its own."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        circle = selectors.circle(self.actor, circle_id)
        services.leave_circle(circle, member_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class GrantsView(ApiView):
    """The grants that the member gave or received on one subject: `?subject=investigation:ID`."""

    @extend_schema(
        parameters=[OpenApiParameter("subject", str, required=True)],
        responses=wire.SubjectGrantSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        subject = stream.parse(request.query_params.get("subject"))
        if subject is None:
            raise Invalid({"subject": ["investigation:ID"]})
        return self.page(selectors.grants_on(self.actor, *subject), wire.SubjectGrantSerializer)
