"""Exports and disclosures over the partner API."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import DomainError
from apps.core.web.problems import problem_page
from apps.leads import selectors, services, tasks
from apps.leads.api import exchange_forms as forms
from apps.leads.exchange import disclosing, exporting


class ExportsView(ApiView):
    """One's own files of leads, and the way to one more."""

    key_role = "key:export"

    @extend_schema(responses=forms.ExportSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = exporting.exports(self.actor)
        return self.page(rows, forms.ExportSerializer, ordering=("-created_at", "-id"))

    @extend_schema(request=forms.NewExportSerializer, responses={201: forms.ExportSerializer})
    def post(self, request: Request) -> Response:
        told = self.parsed(forms.NewExportSerializer)
        listed = forms.ListedSerializer(data=told.get("listed", {}))
        listed.is_valid(raise_exception=True)
        made = services.start_export(
            told["format"],
            lead_ids=told["lead_ids"],
            wanted=selectors.Wanted(**listed.validated_data),
            actor=self.actor,
            at=clock.now(),
        )
        tasks.ring_export(made)
        return Response(forms.ExportSerializer(made).data, status=201)


class ExportView(ApiView):
    """One file and how far it is."""

    @extend_schema(operation_id="export_retrieve", responses=forms.ExportSerializer)
    def get(self, request: Request, export_id: UUID) -> Response:
        return Response(forms.ExportSerializer(exporting.find_export(self.actor, export_id)).data)


class ExportFileView(ApiView):
    """The file, while everything in it may still leave."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: UUID) -> HttpResponse:
        file = services.deliver_export(export_id, actor=self.actor, at=clock.now())
        if file is None:
            # No exception: that the file is gone must stay.
            return problem_page(request._request, gone())
        return attachment(file)


def gone() -> DomainError:
    """The refusal of a file whose leads may not leave any more."""
    return DomainError(
        "export.stale",
        _("Access to some of these leads has changed since. Export them again."),
    )


def attachment(file: exporting.Delivery) -> HttpResponse:
    """The file as a download that nobody keeps on the way."""
    response = HttpResponse(file.data, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response


class DisclosuresView(ApiView):
    """Who read what is sealed in a lead, and the way to read it."""

    @extend_schema(responses=forms.DisclosureSerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        rows = disclosing.disclosures(self.actor, lead_id)
        return self.page(rows, forms.DisclosureSerializer, ordering=("-created_at", "-id"))

    @extend_schema(
        request=forms.DisclosureReasonSerializer, responses={201: forms.DisclosureSerializer}
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        selectors.find(self.actor, lead_id)
        reason = self.parsed(forms.DisclosureReasonSerializer)["reason"]
        made = services.disclose(lead_id, reason=reason, actor=self.actor, at=clock.now())
        return Response(forms.DisclosureSerializer(made).data, status=201)
