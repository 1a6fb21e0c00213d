"""The ladder of a hold: whoever is next is woken after 0, 15, 30 and 60 minutes, each once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from apps.core import bulk, due, scope
from apps.core.events import Announced, emit_all
from apps.handovers.events import CustodyEscalated
from apps.investigations.models import Hold, Investigation

# 0 the desk and the duty managers; 1 the owner's managers who are awake; 2 every manager and
# admin of owner and holder, at any hour; 3 the alliance's staff, too.
STEPS = (timedelta(0), timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))
_Held = tuple[Hold, Investigation]


def plan_ladder(investigation_ids: Sequence[UUID], *, at: datetime) -> None:
    """Make the next rung of each open hold due; planned twice it is one row.

    A pinned case rests with its desk on purpose: after the first rung nobody is woken for it.
    The caller holds the investigations' locks.
    """
    rows = Hold.objects.select_related("investigation")
    held = rows.filter(investigation_id__in=investigation_ids, ended_at__isnull=True)
    _plan_next([(hold, hold.investigation) for hold in held], at=at)


def _plan_next(held: Iterable[_Held], *, at: datetime) -> None:
    due.plan_many([rung for one in held if (rung := _next_rung(*one, at=at))])


def _next_rung(hold: Hold, investigation: Investigation, *, at: datetime) -> due.Wanted | None:
    step = 0 if hold.step is None else hold.step + 1
    if step >= len(STEPS) or (step > 0 and investigation.pinned_to(at)):
        return None
    due_at = hold.started_at + STEPS[step]
    # A rung that a pin let pass is due again when the pin is gone.
    passed = f":{at.isoformat()}" if due_at < at and step > 0 else ""
    return due.Wanted(
        "custody.escalate",
        hold.pk,
        max(due_at, at) if passed else due_at,
        hold.member_id,
        f"custody.escalate:{hold.pk}:{step}{passed}",
    )


def escalate_custodies(hold_ids: Sequence[UUID], at: datetime) -> None:
    """Due service: climb every rung that is due by now; none twice, none of a hold that is over."""
    held = _locked(hold_ids)
    climbed = [(hold, step) for hold, case in held for step in _rungs(hold, case, at)]
    for hold, step in climbed:
        hold.step = step
    bulk.update([hold for hold, _case in held], ["step"])
    told = [Announced(_escalated(hold, step, at)) for hold, step in climbed]
    emit_all(told, actor=scope.current(), at=at)
    _plan_next(held, at=at)


def _locked(hold_ids: Sequence[UUID]) -> list[_Held]:
    """The holds that are not over, each behind its investigation, all locked."""
    own = Hold.objects.filter(pk__in=hold_ids).values("investigation_id")
    cases = Investigation.objects.select_for_update().filter(pk__in=own).order_by("pk")
    roots = {case.pk: case for case in cases}
    rows = Hold.objects.select_for_update().filter(pk__in=hold_ids, ended_at__isnull=True)
    return [(row, roots[row.investigation_id]) for row in rows.order_by("pk")] if roots else []


def _rungs(hold: Hold, investigation: Investigation, at: datetime) -> list[int]:
    """The rungs that are due by now and have not been climbed."""
    is_resting = investigation.pinned_to(at) is not None
    return [
        step
        for step, after in enumerate(STEPS)
        if (hold.step is None or step > hold.step)
        and not (is_resting and step > 0)
        and hold.started_at + after <= at
    ]


def _escalated(hold: Hold, step: int, at: datetime) -> CustodyEscalated:
    return CustodyEscalated(
        subject_id=hold.investigation_id,
        hold_id=hold.pk,
        desk_id=hold.desk_id,
        step=step,
        late_by=at - (hold.started_at + STEPS[step]),
    )
