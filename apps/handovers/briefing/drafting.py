"""Drafting: the facts of the shift, from the log, the open tasks and the last read-back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from apps.chat import selectors as chat
from apps.core.actor import Actor
from apps.core.models import Event, Level
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.evidence import selectors as evidence
from apps.handovers.briefing.versions import latest
from apps.handovers.models import Handover
from apps.investigations import selectors as investigations
from apps.investigations.models import Custody, Investigation, Task

DONE_LIMIT = 30
DIGEST_LIMIT = 10
# What the engine does by itself is nothing that the shift has done.
BOOKKEEPING = ("handover.planned", "handover.drafted", "briefing.incomplete")
SAID_LENGTH = 300
WAKE_LIMIT = 3
# Stored as a message id, so that each reader gets it in his own language.
IF_SILENT = gettext_noop("Somebody outside does not answer by a task's deadline")
THEN_CALL = gettext_noop("Tell the owner's manager and note it in the room")
STANDARD = {"if": IF_SILENT, "then": THEN_CALL}


def draft(handover: Handover, investigation: Investigation, *, at: datetime) -> dict[str, Any]:
    """What the record knows since custody came here; what it cannot know is left to people.

    What the sender of the last handover left open is carried on: an open question does not end
    with a shift. Runs under the owner's stamp.
    """
    since, before = _since(investigation)
    carried = _carried(before)
    actions = [_action(task) for task in investigations.open_tasks(investigation)]
    events = _events(investigation, since)
    return {
        "severity": investigation.severity,
        "severity_reason": investigation.severity_reason,
        "summary": investigation.summary or investigation.title,
        "language": investigation.language,
        "subject": _subject(investigation),
        "since": since,
        "done": [_done(event) for event in events],
        "actions": actions,
        "no_actions": not actions,
        "contingencies": _contingencies(investigation),
        "questions": _still_open(before, carried),
        "waits": _waits(investigation, carried, at),
        "evidence": _evidence(investigation, since),
        "chat": _chat(investigation, since),
        "tlp": investigation.tlp,
        "restrictions": carried.get("restrictions", ""),
        "note": "",
        "wake": _wake(investigation, events),
        "previous": _previous(before),
    }


def _since(investigation: Investigation) -> tuple[datetime, Handover | None]:
    """When custody came to this desk, and by which handover; an undone one has not moved it."""
    chain = list(investigations.custody_chain(investigation))
    while len(chain) > 2 and chain[-1].cause == Custody.Cause.BOUNCED:
        chain = chain[:-2]
    if not chain:
        return investigation.opened_at, None
    by = chain[-1].handover_id if chain[-1].cause == Custody.Cause.HANDOVER else None
    return chain[-1].started_at, Handover.objects.filter(pk=by).first() if by else None


def _carried(before: Handover | None) -> Mapping[str, Any]:
    last = latest(before) if before else None
    return last.content if last else {}


def _subject(investigation: Investigation) -> dict[str, Any]:
    return {
        "reference": investigation.reference,
        "title": investigation.title,
        "status": investigation.status,
        "status_reason": investigation.status_reason,
        "jurisdiction": investigation.jurisdiction,
        "opened_at": investigation.opened_at,
    }


def _action(task: Task) -> dict[str, Any]:
    return {
        "id": str(task.pk),
        "what": task.title,
        "due_at": task.due_at,
        "assignee_id": task.assignee_id,
        "returned_to": task.returned_to_desk_id,
        "return_reason": task.return_reason,
    }


def _events(investigation: Investigation, since: datetime) -> list[Event]:
    rows = Event.objects.filter(
        subject_type="investigation", subject_id=investigation.pk, occurred_at__gte=since
    ).exclude(name__in=BOOKKEEPING)
    return list(reversed(rows.order_by("-seq")[:DONE_LIMIT]))


def _done(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "name": event.name,
        "at": event.occurred_at,
        "by": event.actor_user_id,
        "member": event.actor_member_id,
        "payload": event.payload,
    }


def _contingencies(investigation: Investigation) -> list[dict[str, Any]]:
    if investigation.contingency:
        return [{"id": "1", "if": "", "then": investigation.contingency, "standard": False}]
    return [{"id": "1", "if": IF_SILENT, "then": THEN_CALL, "standard": True}]


def _still_open(before: Handover | None, carried: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Questions that the holder took over without knowing the answer."""
    if before is None:
        return []
    replies = before.question_answers
    open_ones = [q for q in carried.get("questions", []) if not replies.get(q["id"])]
    return [{**question, "id": str(n + 1)} for n, question in enumerate(open_ones)]


def _waits(
    investigation: Investigation, carried: Mapping[str, Any], at: datetime
) -> list[dict[str, Any]]:
    """The case's own waiting first, then what the last sender waited for and is not over."""
    waits: list[dict[str, Any]] = []
    if investigation.status == Investigation.Status.WAITING:
        waits.append({"who": "", "what": investigation.status_reason, "until": None})
    for wait in carried.get("waits", []):
        until = datetime.fromisoformat(wait["until"]) if wait.get("until") else None
        if wait.get("who") and (until is None or until > at):
            waits.append({"who": wait["who"], "what": wait["what"], "until": until})
    return [{"id": str(n + 1), **wait} for n, wait in enumerate(waits)]


def _evidence(investigation: Investigation, since: datetime) -> dict[str, Any]:
    system = Actor.system(investigation.member_id)
    files = list(evidence.files_of(system, ("investigation", investigation.pk)))
    new = [f for f in files if f.uploaded_at >= since]
    return {
        "count": len(files),
        "level": int(Level.CASE),
        "new": [
            {"name": f.file_name, "sha256": f.sha256, "member": f.member_id, "at": f.uploaded_at}
            for f in new
        ],
    }


def _chat(investigation: Investigation, since: datetime) -> list[dict[str, Any]]:
    messages = chat.last_messages(("investigation", investigation.pk), since, DIGEST_LIMIT)
    return [
        {
            "seq": m.seq,
            "by": m.author_id,
            "member": m.member_id,
            "body": m.body[:SAID_LENGTH],
            "is_cut": len(m.body) > SAID_LENGTH,
            "language": m.language,
            "at": m.posted_at,
        }
        for m in messages
    ]


def _wake(investigation: Investigation, events: Iterable[Event]) -> list[str]:
    """Who knows most: those of the holding member who worked on it last, else who sits there."""
    holder = investigation.accountable_member_id
    known = [e.actor_user_id for e in events if e.actor_member_id == holder and e.actor_user_id]
    people: list[UUID] = list(dict.fromkeys(reversed(known)))
    if not people:
        desk = Desk.objects.filter(pk=investigation.accountable_desk_id).first()
        people = duty.people(desk) if desk else []
    return [str(person) for person in people[:WAKE_LIMIT]]


def _previous(before: Handover | None) -> dict[str, Any] | None:
    """What the desk that holds it now said when it took it."""
    if before is None or not before.read_back:
        return None
    return {
        "handover_id": before.pk,
        "text": before.read_back,
        "desk_id": before.to_desk_id,
        "by": before.decided_by,
        "at": before.decided_at,
    }
