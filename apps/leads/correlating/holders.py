"""Who stands behind a signal: for the one service that asks them, and never for a reader."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.core.actor import Actor
from apps.leads.correlating import matching
from apps.leads.correlating.models import Signal
from apps.members.models import Member


@dataclass(frozen=True, slots=True)
class Holder:
    """One member that has a value of the signal's lead, with the lead that says it best."""

    member_id: UUID
    lead_id: UUID


_HOLDING: Final = """
SELECT DISTINCT ON (other.member_id) other.member_id, other.lead_id
FROM leads_selectorposting AS own
JOIN leads_selectorposting AS other ON other.digest = own.digest
  AND other.member_id = ANY (%(fellows)s) AND other.discoverability > 0 AND other.tried
WHERE own.lead_id = %(lead)s AND own.digest = ANY (%(digests)s) AND own.discoverability > 0
ORDER BY other.member_id, other.strength DESC, other.lead_id DESC
"""


def holders_of(signal: Signal) -> list[Holder]:
    """The members that may be asked about a signal now; none for one that has ended.

    Runs under the stamp of the signal's own member. Whom it names is never told to that member.
    """
    if not signal.is_active:
        return []
    active = set(Member.objects.filter(state=Member.State.ACTIVE).values_list("pk", flat=True))
    among = matching.fellows(Actor.system(signal.member_id)) & active
    digests = digests_of(signal)
    if not among or not digests:
        return []
    told: dict[str, Any] = {
        "lead": signal.lead_id,
        "digests": list(digests - matching.stopped(digests)),
        "fellows": list(among),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, told)
        return [Holder(*row) for row in cursor.fetchall()][: settings.ACCESS_MOST_HOLDERS]


def digests_of(signal: Signal) -> set[bytes]:
    """What the signal's lead says of the kinds that matched, under every known key."""
    named = matching.names_of([signal.lead_id])
    return {digest for digest, (kind, _namespace, _norm) in named.items() if kind in signal.kinds}
