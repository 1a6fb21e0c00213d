"""Letting a priority hold no longer, for whoever changes what counts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.core import due
from apps.leads.models import Lead

RESCORE: Final = "leads.rescore"


def let_expire(member_id: UUID, lead_ids: Iterable[UUID], *, at: datetime) -> None:
    """Score the member's own leads anew, soon after the commit; under its own stamp."""
    own = Lead.objects.filter(member_id=member_id, pk__in=list(lead_ids))
    own.update(priority_until=at)
    due.plan(RESCORE, member_id, at=at, member_id=member_id)
