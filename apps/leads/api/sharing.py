"""Sharing leads over the API: audiences, previews, grants, readers, copies."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.leads import selectors, services
from apps.leads.api import serializers as leads
from apps.leads.api import share_forms as forms
from apps.leads.models import Lead
from apps.leads.sharing_preview import preview
from apps.sharing import selectors as grants
from apps.sharing import services as sharing


class LeadGrantsView(ApiView):
    """Who has, or had, access to a lead: all for its owner, its own for an ally."""

    @extend_schema(responses=forms.LeadGrantSerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        selectors.find(self.actor, lead_id)
        rows = grants.grants_on(self.actor, "lead", lead_id)
        return self.page(rows, forms.LeadGrantSerializer)

    @extend_schema(
        request=forms.AudienceSerializer, responses={201: forms.LeadGrantSerializer(many=True)}
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        shares = [forms.share_of(one) for one in self.parsed(forms.AudienceSerializer)["audience"]]
        given: Any = services.share_lead(lead_id, shares, actor=self.actor, at=clock.now())
        return Response(forms.LeadGrantSerializer(given, many=True).data, status=201)


class LeadSharePreviewView(ApiView):
    """What each of an audience will read, and which borders it crosses; nothing is shared yet."""

    @extend_schema(
        request=forms.AudienceSerializer, responses=forms.SharePreviewSerializer(many=True)
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        lead = selectors.find_own(self.actor, lead_id)
        asked = [forms.share_of(one) for one in self.parsed(forms.AudienceSerializer)["audience"]]
        found: Any = [
            preview(self.actor, lead, sharing.known(one.to, self.actor), level=one.terms.level)
            for one in asked
        ]
        context = {"project": projected}
        data = forms.SharePreviewSerializer(found, many=True, context=context).data
        return Response(data)


def projected(view: object) -> object:
    """A reader's view as that reader would be answered it."""
    return leads.LeadDetailSerializer(view).data


class DraftSharePreviewView(ApiView):
    """What each of an audience will read of a report that is not kept yet; nothing is written."""

    @extend_schema(
        request=leads.LeadReportSerializer, responses=forms.SharePreviewSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        told = self.parsed(leads.LeadReportSerializer)
        found: Any = services.preview_draft(
            leads.draft(told), leads.audience(told), actor=self.actor, at=clock.now()
        )
        context = {"project": projected}
        return Response(forms.SharePreviewSerializer(found, many=True, context=context).data)


class _OfOwnLeadView(ApiView):
    def own(self, lead_id: UUID) -> Lead:
        return selectors.find_own(self.actor, lead_id)


class LeadGrantChangeView(ApiView):
    """Other terms for a grant: its successor is answered, the earlier version is superseded."""

    @extend_schema(request=forms.TermsSerializer, responses={201: forms.LeadGrantSerializer})
    def post(self, request: Request, lead_id: UUID, grant_id: UUID) -> Response:
        terms = forms.terms_of(self.parsed(forms.TermsSerializer))
        given = services.change_share(lead_id, grant_id, terms, actor=self.actor, at=clock.now())
        return Response(forms.LeadGrantSerializer(given).data, status=201)


class LeadGrantRevokeView(ApiView):
    """End an ally's access, at the next statement; an ally renounces its own."""

    @extend_schema(request=forms.LeadRevokeSerializer, responses={204: None})
    def post(self, request: Request, lead_id: UUID, grant_id: UUID) -> Response:
        reason = self.parsed(forms.LeadRevokeSerializer)["reason"]
        services.revoke_share(lead_id, grant_id, reason=reason, actor=self.actor, at=clock.now())
        return Response(status=204)


class LeadReadersView(_OfOwnLeadView):
    """Who has read an own lead, for its owner alone."""

    @extend_schema(responses=forms.ReadingSerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        rows = grants.readings(self.actor, "lead", self.own(lead_id).pk)
        return self.page(rows, forms.ReadingSerializer, ordering=("-last_at", "-id"))


class LeadCopiesView(_OfOwnLeadView):
    """The copies of an own lead, by whomever they were taken, for its owner alone."""

    @extend_schema(responses=forms.CopySerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        rows = grants.exports(self.actor, "lead", self.own(lead_id).pk)
        return self.page(rows, forms.CopySerializer, ordering=("-exported_at", "-id"))


class CopiesTakenView(ApiView):
    """The copies that the member has taken of allies' leads, for that member alone."""

    @extend_schema(responses=forms.TakenCopySerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = grants.copies_taken(self.actor, "lead")
        return self.page(rows, forms.TakenCopySerializer, ordering=("-exported_at", "-id"))


class LeadTombstoneView(ApiView):
    """What remains of a lead whose access has ended."""

    @extend_schema(responses=forms.LeadTombstoneSerializer)
    def get(self, request: Request, lead_id: UUID) -> Response:
        return Response(
            forms.LeadTombstoneSerializer(selectors.tombstone(self.actor, lead_id)).data
        )


class SharedWithUsView(ApiView):
    """The grants that the member has received on leads, newest first, ended ones too."""

    @extend_schema(operation_id="lead_shared_list", responses=forms.LeadGrantSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(grants.received(self.actor, "lead"), forms.LeadGrantSerializer)


class NamedToMeView(ApiView):
    """What was shared with the person by name, which nobody else of its member reads."""

    @extend_schema(operation_id="lead_named_list", responses=forms.LeadGrantSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows: Any = selectors.named_to(self.actor)
        return Response(forms.LeadGrantSerializer(rows, many=True).data)


class DeletionsView(ApiView):
    """Copies that the member has to delete, and those that others are to delete for it."""

    @extend_schema(responses=forms.DeletionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(grants.deletions(self.actor), forms.DeletionSerializer)


class DeletionAcknowledgeView(ApiView):
    """Say that the copies are deleted."""

    @extend_schema(request=None, responses=forms.DeletionSerializer)
    def post(self, request: Request, deletion_id: UUID) -> Response:
        done = sharing.acknowledge_deletion(deletion_id, actor=self.actor, at=clock.now())
        return Response(forms.DeletionSerializer(done).data)
