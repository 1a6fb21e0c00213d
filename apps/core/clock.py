"""The one clock: the database's, moved by the demo's offset."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from apps.core.errors import DomainError

_instant: ContextVar[list[datetime] | None] = ContextVar("alliance_instant", default=None)


@contextmanager
def one_instant() -> Iterator[None]:
    """A request happens at one instant: the clock is read once, when it is first asked.

    Within a longer stretch that happens at one instant it is that one's.
    """
    kept = _instant.get()
    token = _instant.set([] if kept is None else kept)
    try:
        yield
    finally:
        _instant.reset(token)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let it be this instant for the code within, and for nobody else: a replay passes time in."""
    token = _instant.set([instant])
    try:
        yield
    finally:
        _instant.reset(token)


def now() -> datetime:
    """The current instant, aware, in UTC: the database's clock plus the demo's offset."""
    kept = _instant.get()
    if kept is None:
        return _read()
    if not kept:
        kept.append(_read())
    return kept[0]


def learn(instant: datetime) -> None:
    """A statement that was asked anyway has read the clock: the request's instant is that one."""
    kept = _instant.get()
    if kept is not None and not kept:
        kept.append(instant.astimezone(UTC))


def _read() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT alliance_now()")
        row = cursor.fetchone()
    instant: datetime = row[0]
    return instant.astimezone(UTC)


def offset() -> timedelta:
    """How far the demo has moved the clock; zero in production."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT moved_by FROM core_clock")
        row = cursor.fetchone()
    moved_by: timedelta = row[0]
    return moved_by


def move_to(instant: datetime) -> None:
    """Set the demo's clock. Raises DomainError outside the demo."""
    if not settings.DEMO_CLOCK:
        raise DomainError("clock.not_a_demo", "The clock can be moved in the demo only.")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_clock SET moved_by = %s - clock_timestamp()", [instant])


def reset() -> None:
    """Back to the real time."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_clock SET moved_by = interval '0'")
