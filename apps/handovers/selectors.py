"""Handovers as the actor may read them: the inbox, the outbox, what comes next."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, QuerySet, When

from apps.core import access, clock
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.models import Level
from apps.handovers import briefing, selecting
from apps.handovers.models import Asked, Briefing, BriefingRead, Correction, Handover
from apps.handovers.selecting import Candidate
from apps.investigations import selectors as investigations
from apps.leads.models import Severity

QUIET_LIMIT = 50
OPEN = (Handover.State.PLANNED, Handover.State.DRAFTED, Handover.State.OFFERED)


def visible(actor: Actor) -> QuerySet[Handover]:
    """Everything the actor has an access row for."""
    return Handover.objects.filter(id__in=access.subject_ids(actor, "handover"))


def find(actor: Actor, handover_id: UUID) -> Handover:
    """One handover. Raises NotFound for absent and forbidden alike."""
    found = visible(actor).filter(pk=handover_id).first()
    if found is None:
        raise NotFound
    return found


def inbox(actor: Actor) -> QuerySet[Handover]:
    """Offers to desks of the actor's member, the first deadline first."""
    is_emergency = Case(When(kind=Handover.Kind.EMERGENCY, then=0), default=1)
    waiting = visible(actor).filter(pk__in=_asked(actor))
    return waiting.order_by(is_emergency, "ack_deadline", "id")


def _asked(actor: Actor) -> QuerySet[Asked, UUID]:
    """The offers that wait for an answer of the actor's member, as a subquery."""
    rows = Asked.objects.filter(desk_member_id=actor.member_id, state=Asked.State.WAITING)
    return rows.values_list("handover_id", flat=True)


def asked_desk_ids(actor: Actor, handover: Handover) -> list[UUID]:
    """The desks of the actor's member that are asked now, the best candidate first."""
    rows = Asked.objects.filter(
        handover=handover, desk_member_id=actor.member_id, state=Asked.State.WAITING
    )
    return list(rows.order_by("position").values_list("desk_id", flat=True))


def asked(actor: Actor, handover: Handover) -> list[Asked]:
    """Every desk that was asked, as far as the actor may know: all for the owner, else its own."""
    return list(Asked.objects.filter(handover=handover).order_by("position"))


def outbox(actor: Actor) -> QuerySet[Handover]:
    """What the actor's desks are about to hand over."""
    return (
        visible(actor)
        .filter(from_member_id=actor.member_id, state__in=OPEN)
        .order_by("planned_at", "id")
    )


def coming(actor: Actor, at: datetime, *, within: timedelta) -> QuerySet[Handover]:
    """The handovers of the next hours that the actor may see: the board's arcs."""
    return (
        visible(actor)
        .filter(state__in=OPEN, planned_at__lt=at + within)
        .order_by("planned_at", "id")
    )


def taken(actor: Actor, at: datetime) -> QuerySet[Handover]:
    """Accepted before the sender's duty ends: what still moves on the board, and is settled."""
    return (
        visible(actor)
        .filter(state=Handover.State.ACCEPTED, planned_at__gte=at)
        .order_by("planned_at", "id")
    )


def answered(actor: Actor) -> QuerySet[Handover]:
    """Handovers that were answered, the latest first."""
    return visible(actor).exclude(state__in=OPEN).order_by("-decided_at", "-id")


def of_investigation(actor: Actor, investigation_id: UUID) -> QuerySet[Handover]:
    return visible(actor).filter(investigation_id=investigation_id).order_by("planned_at", "id")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A desk that would not be asked, with the reason in the reader's language."""

    desk_id: UUID
    member_id: UUID
    desk: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Who would be asked at an instant, in order, and why others would not."""

    at: datetime
    candidates: list[Candidate]
    others: list[Rejected]


def selection(
    actor: Actor, investigation_id: UUID, *, at: datetime | None, now: datetime
) -> Selection:
    """For the owner alone; `at` absent is the planned end of the holder's duty, or now.

    Raises NotFound, for an ally as well: who else could be asked is not its to know.
    """
    case = investigations.find(actor, investigation_id)
    if case.member_id != actor.member_id:
        raise NotFound
    pending = of_investigation(actor, case.pk).filter(state__in=OPEN).first()
    when = at or max(now, pending.planned_at if pending else now)
    refused = pending.refused_by if pending else ()
    found = selecting.survey(case, when, refused=refused)
    others = [
        Rejected(c.desk.pk, c.desk.member_id, c.desk.name, c.code, selecting.why_not(case, c))
        for c in found.desks
        if c.code
    ]
    return Selection(when, found.candidates, others)


_COUNTS = """
SELECT
  (SELECT count(*) FROM (
     SELECT 1 FROM leads_lead l WHERE l.member_id = %(me)s AND l.status = 'new'
       AND (l.snoozed_until IS NULL OR l.snoozed_until <= %(at)s)
     LIMIT 1000) found),
  (SELECT count(*) FROM core_access a JOIN investigations_investigation i ON i.id = a.subject_id
    WHERE a.viewer_id = %(me)s AND a.subject_type = 'investigation' AND i.closed_at IS NULL),
  (SELECT count(DISTINCT q.handover_id) FROM handovers_asked q
     JOIN core_access a ON a.subject_id = q.handover_id AND a.subject_type = 'handover'
    WHERE a.viewer_id = %(me)s AND q.desk_member_id = %(me)s AND q.state = 'waiting')
