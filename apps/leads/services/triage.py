"""Deciding what becomes of a lead."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import emit
from apps.leads import policies, selectors
from apps.leads.correlating import postings
from apps.leads.events import LeadDismissed, LeadRestored, LeadTriaged, LeadUsed
from apps.leads.models import Lead, Severity
from apps.leads.services.keeping import locked

LONGEST_REASON = 2_000


def triage(lead_id: UUID, *, severity: str, actor: Actor, at: datetime) -> Lead:
    """Say how much it matters; a new lead is triaged by that."""
    lead = _for_change(actor, lead_id)
    if severity not in Severity.values:
        raise Invalid({"severity": [_("Choose one of the severities.")]})
    if lead.status == Lead.Status.DISMISSED:
        raise DomainError("lead.dismissed", _("This lead was dismissed. Restore it first."))
    lead.severity = severity
    if lead.status == Lead.Status.NEW:
        lead.status = Lead.Status.TRIAGED
    _save(lead)
    emit(LeadTriaged(subject_id=lead.pk, severity=severity), actor=actor, at=at)
    return lead


def dismiss(lead_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Lead:
    """Put it away with a reason; `restore` brings it back as it was."""
    lead = _for_change(actor, lead_id)
    policies.may_dismiss(actor, lead).require()
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [_("At most %(count)s characters.") % {"count": LONGEST_REASON}]})
    if lead.status == Lead.Status.DISMISSED:
        raise DomainError("lead.dismissed_already", _("This lead has already been dismissed."))
    lead.before_dismissal, lead.status = lead.status, Lead.Status.DISMISSED
    lead.dismissed_reason = reason.strip()
    _save(lead)
    postings.settle(lead.member_id, [lead.pk])
    emit(LeadDismissed(subject_id=lead.pk), actor=actor, at=at)
    return lead


def restore(lead_id: UUID, *, actor: Actor, at: datetime) -> Lead:
    """Undo a dismissal: the lead is what it was before."""
    lead = _for_change(actor, lead_id)
    if lead.status != Lead.Status.DISMISSED:
        raise DomainError("lead.not_dismissed", _("This lead is not dismissed."))
    lead.status = lead.before_dismissal or Lead.Status.NEW
    lead.before_dismissal, lead.dismissed_reason = "", ""
    _save(lead)
    postings.settle(lead.member_id, [lead.pk])
    emit(LeadRestored(subject_id=lead.pk, status=lead.status), actor=actor, at=at)
    return lead


def mark_linked(lead_id: UUID, *, actor: Actor, at: datetime) -> None:
    """An investigation took the lead up (called by investigations in their transaction).

    A lead of another member that the actor may read stays as its owner has it.
    """
    lead = locked(actor, lead_id)
    if lead.member_id != actor.member_id or lead.status == Lead.Status.LINKED:
        return
    was_dismissed = lead.status == Lead.Status.DISMISSED
    lead.status = Lead.Status.LINKED
    lead.before_dismissal, lead.dismissed_reason = "", ""
    _save(lead)
    if was_dismissed:
        postings.settle(lead.member_id, [lead.pk])
    emit(LeadUsed(subject_id=lead.pk), actor=actor, at=at)


def _for_change(actor: Actor, lead_id: UUID) -> Lead:
    selectors.find(actor, lead_id)
    lead = locked(actor, lead_id)
    policies.may_change(actor, lead).require()
    return lead


def _save(lead: Lead) -> None:
    lead.version += 1
    lead.save(
        update_fields=["severity", "status", "before_dismissal", "dismissed_reason", "version"]
    )
