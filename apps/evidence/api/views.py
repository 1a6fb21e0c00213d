"""Evidence over the partner API."""

from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.evidence import selectors, services
from apps.evidence.api.serializers import (
    CustodyLogSerializer,
    EvidenceSerializer,
    UploadSerializer,
    VerdictSerializer,
)
from apps.evidence.web.serving import attachment, picture, refuse_oversize, root_of

ROOT = OpenApiParameter(
    "root", str, required=True, description="What the file belongs to: `investigation:<id>`."
)


class EvidenceListView(ApiView):
    """The files of one subject."""

    parser_classes = [MultiPartParser]

    @extend_schema(parameters=[ROOT], responses=EvidenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        root = root_of(request.query_params.get("root", ""))
        rows = selectors.of_subject(self.actor, root)
        return self.page(rows, EvidenceSerializer, ordering=("-uploaded_at", "-id"))

    @extend_schema(
        parameters=[ROOT],
        request={"multipart/form-data": UploadSerializer},
        responses={201: EvidenceSerializer},
    )
    def post(self, request: Request) -> Response:
        root = root_of(request.query_params.get("root", ""))
        refuse_oversize(request)
        form = self.parsed(UploadSerializer)
        upload = form.pop("file")
        origin = services.Origin(claimed_type=upload.content_type or "", **form)
        evidence = services.store(
            upload, upload.name, root=root, actor=self.actor, at=clock.now(), origin=origin
        )
        return Response(EvidenceSerializer(evidence).data, status=201)


class EvidenceView(ApiView):
    """One file's record; reading it is logged."""

    http_method_names = ["get", "options"]

    @extend_schema(responses=EvidenceSerializer)
    def get(self, request: Request, evidence_id: UUID) -> Response:
        evidence = services.view(evidence_id, actor=self.actor, at=clock.now())
        return Response(EvidenceSerializer(evidence).data)


class EvidenceContentView(ApiView):
    """The original bytes, always whole and always as an attachment."""

    http_method_names = ["get", "options"]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, evidence_id: UUID) -> HttpResponseBase:
        evidence, stream = services.read(evidence_id, actor=self.actor, at=clock.now())
        return attachment(request, evidence, stream)


class EvidencePreviewView(ApiView):
    """A picture as it is shown on a page; nothing for what is no picture."""

    http_method_names = ["get", "options"]

    @extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, evidence_id: UUID) -> HttpResponseBase:
        evidence, stream = services.preview(evidence_id, actor=self.actor, at=clock.now())
        return picture(request, evidence, stream)


class EvidenceLogView(ApiView):
    """Every act on a file, oldest first, chained by digest."""

    @extend_schema(responses=CustodyLogSerializer(many=True))
    def get(self, request: Request, evidence_id: UUID) -> Response:
        evidence = selectors.find(self.actor, evidence_id)
        return self.page(selectors.log_of(evidence), CustodyLogSerializer, ordering=("seq", "id"))


class EvidenceVerifyView(ApiView):
    """Hash the stored content again and say whether it is what was acquired."""

    @extend_schema(request=None, responses=VerdictSerializer)
    def post(self, request: Request, evidence_id: UUID) -> Response:
        verdict = services.verify(evidence_id, actor=self.actor, at=clock.now())
        return Response(VerdictSerializer(verdict).data)
