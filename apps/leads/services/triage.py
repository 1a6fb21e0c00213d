"""Deciding what becomes of a lead.

Each decision is a function over a locked lead, so that a decision about many locks them once; what
is refused has changed nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import emit
from apps.leads import policies, selectors
from apps.leads.correlating import postings
from apps.leads.events import (
    LeadAssigned,
    LeadDismissed,
    LeadDuplicated,
    LeadRestored,
    LeadSnoozed,
    LeadTriaged,
    LeadUsed,
    LeadWithdrawn,
    LeadWoken,
)
from apps.leads.models import Lead, Severity
from apps.leads.services.keeping import locked
from apps.leads.services.scoring import score_again
from apps.members import selectors as members

WAKE = "leads.wake"
LONGEST_REASON = 2_000
LONGEST_SNOOZE = timedelta(days=90)
DECIDED = (
    "severity",
    "status",
    "before_dismissal",
    "dismissed_reason",
    "reopened_reason",
    "duplicate_of_id",
    "assignee_id",
    "snoozed_until",
)
_FIELDS = {field.name: field for field in Lead._meta.concrete_fields}
_SCORED = ("priority", "priority_facts", "priority_until")


def triage(lead_id: UUID, *, severity: str, actor: Actor, at: datetime) -> Lead:
    """Say how much it matters; a new lead is triaged by that."""
    return set_severity(_for_change(actor, lead_id), severity, actor=actor, at=at)


def accept(lead_id: UUID, *, actor: Actor, at: datetime) -> Lead:
    """Take it on: a new lead is triaged by that, and a sleeping one wakes."""
    return take_on(_for_change(actor, lead_id), actor=actor, at=at)


def assign(lead_id: UUID, *, person_id: UUID | None, actor: Actor, at: datetime) -> Lead:
    """Give it to a colleague, or to nobody. Raises Invalid for who does not work here."""
    lead = _for_change(actor, lead_id)
    check_colleague(person_id, actor=actor)
    return give_to(lead, person_id, actor=actor, at=at)


def dismiss(lead_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Lead:
    """Put it away with a reason; `restore` brings it back as it was."""
    lead = put_away(_for_change(actor, lead_id), reason, actor=actor, at=at)
    settle([lead])
    return lead


def withdraw(lead_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Lead:
    """Take back what was reported: it was a mistake, or must not be used. A reason is needed."""
    lead = _for_change(actor, lead_id)
    _check_open(lead, actor)
    reason = checked_reason(reason)
    if not reason:
        raise Invalid({"reason": [_("Say why it is withdrawn.")]})
    _leave(lead, Lead.Status.WITHDRAWN, reason)
    _save(lead)
    settle([lead])
    emit(LeadWithdrawn(subject_id=lead.pk), actor=actor, at=at)
    return lead


def mark_duplicate(lead_id: UUID, *, of_id: UUID, actor: Actor, at: datetime) -> Lead:
    """Say that it repeats another lead of the member's own; nothing of either is lost.

    What repeats the lead repeats the other one from now on.
    """
    selectors.find(actor, lead_id)
    selectors.find(actor, of_id)
    repeating = selectors.duplicates_of(actor, lead_id).values_list("pk", flat=True)
    found = {lead.pk: lead for lead in locked_many(actor, [lead_id, of_id, *repeating])}
    lead, other = found.get(lead_id), found.get(of_id)
    if lead is None:
        lead = locked(actor, lead_id)
    policies.may_change(actor, lead).require()
    if other is None:
        raise DomainError("lead.not_own", _("A lead can repeat one of your own leads only."))
    _check_open(lead, actor)
    if other.pk == lead.pk:
        raise Invalid({"of": [_("A lead does not repeat itself.")]})
    if other.is_put_away:
        raise DomainError(
            "lead.other_put_away",
            _("%(reference)s was put away itself: restore it first, or choose another lead.")
            % {"reference": other.reference},
        )
    for one in (lead, *(found[key] for key in found.keys() - {lead.pk, other.pk})):
        if one.pk == lead.pk:
            _leave(one, Lead.Status.DUPLICATE, "")
        one.duplicate_of_id = other.pk
        _save(one)
        emit(LeadDuplicated(subject_id=one.pk), actor=actor, at=at)
    settle([lead])
    return lead


def restore(lead_id: UUID, *, reason: str = "", actor: Actor, at: datetime) -> Lead:
    """Bring back what was put away: the lead is what it was before."""
    lead = bring_back(_for_change(actor, lead_id), reason, actor=actor, at=at)
    settle([lead])
    return lead


def snooze(lead_id: UUID, *, until: datetime, actor: Actor, at: datetime) -> Lead:
    """Let it sleep: it is not asked about until then, and comes back by itself."""
    lead = _for_change(actor, lead_id)
    check_snooze(until, at=at)
    return let_sleep(lead, until, actor=actor, at=at)


def unsnooze(lead_id: UUID, *, actor: Actor, at: datetime) -> Lead:
    """Wake it before its time."""
    lead = _for_change(actor, lead_id)
    if lead.snoozed_until is not None:
        _wake(lead, actor=actor, at=at)
    return lead


def wake(lead_id: UUID, at: datetime) -> None:
    """Due service: its sleep is over."""
    lead = Lead.objects.select_for_update().filter(pk=lead_id).first()
    if lead is not None and lead.snoozed_until is not None and lead.snoozed_until <= at:
        _wake(lead, actor=Actor.system(lead.member_id), at=at)


def mark_linked(lead_id: UUID, *, actor: Actor, at: datetime) -> None:
    """An investigation took the lead up (called by investigations in their transaction).

    A lead of another member that the actor may read stays as its owner has it.
    """
    lead = locked(actor, lead_id)
    if lead.member_id != actor.member_id or lead.status == Lead.Status.LINKED:
        return
    was_put_away = lead.is_put_away
    lead.status = Lead.Status.LINKED
    lead.before_dismissal, lead.dismissed_reason = "", ""
    lead.duplicate_of_id = lead.snoozed_until = None
    _save(lead)
    if was_put_away:
        settle([lead])
    emit(LeadUsed(subject_id=lead.pk), actor=actor, at=at)


# Decisions about a lead that is locked and that the actor may change.


def set_severity(lead: Lead, severity: str, *, actor: Actor, at: datetime) -> Lead:
    check_severity(severity)
    _check_here(lead)
    lead.severity = severity
    if lead.status == Lead.Status.NEW:
        lead.status = Lead.Status.TRIAGED
    score_again(lead)
    _save(lead, *_SCORED)
    emit(LeadTriaged(subject_id=lead.pk, severity=severity), actor=actor, at=at)
    return lead


def take_on(lead: Lead, *, actor: Actor, at: datetime) -> Lead:
    _check_here(lead)
    lead.snoozed_until = None
    return give_to(lead, actor.user_id, actor=actor, at=at)


def give_to(lead: Lead, person_id: UUID | None, *, actor: Actor, at: datetime) -> Lead:
    _check_here(lead)
    lead.assignee_id = person_id
    if lead.status == Lead.Status.NEW and person_id == actor.user_id:
        lead.status = Lead.Status.TRIAGED
    _save(lead)
    emit(LeadAssigned(subject_id=lead.pk), actor=actor, at=at)
    return lead


def put_away(lead: Lead, reason: str, *, actor: Actor, at: datetime) -> Lead:
    policies.may_dismiss(actor, lead).require()
    reason = checked_reason(reason)
    if lead.status == Lead.Status.DISMISSED:
        raise DomainError("lead.dismissed_already", _("This lead has already been dismissed."))
    _check_here(lead)
    _leave(lead, Lead.Status.DISMISSED, reason)
    _save(lead)
    emit(LeadDismissed(subject_id=lead.pk), actor=actor, at=at)
    return lead


def bring_back(lead: Lead, reason: str, *, actor: Actor, at: datetime) -> Lead:
    if not lead.is_put_away:
        raise DomainError("lead.not_dismissed", _("This lead was not put away."))
    reason = checked_reason(reason)
    if lead.status == Lead.Status.WITHDRAWN and not reason:
        raise Invalid({"reason": [_("Say why a withdrawn lead counts again.")]})
    lead.status = lead.before_dismissal or Lead.Status.NEW
    lead.before_dismissal, lead.dismissed_reason = "", ""
    lead.duplicate_of_id, lead.reopened_reason = None, reason
    _save(lead)
    emit(LeadRestored(subject_id=lead.pk, status=lead.status), actor=actor, at=at)
    return lead


def let_sleep(lead: Lead, until: datetime, *, actor: Actor, at: datetime) -> Lead:
    _check_open(lead, actor)
    lead.snoozed_until = until
    _save(lead)
    due.plan(WAKE, lead.pk, at=until, member_id=lead.member_id)
    emit(LeadSnoozed(subject_id=lead.pk), actor=actor, at=at)
    return lead


def settle(leads: Sequence[Lead]) -> None:
    """What is put away asks nobody, and what comes back may be asked about again."""
    if leads:
        postings.settle(leads[0].member_id, [lead.pk for lead in leads])


def put_back(lead: Lead, before: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Write what the lead was before a decision (`bulk.before_of`), as one more change."""
    for name in DECIDED:
        setattr(lead, name, _FIELDS[name].to_python(before[name]))
    score_again(lead)
    _save(lead, *_SCORED)
    emit(LeadRestored(subject_id=lead.pk, status=lead.status), actor=actor, at=at)


