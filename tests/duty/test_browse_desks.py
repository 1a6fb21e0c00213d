"""Desks and coverage as pages: what each reader finds and what a form answers."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.duty import selectors, services
from apps.duty.models import Desk, DutyWindow
from apps.duty.weeks import monday_of
from tests.duty.conftest import NOON, desk_of
from tests.factories.world import client_of

MILAN = {
    "name": "Milan",
    "tz": "Europe/Rome",
    "country": "it",
    "languages": "it, en",
    "capacity": "12",
    "offer_lead": "30",
    "ack_within": "15",
    "overlap": "15",
    "order": "2",
    "is_active": "on",
}
NO_WINDOWS = {"windows-TOTAL_FORMS": "1", "windows-INITIAL_FORMS": "0"}


def test_nobody_signed_in_goes_to_the_door(db: None) -> None:
    assert Client().get("/desks/").status_code == 302


def test_list_tells_who_is_on_duty(ana: Actor, hangzhou: Desk) -> None:
    desk_of(ana, "Always", "UTC", "00:00", "24:00", days=(0, 1, 2, 3, 4, 5, 6))

    page = client_of(ana).get("/desks/").content.decode()

    assert "Hangzhou" in page
    assert "always on duty" in page
    assert "rb-on" in page


def test_unallied_member_sees_no_trace(cy: Actor, hangzhou: Desk) -> None:
    client = client_of(cy)

    assert "Hangzhou" not in client.get("/desks/").content.decode()
    assert "Hangzhou" not in client.get("/coverage/?week=2027-03-08").content.decode()
    assert client.get(f"/desks/{hangzhou.pk}/").status_code == 404


def test_ally_reads_the_card_without_forms_people_or_reasons(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk
) -> None:
    at = clock.now()
    with scope.acting(ana):
        services.put_person(hangzhou.pk, ana.user_id, actor=ana, at=at)
        services.add_closure(
            hangzhou.pk, at, at + timedelta(hours=1), reason="Raid", actor=ana, at=at
        )

    page = client_of(bo).get(f"/desks/{hangzhou.pk}/").content.decode()

    assert "Only the desk&#x27;s own member can change it." in page
    assert "Raid" not in page
    assert "Aurelis Hangzhou" not in page
    assert f"/desks/{hangzhou.pk}/windows/" not in page


PARTS = ["", "windows/", "holidays/", "closures/", "extra-cover/", "people/"]


@pytest.mark.parametrize("part", PARTS)
def test_ally_may_not_post(ana: Actor, bo: Actor, allied: None, hangzhou: Desk, part: str) -> None:
    answer = client_of(bo).post(f"/desks/{hangzhou.pk}/{part}", MILAN)

    assert answer.status_code == 403


@pytest.mark.parametrize("part", [*PARTS, "holidays/fill/"])
def test_unallied_member_posts_to_nothing(ana: Actor, cy: Actor, hangzhou: Desk, part: str) -> None:
    answer = client_of(cy).post(f"/desks/{hangzhou.pk}/{part}", MILAN)

    assert answer.status_code == 404
    with scope.acting(ana):
        assert selectors.desk(ana, hangzhou.pk).version == hangzhou.version


def test_manager_opens_a_desk_and_sets_its_hours(ana: Actor) -> None:
    client = client_of(ana)

    made = client.post("/desks/new/", MILAN)
    rows = NO_WINDOWS | {
        "windows-0-days": ["0", "4"],
        "windows-0-start": "22:00",
        "windows-0-end": "06:00",
        "version": "1",
    }
    saved = client.post(f"{made.headers['Location']}windows/", rows)

    assert (made.status_code, saved.status_code) == (302, 302)
    with scope.acting(ana):
        window = DutyWindow.objects.get()
        assert (window.days, window.start, window.end) == ([0, 4], "22:00", "06:00")
        assert window.desk.country == "IT"
    page = client.get(made.headers["Location"]).content.decode()
    assert "22:00–06:00" in page


def test_refused_desk_keeps_what_was_typed(ana: Actor) -> None:
    answer = client_of(ana).post("/desks/new/", MILAN | {"tz": "Mars/Base"})

    assert answer.status_code == 400
    assert "Mars/Base" in answer.content.decode()
    assert "is not a time zone" in answer.content.decode()


def test_stale_form_is_kept_and_can_be_sent_again(ana: Actor, hangzhou: Desk) -> None:
    client = client_of(ana)
    path = f"/desks/{hangzhou.pk}/"

    stale = client.post(path, MILAN | {"version": "1"})

    assert stale.status_code == 400
    page = stale.content.decode()
    assert "Somebody changed this" in page
    assert f'name="version" value="{hangzhou.version}"' in page
    assert client.post(path, MILAN | {"version": hangzhou.version}).status_code == 302


def test_wrong_hours_are_said_at_their_row(ana: Actor, hangzhou: Desk) -> None:
    rows = NO_WINDOWS | {"windows-0-start": "25:00", "windows-0-end": "06:00"}

    answer = client_of(ana).post(f"/desks/{hangzhou.pk}/windows/", rows)

    assert answer.status_code == 400
    assert "Write HH:MM" in answer.content.decode()
    with scope.acting(ana):
        assert DutyWindow.objects.get().start == "09:00"


def test_broken_management_form_is_refused(ana: Actor, hangzhou: Desk) -> None:
    answer = client_of(ana).post(f"/desks/{hangzhou.pk}/windows/", {"version": "x"})

    assert answer.status_code == 400


def test_exceptions_are_written_on_the_desks_own_clock(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"/desks/{hangzhou.pk}/"
    times = {"starts_at": "2027-03-09T09:00", "ends_at": "2027-03-09T12:00", "reason": "Move"}

    client.post(f"{path}closures/", times)
    client.post(f"{path}extra-cover/", times)
    client.post(f"{path}holidays/", {"on": "2027-03-10", "name": "Team"})
    client.post(f"{path}people/", {"user_id": str(ana.user_id)})

    with scope.acting(ana):
        (closure,) = selectors.closures(hangzhou)
        (cover,) = selectors.extra_cover(hangzhou)
        assert closure.starts_at.isoformat() == "2027-03-09T01:00:00+00:00"
        assert selectors.people(hangzhou) == [ana.user_id]
    client.post(f"{path}closures/{closure.pk}/remove/")
    client.post(f"{path}extra-cover/{cover.pk}/remove/")
    client.post(f"{path}people/{ana.user_id}/remove/")
    with scope.acting(ana):
        assert (selectors.closures(hangzhou), selectors.extra_cover(hangzhou)) == ([], [])
        assert selectors.people(hangzhou) == []


def test_backward_closure_is_refused_with_its_text(ana: Actor, hangzhou: Desk) -> None:
    times = {"starts_at": "2027-03-09T12:00", "ends_at": "2027-03-09T09:00", "reason": "Move"}

    answer = client_of(ana).post(f"/desks/{hangzhou.pk}/closures/", times)

    assert answer.status_code == 400
    assert "The end must be after the start." in answer.content.decode()
    assert 'value="Move"' in answer.content.decode()


def test_coverage_week_tells_hours_gaps_and_clock_change(ana: Actor) -> None:
    desk_of(ana, "San Francisco", "America/Los_Angeles", "07:00", "15:00")

    page = client_of(ana).get("/coverage/?week=2027-03-10").content.decode()

    assert "Coverage, 8–14 Mar 2027" in page
    assert "<b>40 of 168 hours</b>" in page
    assert "<b>6 gaps</b>" in page
    assert "Clock change in Los Angeles" in page
    assert "week=2027-03-15" in page


@pytest.mark.parametrize("week", ["", "soon", "2027-02-30", "9999-12-31", "0001-01-01"])
def test_odd_week_shows_this_one(ana: Actor, week: str) -> None:
    page = client_of(ana).get("/coverage/", {"week": week})

    assert page.status_code == 200
    assert page.context["is_this_week"]
    assert page.context["week"].first_day == monday_of(page.context["week"].first_day)


def test_pages_cost_the_same_queries_for_many_desks(
    ana: Actor, hangzhou: Desk, django_assert_max_num_queries: object
) -> None:
    client = client_of(ana)
    for number in range(6):
        desk_of(ana, f"Desk {number}", "Asia/Tokyo", "09:00", "18:00")

    with django_assert_max_num_queries(25):
        client.get("/desks/")
    with django_assert_max_num_queries(20):
        client.get("/coverage/")


def test_late_hour_of_the_demo_is_the_pages_hour(ana: Actor, hangzhou: Desk) -> None:
    clock.move_to(NOON)

    page = client_of(ana).get(f"/desks/{hangzhou.pk}/").content.decode()

    assert ">20:00</b>" in page


def test_holidays_say_where_they_come_from(ana: Actor, hangzhou: Desk) -> None:
    client, path = client_of(ana), f"/desks/{hangzhou.pk}/"
    today = (clock.now() + timedelta(days=2)).date()
    with scope.acting(ana):
        changes = {"country": "BR", "subdivision": "SP"}
        services.change_desk(
            hangzhou.pk, changes, version=hangzhou.version, actor=ana, at=clock.now()
        )
    client.post(f"{path}holidays/", {"on": f"{today:%Y-%m-%d}", "name": "Team"})
    client.post(f"{path}holidays/fill/", {"year": [str(today.year), str(today.year + 1)]})

    page = client.get(path).content.decode()

    assert "The desk keeps the calendar of Brazil." in page
    assert "by hand" in page
    assert "from the calendar" in page


def test_country_and_region_are_chosen_from_the_calendars(ana: Actor, hangzhou: Desk) -> None:
    client = client_of(ana)

    page = client.get(f"/desks/{hangzhou.pk}/").content.decode()
    regions = client.get("/desks/regions/", {"country": "br"}).content.decode()

    assert '<option value="BR">Brazil</option>' in page
    assert '<option value="SP">São Paulo</option>' in regions
    assert client.get("/desks/regions/", {"country": "x<"}).content.decode().strip() == ""
