"""The briefing as a page: per reader's language, both clocks, what is withheld."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.decisions import Decision
from apps.core.models import Event
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import policies, selecting, selectors
from apps.handovers.models import Handover
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation
from apps.investigations.sentences import Names, mentioned, sentence
from apps.members.models import Member, User


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
    """Handovers with the names that the actor may see; four queries for any number."""
    desks = {desk.pk: desk for desk in duty.desks(actor)}
    cases = investigations.visible(actor, min_level=3).in_bulk(
        {handover.investigation_id for handover in handovers}
    )
    found = []
    for handover in handovers:
        case = cases.get(handover.investigation_id)
        reading = None if case else selectors.read_briefing(actor, handover)
        content = reading.content if reading else {}
        found.append(
            Line(
                handover=handover,
                title=case.title if case else str(content.get("summary") or _("A case")),
                reference=case.reference if case else "",
                severity=case.severity if case else str(content.get("severity") or "stable"),
                source=desks.get(handover.from_desk_id),
                target=desks.get(handover.to_desk_id) if handover.to_desk_id else None,
            )
        )
    return found


def context(request: HttpRequest, handover: Handover, at: datetime) -> dict[str, Any]:
    """What detail.html shows."""
    actor = scope.current()
    reading = selectors.read_briefing(actor, handover)
    desks = {desk.pk: desk for desk in duty.desks(actor)}
    target = _target(actor, handover, desks)
    source = desks.get(handover.from_desk_id)
    content = reading.content if reading else {}
    shown = [desk for desk in (source, target) if desk]
    answering = _answering(actor, handover, target, at)
    ends_at = duty.duty_end(target, max(at, handover.planned_at)) if target else None
    return {
        "nav": "handovers",
        "handover": handover,
        "line": lines(actor, [handover])[0],
        "reading": reading,
        "content": content,
        "actions": _actions(content),
        "done": _done(content, desks),
        "said": _said(content),
        "people": _people(content),
        "source": source,
        "target": target,
        "owner": Member.objects.filter(pk=handover.member_id).first(),
        "ends_at": ends_at,
        "on_duty": {pk for pk, end in duty.duty_ends(shown, at).items() if end},
        "answering": answering,
        "may_undo": policies.may_undo(actor, handover, at=at)
        if handover.state == Handover.State.ACCEPTED
        else None,
        "may_amend": handover.is_pending and actor.member_id == handover.from_member_id,
        "may_cancel": handover.is_pending and bool(policies.may_cancel(actor, handover)),
        "refusals": Handover.Refusal.choices,
        "answers": handover.answers,
        "watch": f"handover:{handover.pk}",
    }


def _target(actor: Actor, handover: Handover, desks: dict[UUID, Desk]) -> Desk | None:
    """The desk that was asked; of several, the reader's own."""
    if handover.to_desk_id:
        return desks.get(handover.to_desk_id)
    asked = selectors.asked_desk_ids(actor, handover)
    return desks.get(asked[0]) if asked else None


def _answering(
    actor: Actor, handover: Handover, target: Desk | None, at: datetime
) -> Decision | None:
    """May the reader answer? None when there is nothing to answer for him."""
    if handover.state != Handover.State.OFFERED or target is None:
        return None
    if target.member_id != actor.member_id:
        return None
    return policies.may_answer(actor, handover, target, at=at)


def _actions(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**action, "due": parse_datetime(action["due_at"]) if action.get("due_at") else None}
        for action in content.get("actions") or []
    ]


def _done(content: dict[str, Any], desks: dict[UUID, Desk]) -> list[dict[str, Any]]:
    """The shift's record as sentences in the reader's language."""
    rows = content.get("done") or []
    events = [
        Event(
            name=row["name"],
            payload=row["payload"],
            actor_member_id=UUID(row["member"]),
            actor_user_id=UUID(row["by"]) if row["by"] else None,
        )
        for row in rows
    ]
    names = Names(
        desks=desks,
        members=Member.objects.in_bulk(mentioned(events, "members")),
        people=User.objects.in_bulk(mentioned(events, "people")),
    )
    return [
        {**row, "when": parse_datetime(row["at"]), "text": sentence(event, names)}
        for row, event in zip(rows, events, strict=True)
    ]


def _said(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "when": parse_datetime(row["at"])} for row in content.get("chat") or []]


def _people(content: dict[str, Any]) -> dict[str, User]:
    ids = {row.get("by") for row in content.get("done") or []}
    ids |= {row.get("by") for row in content.get("chat") or []}
    ids |= {row.get("assignee_id") for row in content.get("actions") or []}
    found = User.objects.in_bulk([UUID(ident) for ident in ids if ident])
    return {str(pk): user for pk, user in found.items()}


def contingencies(text: str) -> list[dict[str, Any]]:
    """One `if -> then` a line, as the sender typed them."""
    found = []
    for number, row in enumerate(line for line in text.splitlines() if line.strip()):
        condition, arrow, act = row.partition("->")
        found.append(
            {
                "id": str(number + 1),
                "if": condition.strip() if arrow else "",
                "then": (act if arrow else condition).strip(),
                "standard": False,
            }
        )
    return found


def panel(actor: Actor, investigation: Investigation, at: datetime) -> dict[str, Any]:
    """The room's handover panel: what is planned, and handing over now."""
    own = actor.member_id == investigation.member_id
    rows = list(selectors.of_investigation(actor, investigation.pk).order_by("-planned_at")[:6])
    choices = selecting.candidates(investigation, at) if own else []
    return {
        "investigation": investigation,
        "lines": lines(actor, rows),
        "may_offer": policies.may_offer(actor, investigation),
        "candidates": choices,
        "watch": f"investigation:{investigation.pk}",
    }
