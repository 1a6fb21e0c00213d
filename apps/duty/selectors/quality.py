"""How good coverage is: hours covered, what hangs on one desk or one person, fairness."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.core.actor import Actor
from apps.core.walltime import minute_after, minute_of
from apps.duty.burden import Burden, Shares, burden, shares
from apps.duty.models import Desk
from apps.duty.planning import CauseKind
from apps.duty.planning.coverage import staffing
from apps.duty.planning.forecast import alone
from apps.duty.planning.spans import Span, length, merged, without
from apps.duty.selectors.coverage import Outlook, Scope, outlook
from apps.duty.selectors.desks import colleagues, people_by_desk, people_named
from apps.duty.selectors.roster import roster


@dataclass(frozen=True, slots=True)
class Quality:
    """The report of [a, b). What is said of people is about the reader's own member alone."""

    outlook: Outlook
    one_desk: timedelta
    alone: list[tuple[Desk, timedelta]]
    own_duty: timedelta
    one_person: timedelta
    nobody_seated: timedelta
    people: list[Burden]
    shares: Shares

    @property
    def percent(self) -> float:
        """How much of the range somebody is on duty, in percent."""
        return round(100 * (self.outlook.covered / self.outlook.total), 1)

    @property
    def by_cause(self) -> list[tuple[CauseKind, timedelta]]:
        return sorted(self.outlook.by_cause.items(), key=lambda row: -row[1])


def quality(actor: Actor, scope: Scope, a: datetime, b: datetime) -> Quality:
    """The quality of the duty of some desks in [a, b)."""
    seen = outlook(scope, a, b)
    by_desk = alone(seen.duty)
    single = [(desk, _span(by_desk[str(desk.pk)])) for desk in scope.desks]
    own = [desk for desk in scope.desks if desk.member_id == actor.member_id]
    first, last = minute_of(a), minute_after(b)
    duty = merged(span for desk in own for span in seen.duty[str(desk.pk)])
    shifts: defaultdict[UUID, list[Span]] = defaultdict(list)
    for shift in roster(own, a, b):
        shifts[shift.user_id].append((minute_of(shift.starts_at), minute_after(shift.ends_at)))
    merged_shifts = [merged(spans) for spans in shifts.values()]
    stretches = list(staffing(merged_shifts, first, last))
    seated = merged(span for spans in merged_shifts for span in spans)
    people = list(_burdens(actor, own, shifts))
    return Quality(
        outlook=seen,
        one_desk=_span(span for spans in by_desk.values() for span in spans),
        alone=sorted(((d, t) for d, t in single if t), key=lambda row: -row[1]),
        own_duty=_span(duty),
        one_person=_span((start, end) for start, end, count in stretches if count == 1),
        nobody_seated=_span(without(duty, seated)),
        people=people,
        shares=shares(people),
    )


def _burdens(actor: Actor, own: list[Desk], shifts: dict[UUID, list[Span]]) -> Iterator[Burden]:
    """Everybody who sits at the desks or was on duty there, the most burdened first.

    Who sits there and carries nothing counts too.
    """
    counted = {user_id for people in people_by_desk(own).values() for user_id in people}
    counted |= shifts.keys()
    people = [person for person in colleagues(actor) if person.pk in counted]
    if gone := counted - {person.pk for person in people}:
        people += people_named(gone)
    found = [burden(person, shifts.get(person.pk, [])) for person in people]
    yield from sorted(found, key=lambda one: (-one.unsocial, -one.total, one.person.name))


def _span(spans: Iterable[Span]) -> timedelta:
    return timedelta(minutes=length(spans))


def rows_of(found: Quality) -> Iterator[tuple[str, str, float]]:
    """The report as (measure, of whom or what, hours or share), for tables elsewhere."""
    hour = timedelta(hours=1)
    yield "covered_percent", "", found.percent
    yield "hours", "", found.outlook.total / hour
    yield "uncovered_hours", "", found.outlook.uncovered / hour
    for kind, span in found.by_cause:
        yield "uncovered_hours_by_cause", kind.value, span / hour
    yield "one_desk_hours", "", found.one_desk / hour
    for desk, span in found.alone:
        yield "alone_hours", desk.name, span / hour
    yield "one_person_hours", "", found.one_person / hour
    yield "on_duty_without_person_hours", "", found.nobody_seated / hour
    for one in found.people:
        yield "duty_hours", one.person.name, one.total / hour
        yield "night_hours", one.person.name, one.night / hour
        yield "weekend_hours", one.person.name, one.weekend / hour
    yield "unsocial_gini", "", found.shares.gini
