"""The leads of a case: linked and unlinked by its owner, never changed by it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import emit
from apps.core.models import Level
from apps.duty.models import Desk
from apps.investigations import policies, selectors
from apps.investigations.events import LeadUnlinked
from apps.investigations.models import Investigation, InvestigationLead
from apps.investigations.services.custody import Opening, link_lead, lock, open_investigation
from apps.investigations.services.facts import FACTS, check_facts


def link_leads(
    investigation_id: UUID, lead_ids: Iterable[UUID], *, actor: Actor, at: datetime
) -> Investigation:
    """Link leads that the actor may read; an id that it may not read is an unknown id."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, found).require()
    wanted = find_leads(lead_ids, actor=actor)
    investigation = lock(found.pk)
    for lead_id in wanted:
        link_lead(investigation, lead_id, actor=actor, at=at)
    return investigation


def find_leads(lead_ids: Iterable[UUID], *, actor: Actor) -> list[UUID]:
    """The ids without repetition. Raises NotFound when one is not the actor's to read at L3."""
    wanted = list(dict.fromkeys(lead_ids))
    readable = access.subject_ids(actor, "lead", min_level=Level.CASE)
    if set(readable.filter(subject_id__in=wanted)) != set(wanted):
        raise NotFound
    return wanted


def open_case(opening: Opening, *, desk: Desk, actor: Actor, at: datetime) -> Investigation:
    """Open a case from facts and lead ids as they came from outside, checked."""
    check_facts({name: getattr(opening, name) for name in FACTS})
    lead_ids = find_leads(opening.lead_ids, actor=actor)
    return open_investigation(replace(opening, lead_ids=lead_ids), desk=desk, actor=actor, at=at)


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
