"""Investigations over the partner API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.investigations import services
from apps.investigations.models import Investigation, Task
from apps.members.models import Member
from tests.factories.world import client_of
from tests.investigations.conftest import MORNING, reload

pytestmark = pytest.mark.django_db
JSON = "application/json"


def of(case: Investigation, tail: str = "") -> str:
    return f"/api/v1/investigations/{case.pk}/{tail}"


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(path, body, content_type=JSON)


def test_case_is_opened_with_its_desk(hangzhou: Desk, as_ana: Client) -> None:
    answer = post(as_ana, "/api/v1/investigations/", desk_id=str(hangzhou.pk), title="Ring")

    assert answer.status_code == 201
    body = answer.json()
    assert (body["title"], body["accountable_desk_id"]) == ("Ring", str(hangzhou.pk))
    assert body["reference"].startswith("AUR-")
    custody = as_ana.get(f"/api/v1/investigations/{body['id']}/custody/").json()["results"]
    assert [(row["seq"], row["ended_at"]) for row in custody] == [(1, None)]


def test_case_is_not_opened_from_a_lead_that_cannot_be_read(hangzhou: Desk, as_ana: Client) -> None:
    answer = post(
        as_ana,
        "/api/v1/investigations/",
        desk_id=str(hangzhou.pk),
        title="Ring",
        lead_ids=[str(uuid7())],
    )

    assert answer.status_code == 404


def test_case_is_not_opened_at_a_foreign_desk(hangzhou: Desk, as_bo: Client, as_cy: Client) -> None:
    path, body = "/api/v1/investigations/", {"desk_id": str(hangzhou.pk), "title": "Ring"}

    assert post(as_bo, path, **body).status_code == 403
    assert post(as_cy, path, **body).status_code == 404


def test_list_shows_each_case_at_its_level(
    case: Investigation, as_ana: Client, as_bo: Client, as_cy: Client, share: Callable[..., Any]
) -> None:
    share(level=1, capabilities=())

    mine, theirs, none = (
        client.get("/api/v1/investigations/").json()["results"] for client in (as_ana, as_bo, as_cy)
    )

    assert mine[0]["title"] == "Serum with mercury"
    assert (theirs[0]["title"], theirs[0]["level"]) == (None, 1)
    assert none == []


@pytest.mark.parametrize(
    ("which", "count"), [("open", 1), ("mine", 1), ("held", 0), ("closed", 0), ("all", 1)]
)
def test_list_is_filtered(case: Investigation, as_ana: Client, which: str, count: int) -> None:
    answer = as_ana.get(f"/api/v1/investigations/?which={which}")

    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize("query", ["which=stolen", "severity=mild", "desk=7"])
def test_filter_that_does_not_exist_is_refused(as_ana: Client, query: str) -> None:
    assert as_ana.get(f"/api/v1/investigations/?{query}").status_code == 400


def test_stale_version_is_a_conflict(case: Investigation, as_ana: Client) -> None:
    first = as_ana.patch(of(case), {"version": 1, "title": "A"}, content_type=JSON)
    second = as_ana.patch(of(case), {"version": 1, "title": "B"}, content_type=JSON)

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "stale"


def test_owner_and_desk_cannot_be_written(case: Investigation, as_ana: Client, cy: Actor) -> None:
    as_ana.patch(
        of(case),
        {"version": 1, "member_id": str(cy.member_id), "accountable_desk_id": str(uuid7())},
        content_type=JSON,
    )

    after = reload(case)
    assert (after.member_id, after.accountable_desk_id) == (
        case.member_id,
        case.accountable_desk_id,
    )


def test_ally_reads_the_case_and_cannot_change_it(
    case: Investigation, as_bo: Client, share: Callable[..., Any]
) -> None:
    share()

    assert as_bo.get(of(case)).json()["title"] == "Serum with mercury"
    answer = as_bo.patch(of(case), {"version": 1, "title": "B"}, content_type=JSON)
    assert answer.status_code == 403
    assert answer.json()["code"] == "investigation.owner_only"
    assert post(as_bo, of(case, "close/"), outcome="other").status_code == 403
    assert reload(case).is_open


def test_tasks_are_worked_over_http(case: Investigation, as_ana: Client, mia: Actor) -> None:
    task = post(as_ana, of(case, "tasks/"), title="Call").json()["id"]

    given = post(as_ana, of(case, f"tasks/{task}/assign/"), assignee_id=str(mia.user_id)).json()
    done = post(as_ana, of(case, f"tasks/{task}/complete/")).json()
    again = post(as_ana, of(case, f"tasks/{task}/reopen/")).json()

    assert given["assignee_id"] == str(mia.user_id)
    assert done["done_at"]
    assert again["done_at"] is None
    assert [t["id"] for t in as_ana.get(of(case, "tasks/")).json()["results"]] == [task]


def test_status_close_and_reopen_over_http(
    case: Investigation, as_mia: Client, hangzhou: Desk
) -> None:
    waiting = post(as_mia, of(case, "status/"), status="waiting", reason="Customs")
    closed = post(as_mia, of(case, "close/"), outcome="seizure", reason="Prato")
    opened = post(as_mia, of(case, "reopen/"), desk_id=str(hangzhou.pk), reason="More")

    assert [a.json()["status"] for a in (waiting, closed, opened)] == ["waiting", "closed", "open"]


def test_access_is_given_previewed_and_ended(
    case: Investigation, as_mia: Client, as_bo: Client, solmara: Member, circle: Any
) -> None:
    preview = as_mia.get(of(case, "grants/preview/?level=1")).json()
    given = post(
        as_mia, of(case, "grants/"), grantee_id=str(solmara.pk), level=3, purpose="Seizure"
    )
    seen = as_bo.get(of(case)).status_code
    ended = post(as_mia, of(case, f"grants/{given.json()['id']}/revoke/"), reason="over")

    assert preview["title"] is None
    assert (given.status_code, seen, ended.status_code) == (201, 200, 204)
    assert as_bo.get(of(case)).status_code == 404
    assert as_bo.get(of(case, "tombstone/")).json()["reason"] == "over"


def test_timeline_is_paged_sentences(case: Investigation, as_ana: Client) -> None:
    rows = as_ana.get(of(case, "timeline/")).json()["results"]

    opened = next(row for row in rows if row["name"] == "investigation.opened")
    assert opened["text"] == f"{case.reference} was opened at Hangzhou."
    assert opened["desk_time_zone"] == "Asia/Shanghai"


READS = [
    "",
    "custody/",
    "timeline/",
    "tombstone/",
    "tasks/",
    "leads/",
    "grants/",
    "grants/preview/?level=3",
]
WRITES: dict[str, dict[str, Any]] = {
    "status/": {"status": "waiting", "reason": "x"},
    "close/": {"outcome": "other"},
    "tasks/": {"title": "x"},
    "leads/": {"lead_ids": [str(uuid7())]},
    "grants/": {"grantee_id": str(uuid7()), "level": 1, "purpose": "x"},
}


@pytest.mark.parametrize("tail", READS)
def test_stranger_reads_the_same_404_as_for_nothing(
    case: Investigation, as_cy: Client, tail: str
) -> None:
    real = as_cy.get(of(case, tail))
    absent = as_cy.get(f"/api/v1/investigations/{uuid7()}/{tail}")

    assert real.status_code == absent.status_code == 404
    assert real.content == absent.content


@pytest.mark.parametrize("tail", WRITES)
def test_stranger_writes_nothing(
    case: Investigation, as_cy: Client, angeles: Desk, tail: str
) -> None:
    assert post(as_cy, of(case, tail), **WRITES[tail]).status_code == 404
    assert reload(case).version == 1


def test_stranger_changes_nothing_of_the_parts(
    case: Investigation, ana: Actor, as_cy: Client, angeles: Desk, share: Callable[..., Any]
) -> None:
    given = share()
    with scope.acting(ana):
        task = services.add_task(case.pk, services.NewTask(title="T"), actor=ana, at=MORNING)
    patched = as_cy.patch(of(case), {"version": 1, "title": "x"}, content_type=JSON)
    reopened = post(as_cy, of(case, "reopen/"), desk_id=str(angeles.pk), reason="x")

    answers = [patched, reopened]
    answers += [post(as_cy, of(case, f"tasks/{task.pk}/{v}/")) for v in ("complete", "reopen")]
    answers += [post(as_cy, of(case, f"tasks/{task.pk}/assign/"), assignee_id=None)]
    answers += [post(as_cy, of(case, f"leads/{uuid7()}/unlink/"))]
    answers += [post(as_cy, of(case, f"grants/{given.pk}/revoke/"), reason="x")]

    assert {answer.status_code for answer in answers} == {404}
    with scope.acting(ana):
        assert not Task.objects.get(pk=task.pk).is_done


def test_stripped_filters_still_show_a_stranger_nothing(case: Investigation, cy: Actor) -> None:
    with scope.acting(cy):
        assert not Investigation.objects.exists()
        assert not Task.objects.exists()


def test_key_of_a_partner_reads_and_works(case: Investigation, as_dee: Client) -> None:
    assert as_dee.get(of(case)).json()["title"] == "Serum with mercury"
    assert post(as_dee, of(case, "tasks/"), title="Fetch the samples").status_code == 201


def test_list_takes_a_constant_number_of_queries(
    hangzhou: Desk, ana: Actor, django_assert_max_num_queries: Any
) -> None:
    from tests.investigations.conftest import open_case

    client = client_of(ana)
    for number in range(5):
        open_case(ana, hangzhou, title=f"Case {number}")

    with django_assert_max_num_queries(25):
        assert len(client.get("/api/v1/investigations/").json()["results"]) == 5
