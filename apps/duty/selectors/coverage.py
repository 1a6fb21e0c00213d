"""Coverage of a desk, a member, a circle or everybody: the reader's choice among what he sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.walltime import local, minute_after, minute_of
from apps.duty import closing, weeks, years
from apps.duty.models import Desk, Holiday
from apps.duty.planning import CauseKind, DeskRule, Gap, Line, forecast, lines, uncovered
from apps.duty.planning.coverage import lowest, staffing
from apps.duty.planning.spans import Span, length
from apps.duty.selectors.cached import known_duty
from apps.duty.selectors.desks import desks as desks_of
from apps.duty.selectors.desks import member_names, seated_ids
from apps.duty.selectors.rules import rules
from apps.sharing.models import Circle

EVERYBODY = "all"
OWN = "mine"
_AROUND = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose duty is looked at together; `key` names it in addresses.

    `seen` are all desks that the reader sees, among which he may choose.
    """

    key: str
    label: str
    desks: list[Desk]
    seen: list[Desk] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    key: str
    label: str
    group: str


def scoped(actor: Actor, key: str) -> Scope:
    """The desks that a key names, as far as the actor sees them. Raises NotFound."""
    seen = list(desks_of(actor))
    kind, _colon, ident = (key or EVERYBODY).partition(":")
    if not ident and kind in {EVERYBODY, OWN}:
        if kind == EVERYBODY:
            return Scope(EVERYBODY, _("All desks you see"), seen, seen)
        own = [desk for desk in seen if desk.member_id == actor.member_id]
        return Scope(OWN, _("Your own desks"), own, seen)
    try:
        thing_id = UUID(ident)
    except ValueError:
        raise NotFound from None
    readers = {"desk": _one_desk, "member": _one_member, "circle": _one_circle}
    if kind not in readers:
        raise NotFound
    label, found = readers[kind](actor, thing_id, seen)
    return Scope(f"{kind}:{thing_id}", label, found, seen)


def _one_desk(_actor: Actor, desk_id: UUID, seen: list[Desk]) -> tuple[str, list[Desk]]:
    found = [desk for desk in seen if desk.pk == desk_id]
    if not found:
        raise NotFound
    return found[0].name, found


def _one_member(_actor: Actor, member_id: UUID, seen: list[Desk]) -> tuple[str, list[Desk]]:
    found = [desk for desk in seen if desk.member_id == member_id]
    if not found:
        raise NotFound
    return member_names(found)[member_id], found


def _one_circle(actor: Actor, circle_id: UUID, seen: list[Desk]) -> tuple[str, list[Desk]]:
    circle = _circles(actor).get(circle_id)
    if circle is None:
        raise NotFound
    seated = seated_ids(circle_id)
    return circle, [desk for desk in seen if desk.member_id in seated]


def _circles(actor: Actor) -> dict[UUID, str]:
    seen = access.subject_ids(actor, "circle")
    return dict(Circle.objects.filter(id__in=seen).order_by("name").values_list("pk", "name"))


