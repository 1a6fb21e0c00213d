"""What the record knows of cases: read for any number of them in the same few statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.chat import selectors as chat
from apps.chat.models import Message
from apps.core.actor import Actor
from apps.core.models import Event
from apps.evidence import selectors as evidence
from apps.evidence.models import Evidence
from apps.handovers.models import Briefing, Handover
from apps.investigations import selectors as investigations
from apps.investigations.models import Custody, Investigation, Task

DONE_LIMIT = 30
DIGEST_LIMIT = 10
# What the engine does by itself is nothing that the shift has done.
BOOKKEEPING = ("handover.planned", "handover.drafted", "briefing.incomplete")


@dataclass(frozen=True, slots=True)
class Record:
    """What happened to one case since custody came to its holder, `before` by which handover."""

    since: datetime
    before: Handover | None
    carried: Mapping[str, Any]
    tasks: list[Task]
    events: list[Event]
    files: list[Evidence]
    messages: list[Message]


def gather(cases: Sequence[Investigation]) -> dict[UUID, Record]:
    """The record of each of one owner's cases, under the owner's stamp."""
    ids = [case.pk for case in cases]
    stretches = _stretches(ids)
    since = {
        case.pk: stretches[case.pk].started_at if case.pk in stretches else case.opened_at
        for case in cases
    }
    before = _handovers(stretches)
    carried = _carried(before)
    tasks = investigations.open_tasks_of(ids)
    events = _events(since)
    files = _files(cases)
    messages = chat.last_messages("investigation", since, DIGEST_LIMIT)
    return {
        case: Record(
            since=since[case],
            before=before.get(case),
            carried=carried.get(case, {}),
            tasks=tasks.get(case, []),
            events=events[case],
            files=files[case],
            messages=messages.get(case, []),
        )
        for case in ids
    }


def _stretches(ids: Sequence[UUID]) -> dict[UUID, Custody]:
    """By which stretch of custody each case is where it is; an undone handover has not moved it."""
    rows = Custody.objects.filter(investigation_id__in=ids, ended_at__isnull=True)
    found = {row.investigation_id: row for row in rows}
    moved_back = Custody.Cause.BOUNCED
    unclear = [case for case in ids if case not in found or found[case].cause == moved_back]
    if not unclear:
        return found
    chains: dict[UUID, list[Custody]] = defaultdict(list)
    for row in Custody.objects.filter(investigation_id__in=unclear).order_by("seq"):
        chains[row.investigation_id].append(row)
    for case, chain in chains.items():
        while len(chain) > 2 and chain[-1].cause == moved_back:
            del chain[-2:]
        found[case] = chain[-1]
    return found


def _handovers(stretches: Mapping[UUID, Custody]) -> dict[UUID, Handover]:
    """The handover that brought each case here, by case."""
    by = {
        case: stretch.handover_id
        for case, stretch in stretches.items()
        if stretch.cause == Custody.Cause.HANDOVER and stretch.handover_id
    }
    found = Handover.objects.in_bulk(by.values()) if by else {}
    return {case: found[handover] for case, handover in by.items() if handover in found}


def _carried(before: Mapping[UUID, Handover]) -> dict[UUID, Mapping[str, Any]]:
    """What each case's last sender wrote: a handover names its last briefing."""
    named = {case: row.briefing_id for case, row in before.items() if row.briefing_id}
    found = Briefing.objects.in_bulk(named.values()) if named else {}
    return {case: found[written].content for case, written in named.items() if written in found}


# The newest of each case, by the index of its sequence.
_EVENTS = """
SELECT found.id FROM unnest(%s::uuid[], %s::timestamptz[]) AS wanted (id, since)
CROSS JOIN LATERAL (
  SELECT id FROM core_event
   WHERE subject_type = 'investigation' AND subject_id = wanted.id
     AND occurred_at >= wanted.since AND name <> ALL (%s)
   ORDER BY seq DESC LIMIT %s) AS found
"""


def _events(since: Mapping[UUID, datetime]) -> dict[UUID, list[Event]]:
    """What each shift has done, oldest first."""
    told: list[Any] = [list(since), list(since.values()), list(BOOKKEEPING), DONE_LIMIT]
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, told)
        ids = [row[0] for row in cursor.fetchall()]
    found: dict[UUID, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(pk__in=ids).order_by("seq"):
        found[event.subject_id].append(event)
    return found


def _files(cases: Sequence[Investigation]) -> dict[UUID, list[Evidence]]:
    """The files of each case that its owner sees, newest first."""
    found: dict[UUID, list[Evidence]] = defaultdict(list)
    system = Actor.system(cases[0].member_id)
    for file in evidence.files_of(system, "investigation", [case.pk for case in cases]):
        found[file.root_id].append(file)
    return found
