"""The audit trail: each member's events chained by hash, so that a rewritten one shows."""

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from apps.core.models import AuditLink, Event


def _canonical(event: Event) -> bytes:
    fields = {
        "id": str(event.pk),
        "member": str(event.member_id),
        "name": event.name,
        "subject": f"{event.subject_type}:{event.subject_id}",
        "seq": event.seq,
        "actor": f"{event.actor_member_id}:{event.actor_user_id}:{event.actor_via}",
        "occurred_at": event.occurred_at.isoformat(),
        "payload": event.payload,
    }
    return json.dumps(fields, sort_keys=True, default=str, ensure_ascii=False).encode()


def _digest(previous: bytes, event: Event) -> bytes:
    return hashlib.sha256(previous + _canonical(event)).digest()


def chain(event: Event) -> None:
    """Append the event to its member's chain; a second call for the same event does nothing."""
    chain_all([event])


def chain_all(events: Sequence[Event]) -> None:
    """Append a member's events, in this order, with as few statements as one takes."""
    known = AuditLink.objects.filter(event_id__in=[event.pk for event in events])
    chained = set(known.values_list("event_id", flat=True))
    fresh = [event for event in events if event.pk not in chained]
    if not fresh:
        return
    last = AuditLink.objects.filter(member_id=fresh[0].member_id).order_by("-n").first()
    previous, n = (bytes(last.digest), last.n) if last else (b"", 0)
    links = []
    for place, event in enumerate(fresh, start=n + 1):
        digest = _digest(previous, event)
        links.append(
            AuditLink(
                member_id=event.member_id,
                n=place,
                event_id=event.pk,
                previous=previous,
                digest=digest,
            )
        )
        previous = digest
    AuditLink.objects.bulk_create(links)


def verify(member_id: UUID) -> int | None:
    """The number of the first link that does not hold, or None when the chain verifies."""
    previous = b""
    links = AuditLink.objects.filter(member_id=member_id).order_by("n")
    found = {e.pk: e for e in Event.objects.filter(member_id=member_id)}
    for n, link in enumerate(links, start=1):
        event = found.get(link.event_id)
        if event is None or link.n != n or bytes(link.previous) != previous:
            return n
        if bytes(link.digest) != _digest(previous, event):
            return n
        previous = bytes(link.digest)
    return None
