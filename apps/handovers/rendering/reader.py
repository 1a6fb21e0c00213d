"""The reader's clock and the desks that he may see: what a briefing is said with."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import selectors
from apps.handovers.models import Handover
from apps.handovers.rendering.briefings import Rendered, render
from apps.handovers.rendering.times import Clock
from apps.handovers.selectors import Reading


def briefing_for(
    actor: Actor,
    handover: Handover,
    reading: Reading,
    *,
    zone: str,
    at: datetime,
    read_before: int = 0,
) -> Rendered:
    """The briefing for the actor, in the active language and the given zone."""
    desks = {desk.pk: desk for desk in duty.desks(actor)}
    source = desks.get(handover.from_desk_id)
    target = target_of(actor, handover, desks)
    clock = Clock(zone, source, target, at)
    return render(actor, handover, reading, clock=clock, desks=desks, read_before=read_before)


def target_of(actor: Actor, handover: Handover, desks: Mapping[UUID, Desk]) -> Desk | None:
    """The desk that was asked; of several, the reader's own."""
    if handover.to_desk_id:
        return desks.get(handover.to_desk_id)
    asked = selectors.asked_desk_ids(actor, handover)
    return desks.get(asked[0]) if asked else None
