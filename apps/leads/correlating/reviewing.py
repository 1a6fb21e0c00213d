"""What the alliance's staff judge: values that too many know, and members that seem to guess.

They see kinds, counts and times: no value, no lead, and nothing of who knows what.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.leads.correlating import ledger
from apps.leads.correlating.ledger import Score
from apps.leads.correlating.models import Quarantine, Standing
from apps.members import selectors as members
from apps.members.models import Member


@dataclass(frozen=True, slots=True)
class Watched:
    """A member with its score of late."""

    member: Member
    score: Score
    standing: Standing


def quarantine() -> QuerySet[Quarantine]:
    """What waits first, then what was judged, newest first."""
    return Quarantine.objects.order_by("-state", "-found_at", "-id")


def watched(at: datetime) -> list[Watched]:
    """Every member that has asked anything of late or is frozen, the frozen first."""
    scores = ledger.scores(at)
    standings = {row.member_id: row for row in Standing.objects.all()}
    ids = set(scores) | {key for key, row in standings.items() if row.is_frozen}
    cards = members.member_cards(ids)
    found = [
        Watched(cards[one], scores.get(one, Score()), standings.get(one, Standing(member_id=one)))
        for one in ids
        if one in cards
    ]
    return sorted(found, key=lambda one: (not one.standing.is_frozen, one.member.name))


def judge_quarantine(row_id: UUID, *, is_stopped: bool, by: UUID, at: datetime) -> Quarantine:
    """Keep a value from ever signalling, or let it signal again."""
    row = Quarantine.objects.select_for_update().filter(pk=row_id).first()
    if row is None:
        raise NotFound
    row.state = Quarantine.State.STOPPED if is_stopped else Quarantine.State.CLEARED
    row.judged_at, row.judged_by = at, by
    row.save(update_fields=["state", "judged_at", "judged_by"])
    return row


def clear_member(member_id: UUID, *, by: UUID, at: datetime) -> Standing:
    """Let a frozen member take part again; its tries up to now count no more."""
    row = Standing.objects.select_for_update().filter(member_id=member_id).first()
    if row is None:
        raise NotFound
    row.frozen_at, row.frozen_for = None, ""
    row.cleared_at, row.cleared_by = at, by
    row.save(update_fields=["frozen_at", "frozen_for", "cleared_at", "cleared_by"])
    return row
