"""Briefings through the API: read, amended, said to one reader, compared, corrected."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock, walltime
from apps.core.api.views import ApiView
from apps.core.errors import Invalid, NotFound
from apps.handovers import selectors, services
from apps.handovers.api.rendered import RenderedSerializer
from apps.handovers.api.serializers import (
    AmendSerializer,
    BriefingSerializer,
    CorrectionSerializer,
    CorrectSerializer,
)
from apps.handovers.models import Handover
from apps.handovers.rendering import briefing_for
from apps.handovers.selectors import Reading
from apps.members.models import User

SINCE = OpenApiParameter("since", int, description="The version to compare the latest with.")
ZONE = OpenApiParameter("zone", str, description="The IANA zone of the reader's clock.")


class _Briefing(ApiView):
    """The latest briefing of a handover, at the level that the member's access gives."""

    def reading(self, handover_id: UUID) -> tuple[Handover, Reading]:
        handover = selectors.find(self.actor, handover_id)
        reading = selectors.read_briefing(self.actor, handover)
        if reading is None:
            raise NotFound
        return handover, reading


class BriefingView(_Briefing):
    """The facts, times in UTC; the sender may amend them until they are answered."""

    @extend_schema(responses=BriefingSerializer)
    def get(self, request: Request, handover_id: UUID) -> Response:
        handover, reading = self.reading(handover_id)
        services.note_reading(handover, reading.briefing.version, actor=self.actor, at=clock.now())
        return Response(BriefingSerializer(reading).data)

    @extend_schema(request=AmendSerializer, responses=BriefingSerializer)
    def patch(self, request: Request, handover_id: UUID) -> Response:
        data = self.parsed(AmendSerializer)
        services.amend_briefing(handover_id, actor=self.actor, at=clock.now(), **data)
        return Response(BriefingSerializer(self.reading(handover_id)[1]).data)


class RenderedView(_Briefing):
    """The briefing in the reader's language and zone, with what changed since a version."""

    @extend_schema(parameters=[SINCE, ZONE], responses=RenderedSerializer)
    def get(self, request: Request, handover_id: UUID) -> Response:
        handover, reading = self.reading(handover_id)
        since, zone = self._since(), self._zone()
        said = briefing_for(
            self.actor, handover, reading, zone=zone, at=clock.now(), read_before=since
        )
        return Response(RenderedSerializer(said).data)

    def _since(self) -> int:
        text = self.request.query_params.get("since", "0")
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise Invalid({"since": [_("A whole number is needed.")]})
        return int(text)

    def _zone(self) -> str:
        user: Any = self.request.user
        own = user.time_zone if isinstance(user, User) else "UTC"
        zone = self.request.query_params.get("zone", own)
        if zone not in walltime.zone_names():
            wrong = _("“%(zone)s” is not a time zone of the IANA database, such as Asia/Shanghai.")
            raise Invalid({"zone": [wrong % {"zone": zone[:60]}]})
        return zone


class CorrectionsView(ApiView):
    """What the sender has said about the read-back; he may correct it during the overlap."""

    @extend_schema(responses=CorrectionSerializer(many=True))
    def get(self, request: Request, handover_id: UUID) -> Response:
        handover = selectors.find(self.actor, handover_id)
        rows: Any = selectors.corrections(handover)
        return Response(CorrectionSerializer(rows, many=True).data)

    @extend_schema(request=CorrectSerializer, responses={201: CorrectionSerializer})
    def post(self, request: Request, handover_id: UUID) -> Response:
        data = self.parsed(CorrectSerializer)
        said = services.correct_read_back(handover_id, actor=self.actor, at=clock.now(), **data)
        return Response(CorrectionSerializer(said).data, status=201)
