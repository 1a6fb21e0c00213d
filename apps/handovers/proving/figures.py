"""What a replayed year was like, in figures read from its rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from apps.core import scope
from apps.core.actor import Actor

_STATES = """
SELECT kind, state, count(*) FROM handovers_handover
WHERE member_id = (SELECT alliance_member()) GROUP BY kind, state
"""
_HELD = """
SELECT count(*),
  coalesce(sum(extract(epoch FROM least(coalesce(ended_at, %(until)s), %(until)s) - started_at))
    / 60, 0),
  coalesce(sum(step + 1), 0)
FROM investigations_hold WHERE member_id = (SELECT alliance_member())
"""
_PASSED = """
SELECT count(*) FILTER (WHERE cause = 'handover'),
  count(*) FILTER (WHERE desk_member_id <> member_id)
FROM investigations_custody WHERE member_id = (SELECT alliance_member())
"""
# Against the instant it was planned for, not against the clock of whoever runs the replay.
_LATE = """
SELECT count(*), coalesce(max(late_by), interval '0') FROM core_due
WHERE member_id = %(member)s AND state = 'done' AND late_by IS NOT NULL
"""


@dataclass(slots=True)
class Figures:
    """Counts over all members of the replay."""

    states: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    at_allies: int = 0
    holds: int = 0
    minutes_uncovered: int = 0
    escalations: int = 0
    late: int = 0
    latest: timedelta = timedelta(0)


def figures(member_ids: Iterable[UUID], *, until: datetime) -> Figures:
    found = Figures()
    for member_id in member_ids:
        with scope.acting(Actor.system(member_id)), connection.cursor() as cursor:
            cursor.execute(_STATES)
            for kind, state, count in cursor.fetchall():
                found.states[f"{kind} {state}"] += count
            cursor.execute(_HELD, {"until": until})
            holds, minutes, escalations = cursor.fetchone()
            cursor.execute(_PASSED)
            accepted, at_allies = cursor.fetchone()
            cursor.execute(_LATE, {"member": member_id})
            late, latest = cursor.fetchone()
        found.holds += holds
        found.minutes_uncovered += round(minutes)
        found.escalations += escalations
        found.accepted += accepted
        found.at_allies += at_allies
        found.late += late
        found.latest = max(found.latest, latest)
    return found
