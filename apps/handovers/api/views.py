"""Handovers through the API: each view parses, calls one service or selector, renders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
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
    AskedSerializer,
    BounceSerializer,
    DeclineSerializer,
    EmergencySerializer,
    HandoverSerializer,
    OutcomesSerializer,
    PolicySerializer,
    SelectionSerializer,
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
            desk_id=data["desk_id"],
            actor=self.actor,
            at=clock.now(),
        )
        return Response(HandoverSerializer(handover).data)


class AcceptQuietView(ApiView):
    """Accept several quiet offers: one read-back each, each judged alone."""

    @extend_schema(
        operation_id="handovers_accept_quiet",
        request=AcceptManySerializer,
        responses=OutcomesSerializer,
    )
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


class BounceView(ApiView):
    """Give the case back, with a reason, until the overlap ends."""

    @extend_schema(request=BounceSerializer, responses=HandoverSerializer)
    def post(self, request: Request, handover_id: UUID) -> Response:
        data = self.parsed(BounceSerializer)
        handover = services.bounce_handover(handover_id, actor=self.actor, at=clock.now(), **data)
        return Response(HandoverSerializer(handover).data)


class AskedView(ApiView):
    """Which desks were asked and what they answered, as far as the member may know."""

    @extend_schema(responses=AskedSerializer(many=True))
    def get(self, request: Request, handover_id: UUID) -> Response:
        handover = selectors.find(self.actor, handover_id)
        rows: Any = selectors.asked(self.actor, handover)
        return Response(AskedSerializer(rows, many=True).data)


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


class CandidatesView(ApiView):
    """Who would be asked to take the case, in order, and why others would not: for its owner.

    `?at=` is an instant; without it, the end of the holder's duty that is planned, or now.
    """

    @extend_schema(
        parameters=[OpenApiParameter("at", OpenApiTypes.DATETIME)], responses=SelectionSerializer
    )
    def get(self, request: Request, investigation_id: UUID) -> Response:
        at = _instant(request.query_params.get("at", ""))
        found = selectors.selection(self.actor, investigation_id, at=at, now=clock.now())
        return Response(SelectionSerializer(found).data)


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid({"at": [_("Write an instant with its offset, as 2027-03-14T10:00Z.")]})
    return found


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
