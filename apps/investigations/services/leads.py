"""The leads of a case: linked and unlinked by its owner, never changed by it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import emit
from apps.core.models import Level
from apps.investigations import policies, selectors
from apps.investigations.events import LeadUnlinked
from apps.investigations.models import Investigation, InvestigationLead
from apps.investigations.services.custody import link_lead, lock


def link_leads(
    investigation_id: UUID, lead_ids: Iterable[UUID], *, actor: Actor, at: datetime
) -> Investigation:
    """Link leads that the actor may read; an id that it may not read is an unknown id."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, found).require()
    wanted = list(dict.fromkeys(lead_ids))
    known = set(access.subject_ids(actor, "lead").filter(subject_id__in=wanted))
    if known != set(wanted):
        raise NotFound
    investigation = lock(found.pk)
    for lead_id in wanted:
        link_lead(investigation, lead_id, actor=actor, at=at)
    return investigation


def unlink_lead(investigation_id: UUID, lead_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take a lead out of a case; the lead itself stays as it was."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, found).require()
    investigation = lock(found.pk)
    policies.may_change(actor, investigation).require()
    links = InvestigationLead.objects.filter(investigation=investigation, lead_id=lead_id)
    removed, _rows = links.delete()
    if not removed:
        raise NotFound
    emit(LeadUnlinked(subject_id=investigation.pk, lead_id=lead_id), actor=actor, at=at)
