"""Rotas, leave and swaps over the API: what each reader gets, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.duty.models import Leave, Rota, Swap
from apps.members.actors import digest
from apps.members.models import ApiKey
from tests.duty.conftest import NOON
from tests.duty.staff import DAY, FIRST, HOUR, Staff, make_staff
from tests.duty.test_serve_desks import sent
from tests.factories.world import client_of

SPAN = "from=2027-03-08T12:00Z&to=2027-03-10T12:00Z"


@pytest.fixture
def staff(ana: Actor) -> Staff:
    clock.move_to(NOON)
    return make_staff(ana)


def body(staff: Staff, **more: Any) -> dict[str, Any]:
    return {
        "name": "Second line",
        "unit": "weekly",
        "start_on": "2027-03-08",
        "start_time": "08:00",
        "people": [str(staff.cleo.user_id), str(staff.ada.user_id)],
        **more,
    }


def test_manager_makes_reads_changes_and_ends_a_rota(staff: Staff) -> None:
    client, path = client_of(staff.ana), f"desks/{staff.desk.pk}/rotas/"

    made = sent(client, "post", path, body(staff))
    one = f"{path}{made.json()['id']}/"
    changed = sent(client, "put", one, body(staff, length=2, version=1))

    assert (made.status_code, changed.status_code) == (201, 200)
    assert client.get(f"/api/v1/{one}").json() == changed.json()
    assert (changed.json()["length"], changed.json()["version"]) == (2, 2)
    assert changed.json()["people"] == body(staff)["people"]
    assert sent(client, "put", one, body(staff, version=1)).status_code == 409
    assert [row["name"] for row in client.get(f"/api/v1/{path}").json()] == [
        "First line",
        "Second line",
    ]
    assert client.delete(f"/api/v1/{one}").status_code == 204
    assert client.get(f"/api/v1/{one}").status_code == 404


def test_wrong_field_is_named(staff: Staff) -> None:
    path = f"desks/{staff.desk.pk}/rotas/"

    answer = sent(client_of(staff.ana), "post", path, body(staff, start_time="9 am"))

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["start_time"]


def test_preview_writes_nothing(staff: Staff) -> None:
    path = f"desks/{staff.desk.pk}/rotas/preview/?{SPAN}"

    added = sent(client_of(staff.ana), "post", path, body(staff)).json()
    instead = sent(
        client_of(staff.ana), "post", path, body(staff, rota_id=str(staff.rota.pk))
    ).json()

    assert len({shift["rota_id"] for shift in added["shifts"]}) == 2
    assert [shift["user_id"] for shift in instead["shifts"]] == [str(staff.cleo.user_id)]
    with scope.acting(staff.ana):
        assert [rota.name for rota in Rota.objects.all()] == ["First line"]


def test_roster_names_shifts_holes_and_when_everybody_is_on(staff: Staff) -> None:
    staff.away(staff.ben, FIRST + DAY, FIRST + DAY + HOUR)

    found = client_of(staff.ada).get(f"/api/v1/desks/{staff.desk.pk}/roster/?{SPAN}").json()

    (hole,) = found["holes"]
    assert (hole["user_id"], hole["starts_at"]) == (str(staff.ben.user_id), "2027-03-09T01:00:00Z")
    assert found["everybody"] == [["2027-03-09T01:00:00Z", "2027-03-09T02:00:00Z"]]
    assert found["shifts"][0]["rota_id"] == str(staff.rota.pk)


def test_shifts_are_ones_own_or_a_colleagues(staff: Staff, cy: Actor) -> None:
    own = client_of(staff.ben).get(f"/api/v1/duty/shifts/?{SPAN}").json()
    path = f"/api/v1/duty/shifts/?{SPAN}&user_id={staff.ben.user_id}"

    assert [shift["starts_at"] for shift in own] == ["2027-03-09T01:00:00Z"]
    assert client_of(staff.ana).get(path).json() == own
    assert client_of(cy).get(path).status_code == 404


def test_key_says_whose_shifts_it_wants(staff: Staff) -> None:
    ApiKey.objects.create(
        member_id=staff.ana.member_id,
        name="dee",
        prefix="ak_test",
        digest=digest("ak_test_dee"),
        scope=ApiKey.Scope.WRITE,
        created_at=NOON,
    )
    dee = Client(headers={"Authorization": "Bearer ak_test_dee"})

    assert dee.get("/api/v1/duty/shifts/").status_code == 400
    path = f"/api/v1/duty/shifts/?user_id={staff.ben.user_id}"
    assert dee.get(path).status_code == 200
    assert dee.get("/api/v1/duty/shifts/?user_id=ben").status_code == 400


def test_person_enters_and_ends_leave(staff: Staff) -> None:
    client = client_of(staff.ben)
    away = {"starts_at": "2027-03-20T00:00Z", "ends_at": "2027-03-21T00:00Z", "note": "Wedding"}

    made = sent(client, "post", "leave/", away)

    assert (made.status_code, made.json()["user_id"]) == (201, str(staff.ben.user_id))
    assert [row["note"] for row in client.get("/api/v1/leave/").json()["results"]] == ["Wedding"]
    assert client.delete(f"/api/v1/leave/{made.json()['id']}/").status_code == 204
    with scope.acting(staff.ana):
        assert not Leave.objects.exists()


def test_leave_of_a_colleague_is_a_managers_to_enter(staff: Staff) -> None:
    away = {
        "user_id": str(staff.ben.user_id),
        "starts_at": "2027-03-20T00:00Z",
        "ends_at": "2027-03-21T00:00Z",
    }

    assert sent(client_of(staff.ada), "post", "leave/", away).status_code == 403
    assert sent(client_of(staff.ana), "post", "leave/", away).status_code == 201


def asked(staff: Staff, **more: Any) -> dict[str, Any]:
    return {
        "rota_id": str(staff.rota.pk),
        "starts_at": "2027-03-09T01:00Z",
        "ends_at": "2027-03-10T01:00Z",
        **more,
    }


def test_shift_is_asked_declined_asked_of_all_and_taken(staff: Staff) -> None:
    ben, cleo = client_of(staff.ben), client_of(staff.cleo)
    alone = asked(staff, asked_of=str(staff.cleo.user_id))

    made = sent(ben, "post", f"desks/{staff.desk.pk}/swaps/", alone)
    path = f"swaps/{made.json()['id']}"
    declined = sent(cleo, "post", f"{path}/decline/", None)
    again = sent(ben, "post", f"{path}/ask-everybody/", None)
    taken = sent(client_of(staff.ada), "post", f"{path}/take/", None)
    late = sent(cleo, "post", f"{path}/take/", None)

    states = [answer.json().get("state") for answer in (made, declined, again, taken)]
    assert states == ["asked", "declined", "asked", "taken"]
    assert taken.json()["taken_by"] == str(staff.ada.user_id)
    assert taken.json()["collides_with"] == []
    assert (late.status_code, late.json()["code"]) == (409, "swap.taken")


def test_taking_names_what_it_collides_with(staff: Staff) -> None:
    sent(client_of(staff.ana), "post", f"desks/{staff.desk.pk}/rotas/", body(staff))
    made = sent(client_of(staff.ben), "post", f"desks/{staff.desk.pk}/swaps/", asked(staff))

    taken = sent(client_of(staff.cleo), "post", f"swaps/{made.json()['id']}/take/", None).json()

    (other,) = taken["collides_with"]
    assert (other["user_id"], other["is_swap"]) == (str(staff.cleo.user_id), False)


def test_question_is_withdrawn(staff: Staff) -> None:
    made = sent(client_of(staff.ben), "post", f"desks/{staff.desk.pk}/swaps/", asked(staff))

    gone = sent(client_of(staff.ben), "post", f"swaps/{made.json()['id']}/withdraw/", None)

    assert gone.json()["state"] == "withdrawn"
    listed = client_of(staff.ada).get(f"/api/v1/desks/{staff.desk.pk}/swaps/").json()["results"]
    assert [row["state"] for row in listed] == ["withdrawn"]


PEOPLE_ONLY = [
    ("get", "rotas/"),
    ("post", "rotas/"),
    ("post", "rotas/preview/"),
    ("get", "roster/"),
    ("get", "swaps/"),
    ("post", "swaps/"),
]


@pytest.mark.usefixtures("allied")
@pytest.mark.parametrize("asked_for", PEOPLE_ONLY)
def test_people_of_a_desk_are_no_business_of_allies_and_strangers(
    staff: Staff, bo: Actor, cy: Actor, asked_for: tuple[str, str]
) -> None:
    method, part = asked_for
    said = body(staff) | asked(staff) if method == "post" else None

    answers = [
        sent(client_of(other), method, f"desks/{staff.desk.pk}/{part}", said).status_code
        for other in (bo, cy)
    ]

    assert answers == [403, 404]


def test_swap_and_leave_of_another_member_are_unknown(
    staff: Staff, allied: None, bo: Actor, cy: Actor
) -> None:
    swap = staff.ask(staff.ben, 1)
    leave = staff.away(staff.ada, FIRST + 9 * DAY, FIRST + 10 * DAY)

    for other in (bo, cy):
        client = client_of(other)
        assert client.get(f"/api/v1/swaps/{swap.pk}/").status_code == 404
        for verb in ("take", "decline", "withdraw", "ask-everybody"):
            assert sent(client, "post", f"swaps/{swap.pk}/{verb}/", None).status_code == 404
        assert client.delete(f"/api/v1/leave/{leave.pk}/").status_code == 404
        assert client.get("/api/v1/leave/").json()["results"] == []
    with scope.acting(staff.ana):
        assert Swap.objects.get(pk=swap.pk).state == "asked"
