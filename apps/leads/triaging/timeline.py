"""When a lead and what identifies it were seen: one line per selector, dots for each time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.core.actor import Actor
from apps.core.models import Event, Level
from apps.core.web import wording
from apps.leads import selectors
from apps.leads.models import Lead, Sighting
from apps.leads.projecting import LeadView

MOST_LINES: Final = 12
MOST_MOMENTS: Final = 200
# What was decided is the owner's; an ally reads what a lead is, not how it was handled.
DECISIONS: Final = (
    "lead.triaged", "lead.dismissed", "lead.restored", "lead.withdrawn", "lead.duplicated",
    "lead.assigned", "lead.used",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One dot: when, what it was, in which line, and the other lead if it is another's."""

    at: datetime
    what: str
    line: str
    lead_id: UUID | None = None
    reference: str = ""
    x: float = 0.0

    @property
    def svg_x(self) -> str:
        """Percent, written for a drawing: a point in every language."""
        return f"{self.x:.2f}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the drawing: the lead itself, or one value."""

    kind: str
    value: str
    y: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lines from the first moment to the last; `ticks` are instants with their places."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, datetime], ...]
    height: int

    @property
    def foot(self) -> int:
        return self.height - 18

    @property
    def svg_ticks(self) -> list[tuple[str, str]]:
        """Where and which day, in the words of the active language."""
        named = [(f"{x:.2f}", wording.day(at)) for x, at in self.ticks]
        # Within a day or two the same day would be written several times.
        return [one for n, one in enumerate(named) if not n or one[1] != named[n - 1][1]]

    @property
    def moments(self) -> list[Moment]:
        return sorted((m for line in self.lines for m in line.moments), key=lambda m: m.at)


def timeline_of(actor: Actor, lead: Lead, view: LeadView, links: selectors.Links) -> Timeline:
    """Everything that has a time, as far as the actor may read; with its `links`."""
    found = sorted(_moments(actor, lead, view, links), key=lambda moment: moment.at)[-MOST_MOMENTS:]
    if not found:
        return Timeline((), (), 0)
    first, last = found[0].at, found[-1].at
    span = max(last - first, timedelta(hours=1))
    names: dict[str, str] = {"": "lead"}
    names |= {s.norm: s.kind for s in view.selectors if s.is_read}
    lines: list[Line] = []
    for value, kind in names.items():
        dots = tuple(_placed(m, first, span) for m in found if m.line == value)
        if dots and len(lines) < MOST_LINES:
            lines.append(Line(kind, value, 26 + 30 * len(lines), dots))
    # More than four would overlap where a date is long.
    ticks = tuple((round(4 + 92 * n / 3, 2), first + span * n / 3) for n in range(4))
    return Timeline(tuple(lines), ticks, 30 * len(lines) + 34)


def _placed(moment: Moment, first: datetime, span: timedelta) -> Moment:
    return Moment(
        at=moment.at,
        what=moment.what,
        line=moment.line,
        lead_id=moment.lead_id,
        reference=moment.reference,
        x=round(4 + 92 * ((moment.at - first) / span), 2),
    )


def _moments(actor: Actor, lead: Lead, view: LeadView, links: selectors.Links) -> Iterator[Moment]:
    if view.level < Level.SELECTORS:
        return
    yield Moment(at=view.created_at, what="arrived", line="")
    if view.seen_at:
        yield Moment(at=view.seen_at, what="seen", line="")
    if lead.member_id == actor.member_id:
        decided = Event.objects.filter(
            subject_type="lead", subject_id=lead.pk, name__in=DECISIONS
        ).order_by("seq")[:MOST_MOMENTS]
        for event in decided:
            yield Moment(at=event.occurred_at, what=event.name, line="")
    yield from _elsewhere(lead, links, {s.norm for s in view.selectors if s.is_read})


def _elsewhere(lead: Lead, links: selectors.Links, shown: set[str]) -> Iterator[Moment]:
    """Where else its values occur, and when they were seen in use."""
    for match in links.open:
        when = match.lead.seen_at or match.lead.created_at
        for value in _shown(match.values, shown):
            yield Moment(
                at=when,
                what="elsewhere",
                line=value,
                lead_id=match.lead.id,
                reference=match.lead.reference,
            )
    for sighting in Sighting.objects.filter(lead_id=lead.pk).order_by("seen_at")[:MOST_MOMENTS]:
        if sighting.norm in shown:
            yield Moment(at=sighting.seen_at, what=f"sighting.{sighting.kind}", line=sighting.norm)


def _shown(values: Sequence[str], shown: set[str]) -> list[str]:
    return [value for value in values if value in shown]
