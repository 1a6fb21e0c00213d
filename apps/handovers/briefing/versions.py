"""Versions of a briefing: hashed, immutable, numbered from 1."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from apps.handovers.models import Briefing, Handover


def write(
    handover: Handover, content: Mapping[str, Any], *, by: UUID | None, at: datetime
) -> Briefing:
    """Keep the content as the next version, hashed; the handover names it from now on (I6)."""
    # A handover always names its last version: without one there is none to look for.
    last = latest(handover) if handover.briefing_id else None
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    written = Briefing.objects.create(
        member_id=handover.member_id,
        handover=handover,
        version=last.version + 1 if last else 1,
        content=json.loads(text),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        written_by=by,
        written_at=at,
    )
    handover.briefing = written
    handover.save(update_fields=["briefing", "state"])
    return written


def latest(handover: Handover) -> Briefing | None:
    return Briefing.objects.filter(handover=handover).order_by("-version").first()


def version_of(handover: Handover, number: int) -> Briefing | None:
    """One version as it was written, if there is one of this number."""
    return Briefing.objects.filter(handover=handover, version=number).first()
