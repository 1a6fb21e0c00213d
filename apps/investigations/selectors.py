"""Investigations as the actor may read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Min, Q, QuerySet, When

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.models import Access, Event, Level
from apps.duty import selectors as duty
from apps.investigations.models import Custody, Investigation, InvestigationLead, Task
from apps.leads import selectors as leads
from apps.members.models import Membership
from apps.sharing import selectors as sharing
from apps.sharing.models import Tombstone

# What every reader of a case learns; the rest is for those who read it at level L3.
TEASER_FIELDS = (
    "id",
    "member_id",
    "reference",
    "severity",
    "tlp",
    "pap",
    "status",
    "accountable_desk_id",
    "accountable_member_id",
    "held_at",
    "opened_at",
    "closed_at",
)
CASE_FIELDS = (
    "title",
    "summary",
    "contingency",
    "severity_reason",
    "language",
    "jurisdiction",
    "keep_with",
    "keep_reason",
    "keep_until",
    "custody_country",
    "custody_country_reason",
    "status_reason",
    "outcome",
    "opened_by",
    "version",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases of a list: only what a teaser shows can be asked for."""

    which: str = "open"
    severity: str = ""
    desk_id: UUID | None = None


WHICH = ("open", "mine", "held", "waiting", "closed", "all")


def visible(actor: Actor, *, min_level: int = 1) -> QuerySet[Investigation]:
    """Everything the actor has an access row for."""
    ids = access.subject_ids(actor, "investigation", min_level=min_level)
    return Investigation.objects.filter(id__in=ids)


def find(actor: Actor, investigation_id: UUID, *, min_level: int = 1) -> Investigation:
    """One investigation. Raises NotFound for absent and forbidden alike."""
    found = visible(actor, min_level=min_level).filter(pk=investigation_id).first()
    if found is None:
        raise NotFound
    return found


def listed(actor: Actor, filters: Filters) -> QuerySet[Investigation]:
    """The cases of a list; `mine` are those at desks where the person sits."""
    found = visible(actor)
    if filters.which in {"open", "mine", "held", "waiting"}:
        found = found.filter(closed_at__isnull=True)
    if filters.which == "mine":
        seats = duty.desk_ids_of_person(actor, actor.user_id) if actor.user_id else set()
        found = found.filter(accountable_desk_id__in=seats)
    if filters.which == "held":
        found = found.filter(held_at__isnull=False)
    if filters.which == "waiting":
        found = found.filter(status=Investigation.Status.WAITING)
    if filters.which == "closed":
        found = found.filter(closed_at__isnull=False)
    if filters.severity:
        found = found.filter(severity=filters.severity)
    if filters.desk_id:
        found = found.filter(accountable_desk_id=filters.desk_id)
    return found


def pressing_first(rows: QuerySet[Investigation]) -> QuerySet[Investigation]:
    """Held cases, then by severity, then the newest."""
    weight = Case(When(severity="urgent", then=0), When(severity="watch", then=1), default=2)
    return rows.order_by(F("held_at").asc(nulls_last=True), weight, "-opened_at", "-id")


def levels(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, int]:
    """How much the actor may read of each of the cases, in one query."""
    rows = access.rows(actor, "investigation").filter(subject_id__in=list(ids))
    return dict(rows.values_list("subject_id", "level"))


def project(investigation: Investigation, level: int) -> dict[str, Any]:
    """The case as a reader of this level sees it: every field is there, the sealed ones empty.

    The one rule of fields for the API, the pages and the preview of a share.
    """
    shown: dict[str, Any] = {name: getattr(investigation, name) for name in TEASER_FIELDS}
    shown["level"] = level
    reads_case = level >= Level.CASE
    for name in CASE_FIELDS:
        shown[name] = getattr(investigation, name) if reads_case else None
    return shown


def custody_chain(investigation: Investigation) -> QuerySet[Custody]:
    """Every stretch of accountability, oldest first."""
    return Custody.objects.filter(investigation=investigation).order_by("seq")