def scope_choices(
    actor: Actor, seen: Sequence[Desk], circles_of: Iterable[tuple[UUID, str]]
) -> list[ScopeChoice]:
    """What the reader may choose from: everybody, his circles, members, the desks he sees."""
    members = sorted(member_names(seen).items(), key=lambda row: row[1])
    found = [
        ScopeChoice(EVERYBODY, _("All desks you see"), ""),
        ScopeChoice(OWN, _("Your own desks"), ""),
    ]
    circles, allies, single = _("Circles"), _("Members"), _("Desks")
    found += [ScopeChoice(f"circle:{pk}", name, circles) for pk, name in circles_of]
    found += [
        ScopeChoice(f"member:{pk}", name, allies) for pk, name in members if pk != actor.member_id
    ]
    return found + [ScopeChoice(f"desk:{desk.pk}", desk.name, single) for desk in seen]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead of some desks: gaps with causes, how many are on duty, holidays' names."""

    scope: Scope
    starts_at: datetime
    ends_at: datetime
    duty: dict[str, list[Span]]
    gaps: list[Gap]
    holiday_names: dict[tuple[str, date], str]

    @property
    def total(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def uncovered(self) -> timedelta:
        return timedelta(minutes=length((gap.start, gap.end) for gap in self.gaps))

    @property
    def covered(self) -> timedelta:
        return self.total - self.uncovered

    @property
    def lines(self) -> list[Line]:
        return lines(self.gaps)

    @property
    def by_cause(self) -> dict[CauseKind, timedelta]:
        found = uncovered(self.gaps).items()
        return {kind: timedelta(minutes=minutes) for kind, minutes in found if minutes}

    def staffing(self) -> list[tuple[int, int, int]]:
        """Each stretch of minutes with how many desks are on duty."""
        first, last = minute_of(self.starts_at), minute_after(self.ends_at)
        return list(staffing(self.duty.values(), first, last))

    def fewest(self, edges: Iterable[datetime]) -> list[int]:
        """The fewest desks on duty between each two instants; -1 between equal ones."""
        return lowest(self.staffing(), [minute_of(edge) for edge in edges])


def outlook(scope: Scope, a: datetime, b: datetime) -> Outlook:
    """The forecast of [a, b) for some desks, from the cached duty where its stamp is right."""
    rules, duty = known_duty(scope.desks, a, b)
    gaps = forecast(rules, a, b, duty)
    return Outlook(scope, a, b, duty, gaps, _holiday_names(gaps))


def _holiday_names(gaps: Iterable[Gap]) -> dict[tuple[str, date], str]:
    wanted = {
        (desk_id, cause.on)
        for gap in gaps
        for cause in gap.causes
        for desk_id in cause.desks
        if cause.on is not None
    }
    if not wanted:
        return {}
    rows = Holiday.objects.filter(
        desk_id__in={desk_id for desk_id, _on in wanted}, on__in={on for _id, on in wanted}
    )
    return {
        (str(row.desk_id), row.on): row.name for row in rows if (str(row.desk_id), row.on) in wanted
    }


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week with why nobody is on duty in its gaps, and what would close them."""

    scope: Scope
    week: weeks.Week
    causes: dict[datetime, Gap]
    holiday_names: dict[tuple[str, date], str]
    suggestions: list[closing.Suggestion]


def week_view(scope: Scope, first: date, zone: str, at: datetime) -> WeekView:
    """The week from `first` of some desks; the rules are read once, and reach further for why."""
    a, b = weeks.week_range(first, zone)
    return week_of(scope, rules(scope.desks, a - _AROUND, b + _AROUND), first, zone, at)


def week_of(
    scope: Scope, found: Sequence[DeskRule], first: date, zone: str, at: datetime
) -> WeekView:
    """The same for rules that need not be those that are kept."""
    a, b = weeks.week_range(first, zone)
    drawn = weeks.week(scope.desks, found, first, zone, at)
    # A gap that the week cuts off shows only with its neighbours whether a clock has caused it.
    told = forecast(found, a - _AROUND, b + _AROUND) if drawn.gaps and scope.desks else []
    here = [gap for gap in told if gap.starts_at < b and gap.ends_at > a]
    spans = [(gap.starts_at, gap.ends_at) for gap in drawn.gaps]
    return WeekView(
        scope=scope,
        week=drawn,
        causes={max(gap.starts_at, a): gap for gap in here},
        holiday_names=_holiday_names(here),
        suggestions=closing.suggestions(scope.desks, found, spans, (a, b)) if scope.desks else [],
    )


@dataclass(frozen=True, slots=True)
class YearView:
    outlook: Outlook
    blocks: list[years.Block]
    changes: list[weeks.ClockChange]


def year_view(scope: Scope, zone: str, at: datetime) -> YearView:
    """The coming 400 days of some desks, from the Monday of this week in the reader's zone."""
    today = local(zone, at).date()
    first = weeks.monday_of(today)
    edges = years.year_edges(first, zone)
    found = outlook(scope, edges[0], edges[-1])
    changes = weeks.clock_changes(scope.desks, edges[0], edges[-1])
    blocks = years.year(
        edges, found.fewest(edges), first=first, gaps=found.gaps, changes=changes, today=today
    )
    return YearView(found, blocks, changes)


def own_circles(actor: Actor) -> list[tuple[UUID, str]]:
    """The circles in which the actor's member sits, by name."""
    return list(_circles(actor).items())
