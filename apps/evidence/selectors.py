"""Evidence as the actor may read it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core import access, clock
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.events import Ref
from apps.core.models import Access, Level
from apps.evidence.models import CustodyLog, Evidence


def visible(actor: Actor, root_type: str = "investigation") -> QuerySet[Evidence]:
    """What the member acquired itself, and what hangs on subjects it reads at level L3."""
    ids = access.subject_ids(actor, root_type, min_level=Level.CASE)
    return Evidence.objects.filter(
        Q(member_id=actor.member_id) | Q(root_id__in=ids), root_type=root_type
    )


def files_of(actor: Actor, root_type: str, root_ids: Iterable[UUID]) -> QuerySet[Evidence]:
    """The files of subjects that the actor sees, newest first: none where there is nothing."""
    found = visible(actor, root_type).filter(root_id__in=list(root_ids))
    return found.order_by("-uploaded_at", "-id")


def of_subject(actor: Actor, root: Ref) -> QuerySet[Evidence]:
    """The files of one subject, newest first. Raises NotFound when there is nothing to see.

    An ally whose access has ended keeps reading what it acquired itself.
    """
    root_type, root_id = root
    found = files_of(actor, root_type, [root_id])
    if not access.may_read(actor, root_type, root_id, min_level=Level.CASE) and not found.exists():
        raise NotFound
    return found


def find(actor: Actor, evidence_id: UUID) -> Evidence:
    """One file, whatever it belongs to. Raises NotFound for absent and forbidden alike."""
    root = Access.objects.filter(
        access.open_at(clock.now()),
        viewer_id=actor.member_id,
        subject_type=OuterRef("root_type"),
        subject_id=OuterRef("root_id"),
        level__gte=Level.CASE,
    )
    readable = Q(member_id=actor.member_id) | Exists(root)
    found = Evidence.objects.filter(readable, pk=evidence_id).first()
    if found is None:
        raise NotFound
    return found


def log_of(evidence: Evidence) -> QuerySet[CustodyLog]:
    """Every act on a file that the stamped member may read, oldest first."""
    return CustodyLog.objects.filter(evidence_id=evidence.pk).order_by("seq")


def link_digest(row: CustodyLog) -> str:
    """The digest of one act: over what was done and the digest of the act before."""
    said = [
        str(row.evidence_id),
        row.seq,
        row.act,
        str(row.member_id),
        str(row.by or ""),
        row.via,
        row.at.astimezone(UTC).isoformat(),
        row.sha256,
        row.tool,
        row.reason,
        row.previous,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def first_break(rows: Iterable[CustodyLog]) -> int | None:
    """The number of the first act that does not follow from the one before; None when all do."""
    previous, expected = "", 1
    for row in rows:
        if row.seq != expected or row.previous != previous or row.digest != link_digest(row):
            return row.seq
        previous, expected = row.digest, expected + 1
    return None
