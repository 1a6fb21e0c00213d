"""How well custody travels: handovers for each case, and how fast offers are answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from apps.core.actor import Actor
from apps.handovers import selectors
from apps.handovers.models import Handover

State = Handover.State
_TAKEN = (State.ACCEPTED, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class Travel:
    """What became of the offers of the actor's own cases that were made in a range."""

    offered: int
    accepted: int
    declined: int
    expired: int
    bounced: int
    cases: int
    middle: timedelta | None
    slow: timedelta | None

    @property
    def per_case(self) -> float:
        """How many accepted handovers fall on a case that travelled."""
        return round(self.accepted / self.cases, 1) if self.cases else 0.0

    @property
    def accepted_percent(self) -> float:
        return round(100 * self.accepted / self.offered, 1) if self.offered else 0.0


def travel(actor: Actor, a: datetime, b: datetime) -> Travel:
    """The handovers of the actor's own cases that were offered in [a, b), in one query."""
    rows = list(
        selectors.visible(actor)
        .filter(member_id=actor.member_id, offered_at__gte=a, offered_at__lt=b)
        .values_list("state", "investigation_id", "offered_at", "decided_at")
    )
    states = [state for state, _case, _offered, _decided in rows]
    taken = [row for row in rows if row[0] in _TAKEN]
    waits = sorted(decided - offered for _s, _c, offered, decided in taken if decided and offered)
    return Travel(
        offered=len(rows),
        accepted=len(taken),
        declined=states.count(State.DECLINED),
        expired=states.count(State.EXPIRED),
        bounced=states.count(State.BOUNCED),
        cases=len({row[1] for row in taken}),
        middle=_middle(waits),
        slow=_slow(waits),
    )


def _middle(waits: list[timedelta]) -> timedelta | None:
    if not waits:
        return None
    return timedelta(seconds=median(wait.total_seconds() for wait in waits))


def _slow(waits: list[timedelta]) -> timedelta | None:
    """What nine of ten answers are not slower than."""
    if len(waits) < 2:
        return waits[0] if waits else None
    seconds = [wait.total_seconds() for wait in waits]
    return timedelta(seconds=quantiles(seconds, n=10, method="inclusive")[8])
