"""The ladder of a hold: whoever is next is woken after 0, 15, 30 and 60 minutes, each once."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.core import due, scope
from apps.core.events import emit
from apps.handovers.events import CustodyEscalated
from apps.investigations.models import Hold, Investigation

# 0 the desk and the duty managers; 1 the owner's managers who are awake; 2 every manager and
# admin of owner and holder, at any hour; 3 the alliance's staff, too.
STEPS = (timedelta(0), timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))


def plan_ladder(investigation_id: UUID, *, at: datetime) -> None:
    """Make the next rung of an open hold due; planned twice it is one row.

    A pinned case rests with its desk on purpose: after the first rung nobody is woken for it.
    The caller holds the investigation's lock.
    """
    held = Hold.objects.select_related("investigation")
    hold = held.filter(investigation_id=investigation_id, ended_at__isnull=True).first()
    if hold is not None:
        _plan_next(hold, hold.investigation, at=at)


def _plan_next(hold: Hold, investigation: Investigation, *, at: datetime) -> None:
    step = 0 if hold.step is None else hold.step + 1
    if step >= len(STEPS) or (step > 0 and investigation.pinned_to(at)):
        return
    due_at = hold.started_at + STEPS[step]
    # A rung that a pin let pass is due again when the pin is gone.
    passed = f":{at.isoformat()}" if due_at < at and step > 0 else ""
    due.plan(
        "custody.escalate",
        hold.pk,
        at=max(due_at, at) if passed else due_at,
        member_id=hold.member_id,
        token=f"custody.escalate:{hold.pk}:{step}{passed}",
    )


def escalate_custody(hold_id: UUID, at: datetime) -> None:
    """Due service: climb every rung that is due by now; none twice, none of a hold that is over."""
    own = Hold.objects.filter(pk=hold_id).values("investigation_id")
    investigation = Investigation.objects.select_for_update().filter(pk__in=own).first()
    if investigation is None:
        return
    hold = Hold.objects.select_for_update().get(pk=hold_id)
    if hold.ended_at is not None:
        return
    for step, after in enumerate(STEPS):
        is_new = hold.step is None or step > hold.step
        is_resting = step > 0 and investigation.pinned_to(at) is not None
        if is_new and not is_resting and hold.started_at + after <= at:
            _climb(hold, investigation, step, at=at)
    _plan_next(hold, investigation, at=at)


def _climb(hold: Hold, investigation: Investigation, step: int, *, at: datetime) -> None:
    hold.step = step
    hold.save(update_fields=["step"])
    emit(
        CustodyEscalated(
            subject_id=investigation.pk,
            hold_id=hold.pk,
            desk_id=hold.desk_id,
            step=step,
            late_by=at - (hold.started_at + STEPS[step]),
        ),
        actor=scope.current(),
        at=at,
    )