def load_by_desk(actor: Actor) -> dict[UUID, int]:
    """How many open investigations that the actor can see each desk holds."""
    rows = (
        visible(actor)
        .filter(closed_at__isnull=True)
        .values_list("accountable_desk_id")
        .annotate(held=Count("id"))
    )
    return dict(rows)


def tasks(actor: Actor, investigation_id: UUID) -> QuerySet[Task]:
    """The tasks of a case: all of them from level L3, else those of the actor's own member.

    Open ones first, the earliest deadline first.
    """
    found = Task.objects.filter(investigation_id=investigation_id)
    if not access.may_read(actor, "investigation", investigation_id, min_level=Level.CASE):
        found = found.filter(member_id=actor.member_id)
    return found.order_by("done_at", "due_at", "created_at", "id")


def open_tasks(investigation: Investigation) -> QuerySet[Task]:
    """What is still to do, the earliest deadline first."""
    return Task.objects.filter(investigation=investigation, done_at__isnull=True).order_by(
        "due_at", "created_at"
    )


def open_tasks_of(ids: Iterable[UUID]) -> dict[UUID, list[Task]]:
    """What is still to do in each of the cases, the earliest deadline first."""
    rows = Task.objects.filter(investigation_id__in=list(ids), done_at__isnull=True)
    found: dict[UUID, list[Task]] = defaultdict(list)
    for task in rows.order_by("due_at", "created_at"):
        found[task.investigation_id].append(task)
    return found


def next_due(ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """The earliest open deadline of each case, as far as its tasks may be read."""
    rows = Task.objects.filter(
        investigation_id__in=list(ids), done_at__isnull=True, due_at__isnull=False
    )
    found = rows.values_list("investigation_id").annotate(due_at=Min("due_at"))
    return {case: due_at for case, due_at in found if due_at is not None}


def due_tasks(actor: Actor, *, before: datetime) -> QuerySet[Task]:
    """What runs out next in open cases that the actor reads at level L3."""
    return (
        Task.objects.filter(
            investigation__in=visible(actor, min_level=3).filter(closed_at__isnull=True),
            done_at__isnull=True,
            due_at__lt=before,
        )
        .select_related("investigation")
        .order_by("due_at")
    )


def assignable_ids(actor: Actor, investigation: Investigation) -> set[UUID]:
    """The people who may be given a task: of the owner's member and of the actor's own."""
    members = {investigation.member_id, actor.member_id}
    rows = Membership.objects.filter(member_id__in=members, ended_at__isnull=True)
    return set(rows.values_list("user_id", flat=True))


def reader_ids(investigation_id: UUID) -> set[UUID]:
    """The members with access, as far as the stamp shows: all for the owner, else two."""
    rows = Access.objects.filter(subject_type="investigation", subject_id=investigation_id)
    found = rows.values_list("viewer_id", "owner_id")
    return {member_id for pair in found for member_id in pair}


def linked_leads(investigation: Investigation) -> QuerySet[InvestigationLead]:
    return InvestigationLead.objects.filter(investigation=investigation).order_by("linked_at", "id")


def same_sellers(actor: Actor, investigation: Investigation) -> leads.Links:
    """Leads outside the case that one may see and that share a selector with one of the case's."""
    ids = linked_leads(investigation).values_list("lead_id", flat=True)
    found = leads.links_of_many(actor, ids)
    return replace(found, matches=tuple(found.open))


def tombstone(actor: Actor, investigation_id: UUID) -> Tombstone | None:
    """What is left of a case whose access has ended; None while there is access."""
    if access.may_read(actor, "investigation", investigation_id):
        return None
    return sharing.tombstone(actor, "investigation", investigation_id)


def timeline(actor: Actor, investigation_id: UUID) -> QuerySet[Event]:
    """What happened in a case, as far as the reader's level goes, shares of it included."""
    level = access.level(actor, "investigation", investigation_id)
    readable = Q(min_level__lte=level) | Q(member_id=actor.member_id)
    return Event.objects.filter(
        readable,
        root_type="investigation",
        root_id=investigation_id,
        subject_type__in=("investigation", "grant"),
    )
