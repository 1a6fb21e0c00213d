"""What desks and rotas say, and from when: terms follow terms, and no one rewrites the past."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.core.ids import uuid7
from apps.core.walltime import minute_of
from apps.duty import planning, selectors
from apps.duty.models import Desk, DutyWindow, Rota, RotaTerms

# What terms consist of; the rest says when they were said and from when they hold.
_SUBSTANCE = (
    "tz",
    "unit",
    "length",
    "start_on",
    "start_time",
    "valid_from",
    "valid_until",
    "people",
)


def keep(rota: Rota, terms: RotaTerms, *, from_at: datetime, at: datetime) -> None:
    """Let the rota say this from an instant on; what was planned to begin later never does."""
    terms.member_id, terms.desk_id, terms.rota = rota.member_id, rota.desk_id, rota
    terms.number, terms.said_at, terms.from_at = rota.version, at, from_at
    terms.save(force_insert=True)


def say(rota: Rota, terms: RotaTerms, *, from_at: datetime, at: datetime) -> None:
    """Let the rota say this from an instant on, unless it says just this anyway."""
    known = selectors.said(rota, from_at)
    is_new = any(getattr(known.terms, name) != getattr(terms, name) for name in _SUBSTANCE)
    if is_new or known.coming or known.terms.from_at > from_at:
        keep(rota, terms, from_at=from_at, at=at)


def take_out(desk: Desk, user_id: UUID, *, at: datetime) -> None:
    """Take a person out of all that the desk's rotas say from now on.

    The turn in course stays with whoever has it; if it was the leaver's own, the next in the
    order has it from now on.
    """
    for rota in desk.rotas.filter(ended_at=None, terms__people__contains=[user_id]).distinct():
        ahead = selectors.said(rota, at).ahead
        if any(user_id in terms.people for terms in ahead):
            for terms in ahead:
                begins = max(terms.from_at, at)
                _restate(
                    rota, terms, people=_closed_up(terms, user_id, begins), from_at=begins, at=at
                )


def follow_zone(desk: Desk, was: str, *, at: datetime) -> None:
    """Let hours and turns follow the desk's new clocks from now on; what is past keeps the old."""
    _move_windows(desk, was, at=at)
    for rota in desk.rotas.filter(ended_at=None).order_by("id"):
        for terms in selectors.said(rota, at).ahead:
            _restate(rota, terms, tz=desk.tz, from_at=max(terms.from_at, at), at=at)


def end_windows(windows: QuerySet[DutyWindow], *, at: datetime) -> None:
    """Let windows be in force until now; those that were not yet leave nothing."""
    windows.filter(from_at__gte=at).delete()
    windows.update(until_at=at)


def _move_windows(desk: Desk, was: str, *, at: datetime) -> None:
    in_force = selectors.windows(desk)
    end_windows(desk.windows.filter(until_at=None), at=at)
    desk.windows.filter(tz="").update(tz=was)
    for row in in_force:
        row.pk, row.from_at, row.until_at = uuid7(), at, None
        row.save(force_insert=True)


def _closed_up(terms: RotaTerms, user_id: UUID, at: datetime) -> list[UUID]:
    """The order without a person, so that the turn in course stays where it is."""
    people: Sequence[UUID] = terms.people
    if user_id not in people:
        return list(people)
    number = planning.turn_at(selectors.rota_rule(terms).turns, minute_of(at))
    now = number % len(people)
    rest = [person for person in (*people[now:], *people[:now]) if person != user_id]
    turn = number % len(rest) if rest else 0
    return rest[len(rest) - turn :] + rest[: len(rest) - turn]


def _restate(
    rota: Rota, terms: RotaTerms, *, from_at: datetime, at: datetime, **changes: object
) -> None:
    """Say terms again, with changes, from an instant on."""
    substance = {name: getattr(terms, name) for name in _SUBSTANCE} | changes
    rota.version += 1
    keep(rota, RotaTerms(**substance), from_at=from_at, at=at)
    rota.save(update_fields=["version"])
