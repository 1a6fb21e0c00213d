"""Versions of a briefing: hashed, immutable, numbered from 1."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from apps.core import bulk
from apps.handovers.models import Briefing, Handover


class Writing(NamedTuple):
    """What becomes the next version of a handover's briefing, written by a person or by nobody."""

    handover: Handover
    content: Mapping[str, Any]
    by: UUID | None


def write(
    handover: Handover, content: Mapping[str, Any], *, by: UUID | None, at: datetime
) -> Briefing:
    """Keep the content as the next version, hashed; the handover names it from now on (I6)."""
    return write_all([Writing(handover, content, by)], at=at)[0]


def write_all(writings: Sequence[Writing], *, at: datetime) -> list[Briefing]:
    """Keep each content as its handover's next version; what else is new of the state, too."""
    if not writings:
        return []
    versions = _versions([writing.handover for writing in writings])
    written = [
        _version(writing, versions.get(writing.handover.pk, 0) + 1, at=at) for writing in writings
    ]
    Briefing.objects.bulk_create(written)
    for writing, made in zip(writings, written, strict=True):
        writing.handover.briefing = made
    bulk.update([writing.handover for writing in writings], ["briefing", "state"])
    return written


def _versions(handovers: Sequence[Handover]) -> dict[UUID, int]:
    """The number of the last version of each handover that has one."""
    # A handover always names its last version: without one there is none to look for.
    named = [handover.briefing_id for handover in handovers if handover.briefing_id]
    rows = Briefing.objects.filter(pk__in=named).values_list("handover_id", "version")
    return dict(rows) if named else {}


def _version(writing: Writing, number: int, *, at: datetime) -> Briefing:
    text = json.dumps(writing.content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return Briefing(
        member_id=writing.handover.member_id,
        handover=writing.handover,
        version=number,
        content=json.loads(text),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        written_by=writing.by,
        written_at=at,
    )


def latest(handover: Handover) -> Briefing | None:
    return Briefing.objects.filter(handover=handover).order_by("-version").first()


def version_of(handover: Handover, number: int) -> Briefing | None:
    """One version as it was written, if there is one of this number."""
    return Briefing.objects.filter(handover=handover, version=number).first()
