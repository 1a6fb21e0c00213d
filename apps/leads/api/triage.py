"""Deciding over the partner API: single leads, many at once, and searches that are kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.leads import selectors, services
from apps.leads.api import triage_forms as forms
from apps.leads.api.serializers import LeadDetailSerializer
from apps.leads.models import Lead, SavedSearch
from apps.leads.triaging import bulks, comparing, places, searches, timeline, wording
from apps.leads.triaging.priority import MOST, Facts


class _VerbView(ApiView):
    def shown(self, lead: Lead) -> Response:
        return Response(LeadDetailSerializer(selectors.view(self.actor, lead)).data)


class LeadAcceptView(_VerbView):
    """Take it on."""

    @extend_schema(request=None, responses=LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        return self.shown(services.accept(lead_id, actor=self.actor, at=clock.now()))


class LeadAssignView(_VerbView):
    """Give it to a colleague, or to nobody."""

    @extend_schema(request=forms.LeadAssignSerializer, responses=LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        person_id = self.parsed(forms.LeadAssignSerializer)["person_id"]
        lead = services.assign(lead_id, person_id=person_id, actor=self.actor, at=clock.now())
        return self.shown(lead)


class LeadSnoozeView(_VerbView):
    """Let it sleep until an instant: it comes back by itself."""

    @extend_schema(request=forms.SnoozeSerializer, responses=LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        until = self.parsed(forms.SnoozeSerializer)["until"]
        return self.shown(services.snooze(lead_id, until=until, actor=self.actor, at=clock.now()))


class LeadUnsnoozeView(_VerbView):
    """Wake it before its time."""

    @extend_schema(request=None, responses=LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        return self.shown(services.unsnooze(lead_id, actor=self.actor, at=clock.now()))


class LeadDuplicateView(_VerbView):
    """Say that it repeats another lead of the member's own."""

    @extend_schema(request=forms.DuplicateSerializer, responses=LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        of_id = self.parsed(forms.DuplicateSerializer)["of"]
        lead = services.mark_duplicate(lead_id, of_id=of_id, actor=self.actor, at=clock.now())
        return self.shown(lead)


class LeadWithdrawView(_VerbView):
    """Take back what was reported, with a reason that stays with the member."""

    @extend_schema(request=forms.LeadReasonSerializer, responses=LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        reason = self.parsed(forms.LeadReasonSerializer)["reason"]
        return self.shown(
            services.withdraw(lead_id, reason=reason, actor=self.actor, at=clock.now())
        )


class LeadPriorityView(ApiView):
    """Why a lead stands where it stands: the sum with each of its lines."""

    @extend_schema(responses=forms.PrioritySerializer)
    def get(self, request: Request, lead_id: UUID) -> Response:
        view = selectors.view(self.actor, selectors.find(self.actor, lead_id))
        told = [] if view.priority is None else wording.told(Facts.kept(view.priority_facts))
        lines = [
            {"factor": line.factor, "name": name, "fact": fact, "points": line.points,
             "most": line.most}
            for line, name, fact in told
        ]  # fmt: skip
        body = {"priority": view.priority, "most": sum(MOST.values()), "lines": lines}
        return Response(forms.PrioritySerializer(body).data)


class LeadTimelineView(ApiView):
    """When a lead and its values were seen, and which countries they point to."""

    @extend_schema(responses=forms.TimelineSerializer)
    def get(self, request: Request, lead_id: UUID) -> Response:
        lead = selectors.find(self.actor, lead_id)
        view = selectors.view(self.actor, lead)
        links = selectors.links_of(self.actor, lead.pk)
        moments = timeline.timeline_of(self.actor, lead, view, links).moments
        body = {"moments": moments, "countries": places.spots_of(view)}
        return Response(forms.TimelineSerializer(body).data)


class LeadSimilarView(ApiView):
    """Leads that may mean the same seller: by their selectors, by their names, or by both."""

    @extend_schema(responses=forms.TwinSerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        found = comparing.twins(self.actor, selectors.find(self.actor, lead_id))
        return Response([dict(forms.TwinSerializer(twin).data) for twin in found])


class LeadCompareView(ApiView):
    """Two leads side by side, as far as each may be read."""

    @extend_schema(responses=forms.ComparisonSerializer)
    def get(self, request: Request, lead_id: UUID, other_id: UUID) -> Response:
        _lead, mine, _other, theirs = comparing.pair(self.actor, lead_id, other_id)
        shared = [
            {"kind": kind, "namespace": space, "norm": norm}
            for kind, space, norm in sorted(comparing.shared_values(mine, theirs))
        ]
        body = {"fields": comparing.rows(mine, theirs), "shared": shared}
        return Response(forms.ComparisonSerializer(body).data)


class BulkActionsView(ApiView):
    """Decisions about many leads, newest first, and the way to take one."""

    @extend_schema(responses=forms.BulkActionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(
            bulks.actions(self.actor), forms.BulkActionSerializer, ordering=("-created_at", "-id")
        )

    @extend_schema(request=forms.BulkRequestSerializer, responses=forms.BulkDetailSerializer)
    def post(self, request: Request) -> Response:
        data = self.parsed(forms.BulkRequestSerializer)
        ids = data.pop("ids")
        decision = services.Decision(**data)
        action = services.decide_many(decision, ids, actor=self.actor, at=clock.now())
        return Response(forms.BulkDetailSerializer(action).data)


class BulkActionView(ApiView):
    """One of them, with what it did to each lead."""

    @extend_schema(responses=forms.BulkDetailSerializer)
    def get(self, request: Request, bulk_id: UUID) -> Response:
        return Response(forms.BulkDetailSerializer(bulks.find(self.actor, bulk_id)).data)


class BulkUndoView(ApiView):
    """Take it back within ten minutes; what was changed since is left and named."""

    @extend_schema(request=None, responses=forms.BulkDetailSerializer)
    def post(self, request: Request, bulk_id: UUID) -> Response:
        action = services.undo_many(bulk_id, actor=self.actor, at=clock.now())
        return Response(forms.BulkDetailSerializer(action).data)


class _SearchView(ApiView):
    def shown(self, found: Sequence[SavedSearch]) -> list[dict[str, Any]]:
        counts = searches.counts(self.actor, found, at=clock.now())
        context = {"actor": self.actor, "counts": counts}
        return [dict(forms.SavedSearchSerializer(row, context=context).data) for row in found]


class SavedSearchesView(_SearchView):
    """The person's searches and those that colleagues share, each with its live count."""

    @extend_schema(responses=forms.SavedSearchSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(self.shown(list(searches.searches(self.actor))))

    @extend_schema(request=forms.SearchSerializer, responses={201: forms.SavedSearchSerializer})
    def post(self, request: Request) -> Response:
        told = services.Search(**self.parsed(forms.SearchSerializer))
        kept = services.save_search(told, actor=self.actor, at=clock.now())
        return Response(self.shown([kept])[0], status=201)


class SavedSearchView(_SearchView):
    """One search; its leads are at the list of leads, by its text and tab."""

    @extend_schema(operation_id="lead_search_retrieve", responses=forms.SavedSearchSerializer)
    def get(self, request: Request, search_id: UUID) -> Response:
        return Response(self.shown([searches.find(self.actor, search_id)])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, search_id: UUID) -> Response:
        services.remove_search(search_id, actor=self.actor)
        return Response(status=204)


class SubscribeView(_SearchView):
    """Be told of new leads in one's own search, or no more."""

    @extend_schema(request=forms.SubscribeSerializer, responses=forms.SavedSearchSerializer)
    def post(self, request: Request, search_id: UUID) -> Response:
        tells = self.parsed(forms.SubscribeSerializer)["tells"]
        kept = services.subscribe(search_id, tells=tells, actor=self.actor, at=clock.now())
        return Response(self.shown([kept])[0])
