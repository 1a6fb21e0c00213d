"""Gaps that repeat by one cause, told as one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.core.walltime import DAY, instant_at
from apps.duty.planning.forecast import Cause, Gap, Piece
from apps.duty.planning.spans import Interval

# What stays away longer than a week has ended; what comes then begins anew.
_APART = 7 * DAY


@dataclass(frozen=True, slots=True)
class Line:
    """The same stretch of the day, uncovered by the same causes, again and again."""

    causes: tuple[Cause, ...]
    pieces: tuple[Piece, ...]

    @property
    def cause(self) -> Cause:
        """The most telling cause."""
        return self.causes[0]

    @property
    def starts_at(self) -> datetime:
        return self.pieces[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """The end of the first time."""
        return self.pieces[0].ends_at

    @property
    def last(self) -> Interval:
        return self.pieces[-1].starts_at, self.pieces[-1].ends_at

    @property
    def count(self) -> int:
        return len(self.pieces)

    @property
    def length(self) -> timedelta:
        """How long nobody is on duty, each time."""
        return timedelta(minutes=self.pieces[0].minutes)

    @property
    def total(self) -> timedelta:
        return timedelta(minutes=sum(piece.minutes for piece in self.pieces))

    @property
    def weekdays(self) -> list[int]:
        """The days of the week, in UTC, on which it starts."""
        # Day 0 of the epoch was a Thursday, weekday 3.
        return sorted({(piece.start // DAY + 3) % 7 for piece in self.pieces})

    @property
    def first_desk(self) -> str:
        """The desk that is away, if the cause names one."""
        return self.cause.desks[0] if self.cause.desks else ""

    @property
    def last_day(self) -> date:
        return instant_at(self.pieces[-1].start).date()


def lines(gaps: Iterable[Gap]) -> list[Line]:
    """Return the gaps as lines, by when each first occurs."""
    open_runs: dict[tuple[object, ...], list[Piece]] = {}
    done: list[list[Piece]] = []
    for gap in gaps:
        for piece in gap.pieces:
            key = (piece.causes, piece.start % DAY, piece.minutes)
            run = open_runs.get(key)
            if run is not None and piece.start - run[-1].start > _APART:
                run = None
            if run is None:
                run = open_runs[key] = []
                done.append(run)
            run.append(piece)
    return [Line(run[0].causes, tuple(run)) for run in done]
