"""The parts of a case over the partner API: tasks, leads, shares."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid, NotFound
from apps.core.models import Level
from apps.investigations import selectors, services
from apps.investigations.api import serializers as shapes
from apps.leads.api.serializers import LeadLinksSerializer
from apps.sharing import selectors as sharing


class TaskListView(ApiView):
    """The tasks of a case."""

    @extend_schema(responses=shapes.TaskSerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        selectors.find(self.actor, investigation_id, min_level=Level.CASE)
        rows = selectors.tasks(self.actor, investigation_id)
        return self.page(rows, shapes.TaskSerializer, ordering=("created_at", "id"))

    @extend_schema(request=shapes.NewTaskSerializer, responses={201: shapes.TaskSerializer})
    def post(self, request: Request, investigation_id: UUID) -> Response:
        new = services.NewTask(**self.parsed(shapes.NewTaskSerializer))
        task = services.add_task(investigation_id, new, actor=self.actor, at=clock.now())
        return Response(shapes.TaskSerializer(task).data, status=201)


class TaskAssignView(ApiView):
    """Give a task to a person, or free it."""

    @extend_schema(request=shapes.AssignSerializer, responses=shapes.TaskSerializer)
    def post(self, request: Request, investigation_id: UUID, task_id: UUID) -> Response:
        data = self.parsed(shapes.AssignSerializer)
        task = services.assign_task(
            investigation_id, task_id, **data, actor=self.actor, at=clock.now()
        )
        return Response(shapes.TaskSerializer(task).data)


class TaskCompleteView(ApiView):
    """Mark a task done."""

    @extend_schema(request=None, responses=shapes.TaskSerializer)
    def post(self, request: Request, investigation_id: UUID, task_id: UUID) -> Response:
        task = services.complete_task(investigation_id, task_id, actor=self.actor, at=clock.now())
        return Response(shapes.TaskSerializer(task).data)


class TaskReopenView(ApiView):
    """Take a done task up again."""

    @extend_schema(request=None, responses=shapes.TaskSerializer)
    def post(self, request: Request, investigation_id: UUID, task_id: UUID) -> Response:
        task = services.reopen_task(investigation_id, task_id, actor=self.actor, at=clock.now())
        return Response(shapes.TaskSerializer(task).data)


class LeadListView(ApiView):
    """The leads of a case."""

    @extend_schema(responses=shapes.LinkedLeadSerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        found = selectors.find(self.actor, investigation_id, min_level=Level.CASE)
        rows = selectors.linked_leads(found)
        return self.page(rows, shapes.LinkedLeadSerializer, ordering=("linked_at", "id"))

    @extend_schema(
        request=shapes.LeadIdsSerializer, responses=shapes.LinkedLeadSerializer(many=True)
    )
    def post(self, request: Request, investigation_id: UUID) -> Response:
        lead_ids = self.parsed(shapes.LeadIdsSerializer)["lead_ids"]
        found = services.link_leads(investigation_id, lead_ids, actor=self.actor, at=clock.now())
        rows = selectors.linked_leads(found)
        return self.page(rows, shapes.LinkedLeadSerializer, ordering=("linked_at", "id"))


class LinkListView(ApiView):
    """The newest leads outside the case that one may see and that share a selector with its own."""

    @extend_schema(responses=LeadLinksSerializer)
    def get(self, request: Request, investigation_id: UUID) -> Response:
        found = selectors.find(self.actor, investigation_id, min_level=Level.CASE)
        return Response(LeadLinksSerializer(selectors.same_sellers(self.actor, found)).data)


class LeadUnlinkView(ApiView):
    """Take a lead out of a case."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, investigation_id: UUID, lead_id: UUID) -> Response:
        services.unlink_lead(investigation_id, lead_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class GrantListView(ApiView):
    """Who has, or had, access: all of it for the owner, its own for an ally."""

    @extend_schema(responses=shapes.GrantSerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        selectors.find(self.actor, investigation_id)
        rows = sharing.grants_on(self.actor, "investigation", investigation_id)
        return self.page(rows, shapes.GrantSerializer, ordering=("-created_at", "-id"))

    @extend_schema(request=shapes.ShareSerializer, responses={201: shapes.GrantSerializer})
    def post(self, request: Request, investigation_id: UUID) -> Response:
        data = self.parsed(shapes.ShareSerializer)
        data["capabilities"] = tuple(data["capabilities"])
        given = services.share_investigation(
            investigation_id, services.Share(**data), actor=self.actor, at=clock.now()
        )
        return Response(shapes.GrantSerializer(given).data, status=201)


class GrantRevokeView(ApiView):
    """End an ally's access, at the next statement."""

    @extend_schema(request=shapes.RevokeSerializer, responses={204: None})
    def post(self, request: Request, investigation_id: UUID, grant_id: UUID) -> Response:
        reason = self.parsed(shapes.RevokeSerializer)["reason"]
        services.revoke_share(
            investigation_id, grant_id, reason=reason, actor=self.actor, at=clock.now()
        )
        return Response(status=204)


class CaseCopiesView(ApiView):
    """The copies of the case's room that have left: all of them for the owner, an ally's own."""

    @extend_schema(responses=shapes.CaseCopySerializer(many=True))
    def get(self, request: Request, investigation_id: UUID) -> Response:
        selectors.find(self.actor, investigation_id)
        rows = sharing.exports(self.actor, "investigation", investigation_id)
        return self.page(rows, shapes.CaseCopySerializer, ordering=("-exported_at", "-id"))


class GrantPreviewView(ApiView):
    """What an ally would see of the case at a level, before anything is shared."""

    @extend_schema(
        parameters=[OpenApiParameter("level", int, required=True)],
        responses=shapes.CaseSerializer,
    )
    def get(self, request: Request, investigation_id: UUID) -> Response:
        found = selectors.find(self.actor, investigation_id)
        if found.member_id != self.actor.member_id:
            raise NotFound
        level = request.query_params.get("level", "")
        if level not in {str(value) for value in Level.values}:
            raise Invalid({"level": ["1, 2, 3, 4"]})
        shown = selectors.project(found, int(level))
        return Response(shapes.CaseSerializer(shown).data)
