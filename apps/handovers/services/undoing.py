"""Undoing an acceptance within its 60 seconds, giving the case back until the overlap ends."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import policies, selecting, selectors
from apps.handovers.events import HandoverBounced
from apps.handovers.models import Handover
from apps.handovers.services import asking
from apps.handovers.services.drafting import draft
from apps.handovers.services.offering import offer, offer_next
from apps.handovers.services.planning import drop, holder_of, locked, pending, start_round
from apps.handovers.services.taking import end_custody_grants
from apps.investigations import services as custody
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing

REASON_LIMIT = 4000


def undo_acceptance(handover_id: UUID, *, actor: Actor, at: datetime) -> Handover:
    """Within 60 seconds: custody returns to the sender, and the next candidate is asked."""
    seen = selectors.find(actor, handover_id)
    with scope.as_owner(seen, actor):
        investigation, handover, sender = _accepted(handover_id)
    policies.may_undo(actor, handover, at=at).require()
    with scope.as_owner(seen, actor):
        _return_to_sender(investigation, handover, sender, actor=actor, at=at)
        offer_next(investigation, handover, due_at=at, actor=actor, at=at)
    return handover


def bounce_handover(handover_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Handover:
    """Until the overlap ends: give the case back with a reason.

    To the sender while its desk is on duty; else the receiver stays accountable and a new round
    starts at once. Either way another desk than the one that gave it back is asked.
    """
    seen = selectors.find(actor, handover_id)
    if not 1 <= len(reason.strip()) <= REASON_LIMIT or "\x00" in reason:
        raise Invalid({"reason": [_("Say in 1 to 4,000 characters why you give it back.")]})
    with scope.as_owner(seen, actor):
        investigation, handover, sender = _accepted(handover_id)
    policies.may_bounce(actor, handover, at=at).require()
    with scope.as_owner(seen, actor):
        handover.reason = reason.strip()
        if duty.is_on_duty(sender, at):
            _return_to_sender(investigation, handover, sender, actor=actor, at=at)
            offer_next(investigation, handover, due_at=at, actor=actor, at=at)
        else:
            _ask_from_receiver(investigation, handover, actor=actor, at=at)
    return handover


def _accepted(handover_id: UUID) -> tuple[Investigation, Handover, Desk]:
    """The acceptance that still stands, locked, with its sender's desk."""
    found = locked(handover_id)
    if found is None:
        raise NotFound
    investigation, handover = found
    if handover.state != Handover.State.ACCEPTED:
        raise DomainError("handover.not_accepted", _("There is no acceptance to undo."))
    if not _holds_by(investigation, handover):
        raise DomainError("handover.moved_on", _("Somebody else holds this case by now."))
    return investigation, handover, Desk.objects.get(pk=handover.from_desk_id)


def _holds_by(investigation: Investigation, handover: Handover) -> bool:
    """Whether custody still stands where this acceptance has put it."""
    return Custody.objects.filter(
        investigation=investigation, ended_at__isnull=True, handover_id=handover.pk
    ).exists()


def _return_to_sender(
    investigation: Investigation, handover: Handover, sender: Desk, *, actor: Actor, at: datetime
) -> None:
    _drop_next(investigation, reason_code="undone", actor=actor, at=at)
    custody.pass_to_desk(
        investigation,
        desk=sender,
        cause=Custody.Cause.BOUNCED,
        handover_id=handover.pk,
        actor=actor,
        at=at,
    )
    kept = _regrant(investigation, sender, actor=actor, at=at)
    end_custody_grants(investigation, keep=kept, actor=actor, at=at)
    _end(investigation, handover, returned=True, actor=actor, at=at)


def _ask_from_receiver(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    """The sender has gone home: the receiver holds the case while another desk is asked."""
    _drop_next(investigation, reason_code="given_back", actor=actor, at=at)
    _end(investigation, handover, returned=False, actor=actor, at=at)
    following = start_round(
        investigation,
        desk=holder_of(investigation),
        planned_at=at,
        kind=Handover.Kind.GIVEN_BACK,
        actor=actor,
        at=at,
    )
    draft(investigation, following, actor=actor, at=at)
    offer(investigation, following, actor=actor, at=at)


def _drop_next(
    investigation: Investigation, *, reason_code: str, actor: Actor, at: datetime
) -> None:
    planned = pending(investigation)
    if planned is not None:
        drop(planned, reason_code=reason_code, actor=actor, at=at)


def _end(
    investigation: Investigation,
    handover: Handover,
    *,
    returned: bool,
    actor: Actor,
    at: datetime,
) -> None:
    assert handover.to_desk_id is not None  # noqa: S101 - an acceptance has its desk
    handover.state = Handover.State.BOUNCED
    handover.save(update_fields=["state", "reason"])
    due.cancel(handover.pk)
    emit(
        HandoverBounced(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            from_desk_id=handover.from_desk_id,
            to_desk_id=handover.to_desk_id,
            returned=returned,
        ),
        actor=actor,
        at=at,
        also=[("handover", handover.pk)],
    )


def _regrant(
    investigation: Investigation, sender: Desk, *, actor: Actor, at: datetime
) -> UUID | None:
    """A sender that is an ally gets its access back with custody."""
    if sender.member_id == investigation.member_id:
        return None
    level = selecting.policy_of(investigation.member_id).ally_level
    given = asking.propose_custody_grant(
        investigation, sender.member_id, level=level, actor=actor, at=at
    )
    sharing.activate(given, actor=actor, at=at)
    return given.pk
