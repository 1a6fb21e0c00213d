"""Investigations over the partner API: the case, its facts, its state, its record."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import access, clock
from apps.core.api.pagination import CursorPages
from apps.core.api.views import ApiView
from apps.core.errors import NotFound
from apps.duty import selectors as duty
from apps.investigations import selectors, services, showing
from apps.investigations.api import serializers as shapes
from apps.investigations.models import Investigation
from apps.investigations.web.filters import filters_from
from apps.sharing import selectors as sharing


class CaseView(ApiView):
    """What every view of one case shares."""

    def shown(self, investigation: Investigation, status: int = 200) -> Response:
        """The case as this reader may see it."""
        level = access.level(self.actor, "investigation", investigation.pk)
        shown = selectors.project(investigation, level)
        return Response(shapes.CaseSerializer(shown).data, status=status)


class InvestigationListView(CaseView):
    """The cases that the member may see, newest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("which", str, enum=list(selectors.WHICH)),
            OpenApiParameter("severity", str),
            OpenApiParameter("desk", UUID),
            OpenApiParameter("q", str, description="Words to find, at most 50 cases."),
        ],
        responses=shapes.CaseSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        filters = filters_from(request.query_params)
        rows = selectors.listed(self.actor, filters)
        if query := request.query_params.get("q", ""):
            hits = sharing.search(self.actor, query, types=("investigation",))
            rows = rows.filter(pk__in=[hit.subject_id for hit in hits])
        pages = CursorPages()
        pages.ordering = ("-opened_at", "-id")
        cases = pages.paginate_queryset(rows, request, view=self) or []
        levels = selectors.levels(self.actor, [case.pk for case in cases])
        shown = [selectors.project(case, levels.get(case.pk, 0)) for case in cases]
        return pages.get_paginated_response(shapes.CaseSerializer(shown, many=True).data)

    @extend_schema(request=shapes.OpenSerializer, responses={201: shapes.CaseSerializer})
    def post(self, request: Request) -> Response:
        data = self.parsed(shapes.OpenSerializer)
        desk = duty.desk(self.actor, data.pop("desk_id"))
        opening = services.Opening(**data)
        opened = services.open_case(opening, desk=desk, actor=self.actor, at=clock.now())
        return self.shown(opened, status=201)


class InvestigationView(CaseView):
    """One case."""

    @extend_schema(responses=shapes.CaseSerializer)
    def get(self, request: Request, investigation_id: UUID) -> Response:
        return self.shown(selectors.find(self.actor, investigation_id))

    @extend_schema(request=shapes.FactsSerializer, responses=shapes.CaseSerializer)
    def patch(self, request: Request, investigation_id: UUID) -> Response:
        changes = self.parsed(shapes.FactsSerializer)
        version = changes.pop("version")
        changed = services.change_facts(
            investigation_id, changes, version=version, actor=self.actor, at=clock.now()
        )
        return self.shown(changed)


class StatusView(CaseView):
    """Say that the case is worked on, or waits for somebody outside."""

    @extend_schema(request=shapes.StatusSerializer, responses=shapes.CaseSerializer)
    def post(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(shapes.StatusSerializer)
        changed = services.set_status(investigation_id, **data, actor=self.actor, at=clock.now())
        return self.shown(changed)


class CloseView(CaseView):
    """Close the case with an outcome."""

    @extend_schema(request=shapes.CloseSerializer, responses=shapes.CaseSerializer)
    def post(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(shapes.CloseSerializer)
        closed = services.close_investigation(
            investigation_id, **data, actor=self.actor, at=clock.now()
        )
        return self.shown(closed)


class ReopenView(CaseView):
    """Open a closed case again, at a desk of its owner."""

    @extend_schema(request=shapes.ReopenSerializer, responses=shapes.CaseSerializer)
    def post(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(shapes.ReopenSerializer)
        desk = duty.desk(self.actor, data["desk_id"])
        reopened = services.reopen_investigation(
            investigation_id, desk=desk, reason=data["reason"], actor=self.actor, at=clock.now()
        )
        return self.shown(reopened)


class PinView(CaseView):
    """Keep the case with one desk, or let it travel again."""

    @extend_schema(request=shapes.PinSerializer, responses=shapes.CaseSerializer)
    def put(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(shapes.PinSerializer)
        pinned = services.pin_case(investigation_id, **data, actor=self.actor, at=clock.now())
        return self.shown(pinned)

    @extend_schema(responses=shapes.CaseSerializer)
    def delete(self, request: Request, investigation_id: UUID) -> Response:
        freed = services.unpin_case(investigation_id, actor=self.actor, at=clock.now())
        return self.shown(freed)


class LegalLockView(CaseView):
    """Keep custody in a country where the law keeps the evidence, or end that."""

    @extend_schema(request=shapes.LegalLockSerializer, responses=shapes.CaseSerializer)
    def put(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(shapes.LegalLockSerializer)
        locked = services.lock_custody(investigation_id, **data, actor=self.actor, at=clock.now())
        return self.shown(locked)

    @extend_schema(responses=shapes.CaseSerializer)
    def delete(self, request: Request, investigation_id: UUID) -> Response:
        freed = services.unlock_custody(investigation_id, actor=self.actor, at=clock.now())
        return self.shown(freed)


class CustodyView(ApiView):
    """Who was accountable when, oldest first; without a gap, without an overlap."""

    @extend_schema(responses=shapes.CustodySerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        investigation = selectors.find(self.actor, investigation_id)
        chain = selectors.custody_chain(investigation)
        return self.page(chain, shapes.CustodySerializer, ordering=("seq", "id"))


class TimelineView(ApiView):
    """What happened, newest first, in sentences of the reader's language."""

    @extend_schema(responses=shapes.EntrySerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        selectors.find(self.actor, investigation_id)
        pages = CursorPages()
        pages.ordering = ("-occurred_at", "-id")
        rows = selectors.timeline(self.actor, investigation_id)
        events = pages.paginate_queryset(rows, request, view=self) or []
        entries = showing.describe(self.actor, investigation_id, list(events))
        return pages.get_paginated_response(shapes.EntrySerializer(entries, many=True).data)


class TombstoneView(ApiView):
    """What remains of a case whose access has ended."""

    @extend_schema(responses=shapes.TombstoneSerializer)
    def get(self, request: Request, investigation_id: UUID) -> Response:
        found = selectors.tombstone(self.actor, investigation_id)
        if found is None:
            raise NotFound
        tasks = selectors.tasks(self.actor, investigation_id)
        shown = {
            "owner_id": found.owner_id,
            "reason": found.reason,
            "ended_at": found.ended_at,
            "tasks": tasks,
        }
        return Response(shapes.TombstoneSerializer(shown).data)
