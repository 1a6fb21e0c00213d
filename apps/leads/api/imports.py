"""Imports over the partner API."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid
from apps.leads import selectors, services, tasks
from apps.leads.api import serializers as forms
from apps.leads.models import ImportBatch, ImportRow
from apps.leads.reading import Hints


class ImportsView(ApiView):
    """The member's imports, and the upload that starts one."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=forms.ImportSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.batches(self.actor)
        return self.page(rows, forms.ImportSerializer, ordering=("-created_at", "-id"))

    @extend_schema(
        request={"multipart/form-data": forms.ImportUploadSerializer},
        responses={201: forms.ImportSerializer},
    )
    def post(self, request: Request) -> Response:
        form = self.parsed(forms.ImportUploadSerializer)
        file, encoding = form.pop("file"), form.pop("encoding", None)
        told = services.Upload(file_name=file.name, hints=Hints(encoding=encoding), **form)
        batch = services.upload(file, told, actor=self.actor, at=clock.now())
        return Response(forms.ImportSerializer(batch).data, status=201)


class ImportView(ApiView):
    """One import and how far it is."""

    @extend_schema(operation_id="import_retrieve", responses=forms.ImportSerializer)
    def get(self, request: Request, batch_id: UUID) -> Response:
        return Response(forms.ImportSerializer(selectors.find_batch(self.actor, batch_id)).data)


class _ImportVerbView(ApiView):
    def started(self, batch: ImportBatch) -> Response:
        tasks.ring(batch)
        return Response(forms.ImportSerializer(batch).data, status=202)


class ImportCheckView(_ImportVerbView):
    """Begin the dry run; its results are at `rows/`."""

    parser_classes = [JSONParser]

    @extend_schema(request=forms.ImportCheckSerializer, responses={202: forms.ImportSerializer})
    def post(self, request: Request, batch_id: UUID) -> Response:
        mapping = self.parsed(forms.ImportCheckSerializer)["mapping"]
        at = clock.now()
        return self.started(services.start_check(batch_id, mapping, actor=self.actor, at=at))


class ImportRunView(_ImportVerbView):
    """Begin the import of a checked file."""

    @extend_schema(request=None, responses={202: forms.ImportSerializer})
    def post(self, request: Request, batch_id: UUID) -> Response:
        return self.started(services.start_run(batch_id, actor=self.actor, at=clock.now()))


class ImportCancelView(ApiView):
    """Stop; the leads that were already added stay."""

    @extend_schema(request=None, responses=forms.ImportSerializer)
    def post(self, request: Request, batch_id: UUID) -> Response:
        batch = services.cancel(batch_id, actor=self.actor, at=clock.now())
        return Response(forms.ImportSerializer(batch).data)


class ImportRowsView(ApiView):
    """What became of each row, in the order of the file."""

    @extend_schema(
        parameters=[OpenApiParameter("outcome", str, enum=ImportRow.Outcome.values)],
        responses=forms.ImportRowSerializer(many=True),
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        batch = selectors.find_batch(self.actor, batch_id)
        outcome = request.query_params.get("outcome", "")
        if outcome and outcome not in ImportRow.Outcome.values:
            raise Invalid({"outcome": [f"{', '.join(ImportRow.Outcome.values)}."]})
        rows = selectors.batch_rows(batch, outcome=outcome)
        return self.page(rows, forms.ImportRowSerializer, ordering=("number", "id"))


class ImportMappingsView(ApiView):
    """Saved column mappings; saving under a name replaces it."""

    @extend_schema(responses=forms.ImportMappingSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(
            selectors.mappings(self.actor), forms.ImportMappingSerializer, ordering=("name", "id")
        )

    @extend_schema(
        request=forms.ImportMappingSerializer, responses={201: forms.ImportMappingSerializer}
    )
    def post(self, request: Request) -> Response:
        form = self.parsed(forms.ImportMappingSerializer)
        kept = services.save_mapping(
            form["name"], form["columns"], actor=self.actor, at=clock.now()
        )
        return Response(forms.ImportMappingSerializer(kept).data, status=201)
