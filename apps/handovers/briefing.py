"""The briefing: drafted from what happened, severity, actions and contingencies required."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.chat import selectors as chat
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.models import Event, Level
from apps.evidence import selectors as evidence
from apps.handovers.models import Briefing, Handover
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation
from apps.leads.models import Severity

DONE_LIMIT = 30
DIGEST_LIMIT = 10
TEXT_LIMIT = 4000
# Stored as a message id, so that each reader gets it in his own language.
IF_SILENT = gettext_noop("Somebody outside does not answer by a task's deadline")
THEN_CALL = gettext_noop("Tell the owner's manager and note it in the room")


def draft(handover: Handover, investigation: Investigation, *, at: datetime) -> dict[str, Any]:
    """The facts of the shift, from the log and the open tasks; nothing is typed in."""
    since = _since(investigation)
    tasks = investigations.open_tasks(investigation)
    actions = [
        {
            "id": str(task.pk),
            "what": task.title,
            "due_at": task.due_at,
            "assignee_id": task.assignee_id,
        }
        for task in tasks
    ]
    return {
        "severity": investigation.severity,
        "severity_reason": investigation.severity_reason,
        "summary": investigation.summary or investigation.title,
        "language": investigation.language,
        "done": _done(investigation, since),
        "actions": actions,
        "no_actions": not actions,
        "contingencies": _contingencies(investigation),
        "questions": [],
        "evidence": _evidence(investigation, since),
        "chat": _chat(investigation, since),
        "tlp": investigation.tlp,
        "note": "",
    }


def _since(investigation: Investigation) -> datetime:
    chain = list(investigations.custody_chain(investigation))
    return chain[-1].started_at if chain else investigation.opened_at


def _done(investigation: Investigation, since: datetime) -> list[dict[str, Any]]:
    rows = Event.objects.filter(
        subject_type="investigation", subject_id=investigation.pk, occurred_at__gte=since
    ).order_by("-seq")[:DONE_LIMIT]
    return [
        {
            "seq": row.seq,
            "name": row.name,
            "at": row.occurred_at,
            "by": row.actor_user_id,
            "member": row.actor_member_id,
            "payload": row.payload,
        }
        for row in reversed(rows)
    ]


def _contingencies(investigation: Investigation) -> list[dict[str, Any]]:
    if investigation.contingency:
        return [{"id": "1", "if": "", "then": investigation.contingency, "standard": False}]
    return [{"id": "1", "if": IF_SILENT, "then": THEN_CALL, "standard": True}]


def _evidence(investigation: Investigation, since: datetime) -> dict[str, Any]:
    system = Actor.system(investigation.member_id)
    files = list(evidence.of_subject(system, ("investigation", investigation.pk)))
    new = [f for f in files if f.uploaded_at >= since]
    return {
        "count": len(files),
        "new": [{"name": f.file_name, "sha256": f.sha256} for f in new],
    }


def _chat(investigation: Investigation, since: datetime) -> list[dict[str, Any]]:
    messages = chat.last_messages(("investigation", investigation.pk), since, DIGEST_LIMIT)
    return [
        {
            "seq": m.seq,
            "by": m.author_id,
            "member": m.member_id,
            "body": m.body[:300],
            "language": m.language,
            "at": m.posted_at,
        }
        for m in messages
    ]


def write(
    handover: Handover, content: Mapping[str, Any], *, by: UUID | None, at: datetime
) -> Briefing:
    """Keep the content as the next version, hashed; the handover names it from now on (I6)."""
    last = latest(handover)
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


def missing(content: Mapping[str, Any]) -> list[str]:
    """The required fields that are empty: they block acceptance, never the offer."""
    lacking = []
    if content.get("severity") not in Severity.values:
        lacking.append("severity")
    if not content.get("actions") and not content.get("no_actions"):
        lacking.append("actions")
    if not content.get("contingencies"):
        lacking.append("contingencies")
    return lacking


def amend(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The sender's words put into the draft; facts from the log stay as they are."""
    allowed = {"severity", "severity_reason", "summary", "note", "contingencies", "questions"}
    unknown = set(changes) - allowed
    if unknown:
        raise Invalid({field: [_("This part is drafted from the log.")] for field in unknown})
    if changes.get("severity", Severity.STABLE) not in Severity.values:
        raise Invalid({"severity": [_("Choose stable, watch or urgent.")]})
    for field in ("severity_reason", "summary", "note"):
        if len(str(changes.get(field, ""))) > TEXT_LIMIT:
            raise Invalid({field: [_("At most 4,000 characters.")]})
    return {**content, **changes}


def project(content: Mapping[str, Any], level: int) -> tuple[dict[str, Any], list[str]]:
    """The briefing as a reader of `level` gets it, and the names of what was withheld."""
    if level >= Level.CASE:
        return dict(content), []
    # Words somebody typed are part of the case, whatever their field.
    teaser = ("severity", "language", "tlp", "no_actions")
    kept = {field: content.get(field) for field in teaser}
    withheld = [field for field in content if field not in kept]
    kept["actions"] = [
        {**action, "what": ""} for action in content.get("actions", []) if level >= Level.SELECTORS
    ]
    return kept, withheld
