"""Handovers in lists and in the panel of the room: names as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import policies, ribbon, selecting, selectors
from apps.handovers.models import Handover
from apps.handovers.rendering import target_of
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation

PANEL_DAYS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One handover in a list."""

    handover: Handover
    title: str
    reference: str
    severity: str
    source: Desk | None
    target: Desk | None


def lines(actor: Actor, handovers: Sequence[Handover]) -> list[Line]:
    """Handovers with the names that the actor may see; a few queries for any number."""
    desks = {desk.pk: desk for desk in duty.desks(actor)}
    cases = investigations.visible(actor, min_level=3).in_bulk(
        {handover.investigation_id for handover in handovers}
    )
    readings = selectors.read_briefings(actor, handovers)
    found = []
    for handover in handovers:
        case = cases.get(handover.investigation_id)
        reading = readings.get(handover.pk)
        content = reading.content if reading else {}
        found.append(
            Line(
                handover=handover,
                title=case.title if case else str(content.get("summary") or _("A case")),
                reference=case.reference if case else "",
                severity=str(content.get("severity") or (case.severity if case else "stable")),
                source=desks.get(handover.from_desk_id),
                target=target_of(actor, handover, desks),
            )
        )
    return found


def panel(actor: Actor, investigation: Investigation, at: datetime, *, zone: str) -> dict[str, Any]:
    """The room's handover panel: what is planned, and handing over now."""
    own = actor.member_id == investigation.member_id
    rows = list(selectors.of_investigation(actor, investigation.pk).order_by("-planned_at")[:6])
    choices = selecting.candidates(investigation, at) if own else []
    return {
        "investigation": investigation,
        "lines": lines(actor, rows),
        "days": ribbon.read(actor, investigation, at, zone=zone, days=PANEL_DAYS).days,
        "may_offer": policies.may_offer(actor, investigation),
        "candidates": choices,
        "watch": f"investigation:{investigation.pk}",
    }
