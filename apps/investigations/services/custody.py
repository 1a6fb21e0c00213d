"""Opening, custody and closing: the rules of who is accountable."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat.services import open_room
from apps.core import bulk, due
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.events import Announced, emit, emit_all, next_seq
from apps.core.models import Level
from apps.duty.models import Desk
from apps.investigations import policies, selectors
from apps.investigations.events import (
    CustodyHeld,
    CustodyPassed,
    CustodyResumed,
    InvestigationClosed,
    InvestigationOpened,
    InvestigationReopened,
    LeadLinked,
)
from apps.investigations.models import Custody, Hold, Investigation, InvestigationLead
from apps.leads import services as leads
from apps.leads.models import Severity
from apps.members.models import Member
from apps.sharing import services as sharing
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new investigation starts with."""

    title: str
    summary: str = ""
    severity: str = Severity.STABLE
    severity_reason: str = ""
    tlp: str = Tlp.AMBER
    pap: str = Pap.GREEN
    language: str = "en"
    jurisdiction: str = ""
    contingency: str = ""
    lead_ids: Sequence[UUID] = field(default_factory=tuple)


def open_investigation(
    opening: Opening, *, desk: Desk, actor: Actor, at: datetime
) -> Investigation:
    """Open a case; `desk` is accountable from its first instant. Leads were found by the caller."""
    policies.may_open(actor, desk).require()
    investigation = Investigation(
        member_id=actor.member_id,
        reference=_next_reference(actor.member_id),
        title=opening.title,
        summary=opening.summary,
        severity=opening.severity,
        severity_reason=opening.severity_reason,
        tlp=opening.tlp,
        pap=opening.pap,
        language=opening.language,
        jurisdiction=opening.jurisdiction,
        contingency=opening.contingency,
        accountable_desk_id=desk.pk,
        accountable_member_id=desk.member_id,
        opened_by=actor.user_id,
        opened_at=at,
    )
    subject = ("investigation", investigation.pk)
    sharing.own_subject(subject, member_id=actor.member_id, at=at)
    investigation.save(force_insert=True)
    _start_custody(investigation, desk=desk, cause=Custody.Cause.OPENED, seq=1, at=at)
    open_room(subject, member_id=actor.member_id, actor=actor, at=at)
    reindex(investigation, at=at)
    emit(
        InvestigationOpened(
            subject_id=investigation.pk, desk_id=desk.pk, reference=investigation.reference
        ),
        actor=actor,
        at=at,
    )
    for lead_id in opening.lead_ids:
        link_lead(investigation, lead_id, actor=actor, at=at)
    return investigation


def _next_reference(member_id: UUID) -> str:
    code = Member.objects.values_list("code", flat=True).get(pk=member_id)
    return f"{code}-{next_seq(('investigation_number', member_id))}"


