"""Who is on duty when, and what-if plans, over the partner API."""

import re
from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import DomainError, Invalid, NotFound
from apps.duty import planning, selectors
from apps.duty.api.forecast import SCOPE
from apps.duty.api.ranges import RANGE, asked_range
from apps.duty.api.serializers import CoverageSerializer, DutySerializer, StandingSerializer
from apps.duty.models import Desk

MAX_DESKS = 100
LIMITS = planning.Limits(max_bytes=2_000_000)
_ITEM = re.compile(r"\[(\d+)\]\.?(.*)", re.DOTALL)


class DeskDutyView(ApiView):
    """When one desk is on duty."""

    @extend_schema(parameters=RANGE, responses=DutySerializer)
    def get(self, request: Request, desk_id: UUID) -> Response:
        desk = selectors.desk(self.actor, desk_id)
        a, b = asked_range(request)
        found = {"start": a, "end": b, "on_duty": selectors.duty([desk], a, b)[desk.pk]}
        return Response(DutySerializer(found).data)


class CoverageView(ApiView):
    """Duty, gaps and overlaps of several desks together."""

    @extend_schema(
        parameters=[
            *RANGE,
            OpenApiParameter(
                "desks", str, description="Desk ids with commas; all you see when absent."
            ),
            SCOPE,
        ],
        responses=CoverageSerializer,
    )
    def get(self, request: Request) -> Response:
        a, b = asked_range(request)
        found = selectors.coverage(self._desks(request), a, b)
        shown = {
            "start": a,
            "end": b,
            "on_duty": found.on_duty,
            "gaps": found.gaps,
            "overlaps": found.overlaps,
        }
        return Response(CoverageSerializer(shown).data)

    def _desks(self, request: Request) -> list[Desk]:
        text = request.query_params.get("desks", "")
        rows = selectors.desks(self.actor)
        if not text:
            key = request.query_params.get("scope", "")
            return selectors.scoped(self.actor, key).desks[:MAX_DESKS]
        try:
            ids = {UUID(part.strip()) for part in text.split(",")}
        except ValueError:
            raise Invalid({"desks": [_("Write desk ids with commas between them.")]}) from None
        if len(ids) > MAX_DESKS:
            raise Invalid({"desks": [_("At most %(count)d desks.") % {"count": MAX_DESKS}]})
        found = list(rows.filter(pk__in=ids))
        if len(found) < len(ids):
            raise NotFound
        return found


class DutyNowView(ApiView):
    """Who is on duty now, and who is next."""

    @extend_schema(responses=StandingSerializer(many=True))
    def get(self, request: Request) -> Response:
        found = selectors.standings(selectors.desks(self.actor)[:MAX_DESKS], clock.now())
        return Response(StandingSerializer(found, many=True).data)


class PlanParser(BaseParser):
    """Hands over the bytes: the planner reads JSON more strictly than the framework does."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return stream.read(LIMITS.max_bytes + 1)


class PlanView(ApiView):
    """Answer a what-if plan, or a list of plans in order, without touching any desk.

    The same document as `manage.py plan_duty` reads, the same answer.
    """

    parser_classes = [PlanParser]

    @extend_schema(request=OpenApiTypes.ANY, responses=OpenApiTypes.ANY)
    def post(self, request: Request) -> Response:
        body: Any = request.data
        data = body if isinstance(body, bytes) else b""
        if len(data) > LIMITS.max_bytes:
            raise DomainError(
                "plan.too_long",
                _("A plan is at most %(count)d bytes.") % {"count": LIMITS.max_bytes},
                status=413,
            )
        try:
            answer = planning.plan_text(data, LIMITS)
        except planning.PlanError as error:
            raise _refusal(error) from None
        return Response(answer)


def _refusal(error: planning.PlanError) -> DomainError:
    """The planner's refusal with the place taken apart: the item of the list, and its field."""
    item = _ITEM.fullmatch(error.path)
    return DomainError(
        "plan.invalid",
        str(error),
        status=400,
        extra={
            "index": int(item[1]) if item else None,
            "field": item[2] if item else error.path,
        },
    )
