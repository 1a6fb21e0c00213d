"""Drafting: the facts of the shift, from the log, the open tasks and the last read-back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from apps.chat.models import Message
from apps.core import memo
from apps.core.models import Event, Level
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers.briefing.gathering import Record, gather
from apps.handovers.models import Handover
from apps.investigations.models import Investigation, Task

SAID_LENGTH = 300
WAKE_LIMIT = 3
# Stored as a message id, so that each reader gets it in his own language.
IF_SILENT = gettext_noop("Somebody outside does not answer by a task's deadline")
THEN_CALL = gettext_noop("Tell the owner's manager and note it in the room")
STANDARD = {"if": IF_SILENT, "then": THEN_CALL}


def draft_all(cases: Sequence[Investigation], *, at: datetime) -> dict[UUID, dict[str, Any]]:
    """What the record knows of each case since custody came here; the rest is left to people.

    What the sender of the last handover left open is carried on: an open question does not end
    with a shift. One owner's cases, under the owner's stamp.
    """
    records = gather(cases)
    return {case.pk: _draft(case, records[case.pk], at=at) for case in cases}


def _draft(investigation: Investigation, record: Record, *, at: datetime) -> dict[str, Any]:
    carried, before = record.carried, record.before
    actions = [_action(task) for task in record.tasks]
    return {
        "severity": investigation.severity,
        "severity_reason": investigation.severity_reason,
        "summary": investigation.summary or investigation.title,
        "language": investigation.language,
        "subject": _subject(investigation),
        "since": record.since,
        "done": [_done(event) for event in record.events],
        "actions": actions,
        "no_actions": not actions,
        "contingencies": _contingencies(investigation),
        "questions": _still_open(before, carried),
        "waits": _waits(investigation, carried, at),
        "evidence": _evidence(record),
        "chat": [_said(message) for message in record.messages],
        "tlp": investigation.tlp,
        "restrictions": carried.get("restrictions", ""),
        "note": "",
        "wake": _wake(investigation, record.events),
        "previous": _previous(before),
    }


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


def _evidence(record: Record) -> dict[str, Any]:
    new = [file for file in record.files if file.uploaded_at >= record.since]
    return {
        "count": len(record.files),
        "level": int(Level.CASE),
        "new": [
            {"name": f.file_name, "sha256": f.sha256, "member": f.member_id, "at": f.uploaded_at}
            for f in new
        ],
    }


def _said(message: Message) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "by": message.author_id,
        "member": message.member_id,
        "body": message.body[:SAID_LENGTH],
        "is_cut": len(message.body) > SAID_LENGTH,
        "language": message.language,
        "at": message.posted_at,
    }


def _wake(investigation: Investigation, events: Iterable[Event]) -> list[str]:
    """Who knows most: those of the holding member who worked on it last, else who sits there."""
    holder = investigation.accountable_member_id
    known = [e.actor_user_id for e in events if e.actor_member_id == holder and e.actor_user_id]
    people: list[UUID] = list(dict.fromkeys(reversed(known)))
    if not people:
        desk_id = investigation.accountable_desk_id
        people = memo.of(("handovers.seated", desk_id), lambda: _seated(desk_id))
    return [str(person) for person in people[:WAKE_LIMIT]]


def _seated(desk_id: UUID) -> list[UUID]:
    desk = Desk.objects.filter(pk=desk_id).first()
    return duty.people(desk) if desk else []


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
