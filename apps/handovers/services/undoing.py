"""Undoing an acceptance within its 60 seconds: custody returns to the sender."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.events import emit
from apps.duty.models import Desk
from apps.handovers import policies, selecting, selectors
from apps.handovers.events import HandoverBounced
from apps.handovers.models import Handover
from apps.handovers.services.answering import end_custody_grants
from apps.handovers.services.offering import HOLDING, offer_next
from apps.handovers.services.planning import drop, locked, pending
from apps.investigations import services as custody
from apps.investigations.models import Custody, Investigation
from apps.sharing import services as sharing


def undo_acceptance(handover_id: UUID, *, actor: Actor, at: datetime) -> Handover:
    """Within 60 seconds: custody returns to the sender, and the next candidate is asked."""
    seen = selectors.find(actor, handover_id)
    with scope.as_owner(seen, actor):
        found = locked(handover_id)
        if found is None:
            raise NotFound
        investigation, handover = found
        if handover.state != Handover.State.ACCEPTED:
            raise DomainError("handover.not_accepted", _("There is no acceptance to undo."))
        if not _holds_by(investigation, handover):
            raise DomainError("handover.moved_on", _("Somebody else holds this case by now."))
        sender = Desk.objects.get(pk=handover.from_desk_id)
    policies.may_undo(actor, handover, at=at).require()
    with scope.as_owner(seen, actor):
        _return_to_sender(investigation, handover, sender, actor=actor, at=at)
        offer_next(investigation, handover, actor=actor, at=at)
    return handover


def _holds_by(investigation: Investigation, handover: Handover) -> bool:
    """Whether custody still stands where this acceptance has put it."""
    return Custody.objects.filter(
        investigation=investigation, ended_at__isnull=True, handover_id=handover.pk
    ).exists()


def _return_to_sender(
    investigation: Investigation, handover: Handover, sender: Desk, *, actor: Actor, at: datetime
) -> None:
    planned = pending(investigation)
    if planned is not None:
        drop(planned, reason_code="undone", actor=actor, at=at)
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
    handover.state = Handover.State.BOUNCED
    handover.save(update_fields=["state"])
    due.cancel(handover.pk)
    emit(
        HandoverBounced(
            subject_id=investigation.pk,
            handover_id=handover.pk,
            from_desk_id=handover.from_desk_id,
            to_desk_id=sender.pk,
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
    given = sharing.propose_grant(
        ("investigation", investigation.pk),
        owner_id=investigation.member_id,
        grantee_id=sender.member_id,
        terms=sharing.Terms(
            level=selecting.policy_of(investigation.member_id).ally_level,
            purpose="custody",
            capabilities=HOLDING,
            for_custody=True,
        ),
        actor=actor,
        at=at,
    )
    sharing.activate(given, actor=actor, at=at)
    return given.pk
