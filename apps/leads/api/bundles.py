"""Leads as other platforms write them, in one body: STIX 2.1 bundles and MISP events."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.leads import services
from apps.leads.api.batches import LeadBatchAnswerSerializer, answered
from apps.leads.importing.rows import Defaults
from apps.leads.models import Credibility, Reliability, SourceKind
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp


class WholeBody(BaseParser):
    """The body as it came, whatever it is called: what it is, its content says."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream.read()


class BundleDefaultsSerializer(serializers.Serializer[Any]):
    """What holds for every report that does not say otherwise; lights only tighten."""

    source = serializers.CharField(  # type: ignore[assignment]
        required=False, default="", max_length=200
    )
    source_kind = serializers.ChoiceField(choices=SourceKind.choices, required=False, default="")
    source_reliability = serializers.ChoiceField(
        choices=Reliability.choices, required=False, default=""
    )
    credibility = serializers.ChoiceField(choices=Credibility.choices, required=False, default=None)
    tlp = serializers.ChoiceField(choices=Tlp.choices, required=False, default=Tlp.AMBER)
    pap = serializers.ChoiceField(choices=Pap.choices, required=False, default=Pap.GREEN)
    country = serializers.CharField(required=False, default="", max_length=100)
    language = serializers.CharField(required=False, default="", max_length=35)


class LeadBundleView(ApiView):
    """Report what a STIX 2.1 bundle or MISP events hold, up to 1,000 leads, with their results."""

    parser_classes = [WholeBody]

    @extend_schema(
        parameters=[BundleDefaultsSerializer],
        request={
            "application/stix+json;version=2.1": OpenApiTypes.OBJECT,
            "application/json": OpenApiTypes.OBJECT,
        },
        responses={207: LeadBatchAnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        form = BundleDefaultsSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        data: Any = request.data
        batch, rows = services.report_bundle(
            # Without a body nothing was parsed.
            data if isinstance(data, bytes) else b"",
            Defaults(**form.validated_data),
            actor=self.actor,
            at=clock.now(),
        )
        return answered(self.actor, batch, rows)
