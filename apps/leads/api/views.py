"""Leads over the partner API."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView, of_known_fields
from apps.leads import searching, selectors, services
from apps.leads.api import serializers as forms
from apps.leads.api.triage_forms import LeadReasonSerializer
from apps.leads.exporting import csv_lines
from apps.leads.models import Lead
from apps.leads.projecting import LeadView


class LeadsView(ApiView):
    """The leads that the member may see, and the way to report one."""

    @extend_schema(parameters=[forms.LeadStatusSerializer], responses=forms.LeadPageSerializer)
    def get(self, request: Request) -> Response:
        form = forms.LeadStatusSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        cursor, size = asked.pop("cursor", ""), asked.pop("page_size", selectors.PAGE)
        wanted = selectors.Wanted(text=asked.pop("q", ""), **asked)
        page = selectors.page(self.actor, wanted, cursor=cursor, size=size, links=False)
        body = {"next": page.cursor or None, "is_cut": page.is_cut, "results": page.leads}
        return Response(forms.LeadPageSerializer(body).data)

    @extend_schema(request=forms.LeadReportSerializer, responses={201: forms.LeadDetailSerializer})
    def post(self, request: Request) -> Response:
        data = self.parsed(forms.LeadReportSerializer)
        lead = services.create_lead(
            forms.draft(data),
            shares=forms.audience(data),
            actor=self.actor,
            at=clock.now(),
        )
        return Response(_detail(selectors.view(self.actor, lead)), status=201)


def _detail(view: LeadView) -> Any:
    return of_known_fields(forms.LeadDetailSerializer(view)).data


class _LeadVerbView(ApiView):
    def shown(self, lead: Lead) -> Response:
        return Response(_detail(selectors.view(self.actor, lead)))


class LeadItemView(_LeadVerbView):
    """One lead, at the reader's level."""

    @extend_schema(operation_id="lead_retrieve", responses=forms.LeadDetailSerializer)
    def get(self, request: Request, lead_id: UUID) -> Response:
        lead = selectors.find(self.actor, lead_id)
        services.note_reading(lead, actor=self.actor, at=clock.now())
        return self.shown(lead)

    @extend_schema(request=forms.LeadChangeSerializer, responses=forms.LeadDetailSerializer)
    def patch(self, request: Request, lead_id: UUID) -> Response:
        data = self.parsed(forms.LeadChangeSerializer)
        version = data.pop("version", None)
        changes = forms.facts(data)
        if changes["values"]:
            lead = selectors.find(self.actor, lead_id)
            changes["values"] = {**lead.values, **changes["values"]}
            # The kinds that were not sent are those just read: whoever changes one of them
            # meanwhile is not undone.
            version = lead.version if version is None else version
        else:
            del changes["values"]
        return self.shown(
            services.change_lead(
                lead_id, changes, version=version, actor=self.actor, at=clock.now()
            )
        )


class LeadTriageView(_LeadVerbView):
    """Say how much it matters."""

    @extend_schema(request=forms.LeadTriageSerializer, responses=forms.LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        severity = self.parsed(forms.LeadTriageSerializer)["severity"]
        return self.shown(
            services.triage(lead_id, severity=severity, actor=self.actor, at=clock.now())
        )


class LeadDismissView(_LeadVerbView):
    """Put it away, with a reason that stays with the member."""

    @extend_schema(request=forms.LeadDismissSerializer, responses=forms.LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        reason = self.parsed(forms.LeadDismissSerializer)["reason"]
        return self.shown(
            services.dismiss(lead_id, reason=reason, actor=self.actor, at=clock.now())
        )


class LeadRestoreView(_LeadVerbView):
    """Bring back what was dismissed, merged or withdrawn; a withdrawn one with a reason."""

    @extend_schema(request=LeadReasonSerializer, responses=forms.LeadDetailSerializer)
    def post(self, request: Request, lead_id: UUID) -> Response:
        reason = self.parsed(LeadReasonSerializer)["reason"]
        lead = services.restore(lead_id, reason=reason, actor=self.actor, at=clock.now())
        return self.shown(lead)


class LeadKnownView(ApiView):
    """The newest leads one may see that share a selector with this one; nothing is merged."""

    @extend_schema(responses=forms.LeadLinksSerializer)
    def get(self, request: Request, lead_id: UUID) -> Response:
        lead = selectors.find(self.actor, lead_id)
        found = selectors.links_of(self.actor, lead.pk)
        return Response(forms.LeadLinksSerializer(found).data)


class LeadSelectorsView(ApiView):
    """What identifies the lead, as far as the reader may see."""

    @extend_schema(responses=forms.LeadSelectorRowSerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        view = selectors.view(self.actor, selectors.find(self.actor, lead_id))
        return Response(forms.LeadSelectorRowSerializer(view.selectors, many=True).data)


class LeadExportView(ApiView):
    """The listed own leads as CSV, at most 10,000, newest first; each is entered as a copy."""

    @extend_schema(
        parameters=[forms.LeadStatusSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse | StreamingHttpResponse:
        form = forms.LeadStatusSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        asked = {k: v for k, v in form.validated_data.items() if k not in {"cursor", "page_size"}}
        # Read before the answer starts: a streamed body has no transaction.
        wanted = selectors.Wanted(text=asked.pop("q", ""), **asked)
        leads = services.take_table(wanted, actor=self.actor, at=clock.now())
        response = StreamingHttpResponse(csv_lines(leads), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="leads.csv"'
        return response


class SearchView(ApiView):
    """Leads and investigations by words, in any script, or by a selector in any form."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True)],
        responses=forms.SearchHitSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        found = searching.search(self.actor, request.query_params.get("q", ""))
        return Response(forms.SearchHitSerializer(found, many=True).data)
