"""Around the briefing: which version a person has read, what the sender corrects afterwards."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.handovers import policies, selectors
from apps.handovers.events import ReadBackCorrected
from apps.handovers.models import BriefingRead, Correction, Handover
from apps.handovers.services.planning import locked

CORRECTION_LIMIT = 2000


def note_reading(handover: Handover, version: int, *, actor: Actor, at: datetime) -> None:
    """Remember the version that the person has before him; an older one changes nothing."""
    if actor.user_id is None:
        return
    row, is_new = BriefingRead.objects.get_or_create(
        handover=handover,
        member_id=actor.member_id,
        user_id=actor.user_id,
        defaults={"version": version, "read_at": at},
    )
    if not is_new and row.version < version:
        BriefingRead.objects.filter(pk=row.pk, version__lt=version).update(
            version=version, read_at=at
        )


def correct_read_back(handover_id: UUID, *, text: str, actor: Actor, at: datetime) -> Correction:
    """The sender tells the receiver what was meant, while both are still there to ask."""
    seen = selectors.find(actor, handover_id)
    policies.may_correct(actor, seen).require()
    words = text.strip()
    if not words or len(words) > CORRECTION_LIMIT or "\x00" in words:
        raise Invalid({"text": [_("Say in 1 to 2,000 characters what was meant.")]})
    with scope.as_owner(seen, actor):
        found = locked(handover_id)
        if found is None:
            raise NotFound
        investigation, handover = found
        if handover.state != Handover.State.ACCEPTED or handover.to_desk_id is None:
            raise DomainError(
                "handover.overlap_over",
                _("The overlap is over: write to the receiving desk in the room."),
            )
        correction = Correction.objects.create(
            member_id=handover.member_id,
            handover=handover,
            text=words,
            written_by=actor.user_id,
            written_at=at,
        )
        emit(
            ReadBackCorrected(
                subject_id=investigation.pk,
                handover_id=handover.pk,
                to_desk_id=handover.to_desk_id,
            ),
            actor=actor,
            at=at,
            also=[("handover", handover.pk)],
        )
    return correction
