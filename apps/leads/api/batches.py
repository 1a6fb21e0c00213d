"""Many leads in one request, each judged alone."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.actor import Actor
from apps.core.api.views import ApiView
from apps.leads import selectors, services
from apps.leads.api import serializers as forms
from apps.leads.drafts import Draft
from apps.leads.importing.messages import REFUSED, sentence
from apps.leads.models import ImportBatch, ImportRow

MOST_ITEMS = 1_000
Outcome = ImportRow.Outcome


class LeadBatchSerializer(serializers.Serializer[Any]):
    """Up to 1,000 leads, each as `POST /leads/` takes it."""

    leads = serializers.ListField(
        child=serializers.JSONField(allow_null=True), min_length=1, max_length=MOST_ITEMS
    )


class LeadBatchResultSerializer(serializers.Serializer[Any]):
    """What became of one item: `pointer` (RFC 6901) names the part of the body that is meant.

    A created lead may carry a remark: a value that is kept and cannot be matched.
    """

    index = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=["created", "known", "error"])
    status = serializers.IntegerField(help_text="201, 200 or 400, as if it had been sent alone.")
    id = serializers.UUIDField(allow_null=True)
    reference = serializers.CharField(help_text="The member's own number of the lead.")
    code = serializers.CharField()
    pointer = serializers.CharField()
    message = serializers.CharField()


class LeadBatchAnswerSerializer(serializers.Serializer[Any]):
    """The results in the order of the items; they stay at `/imports/{import_id}/rows/`."""

    import_id = serializers.UUIDField()
    created = serializers.IntegerField()
    known = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    results = LeadBatchResultSerializer(many=True)


class LeadBatchView(ApiView):
    """Report up to 1,000 leads; a repeat with the same `Idempotency-Key` gets the same answer."""

    @extend_schema(
        request=LeadBatchSerializer,
        responses={207: LeadBatchAnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        form = forms.LeadReportSerializer()
        read = [_read(form, item) for item in self.parsed(LeadBatchSerializer)["leads"]]
        batch, rows = services.report_many(
            [item for item, _audience in read],
            audiences={place: audience for place, (_item, audience) in enumerate(read) if audience},
            actor=self.actor,
            at=clock.now(),
        )
        return answered(self.actor, batch, rows)


def answered(actor: Actor, batch: ImportBatch, rows: list[services.Result]) -> Response:
    """The result of each report, in their order."""
    numbers = selectors.references(actor, [row.lead_id for row in rows if row.lead_id])
    answer = {
        "import_id": batch.pk,
        "created": batch.added,
        "known": batch.known + batch.duplicates,
        "errors": batch.errors,
        "results": [_result(row, numbers) for row in rows],
    }
    return Response(LeadBatchAnswerSerializer(answer).data, status=207)


def _read(
    form: forms.LeadReportSerializer, item: object
) -> tuple[Draft | services.Unreadable, list[services.Share]]:
    """The report in an item, and for whom it is meant."""
    # One form for all: to make one costs more than to read an item.
    try:
        data = dict(form.run_validation(item))
        return forms.draft(data), forms.audience(data)
    except serializers.ValidationError as refusal:
        return services.Unreadable(*_first(refusal.detail)), []


def _first(errors: Any, path: str = "") -> tuple[str, str]:
    """The first complaint and where in the item it belongs, as a path of names and places."""
    if isinstance(errors, dict):
        key, inner = next(iter(errors.items()))
        return _first(inner, path if key == "non_field_errors" else f"{path}/{key}".lstrip("/"))
    return path, str(errors[0])


def _result(row: services.Result, numbers: dict[UUID, str]) -> dict[str, Any]:
    outcome, status = {
        Outcome.ADDED: ("created", 201),
        Outcome.ERROR: ("error", 400),
    }.get(Outcome(row.outcome), ("known", 200))
    pointer = f"/leads/{row.number - 1}" if row.code else ""
    if row.code == REFUSED and row.params["field"]:
        pointer += f"/{row.params['field']}"
    return {
        "index": row.number - 1,
        "outcome": outcome,
        "status": status,
        "id": row.lead_id,
        "reference": numbers[row.lead_id] if row.lead_id else "",
        "code": "invalid" if row.code == REFUSED else row.code,
        "pointer": pointer,
        "message": row.params["reason"] if row.code == REFUSED else sentence(row.code, row.params),
    }
