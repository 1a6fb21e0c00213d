"""Leads shared: the audience from the first instant, previews, versions, the end of access."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from apps.core import access, clock, scope
from apps.core.actor import Actor
from apps.core.models import Access
from apps.leads import services
from apps.leads.models import Lead
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant, Tombstone
from tests.factories.world import client_of, make_person
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
LIST = "/api/v1/leads/"
DAY = timedelta(days=1)


@pytest.fixture
def sol(solmara: Any, circle: Circle) -> Actor:
    return make_person("Sol Reis", solmara, role="manager")


def send(client: Client, path: str, body: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(
        f"/api/v1/{path}", body if body is not None else {}, content_type="application/json"
    )


def to_member(ally: Actor, *, level: int = 2, **more: Any) -> dict[str, Any]:
    told = {"kind": "member", "id": str(ally.member_id), "level": level, "purpose": "Same seller"}
    return {**told, **more}


def to_circle(circle: Circle, *, level: int = 2) -> dict[str, Any]:
    return {"kind": "circle", "id": str(circle.pk), "level": level, "purpose": "Same seller"}


def share(lead: Lead, owner: Actor, ally: Actor, *, level: int = 2, **more: Any) -> Grant:
    to = sharing.Grantee(kind="member", id=ally.member_id)
    one = services.Share(to=to, terms=sharing.Terms(level=level, purpose="Same seller", **more))
    with scope.acting(owner):
        return services.share_lead(lead.pk, [one], actor=owner, at=clock.now())[0]


def level(actor: Actor, lead: Lead) -> int:
    with scope.acting(actor):
        return access.level(actor, "lead", lead.pk)


def test_audience_of_a_report_reads_it_from_its_first_instant(
    as_mia: Client, as_bo: Client, bo: Actor
) -> None:
    body = {"title": "Fake serum", "domains": ["a.example"], "audience": [to_member(bo)]}

    made = send(as_mia, "leads/", body)

    assert made.status_code == 201
    assert as_bo.get(f"{LIST}{made.json()['id']}/").json()["level"] == 2


def test_report_with_an_unsound_audience_is_not_made(
    as_mia: Client, as_ana: Client, mia: Actor, bo: Actor, cy: Actor
) -> None:
    stranger, own = to_member(cy), to_member(mia)
    for client, one in ((as_mia, stranger), (as_mia, own), (as_ana, to_member(bo, level=3))):
        body = {"title": "Fake serum", "audience": [to_member(bo), one]}
        assert send(client, "leads/", body).status_code in {400, 403}

    with scope.acting(mia):
        assert not Lead.objects.exists()
        assert not Access.objects.filter(subject_type="lead").exists()


def test_batch_takes_an_audience_for_each_lead(
    as_mia: Client, as_bo: Client, bo: Actor, cy: Actor, circle: Circle
) -> None:
    green = {"title": "Green", "tlp": "green", "audience": [to_circle(circle)]}
    items = [
        {"title": "Mine"},
        {"title": "Shared", "audience": [to_member(bo)]},
        {"title": "Unsound", "audience": [to_member(cy)]},
        green,
        {**green, "title": "Amber", "tlp": "amber"},
    ]

    results = send(as_mia, "leads/batch/", {"leads": items}).json()["results"]

    assert [one["status"] for one in results] == [201, 201, 400, 201, 400]
    seen = {one["id"] for one in as_bo.get(LIST).json()["results"]}
    assert seen == {results[1]["id"], results[3]["id"]}


def test_preview_shows_what_the_reader_will_get(
    as_mia: Client, as_bo: Client, mia: Actor, bo: Actor, report: Report
) -> None:
    lead = report(mia, "Serum", email="sales@shop.example", brand="Lumen", description="Text")
    for wanted in (1, 2, 3, 4):
        audience = {"audience": [to_member(bo, level=wanted)]}
        shown = send(as_mia, f"leads/{lead.pk}/grants/preview/", audience).json()[0]
        assert as_bo.get(f"{LIST}{lead.pk}/").status_code == (404 if wanted == 1 else 200)
        share(lead, mia, bo, level=wanted)

        assert shown["lead"] == as_bo.get(f"{LIST}{lead.pk}/").json()
        assert (shown["leaves"], shown["enters"], shown["allowed"]) == ("CN", ["BR"], True)
        assert shown["count"] == len(shown["fields_shown"]) > 0


def test_preview_says_why_it_would_be_refused(
    ana: Actor, bo: Actor, cy: Actor, circle: Circle, report: Report
) -> None:
    lead, as_ana = report(ana, "Serum"), client_of(ana)
    path = f"leads/{lead.pk}/grants/preview/"

    high = send(as_ana, path, {"audience": [to_member(bo, level=3)]}).json()[0]
    wide = send(as_ana, path, {"audience": [to_circle(circle)]}).json()[0]

    assert "manager" in high["reason"]
    assert "TLP:GREEN" in wide["reason"]
    assert send(as_ana, path, {"audience": [to_member(cy)]}).status_code == 400


def test_other_terms_are_a_successor_and_the_earlier_stays(
    as_mia: Client, mia: Actor, bo: Actor, report: Report
) -> None:
    lead = report(mia, "Serum")
    given = share(lead, mia, bo, level=3)
    path = f"leads/{lead.pk}/grants/{given.pk}/change/"

    made = send(as_mia, path, {"level": 1, "purpose": "Narrower"}).json()

    assert (made["version"], made["replaces_id"]) == (2, str(given.pk))
    assert level(bo, lead) == 1
    with scope.acting(mia):
        given.refresh_from_db()
        assert (given.level, given.state) == (3, "superseded")
    with scope.acting(bo):
        assert not Tombstone.objects.exists()
    assert send(as_mia, path, {"level": 4, "purpose": "Again"}).status_code == 409


def test_nothing_is_given_that_a_lead_does_not_have(
    as_mia: Client, mia: Actor, bo: Actor, report: Report
) -> None:
    lead = report(mia, "Serum")
    wanted = to_member(bo, capabilities=["comment"])

    answer = send(as_mia, f"leads/{lead.pk}/grants/", {"audience": [wanted]})

    assert answer.status_code == 400
    assert level(bo, lead) == 0
    assert "Comment" not in as_mia.get(f"/leads/{lead.pk}/share/").content.decode()


def test_terms_of_a_grant_never_change(mia: Actor, bo: Actor, report: Report) -> None:
    given = share(report(mia, "Serum"), mia, bo, level=1)
    for change in ({"level": 4}, {"capabilities": ["export"]}, {"expires_at": None}):
        with scope.acting(mia), pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=given.pk).update(**change)


def test_grant_begins_when_it_says_and_lasts_180_days(
    mia: Actor, bo: Actor, report: Report
) -> None:
    lead, at = report(mia, "Serum"), clock.now()
    given = share(lead, mia, bo, not_before=at + DAY)

    assert (given.state, level(bo, lead)) == ("waiting", 0)
    assert given.expires_at == given.not_before + 180 * DAY
    with scope.acting(Actor.system(mia.member_id)):
        sharing.begin_grant(given.pk, at + DAY - timedelta(seconds=1))
        assert level(bo, lead) == 0
        sharing.begin_grant(given.pk, at + DAY)
    assert level(bo, lead) == 2


def test_revoked_waiting_grant_never_begins(mia: Actor, bo: Actor, report: Report) -> None:
    lead, at = report(mia, "Serum"), clock.now()
    given = share(lead, mia, bo, not_before=at + DAY)
    with scope.acting(mia):
        services.revoke_share(lead.pk, given.pk, reason="", actor=mia, at=at)
    with scope.acting(Actor.system(mia.member_id)):
        sharing.begin_grant(given.pk, at + 2 * DAY)

    assert level(bo, lead) == 0


def test_end_of_access_leaves_a_tombstone_and_the_duty_to_delete(
    as_mia: Client, mia: Actor, bo: Actor, as_bo: Client, report: Report
) -> None:
    lead = report(mia, "Serum")
    given = share(lead, mia, bo, level=3)
    assert as_bo.get(f"{LIST}{lead.pk}/").status_code == 200
    with scope.acting(bo):
        copies = [(("lead", lead.pk), mia.member_id, 3)] * 2
        sharing.record_exports(copies, format_name="csv", actor=bo, at=clock.now())
    assert as_bo.get(f"{LIST}{lead.pk}/tombstone/").status_code == 404

    assert send(as_mia, f"leads/{lead.pk}/grants/{given.pk}/revoke/").status_code == 204

    assert as_bo.get(f"{LIST}{lead.pk}/").status_code == 404
    assert as_bo.get(f"{LIST}{lead.pk}/tombstone/").json()["owner_id"] == str(mia.member_id)
    duty = as_bo.get("/api/v1/deletions/").json()["results"][0]
    assert (duty["copies"], duty["acknowledged_at"]) == (2, None)
    assert send(as_mia, f"deletions/{duty['id']}/acknowledge/").status_code == 404
    assert send(as_bo, f"deletions/{duty['id']}/acknowledge/").status_code == 200
    assert send(as_bo, f"deletions/{duty['id']}/acknowledge/").status_code == 409
    assert as_mia.get("/api/v1/deletions/").json()["results"][0]["acknowledged_at"]


def test_owner_alone_sees_who_reads_and_has_copies(
    mia: Actor, bo: Actor, as_bo: Client, as_cy: Client, report: Report
) -> None:
    lead, as_mia = report(mia, "Serum"), client_of(mia)
    share(lead, mia, bo, level=4)
    for _time in range(2):
        as_bo.get(f"{LIST}{lead.pk}/")
    as_mia.get(f"{LIST}{lead.pk}/")

    readers = as_mia.get(f"{LIST}{lead.pk}/readers/").json()["results"]

    assert [(r["member_id"], r["user_id"], r["level"], r["count"]) for r in readers] == [
        (str(bo.member_id), str(bo.user_id), 4, 1)
    ]
    for path in ("readers", "copies"):
        for client in (as_bo, as_cy):
            assert client.get(f"{LIST}{lead.pk}/{path}/").status_code == 404


def test_grantee_passes_nothing_on_and_changes_no_terms(
    mia: Actor, sol: Actor, report: Report, circle: Circle, cy: Actor
) -> None:
    lead = report(mia, "Serum", tlp="green")
    given = share(lead, mia, sol, level=4, capabilities=("act", "reshare"))
    as_sol = client_of(sol)
    body = {"level": 4, "purpose": "Mine"}
    for path, sent in (
        ("grants/", {"audience": [to_circle(circle)]}),
        ("grants/preview/", {"audience": [to_circle(circle)]}),
        (f"grants/{given.pk}/change/", body),
    ):
        assert send(as_sol, f"leads/{lead.pk}/{path}", sent).status_code == 404
    assert send(as_sol, f"leads/{lead.pk}/", {"tlp": "clear"}, "patch").status_code == 403

    shown = as_sol.get("/api/v1/leads/shared/").json()["results"]
    assert [one["id"] for one in shown] == [str(given.pk)]


def test_named_person_reads_it_and_no_colleague_does(
    mia: Actor, bo: Actor, sol: Actor, as_mia: Client, report: Report
) -> None:
    lead = report(mia, "Serum", tlp="red")
    told = {"kind": "person", "level": 4, "purpose": "Raid"}
    path = f"leads/{lead.pk}/grants/"
    unknown = {"audience": [{**told, "email": "nobody@sol.example"}]}
    assert send(as_mia, path, unknown).status_code == 400
    given = send(as_mia, path, {"audience": [{**told, "email": "bo.duarte@sol.example"}]}).json()

    as_bo, as_sol = client_of(bo), client_of(sol)
    assert as_bo.get(f"{LIST}{lead.pk}/").json()["title"] == "Serum"
    assert b"Serum" in as_bo.get(f"/leads/{lead.pk}/").content
    assert b"To you alone" in as_bo.get("/leads/shared/").content
    assert [one["id"] for one in as_bo.get(f"{LIST}named/").json()] == [given[0]["id"]]
    assert [one["id"] for one in as_bo.get(LIST).json()["results"]] == [str(lead.pk)]
    assert as_sol.get(LIST).json()["results"] == []
    assert as_sol.get(f"{LIST}{lead.pk}/").status_code == 404
    assert as_sol.get(f"{LIST}named/").json() == []

    assert send(as_mia, f"{path}{given[0]['id']}/revoke/").status_code == 204
    assert as_bo.get(f"{LIST}{lead.pk}/").status_code == 404
