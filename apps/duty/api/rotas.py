"""Rotas and rosters of a desk over the partner API: for the desk's own member."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.duty import policies, selectors, services
from apps.duty.api.ranges import RANGE, asked_range
from apps.duty.api.roster_serializers import (
    RosterSerializer,
    RotaChangesSerializer,
    RotaFactsSerializer,
    RotaPreviewSerializer,
    RotaSerializer,
)
from apps.duty.models import Desk, Rota
from apps.duty.selectors import DeskRoster
from apps.duty.services import RotaFacts


class _DeskPeopleView(ApiView):
    def own_desk(self, desk_id: UUID) -> Desk:
        """A desk whose people the reader may know. Raises NotFound or Refused."""
        desk = selectors.desk(self.actor, desk_id)
        policies.may_see_people(self.actor, desk).require()
        return desk

    def rota(self, rota: Rota, status: int = 200) -> Response:
        return Response(RotaSerializer(selectors.said(rota, clock.now())).data, status=status)

    def roster(self, found: DeskRoster, span: tuple[object, object]) -> Response:
        shown = {
            "start": span[0],
            "end": span[1],
            "shifts": found.shifts,
            "holes": found.holes,
            "everybody": found.everybody,
        }
        return Response(RosterSerializer(shown).data)


class RotasView(_DeskPeopleView):
    """The rotas of a desk; several at once put several people on duty."""

    @extend_schema(operation_id="desks_rotas_list", responses=RotaSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        rows = selectors.rotas(self.own_desk(desk_id))
        said = selectors.said_by_rota(rows, clock.now())
        return Response(RotaSerializer([said[row.pk] for row in rows], many=True).data)

    @extend_schema(request=RotaFactsSerializer, responses={201: RotaSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        facts = RotaFacts(**self.parsed(RotaFactsSerializer))
        rota = services.create_rota(desk_id, facts, actor=self.actor, at=clock.now())
        return self.rota(rota, 201)


class RotaPreviewView(_DeskPeopleView):
    """Who would be on duty if a rota were said like this."""

    @extend_schema(
        parameters=RANGE, request=RotaPreviewSerializer, responses={200: RosterSerializer}
    )
    def post(self, request: Request, desk_id: UUID) -> Response:
        asked = self.parsed(RotaPreviewSerializer)
        instead = {"rota_id": asked.pop("rota_id"), "from_at": asked.pop("from_at")}
        span = asked_range(request)
        found = services.preview_rota(
            desk_id, RotaFacts(**asked), span, **instead, actor=self.actor, at=clock.now()
        )
        return self.roster(found, span)


class RotaView(_DeskPeopleView):
    """One rota of a desk."""

    @extend_schema(responses=RotaSerializer)
    def get(self, request: Request, desk_id: UUID, rota_id: UUID) -> Response:
        return self.rota(selectors.rota(self.own_desk(desk_id), rota_id))

    @extend_schema(request=RotaChangesSerializer, responses=RotaSerializer)
    def put(self, request: Request, desk_id: UUID, rota_id: UUID) -> Response:
        asked = self.parsed(RotaChangesSerializer)
        version, from_at = asked.pop("version"), asked.pop("from_at")
        rota = services.change_rota(
            desk_id,
            rota_id,
            RotaFacts(**asked),
            version=version,
            from_at=from_at,
            actor=self.actor,
            at=clock.now(),
        )
        return self.rota(rota)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, desk_id: UUID, rota_id: UUID) -> Response:
        """End a rota from now on, and with it what was asked and swapped of what is to come."""
        services.remove_rota(desk_id, rota_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class RosterView(_DeskPeopleView):
    """Who is on duty at a desk when: rotas, with swaps applied, less those on leave."""

    @extend_schema(parameters=RANGE, responses=RosterSerializer)
    def get(self, request: Request, desk_id: UUID) -> Response:
        desk, span = self.own_desk(desk_id), asked_range(request)
        return self.roster(selectors.rosters([desk], *span)[desk.pk], span)
