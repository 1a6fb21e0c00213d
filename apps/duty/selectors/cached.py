"""Duty ahead, read from the cached intervals where their stamp is right, else worked out."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from apps.core.walltime import database_version, minute_after, minute_of
from apps.duty.models import Desk, DutyStamp
from apps.duty.planning import DeskRule, rule_hash
from apps.duty.planning.spans import Interval, Span
from apps.duty.planning.timeline import duty_spans
from apps.duty.selectors.rules import rules

_INTERVALS = """
SELECT s.desk_id, s.rule_hash, s.starts_at, s.ends_at,
       array_agg(extract(epoch FROM i.starts_at)::bigint / 60 ORDER BY i.starts_at),
       array_agg(extract(epoch FROM i.ends_at)::bigint / 60 ORDER BY i.starts_at)
  FROM duty_dutystamp s JOIN duty_dutyinterval i ON i.desk_id = s.desk_id
 WHERE s.desk_id = ANY(%s) AND s.tzdata = %s AND s.starts_at <= %s AND s.ends_at >= %s
   AND i.ends_at > %s AND i.starts_at < %s
 GROUP BY s.desk_id, s.rule_hash, s.starts_at, s.ends_at
"""


def known_duty(
    desks: Iterable[Desk], a: datetime, b: datetime, *, read: Interval | None = None
) -> tuple[list[DeskRule], dict[str, list[Span]]]:
    """The rules of the desks and their minutes of duty in [a, b).

    `read` is a range that the rules shall hold for besides.

    A stamp counts only when the rules as they are now, and the time zone database, are those it
    was made from; it is read again with its intervals, in one statement.
    """
    asked = list(desks)
    stamps = list(DutyStamp.objects.filter(desk__in=asked, starts_at__lte=a, ends_at__gte=b))
    also_from, also_to = read or (a, b)
    low = min([a, also_from, *(stamp.starts_at for stamp in stamps)])
    high = max([b, also_to, *(stamp.ends_at for stamp in stamps)])
    found = rules(asked, low, high)
    cached = _read(found, [stamp.desk_id for stamp in stamps], a, b)
    first, last = minute_of(a), minute_after(b)
    duty = {
        rule.id: cached[rule.id] if rule.id in cached else duty_spans(rule, first, last)
        for rule in found
    }
    return found, duty


def _read(
    found: list[DeskRule], stamped: list[UUID], a: datetime, b: datetime
) -> dict[str, list[Span]]:
    if not stamped:
        return {}
    by_id = {rule.id: rule for rule in found}
    first, last = minute_of(a), minute_after(b)
    with connection.cursor() as cursor:
        cursor.execute(_INTERVALS, [stamped, database_version(), a, b, a, b])
        rows = cursor.fetchall()
    known: dict[str, list[Span]] = {}
    for desk_id, digest, starts_at, ends_at, starts, ends in rows:
        rule = by_id[str(desk_id)]
        if rule_hash(rule, starts_at, ends_at) != digest:
            continue
        spans = list(zip(starts, ends, strict=True))
        spans[0] = (max(spans[0][0], first), spans[0][1])
        spans[-1] = (spans[-1][0], min(spans[-1][1], last))
        known[rule.id] = spans
    return known
