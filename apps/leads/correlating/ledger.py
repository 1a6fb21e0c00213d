"""The ledger of tries: every question of a member to all others, asked once, kept for good."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.leads.correlating import keys
from apps.leads.correlating.models import SignalTry, Standing


@dataclass(frozen=True, slots=True)
class Score:
    """How a member's tries of late came out."""

    tries: int = 0
    hits: int = 0
    withdrawn: int = 0

    @property
    def fault(self) -> str:
        """What looks like guessing rather than knowing; empty where nothing does."""
        least = settings.SIGNAL_FREEZE_WITHDRAWN
        if self.withdrawn >= least and (
            self.withdrawn >= self.hits * settings.SIGNAL_FREEZE_WITHDRAWN_SHARE
        ):
            return "withdrawn"
        if self.tries >= settings.SIGNAL_FREEZE_TRIES and (
            self.hits < self.tries * settings.SIGNAL_FREEZE_HIT_SHARE
        ):
            return "misses"
        return ""


def left_today(member_id: UUID, at: datetime) -> int:
    """How many new values the member may still ask for on this day (UTC)."""
    return max(0, int(settings.SIGNAL_DAILY_QUOTA) - asked_today(member_id, at))


def asked_today(member_id: UUID, at: datetime) -> int:
    """For how many new values the member has asked on this day (UTC)."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return SignalTry.objects.filter(member_id=member_id, tried_at__gte=midnight).count()


def asked_before(member_id: UUID, digests: Collection[bytes]) -> set[bytes]:
    """Which of these the member has asked for at any time, whatever became of its lead."""
    rows = SignalTry.objects.filter(member_id=member_id, digest__in=list(digests))
    return {bytes(digest) for digest in rows.values_list("digest", flat=True)}


def rows_of(member_id: UUID, digests: Collection[bytes]) -> list[SignalTry]:
    """The member's tries of these, to be moved to another key."""
    return list(SignalTry.objects.filter(member_id=member_id, digest__in=list(digests)))


def record(member_id: UUID, asked: Mapping[bytes, UUID], at: datetime) -> None:
    """Write down what a member asks for: digest to the lead that has it."""
    SignalTry.objects.bulk_create(
        [
            SignalTry(
                member_id=member_id,
                digest=digest,
                key_id=keys.current().id,
                lead_id=lead_id,
                tried_at=at,
            )
            for digest, lead_id in asked.items()
        ]
    )


def note_hits(member_ids: Collection[UUID], digests: Collection[bytes], at: datetime) -> None:
    """Somebody else knows these, too: of each try the first time counts."""
    rows = SignalTry.objects.filter(member_id__in=list(member_ids), digest__in=list(digests))
    rows.filter(hit_at__isnull=True).update(hit_at=at)


_WITHDRAWN = """
UPDATE leads_signaltry AS tried SET withdrawn_at = %(at)s
WHERE tried.hit_at > %(since)s AND tried.withdrawn_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM leads_selectorposting AS posting WHERE posting.digest = tried.digest
  AND posting.member_id = tried.member_id AND posting.discoverability > 0)
"""


def note_withdrawn(at: datetime) -> None:
    """Who hid a value soon after he was told that it is known has withdrawn after a hit."""
    since = at - timedelta(days=settings.SIGNAL_WATCHED_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, {"at": at, "since": since})


def members_with_hits() -> list[UUID]:
    """Everybody who may have an active signal."""
    rows = SignalTry.objects.filter(hit_at__isnull=False).order_by("member_id")
    return list(rows.values_list("member_id", flat=True).distinct())


_SCORES = """
SELECT tried.member_id, count(*), count(hit_at), count(withdrawn_at)
FROM leads_signaltry AS tried
LEFT JOIN leads_standing AS standing ON standing.member_id = tried.member_id
WHERE tried.tried_at > greatest(%s, coalesce(standing.cleared_at, '-infinity'))
GROUP BY tried.member_id
"""


def scores(at: datetime) -> dict[UUID, Score]:
    """The scores of all members over the time that is watched, or since staff cleared them."""
    since = at - timedelta(days=settings.SIGNAL_WATCHED_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, [since])
        return {row[0]: Score(*row[1:]) for row in cursor.fetchall()}


def freeze(at: datetime) -> None:
    """Whoever seems to guess neither gets signals nor gives them until staff has looked."""
    for member_id, score in scores(at).items():
        if score.fault:
            row, _new = Standing.objects.get_or_create(member_id=member_id)
            if not row.is_frozen:
                row.frozen_at, row.frozen_for = at, score.fault
                row.save(update_fields=["frozen_at", "frozen_for"])


def frozen(member_ids: Iterable[UUID]) -> set[UUID]:
    rows = Standing.objects.filter(member_id__in=list(member_ids), frozen_at__isnull=False)
    return set(rows.values_list("member_id", flat=True))
