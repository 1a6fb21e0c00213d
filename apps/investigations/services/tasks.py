"""What is to be done in a case: each task the row of whoever wrote it, done by whoever works."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.core.models import Level
from apps.investigations import policies, selectors
from apps.investigations.deconflicting import meeting
from apps.investigations.deconflicting.models import Mode
from apps.investigations.events import TaskAdded, TaskAssigned, TaskDone, TaskReopened, TaskReturned
from apps.investigations.models import Investigation, Task
from apps.notifications.services import notify

MAX_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    title: str
    kind: str = Task.Kind.GENERAL
    due_at: datetime | None = None
    assignee_id: UUID | None = None


def add_task(investigation_id: UUID, new: NewTask, *, actor: Actor, at: datetime) -> Task:
    """Write a task into a case that the actor may work on."""
    investigation = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_work(actor, investigation).require()
    title = new.title.strip()
    if not title or len(title) > MAX_TITLE or "\x00" in title:
        raise Invalid(
            {
                "title": [
                    _("Say in 1 to %(count)s characters what is to be done.") % {"count": MAX_TITLE}
                ]
            }
        )
    _check_assignee(actor, investigation, new.assignee_id)
    if new.kind not in Task.Kind.values:
        raise Invalid({"kind": [_("Choose what kind of task it is.")]})
    meeting.may_plan(actor, investigation, new.kind).require()
    held = meeting.holds_met(actor, investigation, new.kind, at=at)
    met = meeting.record(held, investigation, new.kind, actor=actor, at=at)
    task = Task.objects.create(
        member_id=actor.member_id,
        investigation=investigation,
        kind=new.kind,
        held=met.mode if met else "",
        held_until=met.hold_until if met else None,
        title=title,
        due_at=new.due_at,
        assignee_id=new.assignee_id,
        created_by=actor.user_id,
        created_at=at,
    )
    if task.due_at:
        due.plan("task.due", task.pk, at=task.due_at, member_id=task.member_id)
    fact = TaskAdded(subject_id=investigation.pk, task_id=task.pk, title=title)
    emit(fact, actor=actor, at=at)
    _tell_assignee(task, actor=actor, at=at)
    return task


def assign_task(
    investigation_id: UUID, task_id: UUID, *, assignee_id: UUID | None, actor: Actor, at: datetime
) -> Task:
    """Give an open task to a person of the owner's member or of the actor's; None frees it."""
    investigation, found = _find(investigation_id, task_id, actor)
    policies.may_work(actor, investigation).require()
    _check_assignee(actor, investigation, assignee_id)
    with scope.as_owner(found, actor):
        task = _locked(found)
        if task.is_done:
            raise DomainError("task.done", _("This task is done: reopen it first."))
        if task.assignee_id == assignee_id:
            return task
        task.assignee_id = assignee_id
        task.save(update_fields=["assignee_id"])
        fact = TaskAssigned(
            subject_id=investigation.pk,
            task_id=task.pk,
            title=task.title,
            assignee_id=assignee_id,
        )
        emit(fact, actor=actor, at=at)
    _tell_assignee(task, actor=actor, at=at)
    return task


def complete_task(investigation_id: UUID, task_id: UUID, *, actor: Actor, at: datetime) -> Task:
    """Mark a task done. A second time changes nothing."""
    investigation, found = _find(investigation_id, task_id, actor)
    policies.may_work(actor, investigation).require()
    with scope.as_owner(found, actor):
        task = _locked(found)
        if task.is_done:
            return task
        _check_hold(task, investigation, actor=actor, at=at)
        task.done_at, task.done_by = at, actor.user_id
        task.save(update_fields=["done_at", "done_by"])
        fact = TaskDone(subject_id=investigation.pk, task_id=task.pk, title=task.title)
        emit(fact, actor=actor, at=at)
    return task


def _check_hold(task: Task, investigation: Investigation, *, actor: Actor, at: datetime) -> None:
    """A measure that a hold blocks is not done; whether it still does is asked again here."""
    meeting.may_plan(actor, investigation, task.kind).require()
    met = meeting.strictest(meeting.holds_met(actor, investigation, task.kind, at=at))
    if met is not None and met.mode == Mode.BLOCK:
        raise DomainError(
            "deconfliction.blocked",
            _("A member of the alliance holds this target. Contact the alliance's desk."),
        )


def reopen_task(investigation_id: UUID, task_id: UUID, *, actor: Actor, at: datetime) -> Task:
    """Take a done task up again. A second time changes nothing."""
    investigation, found = _find(investigation_id, task_id, actor)
    policies.may_work(actor, investigation).require()
    with scope.as_owner(found, actor):
        task = _locked(found)
        if not task.is_done:
            return task
        task.done_at, task.done_by = None, None
        task.save(update_fields=["done_at", "done_by"])
        fact = TaskReopened(subject_id=investigation.pk, task_id=task.pk, title=task.title)
        emit(fact, actor=actor, at=at)
    return task


def return_tasks(
    investigation: Investigation,
    reasons: Mapping[UUID, str],
    *,
    desk_id: UUID,
    actor: Actor,
    at: datetime,
) -> None:
    """Whoever takes the case gives these open tasks back: they stay with the desk `desk_id`.

    The caller holds the investigation's lock, under its owner's stamp.
    """
    for task in _open_among(investigation, reasons):
        with scope.as_owner(task, actor):
            task.returned_to_desk_id, task.return_reason = desk_id, reasons[task.pk]
            task.save(update_fields=["returned_to_desk_id", "return_reason"])
        fact = TaskReturned(
            subject_id=investigation.pk,
            task_id=task.pk,
            title=task.title,
            to_desk_id=desk_id,
            reason=reasons[task.pk],
        )
        emit(fact, actor=actor, at=at)


def take_tasks(investigation: Investigation, task_ids: Collection[UUID], *, actor: Actor) -> None:
    """These tasks go with the case: none of them stays with an earlier desk any longer.

    The caller holds the investigation's lock, under its owner's stamp.
    """
    for task in _open_among(investigation, task_ids):
        if task.returned_to_desk_id is None:
            continue
        with scope.as_owner(task, actor):
            task.returned_to_desk_id, task.return_reason = None, ""
            task.save(update_fields=["returned_to_desk_id", "return_reason"])


def _open_among(investigation: Investigation, ids: Iterable[UUID]) -> list[Task]:
    wanted = list(ids)
    if not wanted:
        return []
    rows = Task.objects.filter(investigation=investigation, pk__in=wanted, done_at__isnull=True)
    return list(rows.order_by("pk"))


def remind_of_task(task_id: UUID, at: datetime) -> None:
    """Due service: the deadline is here and the task is not done."""
    task = Task.objects.filter(pk=task_id, done_at__isnull=True).first()
    if task is None or task.due_at is None or task.due_at > at:
        return
    # A case that the writer's member no longer reads, or that is closed, rings for nobody.
    if not Investigation.objects.filter(pk=task.investigation_id, closed_at__isnull=True).exists():
        return
    person_id = task.assignee_id or task.created_by
    if person_id:
        _tell(task, person_id, kind="task.due", token=f"task.due:{task.pk}", at=at)


def _tell_assignee(task: Task, *, actor: Actor, at: datetime) -> None:
    """Somebody else was given the task."""
    if task.assignee_id and task.assignee_id != actor.user_id:
        token = f"task.assigned:{task.pk}:{task.assignee_id}:{at.isoformat()}"
        _tell(task, task.assignee_id, kind="task.assigned", token=token, at=at)


def _tell(task: Task, person_id: UUID, *, kind: str, token: str, at: datetime) -> None:
    """Tell the person in every member of his that reads the case."""
    readers = {task.member_id, scope.current().member_id} | selectors.reader_ids(
        task.investigation_id
    )
    notify(
        [(member_id, person_id) for member_id in sorted(readers)],
        kind=kind,
        subject=("investigation", task.investigation_id),
        token=token,
        at=at,
    )


def _find(investigation_id: UUID, task_id: UUID, actor: Actor) -> tuple[Investigation, Task]:
    investigation = selectors.find(actor, investigation_id, min_level=Level.CASE)
    task = Task.objects.filter(investigation=investigation, pk=task_id).first()
    if task is None:
        raise NotFound
    return investigation, task


def _locked(found: Task) -> Task:
    return Task.objects.select_for_update().get(pk=found.pk)


def _check_assignee(actor: Actor, investigation: Investigation, assignee_id: UUID | None) -> None:
    if assignee_id is None:
        return
    if assignee_id not in selectors.assignable_ids(actor, investigation):
        raise Invalid({"assignee_id": [_("Choose a person who works on this case.")]})
