"""I1 to I10 over the whole chain, in SQL that shares nothing with the services that keep them.

Each statement finds what breaks its invariant among the rows of the member whose stamp it runs
under (`alliance_member()`); a whole database has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from apps.core import scope
from apps.core.actor import Actor

CHECKS: dict[str, tuple[str, str]] = {
    "I1": (
        "an open case has exactly one open custody row, a closed one none, from its first instant",
        """
        SELECT i.id FROM investigations_investigation i
        LEFT JOIN investigations_custody c ON c.investigation_id = i.id
        WHERE i.member_id = (SELECT alliance_member())
        GROUP BY i.id HAVING
          count(*) FILTER (WHERE c.id IS NOT NULL AND c.ended_at IS NULL)
            <> (CASE WHEN i.closed_at IS NULL THEN 1 ELSE 0 END)
          OR min(c.started_at) IS DISTINCT FROM i.opened_at
          OR (i.closed_at IS NULL AND i.accountable_desk_id IS DISTINCT FROM
              (array_agg(c.desk_id) FILTER (WHERE c.ended_at IS NULL))[1])""",
    ),
    "I2": (
        "the custody chain is contiguous and goes forward",
        """
        SELECT id FROM (
          SELECT c.id, c.seq, c.started_at, c.ended_at,
            lag(c.ended_at) OVER chain AS previous_end, row_number() OVER chain AS position
          FROM investigations_custody c WHERE c.member_id = (SELECT alliance_member())
          WINDOW chain AS (PARTITION BY c.investigation_id ORDER BY c.seq)) link
        WHERE seq <> position OR ended_at <= started_at
          OR (position > 1 AND previous_end IS DISTINCT FROM started_at)""",
    ),
    "I3": (
        "custody and offers stay within the owner's circles, and custody brings its grant",
        """
        WITH fellow AS (
          SELECT a.seated_member_id AS owner, b.seated_member_id AS fellow
          FROM sharing_seat a JOIN sharing_seat b USING (circle_id))
        SELECT i.id FROM investigations_investigation i
        WHERE i.member_id = (SELECT alliance_member())
          AND i.closed_at IS NULL AND i.accountable_member_id <> i.member_id
          AND NOT EXISTS (SELECT 1 FROM fellow f
            WHERE f.owner = i.member_id AND f.fellow = i.accountable_member_id)
        UNION SELECT h.id FROM handovers_handover h JOIN handovers_asked q ON q.handover_id = h.id
        WHERE h.member_id = (SELECT alliance_member())
          AND h.state = 'offered' AND q.state = 'waiting'
          AND q.desk_member_id <> h.member_id AND NOT EXISTS (SELECT 1 FROM fellow f
            WHERE f.owner = h.member_id AND f.fellow = q.desk_member_id)
        UNION SELECT c.id FROM investigations_custody c
        WHERE c.member_id = (SELECT alliance_member())
          AND c.desk_member_id <> c.member_id AND NOT EXISTS (
          SELECT 1 FROM sharing_grant g WHERE g.subject_id = c.investigation_id
            AND g.grantee_id = c.desk_member_id AND g.for_custody
            AND g.active_at <= c.started_at AND (g.ended_at IS NULL OR g.ended_at > c.started_at))
        UNION SELECT i.id FROM investigations_investigation i
        WHERE i.member_id = (SELECT alliance_member()) AND i.closed_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM core_access a WHERE a.viewer_id = i.accountable_member_id
            AND a.subject_type = 'investigation' AND a.subject_id = i.id)""",
    ),
    "I4": (
        "a token is offered once and moves custody once",
        """
        SELECT c.handover_id AS id FROM investigations_custody c
        WHERE c.member_id = (SELECT alliance_member())
          AND c.cause = 'handover' GROUP BY c.handover_id HAVING count(*) > 1
        UNION SELECT (e.payload->>'handover_id')::uuid FROM core_event e
        WHERE e.member_id = (SELECT alliance_member()) AND e.name = 'handover.offered'
        GROUP BY e.payload->>'handover_id' HAVING count(*) > 1
        UNION SELECT h.id FROM handovers_handover h
        WHERE h.member_id = (SELECT alliance_member())
          AND h.state IN ('accepted', 'completed') AND NOT EXISTS (
          SELECT 1 FROM investigations_custody c
          WHERE c.handover_id = h.id AND c.cause = 'handover' AND c.desk_id = h.to_desk_id)""",
    ),
    "I5": (
        "timed work was done once and none was given up; numbers of events have no hole",
        """
        SELECT d.id FROM core_due d
        WHERE d.member_id = (SELECT alliance_member())
          AND d.kind LIKE 'handover.%' AND (d.state = 'failed' OR d.attempts > 0)
        UNION SELECT e.subject_id FROM core_event e
        WHERE e.member_id = (SELECT alliance_member()) AND e.subject_type = 'investigation'
        GROUP BY e.subject_id HAVING max(e.seq) <> count(*)
        UNION SELECT (e.payload->>'handover_id')::uuid FROM core_event e
        WHERE e.member_id = (SELECT alliance_member())
          AND e.name IN ('handover.completed', 'handover.expired')
        GROUP BY e.name, e.payload->>'handover_id' HAVING count(*) > 1""",
    ),
    "I6": (
        "a hashed briefing existed before the offer",
        """
        SELECT h.id FROM handovers_handover h
        WHERE h.member_id = (SELECT alliance_member()) AND h.offered_at IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM handovers_briefing b WHERE b.handover_id = h.id
            AND b.digest ~ '^[0-9a-f]{64}$' AND b.written_at <= h.offered_at)""",
    ),
    # The database's own reading of weekday, clock and zone, not the product's.
    "I7": (
        "accepted by a desk on duty, or with a reason",
        """
        SELECT h.id FROM handovers_handover h JOIN duty_desk d ON d.id = h.to_desk_id
        CROSS JOIN LATERAL (SELECT h.decided_at AT TIME ZONE d.tz AS told) clock
        WHERE h.member_id = (SELECT alliance_member()) AND h.state IN ('accepted', 'completed')
          AND h.override_reason = '' AND NOT h.is_automatic
          AND NOT EXISTS (SELECT 1 FROM duty_extracover x WHERE x.desk_id = d.id
            AND h.decided_at >= x.starts_at AND h.decided_at < x.ends_at)
          AND (EXISTS (SELECT 1 FROM duty_closure x WHERE x.desk_id = d.id
              AND h.decided_at >= x.starts_at AND h.decided_at < x.ends_at)
            OR NOT EXISTS (
              SELECT 1 FROM duty_dutywindow w
              CROSS JOIN LATERAL (VALUES (told::date), (told::date - 1)) anchor (day)
              WHERE w.desk_id = d.id AND extract(isodow FROM day)::int - 1 = ANY (w.days)
                AND (w.from_at IS NULL OR h.decided_at >= w.from_at)
                AND (w.until_at IS NULL OR h.decided_at < w.until_at)
                AND (w.valid_from IS NULL OR day >= w.valid_from)
                AND (w.valid_until IS NULL OR day <= w.valid_until)
                AND told >= day + w.start::interval
                AND told < day + w.end::interval
                  + CASE WHEN w.end::interval <= w.start::interval
                      THEN interval '1 day' ELSE interval '0' END
                AND NOT EXISTS (SELECT 1 FROM duty_holiday o
                  WHERE o.desk_id = d.id AND o.on = day)))""",
    ),
    "I8": (
        "nobody is asked twice in a round",
        """
        SELECT h.id FROM handovers_handover h WHERE h.member_id = (SELECT alliance_member())
          AND h.to_desk_id = ANY (h.refused_by)
        UNION SELECT h.round_id FROM handovers_handover h
        JOIN handovers_asked q ON q.handover_id = h.id
        WHERE h.member_id = (SELECT alliance_member())
          GROUP BY h.round_id, q.desk_id HAVING count(*) > 1""",
    ),
    "I9": (
        "nothing pends on a closed case",
        """
        SELECT h.id FROM handovers_handover h
        JOIN investigations_investigation i ON i.id = h.investigation_id
        WHERE h.member_id = (SELECT alliance_member()) AND i.closed_at IS NOT NULL
          AND h.state IN ('planned', 'drafted', 'offered')
        UNION SELECT d.id FROM core_due d JOIN investigations_investigation i ON i.id = d.ref
        WHERE i.member_id = (SELECT alliance_member())
          AND i.closed_at IS NOT NULL AND d.state = 'planned'
          AND d.kind LIKE 'handover.%'""",
    ),
    "I10": (
        "every change of state is an event with its actor and desks of known local time",
        """
        SELECT c.id FROM investigations_custody c
        WHERE c.member_id = (SELECT alliance_member())
          AND c.cause NOT IN ('opened', 'reopened') AND NOT EXISTS (
          -- A desk whose member has parted from the owner is no longer read: its zone is unknown.
          SELECT 1 FROM core_event e
          LEFT JOIN duty_desk a ON a.id = (e.payload->>'from_desk_id')::uuid
          LEFT JOIN duty_desk b ON b.id = (e.payload->>'to_desk_id')::uuid
          WHERE e.subject_id = c.investigation_id AND e.name = 'custody.passed'
            AND (e.payload->>'to_desk_id')::uuid = c.desk_id
            AND (a.id IS NULL OR a.tz <> '') AND (b.id IS NULL OR b.tz <> '')
            AND (e.payload->>'started_at')::timestamptz
              = date_trunc('milliseconds', c.started_at)
            AND (e.actor_user_id IS NOT NULL OR e.actor_via = 'system'))
        UNION SELECT h.id FROM handovers_handover h
        CROSS JOIN LATERAL (VALUES
          ('handover.offered', h.offered_at IS NOT NULL),
          ('handover.accepted', h.state IN ('accepted', 'completed', 'bounced')),
          ('handover.completed', h.state = 'completed'),
          ('handover.bounced', h.state = 'bounced'),
          ('handover.expired', h.state = 'expired'),
          ('handover.declined', h.state = 'declined'),
          ('handover.cancelled', h.state = 'cancelled')) needed (name, is_so)
        WHERE h.member_id = (SELECT alliance_member()) AND needed.is_so AND NOT EXISTS (
          SELECT 1 FROM core_event e WHERE e.subject_id = h.investigation_id
            AND e.name = needed.name AND e.payload->>'handover_id' = h.id::text)""",
    ),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks an invariant."""

    invariant: str
    rule: str
    ident: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.rule}: not so for {self.ident}"


def broken() -> list[Violation]:
    """What is broken among the rows of the member bound here."""
    found: list[Violation] = []
    with connection.cursor() as cursor:
        for name, (rule, sql) in CHECKS.items():
            cursor.execute(sql)
            found += [Violation(name, rule, str(row[0])) for row in cursor.fetchall()]
    return found


def violations(member_ids: Iterable[UUID]) -> list[Violation]:
    """What is broken among the rows of these members, each asked under its own stamp."""
    found: list[Violation] = []
    for member_id in member_ids:
        with scope.acting(Actor.system(member_id)):
            found += broken()
    return found
