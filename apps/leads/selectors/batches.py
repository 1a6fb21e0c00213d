"""Imports, and what their columns mean."""

from uuid import UUID

from django.db.models import QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.leads.models import ImportBatch, ImportMapping, ImportRow


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def find_batch(actor: Actor, batch_id: UUID) -> ImportBatch:
    """The member's own import. Raises NotFound."""
    batch = batches(actor).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch


def batch_rows(
    batch: ImportBatch, *, outcome: str = "", matched: bool = False
) -> "QuerySet[ImportRow]":
    """What became of the rows, in the order of the file."""
    found = ImportRow.objects.filter(batch=batch).order_by("number")
    if outcome:
        found = found.filter(outcome=outcome)
    if matched:
        found = found.filter(match_id__isnull=False)
    return found


def mappings(actor: Actor) -> QuerySet[ImportMapping]:
    return ImportMapping.objects.filter(member_id=actor.member_id).order_by("name")