def check_severity(severity: str) -> None:
    if severity not in Severity.values:
        raise Invalid({"severity": [_("Choose one of the severities.")]})


def check_colleague(person_id: UUID | None, *, actor: Actor) -> None:
    """Refuse who does not work for the member. Raises Invalid."""
    if person_id is not None and not _works_here(actor, person_id):
        raise Invalid({"person_id": [_("Choose one of your colleagues.")]})


def _works_here(actor: Actor, person_id: UUID) -> bool:
    return members.people_of(actor.member_id).filter(user_id=person_id).exists()


def check_snooze(until: datetime, *, at: datetime) -> None:
    if not at < until <= at + LONGEST_SNOOZE:
        raise Invalid(
            {
                "until": [
                    _("Choose a time within the next %(count)s days.")
                    % {"count": LONGEST_SNOOZE.days}
                ]
            }
        )


def checked_reason(reason: str) -> str:
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [_("At most %(count)s characters.") % {"count": LONGEST_REASON}]})
    return reason.strip()


def locked_many(actor: Actor, lead_ids: Iterable[UUID]) -> list[Lead]:
    """The member's own leads among them, locked in the order of their ids."""
    own = Lead.objects.filter(member_id=actor.member_id, pk__in=list(lead_ids))
    return list(own.select_for_update().order_by("pk"))


def _for_change(actor: Actor, lead_id: UUID) -> Lead:
    selectors.find(actor, lead_id)
    lead = locked(actor, lead_id)
    policies.may_change(actor, lead).require()
    return lead


def _check_open(lead: Lead, actor: Actor) -> None:
    policies.may_put_away(actor, lead).require()
    _check_here(lead)


def _check_here(lead: Lead) -> None:
    if lead.is_put_away:
        raise DomainError("lead.dismissed", _("This lead was put away. Restore it first."))


def _leave(lead: Lead, status: Lead.Status, reason: str) -> None:
    lead.before_dismissal, lead.status = lead.status, status
    lead.dismissed_reason, lead.reopened_reason = reason, ""
    lead.snoozed_until = None


def _wake(lead: Lead, *, actor: Actor, at: datetime) -> None:
    lead.snoozed_until = None
    _save(lead)
    emit(LeadWoken(subject_id=lead.pk), actor=actor, at=at)


def _save(lead: Lead, *more: str) -> None:
    lead.version += 1
    lead.save(update_fields=[*DECIDED, "version", *more])
