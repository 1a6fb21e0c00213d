"""Who was on duty stays as it was, whatever is said of a desk's rotas and people later."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.duty import selectors, services
from apps.duty.models import Desk, DutyInterval, FormerSeat, RotaTerms
from apps.duty.services import RotaFacts, WindowFacts
from tests.duty.conftest import NOON
from tests.duty.staff import DAY, FIRST, HOUR, STAFFED, Staff, facts, make_staff, user_of
from tests.duty.test_serve_desks import sent
from tests.factories.world import client_of

LATER = FIRST + 9 * DAY + 3 * HOUR
DAYS = range(-3, 9)


@pytest.fixture
def staff(ana: Actor) -> Staff:
    return make_staff(ana)


def was(staff: Staff) -> list[list[str]]:
    """Who was on duty on each day before the change."""
    return [staff.on(FIRST + day * DAY) for day in DAYS]


def change(staff: Staff, said: RotaFacts, version: int = 1, **more: object) -> None:
    with scope.acting(staff.ana):
        services.change_rota(
            staff.desk.pk,
            staff.rota.pk,
            said,
            version=version,
            actor=staff.ana,
            **{"at": LATER, **more},  # type: ignore[arg-type]
        )


def test_change_leaves_the_past_as_it_was(staff: Staff) -> None:
    before = was(staff)

    change(staff, facts(staff.cleo, unit="weekly", name="Other"))

    assert was(staff) == before == [["ada"], ["ben"], ["cleo"]] * 4
    assert staff.on(LATER - HOUR) == ["ada"]
    assert [staff.on(LATER + day * DAY) for day in range(3)] == [["cleo"]] * 3


def test_shift_in_course_ends_with_the_change(staff: Staff) -> None:
    change(staff, facts(staff.cleo))

    with scope.acting(staff.ana):
        plan = selectors.rosters([staff.desk], LATER - 3 * HOUR, LATER + HOUR)[staff.desk.pk]
    told = [(s.user_id, s.starts_at, s.ends_at, s.rota_id) for s in plan.shifts]
    assert told == [
        (staff.ada.user_id, LATER - 3 * HOUR, LATER, staff.rota.pk),
        (staff.cleo.user_id, LATER, LATER + HOUR, staff.rota.pk),
    ]


def test_rota_that_ends_gave_who_it_gave(staff: Staff) -> None:
    before = was(staff)
    with scope.acting(staff.ana):
        services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ana, at=LATER)

    assert was(staff) == before
    assert staff.on(LATER) == ["ada", "ben", "cleo"]
    with scope.acting(staff.ana):
        assert selectors.rotas(staff.desk) == []
        services.create_rota(staff.desk.pk, facts(staff.ben), actor=staff.ana, at=LATER + DAY)
    assert (was(staff), staff.on(LATER + DAY)) == (before, ["ben"])


def test_new_rota_changes_nothing_of_the_past(staff: Staff) -> None:
    before = was(staff)
    second = facts(staff.cleo, name="Second", order=1)
    with scope.acting(staff.ana):
        services.create_rota(staff.desk.pk, second, actor=staff.ana, at=LATER)

    assert was(staff) == before
    assert staff.on(LATER) == ["ada", "cleo"]


def test_leaver_was_on_duty_when_he_was(staff: Staff) -> None:
    before = was(staff)
    with scope.acting(staff.ana):
        services.remove_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=LATER)
        shifts = selectors.shifts_of_person(staff.ana, user_of(staff.ben), FIRST, LATER)
        report = selectors.quality(
            staff.ana, selectors.scoped(staff.ana, f"desk:{staff.desk.pk}"), FIRST, LATER
        )

    assert was(staff) == before
    assert [shift.starts_at for shift in shifts] == [FIRST + day * DAY for day in (1, 4, 7)]
    hours = {one.person.pk: one.total for one in report.people}
    assert hours[user_of(staff.ben)] == 3 * DAY


def test_desk_without_rotas_had_those_who_sat_there(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ana, at=STAFFED)
        services.remove_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=LATER)
        services.put_person(staff.desk.pk, user_of(staff.ana), actor=staff.ana, at=LATER)
    assert [set(staff.on(LATER - HOUR)), set(staff.on(LATER))] == [
        {"ada", "ben", "cleo"},
        {"ada", "cleo", "ana"},
    ]
    with scope.acting(staff.ana):
        services.put_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=LATER + DAY)

    on = [staff.on(at) for at in (LATER - HOUR, LATER + HOUR, LATER + DAY)]
    assert ["ben" in people for people in on] == [True, False, True]


def test_planned_change_waits_for_its_time(staff: Staff) -> None:
    starts = LATER + 5 * DAY
    before = [staff.on(LATER + day * DAY) for day in range(5)]

    change(staff, facts(staff.ben, unit="weekly"), from_at=starts)

    assert [staff.on(LATER + day * DAY) for day in range(5)] == before
    assert (staff.on(starts - HOUR), staff.on(starts)) == (["cleo"], ["ben"])
    with scope.acting(staff.ana):
        found = selectors.said(staff.rota, LATER)
    assert (found.terms.from_at, [t.from_at for t in found.coming]) == (STAFFED, [starts])


def test_what_is_said_last_replaces_what_was_planned_after(staff: Staff) -> None:
    change(staff, facts(staff.cleo), from_at=LATER + 5 * DAY)
    change(staff, facts(staff.ada), version=2, from_at=LATER + 2 * DAY)
    assert (staff.on(LATER + DAY), staff.on(LATER + 6 * DAY)) == (["ben"], ["ada"])

    change(staff, facts(staff.ben), version=3, from_at=LATER + 9 * DAY)
    on = [staff.on(LATER + day * DAY) for day in (1, 3, 8, 9)]
    assert on == [["ben"], ["ada"], ["ada"], ["ben"]]

    # The rota as it is in force, said again: the plans are taken back.
    change(staff, facts(staff.ada, staff.ben, staff.cleo), version=4)
    assert [staff.on(LATER + day * DAY) for day in (1, 3, 9)] == [["ben"], ["ada"], ["ada"]]


def test_change_from_the_past_is_refused(staff: Staff) -> None:
    before = was(staff)
    with pytest.raises(Invalid) as refusal:
        change(staff, facts(staff.cleo), from_at=LATER - timedelta(minutes=1))

    assert list(refusal.value.fields) == ["from_at"]
    assert was(staff) == before


def test_leaver_is_taken_out_of_what_is_planned_too(staff: Staff) -> None:
    change(staff, facts(staff.ben, staff.cleo), from_at=LATER + 5 * DAY)

    with scope.acting(staff.ana):
        services.remove_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=LATER)
        found = selectors.said(staff.rota, LATER)

    assert [set(terms.people) for terms in found.ahead] == [
        {staff.ada.user_id, staff.cleo.user_id},
        {staff.cleo.user_id},
    ]
    assert [t.from_at for t in found.ahead] == [LATER, LATER + 5 * DAY]


def test_name_alone_begins_no_new_terms(staff: Staff) -> None:
    change(staff, facts(staff.ada, staff.ben, staff.cleo, name="Renamed"))

    with scope.acting(staff.ana):
        assert RotaTerms.objects.filter(rota=staff.rota).count() == 1
        assert selectors.rota(staff.desk, staff.rota.pk).name == "Renamed"


def test_turns_follow_the_clocks_of_the_zone_that_the_desk_had(staff: Staff) -> None:
    before = was(staff)
    with scope.acting(staff.ana):
        services.change_desk(
            staff.desk.pk, {"tz": "UTC"}, version=staff.desk.version, actor=staff.ana, at=LATER
        )

    assert was(staff) == before
    # Ada's turn of the day began at 09:00 in Hangzhou; at 09:00 UTC it would now be hers.
    assert [staff.on(LATER + 4 * HOUR), staff.on(LATER + 5 * HOUR)] == [["cleo"], ["ada"]]


def test_question_about_a_shift_that_a_plan_gives_away_is_withdrawn(staff: Staff) -> None:
    swap = staff.ask(staff.cleo, 14)

    change(staff, facts(staff.ada), from_at=FIRST + 12 * DAY)

    with scope.acting(staff.ana):
        swap.refresh_from_db()
    assert swap.state == "withdrawn"


def test_end_of_a_rota_ends_what_was_swapped_of_it_and_keeps_what_is_past(staff: Staff) -> None:
    past, coming = staff.ask(staff.ben, 1), staff.ask(staff.cleo, 11)
    for swap in (past, coming):
        staff.take(staff.ada, swap)

    with scope.acting(staff.ana):
        services.remove_rota(staff.desk.pk, staff.rota.pk, actor=staff.ana, at=LATER)
        for swap in (past, coming):
            swap.refresh_from_db()

    assert (past.state, coming.state, coming.taken_by) == ("taken", "withdrawn", None)
    assert staff.on(FIRST + DAY) == ["ada"]


def test_database_lets_nobody_rewrite_what_a_rota_said(staff: Staff) -> None:
    with scope.acting(staff.ana):
        services.remove_person(staff.desk.pk, user_of(staff.ben), actor=staff.ana, at=LATER)
        for rows in (RotaTerms.objects.all(), FormerSeat.objects.all()):
            assert rows.exists()
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                rows.update(member_id=staff.ana.member_id)
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                rows.delete()


def body(staff: Staff, **more: object) -> dict[str, object]:
    return {
        "name": "First line",
        "unit": "weekly",
        "start_on": "2027-03-08",
        "start_time": "09:00",
        "people": [str(staff.cleo.user_id)],
        "version": 1,
        **more,
    }


def test_api_plans_a_change_and_tells_it(staff: Staff) -> None:
    clock.move_to(LATER)
    path, client = f"desks/{staff.desk.pk}/rotas/{staff.rota.pk}/", client_of(staff.ana)
    starts = "2027-03-22T01:00:00Z"

    late = sent(client, "put", path, body(staff, from_at="2027-03-08T00:00:00Z"))
    kept = sent(client, "put", path, body(staff, from_at=starts))

    assert (late.status_code, list(late.json()["fields"])) == (400, ["from_at"])
    assert kept.status_code == 200
    told = client.get(f"/api/v1/{path}").json()
    assert (told["unit"], told["from_at"]) == ("daily", "2027-02-06T01:00:00Z")
    assert [(t["unit"], t["from_at"]) for t in told["planned"]] == [("weekly", starts)]
    asked = body(staff, rota_id=str(staff.rota.pk), from_at=starts)
    span = "from=2027-03-22T00:00Z&to=2027-03-22T02:00Z"
    seen = sent(client, "post", f"desks/{staff.desk.pk}/rotas/preview/?{span}", asked).json()
    assert [shift["user_id"] for shift in seen["shifts"]] == [
        str(staff.ben.user_id),
        str(staff.cleo.user_id),
    ]


def test_page_says_since_when_and_what_is_planned(staff: Staff) -> None:
    clock.move_to(LATER)
    client: Client = client_of(staff.ana)
    form = {name: str(value) for name, value in body(staff).items() if name != "people"}
    form |= {"length": "1", "order": "0", "rota": str(staff.rota.pk)}
    form |= {f"place_{staff.cleo.user_id}": "1", "from_at": "2027-03-22T09:00"}
    path = f"/desks/{staff.desk.pk}/rotas/"

    late = client.post(f"{path}{staff.rota.pk}/", {**form, "from_at": "2027-03-01T09:00"})
    kept = client.post(f"{path}{staff.rota.pk}/", form, follow=True)

    assert late.status_code == 400
    assert "Who was on duty stays as it was" in late.content.decode()
    page = kept.content.decode()
    assert "In force since 6 February 2027, 09:00" in page
    assert "planned from 22 March 2027, 09:00" in page


def hours_of(desk: Desk, ana: Actor, day: int) -> list[str]:
    """When the desk was on duty on a day in March 2027, on its first clocks."""
    start = datetime(2027, 3, day, tzinfo=ZoneInfo("Asia/Shanghai"))
    with scope.acting(ana):
        found = selectors.duty([desk], start.astimezone(UTC), (start + DAY).astimezone(UTC))
    return [
        f"{a.astimezone(start.tzinfo):%H:%M}-{b.astimezone(start.tzinfo):%H:%M}"
        for a, b in found[desk.pk]
    ]


def window(start: str, end: str) -> WindowFacts:
    return WindowFacts(days=(0, 1, 2, 3, 4), start=start, end=end)


def test_hours_of_the_past_stay_when_windows_are_replaced(ana: Actor, hangzhou: Desk) -> None:
    # Wednesday, 12:00 in Hangzhou.
    at = datetime(2027, 3, 10, 4, 0, tzinfo=UTC)
    with scope.acting(ana):
        rows = services.set_windows(hangzhou.pk, [window("14:00", "20:00")], actor=ana, at=at)
        assert [(row.start, row.from_at) for row in rows] == [("14:00", at)]
        assert [row.start for row in selectors.windows(hangzhou)] == ["14:00"]

    days = [hours_of(hangzhou, ana, day) for day in (3, 9, 10, 11)]
    assert days == [
        ["09:00-18:00"],
        ["09:00-18:00"],
        ["09:00-12:00", "14:00-20:00"],
        ["14:00-20:00"],
    ]
    assert client_of(ana).get(f"/api/v1/desks/{hangzhou.pk}/").json()["windows"] == [
        {
            "days": [0, 1, 2, 3, 4],
            "start": "14:00",
            "end": "20:00",
            "valid_from": None,
            "valid_until": None,
        }
    ]


def test_window_that_is_said_again_stays(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        (row,) = selectors.windows(hangzhou)
        said = [window("09:00", "18:00"), window("19:00", "20:00")]
        again = services.set_windows(hangzhou.pk, said, actor=ana, at=LATER)

    assert (again[0].pk, again[0].from_at, len(again)) == (row.pk, None, 2)


def test_cache_of_duty_keeps_the_past_too(ana: Actor, hangzhou: Desk) -> None:
    at = datetime(2027, 3, 10, 4, 0, tzinfo=UTC)
    with scope.acting(ana):
        services.rebuild_intervals(hangzhou.pk, at=at)
        services.set_windows(hangzhou.pk, [], actor=ana, at=at)
        services.rebuild_intervals(hangzhou.pk, at=at)
        rows = DutyInterval.objects.filter(desk=hangzhou).order_by("-ends_at")
        assert rows[0].ends_at == at


def test_desk_that_moves_keeps_its_hours_of_before(ana: Actor, hangzhou: Desk) -> None:
    at = datetime(2027, 3, 10, 16, 0, tzinfo=UTC)
    with scope.acting(ana):
        changes = {"tz": "Asia/Tokyo"}
        services.change_desk(hangzhou.pk, changes, version=hangzhou.version, actor=ana, at=at)
        desk = Desk.objects.get(pk=hangzhou.pk)

    assert [hours_of(desk, ana, day) for day in (9, 10, 11)] == [
        ["09:00-18:00"],
        ["09:00-18:00"],
        ["08:00-17:00"],
    ]


def test_what_is_over_cannot_be_taken_back_and_what_runs_ends_now(
    ana: Actor, hangzhou: Desk
) -> None:
    at = datetime(2027, 3, 10, 4, 0, tzinfo=UTC)
    with scope.acting(ana):
        keep = {"actor": ana, "at": at - 2 * HOUR}
        over = services.add_closure(hangzhou.pk, at - 2 * HOUR, at - HOUR, **keep)  # type: ignore[arg-type]
        runs = services.add_closure(hangzhou.pk, at - HOUR / 2, at + HOUR, **keep)  # type: ignore[arg-type]
        coming = services.add_extra_cover(hangzhou.pk, at + 9 * HOUR, at + 10 * HOUR, **keep)  # type: ignore[arg-type]
        holiday = services.add_holiday(hangzhou.pk, date(2027, 3, 10), actor=ana, at=NOON)
        with pytest.raises(DomainError, match="This time is over"):
            services.remove_closure(hangzhou.pk, over.pk, actor=ana, at=at)
        with pytest.raises(Invalid):
            services.add_closure(hangzhou.pk, at - 3 * HOUR, at, actor=ana, at=at)
        with pytest.raises(Invalid):
            services.add_holiday(hangzhou.pk, date(2027, 3, 9), actor=ana, at=at)
        with pytest.raises(DomainError, match="This time is over"):
            services.remove_holiday(hangzhou.pk, holiday.pk, actor=ana, at=at + DAY)
        services.remove_closure(hangzhou.pk, runs.pk, actor=ana, at=at)
        services.remove_extra_cover(hangzhou.pk, coming.pk, actor=ana, at=at)
        late = services.add_closure(hangzhou.pk, at - HOUR, at + HOUR, actor=ana, at=at)

        assert [row.ends_at for row in selectors.closures(hangzhou) if row.pk == runs.pk] == [at]
        assert selectors.extra_cover(hangzhou) == []
        assert late.starts_at == at