def link_lead(investigation: Investigation, lead_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Link a lead that the caller has found through the actor's own selector."""
    policies.may_change(actor, investigation).require()
    _link, created = InvestigationLead.objects.get_or_create(
        investigation=investigation,
        lead_id=lead_id,
        defaults={
            "member_id": investigation.member_id,
            "linked_by": actor.user_id,
            "linked_at": at,
        },
    )
    if created:
        leads.mark_linked(lead_id, actor=actor, at=at)
        emit(LeadLinked(subject_id=investigation.pk, lead_id=lead_id), actor=actor, at=at)


def reindex(investigation: Investigation, *, at: datetime) -> None:
    """Make the case findable: by reference for every reader, by its words from L3 on."""
    teaser = investigation.reference
    case = f"{teaser} {investigation.title} {investigation.summary}"
    sharing.index(
        ("investigation", investigation.pk),
        {Level.TEASER: teaser, Level.CASE: case},
        member_id=investigation.member_id,
        at=at,
    )


def lock(investigation_id: UUID) -> Investigation:
    """The investigation's row, locked; under its owner's stamp. Raises NotFound."""
    found = Investigation.objects.select_for_update().filter(pk=investigation_id).first()
    if found is None:
        raise NotFound
    return found


def pass_to_desk(
    investigation: Investigation,
    *,
    desk: Desk,
    cause: str,
    actor: Actor,
    at: datetime,
    handover_id: UUID | None = None,
) -> Custody:
    """Move custody, under the owner's stamp and the investigation's lock."""
    if not investigation.is_open:
        raise DomainError("investigation.closed", _("This case is closed: reopen it first."))
    last = Custody.objects.select_for_update().get(
        investigation=investigation, ended_at__isnull=True
    )
    # Two changes at one instant still have an order: a stretch is never empty.
    started_at = max(at, last.started_at + _INSTANT)
    last.ended_at = started_at
    bulk.update([last], ["ended_at"])
    custody = _start_custody(
        investigation,
        desk=desk,
        cause=cause,
        seq=last.seq + 1,
        at=started_at,
        handover_id=handover_id,
    )
    investigation.accountable_desk_id = desk.pk
    investigation.accountable_member_id = desk.member_id
    _end_hold(investigation, at=started_at)
    bulk.update([investigation], ["accountable_desk_id", "accountable_member_id", "held_at"])
    emit(
        CustodyPassed(
            subject_id=investigation.pk,
            from_desk_id=last.desk_id,
            to_desk_id=desk.pk,
            to_member_id=desk.member_id,
            cause=cause,
            started_at=started_at,
        ),
        actor=actor,
        at=at,
    )
    return custody


def _start_custody(
    investigation: Investigation,
    *,
    desk: Desk,
    cause: str,
    seq: int,
    at: datetime,
    handover_id: UUID | None = None,
) -> Custody:
    return Custody.objects.create(
        member_id=investigation.member_id,
        investigation=investigation,
        seq=seq,
        desk_id=desk.pk,
        desk_member_id=desk.member_id,
        started_at=at,
        cause=cause,
        handover_id=handover_id,
    )


def hold(investigation: Investigation, *, actor: Actor, at: datetime) -> bool:
    """Flag custody as held: the desk stays accountable though off duty. False if it was."""
    return bool(hold_all([investigation], actor=actor, at=at))


def hold_all(cases: Sequence[Investigation], *, actor: Actor, at: datetime) -> list[Investigation]:
    """Flag the custody of one owner's cases as held; returns those that were not, and are open."""
    fresh = [case for case in {case.pk: case for case in cases}.values() if _may_be_held(case)]
    for case in fresh:
        case.held_at = at
    bulk.update(fresh, ["held_at"])
    Hold.objects.bulk_create(
        Hold(
            member_id=case.member_id,
            investigation=case,
            desk_id=case.accountable_desk_id,
            desk_member_id=case.accountable_member_id,
            started_at=at,
        )
        for case in fresh
    )
    held = [CustodyHeld(subject_id=case.pk, desk_id=case.accountable_desk_id) for case in fresh]
    emit_all([Announced(fact) for fact in held], actor=actor, at=at)
    return fresh


def _may_be_held(case: Investigation) -> bool:
    return case.is_open and not case.is_held


def _end_hold(investigation: Investigation, *, at: datetime) -> None:
    """The hold is over, and what was still to be climbed of its ladder; the caller saves."""
    if investigation.held_at is None:
        return
    investigation.held_at = None
    held = Hold.objects.select_for_update().filter(
        investigation=investigation, ended_at__isnull=True
    )
    for row in held:
        row.ended_at = max(at, row.started_at)
        row.save(update_fields=["ended_at"])
        due.cancel(row.pk)


def resume(investigation: Investigation, *, actor: Actor, at: datetime) -> bool:
    """End a hold: the accountable desk is back on duty. False if there was none."""
    if not investigation.is_held:
        return False
    _end_hold(investigation, at=at)
    investigation.save(update_fields=["held_at"])
    emit(
        CustodyResumed(subject_id=investigation.pk, desk_id=investigation.accountable_desk_id),
        actor=actor,
        at=at,
    )
    return True


def close_investigation(
    investigation_id: UUID, *, outcome: str, reason: str, actor: Actor, at: datetime
) -> Investigation:
    """Close the case with an outcome: custody ends, pending handovers are cancelled with it."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, found).require()
    investigation = lock(found.pk)
    policies.may_change(actor, investigation).require()
    if outcome not in Investigation.Outcome.values:
        raise DomainError("investigation.outcome_needed", _("Choose an outcome."), status=400)
    custody = Custody.objects.get(investigation=investigation, ended_at__isnull=True)
    custody.ended_at = max(at, custody.started_at + _INSTANT)
    custody.save(update_fields=["ended_at"])
    investigation.status = Investigation.Status.CLOSED
    investigation.outcome = outcome
    investigation.status_reason = reason
    investigation.closed_at = at
    _end_hold(investigation, at=at)
    investigation.version += 1
    investigation.save()
    emit(
        InvestigationClosed(subject_id=investigation.pk, outcome=outcome, reason=reason),
        actor=actor,
        at=at,
    )
    return investigation


def reopen_investigation(
    investigation_id: UUID, *, desk: Desk, reason: str, actor: Actor, at: datetime
) -> Investigation:
    """Open a closed case again at a desk of its owner. The chain goes on where it ended."""
    found = selectors.find(actor, investigation_id)
    policies.may_reopen(actor, found).require()
    policies.may_open(actor, desk).require()
    investigation = lock(found.pk)
    policies.may_reopen(actor, investigation).require()
    last = Custody.objects.filter(investigation=investigation).latest("seq")
    investigation.status = Investigation.Status.OPEN
    investigation.status_reason = reason
    investigation.outcome = ""
    investigation.closed_at = None
    investigation.accountable_desk_id = desk.pk
    investigation.accountable_member_id = desk.member_id
    investigation.version += 1
    investigation.save()
    assert last.ended_at is not None  # noqa: S101 - closing ended it
    _start_custody(
        investigation,
        desk=desk,
        cause=Custody.Cause.REOPENED,
        seq=last.seq + 1,
        at=last.ended_at,
    )
    emit(
        InvestigationReopened(subject_id=investigation.pk, desk_id=desk.pk, reason=reason),
        actor=actor,
        at=at,
    )
    return investigation
