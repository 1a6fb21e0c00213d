"""The pages of a case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.investigations import services
from apps.investigations.models import Custody, Investigation, Task
from apps.members.models import Member
from tests.investigations.conftest import MORNING, reload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
DAY = timedelta(days=1)


def of(case: Investigation, tail: str = "") -> str:
    return f"/investigations/{case.pk}/{tail}"


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_room_answers_who_holds_the_case(case: Investigation, as_ana: Client) -> None:
    page = text(as_ana.get(of(case)))

    assert "Serum with mercury" in page
    assert "Hangzhou" in page
    assert f'data-watch="investigation:{case.pk}"' in page
    assert f"/rooms/panel/investigation/{case.pk}/" in page
    assert f"/evidence/panel/investigation/{case.pk}/" in page


@pytest.mark.parametrize("name", ["head", "chain", "facts", "tasks", "timeline"])
def test_part_is_refetched_alone(case: Investigation, as_ana: Client, name: str) -> None:
    page = text(as_ana.get(of(case, f"part/{name}/")))

    assert "<html" not in page


def test_case_that_nobody_holds_any_more_names_its_holders_instead_of_an_empty_drawing(
    case: Investigation, as_ana: Client, ana: Actor
) -> None:
    part = of(case, "part/chain/")
    assert "<svg" in text(as_ana.get(part))
    ended = {"outcome": "takedown", "reason": "Removed.", "actor": ana}
    with scope.acting(ana):
        services.close_investigation(case.pk, **ended, at=MORNING)
        Custody.objects.update(started_at=MORNING - 30 * DAY, ended_at=MORNING - 20 * DAY)

    page = text(as_ana.get(part))

    assert "<svg" not in page
    assert "in this order: Hangzhou" in page


def test_ally_at_the_teaser_level_gets_the_name_card(
    case: Investigation, as_bo: Client, share: Callable[..., Any]
) -> None:
    share(level=1, capabilities=())

    page = text(as_bo.get(of(case)))

    assert case.reference in page
    assert "Serum" not in page
    assert as_bo.get(of(case, "part/facts/")).status_code == 404


def test_ally_at_the_case_level_reads_why_it_cannot_change(
    case: Investigation, as_bo: Client, share: Callable[..., Any]
) -> None:
    share(capabilities=())

    page = text(as_bo.get(of(case)))

    assert "Serum with mercury" in page
    assert "Only the owner can change the facts." in page
    assert "Your access to this case is for reading." in page


def test_page_after_the_end_of_access_is_a_tombstone_with_the_own_work(
    case: Investigation, bo: Actor, mia: Actor, as_bo: Client, share: Callable[..., Any]
) -> None:
    given = share()
    with scope.acting(bo):
        services.add_task(case.pk, services.NewTask(title="My own"), actor=bo, at=MORNING)
    with scope.acting(mia):
        services.revoke_share(case.pk, given.pk, reason="", actor=mia, at=MORNING)

    page = text(as_bo.get(of(case)))

    assert "My own" in page
    assert "Serum" not in page
    assert "Aurelis" in page


def test_task_is_added_and_ticked_off_in_place(case: Investigation, as_ana: Client) -> None:
    added = as_ana.post(
        of(case, "tasks/"), {"title": "Call", "due_at": "2026-11-24T09:30"}, headers=HTMX
    )
    task = _only_task(case)
    done = as_ana.post(of(case, f"tasks/{task.pk}/complete/"), headers=HTMX)

    assert "Call" in text(added)
    assert task.due_at.isoformat() == "2026-11-24T01:30:00+00:00"
    assert 'class="done"' in text(done)


def test_refused_task_keeps_its_text(case: Investigation, as_ana: Client) -> None:
    answer = as_ana.post(of(case, "tasks/"), {"title": "x" * 400}, headers=HTMX)

    assert "x" * 400 in text(answer)
    assert "what is to be done" in text(answer)


def _only_task(case: Investigation) -> Task:
    with scope.acting(Actor.system(case.member_id)):
        return Task.objects.get(investigation=case)


def _facts(**more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "title": "Serum with mercury",
        "severity": "watch",
        "tlp": "amber",
        "language": "en",
        **more,
    }


def test_facts_are_changed_on_a_page(case: Investigation, as_ana: Client) -> None:
    answer = as_ana.post(of(case, "facts/"), _facts(title="New title"))

    assert answer.status_code == 302
    assert reload(case).title == "New title"


def test_stale_form_keeps_its_text_and_shows_what_changed(
    case: Investigation, as_ana: Client
) -> None:
    as_ana.post(of(case, "facts/"), _facts(title="First writer"))

    page = text(as_ana.post(of(case, "facts/"), _facts(title="Second writer")))

    assert "Second writer" in page
    assert "First writer" in page
    assert reload(case).title == "First writer"


def test_form_sent_again_after_reading_the_change_is_taken(
    case: Investigation, as_ana: Client
) -> None:
    as_ana.post(of(case, "facts/"), _facts(title="First writer"))
    page = text(as_ana.post(of(case, "facts/"), _facts(title="Second writer")))

    assert 'name="version" value="2"' in page
    as_ana.post(of(case, "facts/"), _facts(title="Second writer", version=2))
    assert reload(case).title == "Second writer"


def test_case_is_opened_closed_and_reopened_on_pages(
    hangzhou: Desk, as_mia: Client, as_ana: Client
) -> None:
    opened = as_ana.post("/investigations/new/", _facts(desk=str(hangzhou.pk), title="Page case"))
    path = opened.headers["Location"]
    closed = as_ana.post(f"{path}state/", {"verb": "close", "outcome": "other", "reason": "r"})
    reopened = as_mia.post(
        f"{path}state/", {"verb": "reopen", "desk": str(hangzhou.pk), "reason": "r"}
    )

    assert [a.status_code for a in (opened, closed, reopened)] == [302, 302, 302]
    assert "Page case" in text(as_ana.get(path))


def test_refusal_to_reopen_is_said_on_the_page(case: Investigation, as_ana: Client) -> None:
    as_ana.post(of(case, "state/"), {"verb": "close", "outcome": "other"})

    page = text(as_ana.get(of(case, "state/")))

    assert "A manager or an admin reopens a case." in page


def test_case_is_shared_and_the_share_ended_on_a_page(
    case: Investigation, as_mia: Client, as_bo: Client, solmara: Member, circle: Any
) -> None:
    form = {"grantee": str(solmara.pk), "level": "3", "purpose": "Seizure"}

    shared = as_mia.post(of(case, "share/"), form)

    assert shared.status_code == 302
    assert "Serum with mercury" in text(as_bo.get(of(case)))
    page = text(as_mia.get(of(case, "share/")))
    assert "Solmara" in page
    assert "Sealed" in text(as_mia.get(of(case, "share/preview/?level=1")))


def test_list_answers_and_seals(
    case: Investigation, as_ana: Client, as_bo: Client, as_cy: Client, share: Callable[..., Any]
) -> None:
    share(level=1, capabilities=())

    assert "Serum with mercury" in text(as_ana.get("/investigations/"))
    sealed = text(as_bo.get("/investigations/"))
    assert case.reference in sealed
    assert "Serum" not in sealed
    assert case.reference not in text(as_cy.get("/investigations/?which=all"))


def test_list_finds_by_words(case: Investigation, as_ana: Client) -> None:
    assert case.reference in text(as_ana.get("/investigations/?q=mercury"))
    assert case.reference not in text(as_ana.get("/investigations/?q=perfume"))


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "9999"])
def test_page_that_does_not_exist_is_empty_or_the_first(
    case: Investigation, as_ana: Client, page: str
) -> None:
    assert as_ana.get(f"/investigations/?page={page}").status_code == 200


PAGES = [
    "",
    "part/head/",
    "part/facts/",
    "tasks/",
    "facts/",
    "state/",
    "share/",
    "share/preview/?level=3",
    "timeline/",
]


@pytest.mark.parametrize("tail", PAGES)
def test_stranger_gets_no_page(case: Investigation, as_cy: Client, tail: str) -> None:
    real, absent = as_cy.get(of(case, tail)), as_cy.get(f"/investigations/{uuid7()}/{tail}")

    assert real.status_code == absent.status_code == 404


def test_stranger_posts_to_nothing(case: Investigation, ana: Actor, as_cy: Client) -> None:
    with scope.acting(ana):
        task = services.add_task(case.pk, services.NewTask(title="T"), actor=ana, at=MORNING)
    tails = ["tasks/", "facts/", "state/", "share/", f"share/{uuid7()}/revoke/"]
    tails += [f"tasks/{task.pk}/{verb}/" for verb in ("complete", "reopen", "assign")]

    assert {as_cy.post(of(case, tail), _facts()).status_code for tail in tails} == {404}
    assert not _only_task(case).is_done


def test_whole_story_has_pages(case: Investigation, as_ana: Client) -> None:
    assert "was opened at Hangzhou." in text(as_ana.get(of(case, "timeline/")))
    assert "was opened" not in text(as_ana.get(of(case, "timeline/?page=2")))


def test_script_in_a_title_is_text(hangzhou: Desk, ana: Actor, as_ana: Client) -> None:
    from tests.investigations.conftest import open_case

    case = open_case(ana, hangzhou, title="<script>alert(1)</script>", summary="<img onerror=x>")

    page = text(as_ana.get(of(case)))

    assert "<script>alert(1)" not in page
    assert "<img onerror" not in page