"""


def nav_counts(actor: Actor) -> dict[str, int]:
    """Leads to decide (1,000 at most), open cases, offers that wait: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"me": actor.member_id, "at": clock.now()})
        leads, cases, offers = cursor.fetchone()
    return {"leads": leads, "investigations": cases, "handovers": offers}


def waiting_count(actor: Actor) -> int:
    """How many offers wait for the actor's member: the number on the bell."""
    return inbox(actor).count()


@dataclass(frozen=True, slots=True)
class Reading:
    """The briefing as one reader gets it."""

    briefing: Briefing
    content: dict[str, Any]
    withheld: list[str]
    missing: list[str]
    level: int


def read_briefing(actor: Actor, handover: Handover) -> Reading | None:
    """The latest briefing, projected to the actor's level of access to the handover."""
    return read_briefings(actor, [handover]).get(handover.pk)


def read_briefings(actor: Actor, handovers: Iterable[Handover]) -> dict[UUID, Reading]:
    """The latest briefing of each handover that has one: two queries for any number."""
    asked = {handover.pk: handover for handover in handovers}
    levels = _levels(actor, [h.pk for h in asked.values() if h.member_id != actor.member_id])
    last = Briefing.objects.filter(handover_id__in=asked).order_by("handover_id", "-version")
    return {
        found.handover_id: _reading(
            found,
            Level.FULL
            if asked[found.handover_id].member_id == actor.member_id
            else levels.get(found.handover_id, 0),
        )
        for found in last.distinct("handover_id")
    }


def _levels(actor: Actor, handover_ids: Collection[UUID]) -> dict[UUID, int]:
    """How much the actor may read of each of its allies' handovers."""
    if not handover_ids:
        return {}
    rows = access.rows(actor, "handover").filter(subject_id__in=handover_ids)
    return dict(rows.values_list("subject_id", "level"))


def _reading(found: Briefing, level: int) -> Reading:
    content, withheld = briefing.project(found.content, level)
    return Reading(found, content, withheld, briefing.missing(found.content), int(level))


def version_before(actor: Actor, handover: Handover) -> int:
    """The version that the actor's person has read last; 0 for none."""
    if actor.user_id is None:
        return 0
    row = BriefingRead.objects.filter(
        handover=handover, member_id=actor.member_id, user_id=actor.user_id
    ).first()
    return row.version if row else 0


def changes_since(
    actor: Actor, handover: Handover, reading: Reading, version: int
) -> list[briefing.Change]:
    """What the latest briefing says that an earlier version did not, at the actor's level."""
    if not 0 < version < reading.briefing.version:
        return []
    old = briefing.version_of(handover, version)
    if old is None:
        return []
    return briefing.differences(briefing.project(old.content, reading.level)[0], reading.content)


def corrections(handover: Handover) -> Sequence[Correction]:
    """What the sender has said about the read-back, oldest first."""
    return list(Correction.objects.filter(handover=handover).order_by("written_at", "id"))


def is_quiet(handover: Handover, reading: Reading | None) -> bool:
    """Stable, complete, without an open question: fit to be accepted together with others."""
    if reading is None or not handover.is_scheduled or reading.missing:
        return False
    content = reading.content
    return content.get("severity") == Severity.STABLE and not content.get("questions")


def quiet(actor: Actor) -> list[tuple[Handover, Reading]]:
    """The quiet offers to desks of the actor's member, the first deadline first."""
    offers = list(inbox(actor).filter(kind=Handover.Kind.PLANNED)[:QUIET_LIMIT])
    readings = read_briefings(actor, offers)
    return [
        (offer, readings[offer.pk])
        for offer in offers
        if offer.pk in readings and is_quiet(offer, readings[offer.pk])
    ]
