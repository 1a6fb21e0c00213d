"""Circles are formed, joined and left, seats suspended and restored, grants read."""

from collections.abc import Iterable
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
from apps.sharing.models import Candidacy, Circle

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
        asked = self.parsed(wire.NewCircleSerializer)
        circle = services.found_circle(
            asked["name"],
            sponsors_needed=asked["sponsors_needed"],
            lists_members=asked["lists_members"],
            actor=self.actor,
            at=clock.now(),
        )
        return _shown(self.actor, circle, status=201)


class CircleRulesView(ApiView):
    """How a circle takes newcomers, for its keeper to say."""

    @extend_schema(request=wire.CircleRulesSerializer, responses=wire.CircleSerializer)
    def post(self, request: Request, circle_id: UUID) -> Response:
        asked = self.parsed(wire.CircleRulesSerializer)
        circle = services.change_circle(
            circle_id,
            sponsors_needed=asked["sponsors_needed"],
            lists_members=asked["lists_members"],
            actor=self.actor,
            at=clock.now(),
        )
        return _shown(self.actor, circle)


class CircleRecommendationsView(ApiView):
    """A code with which a member may ask for a seat, vouched for by whoever gives it."""

    @extend_schema(request=None, responses={201: wire.CodeSerializer})
    def post(self, request: Request, circle_id: UUID) -> Response:
        code = services.recommend_to_circle(circle_id, actor=self.actor, at=clock.now())
        return Response({"code": code}, status=201)


class CircleInvitationsView(ApiView):
    """A code that seats one member, for its keeper to give away."""

    @extend_schema(request=None, responses={201: wire.CodeSerializer})
    def post(self, request: Request, circle_id: UUID) -> Response:
        code = services.invite_to_circle(circle_id, actor=self.actor, at=clock.now())
        return Response({"code": code}, status=201)


class SeatsView(ApiView):
    """Take the seat that a code offers to one's own member, or stand for one: 202, no seat yet."""

    @extend_schema(request=wire.CodeSerializer, responses={201: wire.CircleSerializer, 202: None})
    def post(self, request: Request) -> Response:
        code = self.parsed(wire.CodeSerializer)["code"]
        circle = services.join_by_code(code, actor=self.actor, at=clock.now())
        if not selectors.circles(self.actor).filter(pk=circle.pk).exists():
            return Response(status=202)
        return _shown(self.actor, circle, status=201)


class SeatView(ApiView):
    """End a seat: the circle's keeper anybody's, a member its own."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        circle = selectors.circle(self.actor, circle_id)
        services.leave_circle(circle, member_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class SeatSuspendView(ApiView):
    """Close a seat for now: nothing is read or given through it."""

    @extend_schema(request=wire.SuspensionSerializer, responses={204: None})
    def post(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        reason = self.parsed(wire.SuspensionSerializer)["reason"]
        services.suspend_seat(circle_id, member_id, reason=reason, actor=self.actor, at=clock.now())
        return Response(status=204)


class SeatRestoreView(ApiView):
    """Lift a suspension: what it gave and got is there again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        services.restore_seat(circle_id, member_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class SeatBackfillView(ApiView):
    """Let a seat read what was shared with the circle before it joined."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        services.let_backfill(circle_id, member_id, actor=self.actor, at=clock.now())
        return Response(status=204)


def _named(rows: Iterable[Candidacy]) -> dict[str, Any]:
    return {"names": selectors.member_names({row.candidate_id for row in rows})}


class CandidaciesView(ApiView):
    """Who wants a seat in the member's circles, and where the member itself wants one."""

    @extend_schema(responses=wire.CandidacySerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.candidacies(self.actor)
        return self.page(rows, wire.CandidacySerializer, **_named(rows))


class _CandidacyView(ApiView):
    def answered(self, row: Candidacy) -> Response:
        return Response(wire.CandidacySerializer(row, context=_named([row])).data)


class CandidacyVouchView(_CandidacyView):
    """Speak for a candidate, as a member that sits there."""

    @extend_schema(request=None, responses=wire.CandidacySerializer)
    def post(self, request: Request, candidacy_id: UUID) -> Response:
        return self.answered(services.vouch(candidacy_id, actor=self.actor, at=clock.now()))


class CandidacyAdmitView(_CandidacyView):
    """Seat a candidate for whom enough have vouched: the keeper alone decides."""

    @extend_schema(request=wire.AdmissionSerializer, responses=wire.CandidacySerializer)
    def post(self, request: Request, candidacy_id: UUID) -> Response:
        may_backfill = self.parsed(wire.AdmissionSerializer)["backfill"]
        row = services.admit(
            candidacy_id, may_backfill=may_backfill, actor=self.actor, at=clock.now()
        )
        return self.answered(row)


class CandidacyRefuseView(_CandidacyView):
    """Give a candidate no seat."""

    @extend_schema(request=None, responses=wire.CandidacySerializer)
    def post(self, request: Request, candidacy_id: UUID) -> Response:
        return self.answered(services.refuse(candidacy_id, actor=self.actor, at=clock.now()))


class CandidacyWithdrawView(_CandidacyView):
    """The candidate no longer wants the seat."""

    @extend_schema(request=None, responses=wire.CandidacySerializer)
    def post(self, request: Request, candidacy_id: UUID) -> Response:
        return self.answered(services.withdraw(candidacy_id, actor=self.actor, at=clock.now()))


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
