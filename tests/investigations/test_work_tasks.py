"""Tasks: written by whoever works on the case, each the row of its writer."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.ids import uuid7
from apps.core.models import Due, Event
from apps.evidence import services as evidence
from apps.investigations import selectors, services
from apps.investigations.models import Investigation, Task
from apps.notifications.models import Notification
from tests.investigations.conftest import MORNING

pytestmark = pytest.mark.django_db


def add(case: Investigation, actor: Actor, title: str = "Call Prato", **more: Any) -> Task:
    with scope.acting(actor):
        new = services.NewTask(title=title, **more)
        return services.add_task(case.pk, new, actor=actor, at=MORNING)


def names(case: Investigation, actor: Actor) -> list[str]:
    with scope.acting(actor):
        return list(
            Event.objects.filter(subject_id=case.pk, name__startswith="task.")
            .order_by("seq")
            .values_list("name", flat=True)
        )


def test_task_is_added_done_and_taken_up_again(case: Investigation, ana: Actor) -> None:
    task = add(case, ana)
    with scope.acting(ana):
        done = services.complete_task(case.pk, task.pk, actor=ana, at=MORNING)
        again = services.reopen_task(case.pk, task.pk, actor=ana, at=MORNING)

    assert done.done_by == ana.user_id
    assert not again.is_done
    assert names(case, ana) == ["task.added", "task.done", "task.reopened"]


def test_second_completion_changes_nothing(case: Investigation, ana: Actor) -> None:
    task = add(case, ana)
    with scope.acting(ana):
        for _attempt in range(2):
            services.complete_task(case.pk, task.pk, actor=ana, at=MORNING)

    assert names(case, ana) == ["task.added", "task.done"]


def test_ally_who_may_act_completes_the_owners_task(
    case: Investigation, ana: Actor, bo: Actor, share: Callable[..., Any]
) -> None:
    share()
    task = add(case, ana)

    with scope.acting(bo):
        done = services.complete_task(case.pk, task.pk, actor=bo, at=MORNING)

    assert (done.member_id, done.done_by) == (ana.member_id, bo.user_id)
    assert names(case, bo) == names(case, ana) == ["task.added", "task.done"]


def test_owner_completes_the_allys_task(
    case: Investigation, ana: Actor, bo: Actor, share: Callable[..., Any]
) -> None:
    share()
    task = add(case, bo)

    with scope.acting(ana):
        done = services.complete_task(case.pk, task.pk, actor=ana, at=MORNING)

    assert (done.member_id, done.done_by) == (bo.member_id, ana.user_id)


def test_ally_who_may_only_read_is_refused(
    case: Investigation, ana: Actor, bo: Actor, share: Callable[..., Any]
) -> None:
    share(capabilities=())
    task = add(case, ana)

    with pytest.raises(Refused, match="read_only"):
        add(case, bo)
    with scope.acting(bo), pytest.raises(Refused, match="read_only"):
        services.complete_task(case.pk, task.pk, actor=bo, at=MORNING)


def test_ally_below_the_case_level_finds_no_tasks(
    case: Investigation, bo: Actor, share: Callable[..., Any]
) -> None:
    share(level=2, capabilities=())

    with pytest.raises(NotFound):
        add(case, bo)


def test_stranger_finds_nothing(case: Investigation, ana: Actor, cy: Actor) -> None:
    task = add(case, ana)

    with pytest.raises(NotFound):
        add(case, cy)
    with scope.acting(cy):
        for service in (services.complete_task, services.reopen_task):
            with pytest.raises(NotFound):
                service(case.pk, task.pk, actor=cy, at=MORNING)
        assert not Task.objects.exists()


def test_task_of_another_case_is_an_unknown_task(
    case: Investigation, ana: Actor, hangzhou: Any
) -> None:
    from tests.investigations.conftest import open_case

    task = add(open_case(ana, hangzhou), ana)

    with scope.acting(ana), pytest.raises(NotFound):
        services.complete_task(case.pk, task.pk, actor=ana, at=MORNING)


def test_task_is_given_to_people_of_the_case_only(
    case: Investigation, ana: Actor, mia: Actor, cy: Actor
) -> None:
    task = add(case, ana, assignee_id=mia.user_id)
    with scope.acting(ana):
        freed = services.assign_task(case.pk, task.pk, assignee_id=None, actor=ana, at=MORNING)
        for stranger in (cy.user_id, uuid7()):
            with pytest.raises(Invalid):
                services.assign_task(case.pk, task.pk, assignee_id=stranger, actor=ana, at=MORNING)

    assert task.assignee_id == mia.user_id
    assert freed.assignee_id is None


@pytest.mark.parametrize("title", ["", "  ", "x" * 301, "nul \x00"])
def test_title_must_say_something(case: Investigation, ana: Actor, title: str) -> None:
    with pytest.raises(Invalid):
        add(case, ana, title)


def test_closed_case_takes_no_task_and_no_file(case: Investigation, ana: Actor) -> None:
    with scope.acting(ana):
        services.close_investigation(case.pk, outcome="other", reason="", actor=ana, at=MORNING)

    with pytest.raises(DomainError, match=r"investigation\.closed"):
        add(case, ana)
    with scope.acting(ana), pytest.raises(DomainError, match=r"investigation\.closed"):
        evidence.store(
            BytesIO(b"x"),
            "x.txt",
            root=("investigation", case.pk),
            actor=ana,
            at=MORNING,
            origin=evidence.Origin(),
        )


def test_allys_own_task_remains_after_the_end_of_access(
    case: Investigation, ana: Actor, bo: Actor, mia: Actor, share: Callable[..., Any]
) -> None:
    given = share()
    mine, theirs = add(case, bo, "Mine"), add(case, ana, "Theirs")
    with scope.acting(mia):
        services.revoke_share(case.pk, given.pk, reason="over", actor=mia, at=MORNING)

    with scope.acting(bo):
        assert list(selectors.tasks(bo, case.pk)) == [mine]
        assert selectors.tombstone(bo, case.pk) is not None
        with pytest.raises(NotFound):
            services.complete_task(case.pk, mine.pk, actor=bo, at=MORNING)
    with scope.acting(ana):
        assert set(selectors.tasks(ana, case.pk)) == {mine, theirs}


def rung(actor: Actor) -> list[str]:
    with scope.acting(actor):
        rows = Notification.objects.filter(user_id=actor.user_id).order_by("created_at")
        return list(rows.values_list("kind", flat=True))


def fire(task: Task, *, later: int) -> None:
    with scope.acting(Actor.system(task.member_id)):
        services.remind_of_task(task.pk, MORNING + timedelta(hours=later))


def test_person_given_a_task_is_told_once(case: Investigation, ana: Actor, mia: Actor) -> None:
    add(case, ana, assignee_id=mia.user_id)
    add(case, ana, "My own", assignee_id=ana.user_id)

    assert rung(mia) == ["task.assigned"]
    assert rung(ana) == []


def test_deadline_rings_for_an_open_task_only(case: Investigation, ana: Actor) -> None:
    late = add(case, ana, due_at=MORNING + timedelta(hours=1))
    done = add(case, ana, due_at=MORNING + timedelta(hours=1))
    with scope.acting(ana):
        services.complete_task(case.pk, done.pk, actor=ana, at=MORNING)

    for task in (late, done, late):
        fire(task, later=0)
        fire(task, later=1)

    assert rung(ana) == ["task.due"]
    assert Due.objects.filter(kind="task.due", ref=late.pk, due_at=late.due_at).exists()


def test_deadline_of_a_closed_case_rings_for_nobody(case: Investigation, ana: Actor) -> None:
    task = add(case, ana, due_at=MORNING + timedelta(hours=1))
    with scope.acting(ana):
        services.close_investigation(case.pk, outcome="other", reason="", actor=ana, at=MORNING)

    fire(task, later=1)

    assert rung(ana) == []
