"""Handovers through the API: each view parses, calls one service or selector, renders."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid
from apps.handovers import selecting, selectors, services
from apps.handovers.api.serializers import (
    AcceptManySerializer,
    AcceptSerializer,
    DeclineSerializer,
    EmergencySerializer,
    HandoverSerializer,
    OutcomesSerializer,
    PolicySerializer,
)
from apps.handovers.services import ReadBack

BOXES = {
    "inbox": selectors.inbox,
    "outbox": selectors.outbox,
    "answered": selectors.answered,
    "all": selectors.visible,
}


class HandoversView(ApiView):
    """Handovers that the member may see: `?box=inbox|outbox|answered|all`."""

    @extend_schema(
        parameters=[OpenApiParameter("box", enum=list(BOXES))],
        responses=HandoverSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        box = BOXES.get(request.query_params.get("box", "all"))
        if box is None:
            raise Invalid({"box": ["inbox, outbox, answered, all"]})
        return self.page(box(self.actor), HandoverSerializer, ordering=("-planned_at", "-id"))


class HandoverView(ApiView):
    @extend_schema(responses=HandoverSerializer)
    def get(self, request: Request, handover_id: UUID) -> Response:
        return Response(HandoverSerializer(selectors.find(self.actor, handover_id)).data)


class AcceptView(ApiView):
    """Take custody: read-back, an answer per action, the version of the briefing read."""

    @extend_schema(request=AcceptSerializer, responses=HandoverSerializer)
    def post(self, request: Request, handover_id: UUID) -> Response:
        data = self.parsed(AcceptSerializer)
        handover = services.accept_handover(
            handover_id,
            read_back=_read_back(data),
            actor=self.actor,
            at=clock.now(),
        )
        return Response(HandoverSerializer(handover).data)


class AcceptQuietView(ApiView):
    """Accept several quiet offers: one read-back each, each judged alone."""

    @extend_schema(request=AcceptManySerializer, responses=OutcomesSerializer)
    def post(self, request: Request) -> Response:
        items = self.parsed(AcceptManySerializer)["items"]
        outcomes = services.accept_quiet(
            [(item["handover_id"], _read_back(item)) for item in items],
            actor=self.actor,
            at=clock.now(),
        )
        return Response(OutcomesSerializer({"results": outcomes}).data)


def _read_back(data: Mapping[str, Any]) -> ReadBack:
    return ReadBack(
        text=data["read_back"],
        answers=data["answers"],
        reasons=data["reasons"],
        questions=data["questions"],
        version=data["version"],
        override_reason=data["override_reason"],
    )


class DeclineView(ApiView):
    @extend_schema(request=DeclineSerializer, responses=HandoverSerializer)
    def post(self, request: Request, handover_id: UUID) -> Response:
        data = self.parsed(DeclineSerializer)
        handover = services.decline_handover(handover_id, actor=self.actor, at=clock.now(), **data)
        return Response(HandoverSerializer(handover).data)


class UndoView(ApiView):
    @extend_schema(request=None, responses=HandoverSerializer)
    def post(self, request: Request, handover_id: UUID) -> Response:
        handover = services.undo_acceptance(handover_id, actor=self.actor, at=clock.now())
        return Response(HandoverSerializer(handover).data)


class CancelView(ApiView):
    """Take an offer back before it is answered."""

    @extend_schema(request=None, responses=HandoverSerializer)
    def post(self, request: Request, handover_id: UUID) -> Response:
        handover = services.cancel_handover(handover_id, actor=self.actor, at=clock.now())
        return Response(HandoverSerializer(handover).data)


class EmergencyView(ApiView):
    """Hand an investigation over at once."""

    @extend_schema(request=EmergencySerializer, responses=HandoverSerializer)
    def post(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(EmergencySerializer)
        handover = services.hand_over_now(
            investigation_id, actor=self.actor, at=clock.now(), **data
        )
        return Response(HandoverSerializer(handover).data, status=201)


class InvestigationHandoversView(ApiView):
    """The handover history of one investigation, as far as the member may see it."""

    @extend_schema(responses=HandoverSerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        rows = selectors.of_investigation(self.actor, investigation_id)
        return self.page(rows, HandoverSerializer, ordering=("-planned_at", "-id"))


class PolicyView(ApiView):
    """How the member lets its investigations travel."""

    @extend_schema(responses=PolicySerializer)
    def get(self, request: Request) -> Response:
        return Response(PolicySerializer(selecting.policy_of(self.actor.member_id)).data)

    @extend_schema(request=PolicySerializer, responses=PolicySerializer)
    def put(self, request: Request) -> Response:
        data = self.parsed(PolicySerializer)
        policy = services.set_policy(actor=self.actor, at=clock.now(), **data)
        return Response(PolicySerializer(policy).data)
