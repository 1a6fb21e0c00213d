"""The pages of rotas and shifts: what each reader finds, what a button does, what a form keeps."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.duty import selectors, services
from apps.duty.models import Leave, Rota, Swap
from tests.duty.conftest import NOON, desk_of
from tests.duty.staff import DAY, FIRST, HOUR, Staff, facts, make_staff, user_of
from tests.factories.world import client_of


@pytest.fixture
def staff(ana: Actor) -> Staff:
    clock.move_to(NOON)
    return make_staff(ana)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def form(staff: Staff, *people: Actor, **more: str) -> dict[str, str]:
    said = {
        "name": "Second line",
        "length": "1",
        "unit": "daily",
        "start_on": "2027-03-08",
        "start_time": "09:00",
        "order": "1",
    }
    said |= {f"place_{user_of(person)}": str(n) for n, person in enumerate(people, 1)}
    return said | more


def test_page_draws_a_row_per_person_and_says_who_is_on(staff: Staff) -> None:
    text = page(client_of(staff.ada), f"/desks/{staff.desk.pk}/rotas/")

    assert "On duty now: <b><bdi>Ada One</bdi></b>." in text
    assert text.count('<th scope="row">') == 3
    assert "every day at 09:00, from 8 March 2027" in text
    assert "No shift stands empty" in text


def test_hole_is_said_and_its_button_asks_the_desk(staff: Staff) -> None:
    staff.away(staff.ben, FIRST + DAY, FIRST + 2 * DAY)
    client, path = client_of(staff.ana), f"/desks/{staff.desk.pk}/rotas/"

    text = page(client, path)
    assert "<b>1 shift</b> stands empty" in text
    assert "Ben Two is on leave and nobody has taken the shift" in text
    assert "Everybody who sits here and is not on leave is on duty then" in text
    button = re.search(r'action="/desks/[^"]+/swaps/">(.*?)</form>', text, re.DOTALL)
    assert button is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button[1]))
    answer = client.post(f"/desks/{staff.desk.pk}/swaps/", sent)

    assert answer.headers["Location"] == path
    with scope.acting(staff.ana):
        (swap,) = Swap.objects.all()
    assert (swap.asker_id, swap.starts_at) == (staff.ben.user_id, FIRST + DAY)


def test_clock_change_is_explained(ana: Actor) -> None:
    clock.move_to(NOON)
    desk = desk_of(ana, "San Francisco", "America/Los_Angeles", "00:00", "24:00")
    with scope.acting(ana):
        services.put_person(desk.pk, user_of(ana), actor=ana, at=NOON)

    text = page(client_of(ana), f"/desks/{desk.pk}/rotas/")

    assert re.search(r"On 14 March 2027 the clocks go forward by [^,]+, to 03:00", text)
    assert "rb-dst" in text


def test_manager_adds_a_rota_from_the_form(staff: Staff) -> None:
    path = f"/desks/{staff.desk.pk}/rotas/"

    answer = client_of(staff.ana).post(f"{path}new/", form(staff, staff.cleo, staff.ada))

    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    with scope.acting(staff.ana):
        rota = Rota.objects.get(name="Second line")
        assert selectors.said(rota, NOON).terms.people == [staff.cleo.user_id, staff.ada.user_id]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"start_time": "9 am"}, "Write HH:MM, from 00:00 to 23:59."),
        ({"length": "800"}, "less than or equal to 744"),
        ({"unit": "weekly", "length": "60"}, "lasts from 1 to 52 units"),
    ],
)
def test_refused_rota_keeps_what_was_typed(
    staff: Staff, wrong: dict[str, str], sentence: str
) -> None:
    path = f"/desks/{staff.desk.pk}/rotas/new/"

    answer = client_of(staff.ana).post(path, form(staff, staff.cleo, **wrong))

    text = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="Second line"' in text
    assert sentence in text


def test_two_people_on_one_place_are_refused(staff: Staff) -> None:
    said = form(staff, staff.cleo, **{f"place_{user_of(staff.ada)}": "1"})

    answer = client_of(staff.ana).post(f"/desks/{staff.desk.pk}/rotas/new/", said)

    assert "Two people have the same place" in answer.content.decode()


def test_nobody_in_the_order_is_refused_on_the_form(staff: Staff) -> None:
    answer = client_of(staff.ana).post(f"/desks/{staff.desk.pk}/rotas/new/", form(staff))

    assert answer.status_code == 400
    assert "Name at least one person who takes a turn." in answer.content.decode()


def test_stale_rota_form_is_kept_and_can_be_sent_again(staff: Staff) -> None:
    path = f"/desks/{staff.desk.pk}/rotas/{staff.rota.pk}/"
    client, said = client_of(staff.ana), form(staff, staff.cleo, name="Mine", version="0")

    stale = client.post(path, said)

    text = stale.content.decode()
    assert stale.status_code == 400
    assert "Somebody changed this" in text
    assert 'value="Mine"' in text
    assert client.post(path, said | {"version": "1"}).status_code == 302
    with scope.acting(staff.ana):
        assert Rota.objects.get(pk=staff.rota.pk).name == "Mine"


def test_preview_draws_what_is_typed_and_keeps_nothing(staff: Staff) -> None:
    path = f"/desks/{staff.desk.pk}/rotas/preview/"

    answer = client_of(staff.ana).post(path, form(staff, staff.cleo))

    text = answer.content.decode()
    assert "This is how it would be" in text
    assert "rb-on" in text
    assert "<html" not in text
    with scope.acting(staff.ana):
        assert Rota.objects.count() == 1


def test_preview_says_what_the_form_still_lacks(staff: Staff) -> None:
    path = f"/desks/{staff.desk.pk}/rotas/preview/"

    half = client_of(staff.ana).post(path, form(staff, start_time="")).content.decode()
    nobody = client_of(staff.ana).post(path, form(staff)).content.decode()

    assert "follows as soon as the form is complete" in half
    assert "Name at least one person who takes a turn." in nobody


@pytest.mark.parametrize(
    ("start_on", "start_time", "sentence"),
    [
        ("2027-03-14", "02:30", "On 14 March 2027 the clocks skip 02:30"),
        ("2027-11-07", "01:30", "On 7 November 2027 the clocks show 01:30 twice"),
    ],
)
def test_start_that_a_clock_change_moves_is_explained_where_it_is_typed(
    ana: Actor, start_on: str, start_time: str, sentence: str
) -> None:
    clock.move_to(NOON)
    desk = desk_of(ana, "San Francisco", "America/Los_Angeles", "00:00", "24:00")
    with scope.acting(ana):
        services.put_person(desk.pk, user_of(ana), actor=ana, at=NOON)
    said = {
        "name": "Night",
        "length": "1",
        "unit": "weekly",
        "start_on": start_on,
        "start_time": start_time,
        "order": "0",
        f"place_{ana.user_id}": "1",
    }

    text = client_of(ana).post(f"/desks/{desk.pk}/rotas/preview/", said).content.decode()

    assert sentence in text


def test_analyst_sees_the_rota_but_no_form(staff: Staff) -> None:
    client = client_of(staff.ada)

    text = page(client, f"/desks/{staff.desk.pk}/rotas/")

    assert "Only a manager or an admin can change desks." in text
    assert "rotas/new/" not in text
    answer = client.post(f"/desks/{staff.desk.pk}/rotas/new/", form(staff, staff.ada))
    assert "Only a manager or an admin can change desks." in answer.content.decode()
    with scope.acting(staff.ana):
        assert Rota.objects.count() == 1


def test_own_shifts_stand_in_both_local_times(staff: Staff) -> None:
    """Ben reads in UTC; the desk is in Hangzhou."""
    text = page(client_of(staff.ben), "/my-shifts/")

    assert "Your next shift starts" in text
    assert "Tue 9 Mar 01:00 – Wed 10 Mar 01:00" in text
    assert "Tue 9 Mar 09:00 – Wed 10 Mar 09:00" in text


def test_shift_is_asked_and_taken_in_one_click_each(staff: Staff) -> None:
    ben, cleo = client_of(staff.ben), client_of(staff.cleo)
    text = page(ben, "/my-shifts/")
    ask = re.search(r'action="/desks/[^"]+/swaps/">(.*?)</form>', text, re.DOTALL)
    assert ask is not None
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', ask[1]))

    ben.post(f"/desks/{staff.desk.pk}/swaps/", sent | {"asked_of": ""})
    offered = page(cleo, "/my-shifts/")
    take = re.search(r'action="(/swaps/[^"]+/take/)"', offered)
    assert take is not None
    cleo.post(take[1])

    assert "<bdi>Ben Two</bdi> asks everybody at the desk." in offered
    assert staff.on(FIRST + DAY) == ["cleo"]


def test_question_is_declined_then_asked_of_all_then_withdrawn(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1, asked_of=staff.cleo.user_id)
    path, states = f"/swaps/{swap.pk}", []

    for who, verb in ((staff.cleo, "decline"), (staff.ben, "everybody"), (staff.ben, "withdraw")):
        client_of(who).post(f"{path}/{verb}/")
        with scope.acting(staff.ana):
            states.append(Swap.objects.get(pk=swap.pk).state)

    assert states == ["declined", "asked", "withdrawn"]


def test_button_that_would_be_refused_says_why(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    staff.away(staff.cleo, FIRST + DAY, FIRST + DAY + HOUR)

    text = page(client_of(staff.cleo), "/my-shifts/")

    assert f'aria-disabled="true" aria-describedby="why-{swap.pk.hex}"' in text
    assert "You are on leave then: end your leave first." in text


def test_late_taker_reads_why_not(staff: Staff) -> None:
    swap = staff.ask(staff.ben, 1)
    staff.take(staff.ada, swap)

    answer = client_of(staff.cleo).post(f"/swaps/{swap.pk}/take/", follow=True)

    assert "Somebody has already taken this shift." in answer.content.decode()


def test_collision_is_said_when_the_shift_is_taken(staff: Staff) -> None:
    with scope.acting(staff.ana):
        second = facts(staff.cleo, name="Second", order=1)
        services.create_rota(staff.desk.pk, second, actor=staff.ana, at=NOON)
    swap = staff.ask(staff.ben, 1)
    client = client_of(staff.cleo)

    before = page(client, "/my-shifts/")
    after = client.post(f"/swaps/{swap.pk}/take/", follow=True).content.decode()

    assert "You have another shift at the same time: you would have both." in before
    assert "You have another shift at the same time: you have both." in after


def test_leave_is_read_on_ones_own_clocks_and_ended(staff: Staff) -> None:
    client = client_of(staff.ben)

    client.post("/leave/", {"starts_at": "2027-03-20T00:00", "ends_at": "2027-03-21T00:00"})
    with scope.acting(staff.ana):
        (leave,) = Leave.objects.all()
    client.post(f"/leave/{leave.pk}/end/")

    assert leave.starts_at.isoformat() == "2027-03-20T00:00:00+00:00"
    with scope.acting(staff.ana):
        assert not Leave.objects.exists()


def test_managers_leave_for_a_colleague_is_read_on_the_desks_clocks(staff: Staff) -> None:
    said = {
        "user_id": str(staff.ben.user_id),
        "starts_at": "2027-03-20T00:00",
        "ends_at": "2027-03-21T00:00",
    }

    client_of(staff.ana).post(f"/desks/{staff.desk.pk}/leave/", said)

    with scope.acting(staff.ana):
        assert Leave.objects.get().starts_at.isoformat() == "2027-03-19T16:00:00+00:00"


def test_refused_leave_keeps_its_text(staff: Staff) -> None:
    said = {"starts_at": "2027-03-21T00:00", "ends_at": "2027-03-20T00:00", "note": "Wedding"}

    own = client_of(staff.ben).post("/leave/", said)
    named = {**said, "user_id": str(staff.ben.user_id)}
    managers = client_of(staff.ana).post(f"/desks/{staff.desk.pk}/leave/", named)

    for answer in (own, managers):
        assert answer.status_code == 400
        assert "The end must be after the start." in answer.content.decode()
        assert 'value="Wedding"' in answer.content.decode()


def test_desk_page_marks_who_is_on_duty_now(staff: Staff) -> None:
    text = page(client_of(staff.ana), f"/desks/{staff.desk.pk}/")

    assert text.count("avatar avatar-sm on") == 1


ADDRESSES = ["rotas/", "rotas/new/", "rotas/preview/", "swaps/", "leave/"]


@pytest.mark.usefixtures("allied")
@pytest.mark.parametrize("part", ADDRESSES)
def test_ally_is_refused_and_stranger_finds_nothing(
    staff: Staff, bo: Actor, cy: Actor, part: str
) -> None:
    path = f"/desks/{staff.desk.pk}/{part}"

    for other, status in ((bo, 403), (cy, 404)):
        client = client_of(other)
        answer: Any = client.get(path) if part == "rotas/" else client.post(path)
        assert answer.status_code == status
        assert "Ada One" not in answer.content.decode()


def test_own_page_of_a_stranger_is_empty(staff: Staff, cy: Actor) -> None:
    staff.ask(staff.ben, 1)

    text = page(client_of(cy), "/my-shifts/")

    assert "You have no shift in the coming 28 days." in text
    assert "Ben Two" not in text


def test_pages_cost_the_same_queries_for_many_swaps(
    staff: Staff, django_assert_max_num_queries: Any
) -> None:
    for day in (1, 4, 7, 10):
        staff.ask(staff.ben, day)
        staff.away(staff.ada, FIRST + (day + 20) * DAY, FIRST + (day + 21) * DAY)

    client = client_of(staff.ana)
    client.get("/")
    with django_assert_max_num_queries(45):
        client.get(f"/desks/{staff.desk.pk}/rotas/")
