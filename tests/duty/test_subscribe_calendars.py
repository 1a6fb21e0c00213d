"""Secret addresses of duty: what a calendar program reads there, and when it reads nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.duty import services
from apps.duty.models import CalendarFeed, Desk
from apps.duty.web import feeds
from apps.members import services as members
from apps.members.models import Member, Membership, Role
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.duty.conftest import NOON, analyst_of, desk_of
from tests.factories.world import make_person

SECRET = "Tamarisk"


@pytest.fixture(autouse=True)
def at_noon(db: None) -> None:
    cache.clear()
    clock.move_to(NOON)


def address_of(actor: Actor, desk: Desk | None = None) -> str:
    with scope.acting(actor):
        if desk is None:
            _feed, token = services.subscribe_to_own_duty(actor=actor, at=NOON)
        else:
            _feed, token = services.subscribe_to_desk(desk.pk, actor=actor, at=NOON)
    return f"/calendars/{token}.ics"


def events(address: str) -> list[dict]:
    answer = Client().get(address)
    assert answer.status_code == 200
    return [dict(event) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


def timed(address: str) -> list[tuple[datetime, datetime]]:
    found = events(address)
    return [(e["DTSTART"].dt, e["DTEND"].dt) for e in found if str(e["TRANSP"]) == "OPAQUE"]


def test_address_gives_thirty_days_behind_and_four_hundred_ahead(
    ana: Actor, hangzhou: Desk
) -> None:
    found = timed(address_of(ana, hangzhou))

    assert found[0][0] == datetime(2027, 2, 8, 1, tzinfo=UTC)
    assert found[-1][0] == datetime(2028, 4, 11, 1, tzinfo=UTC)
    assert {end - start for start, end in found} == {timedelta(hours=9)}


def test_calendar_reads_as_the_format_asks(ana: Actor, hangzhou: Desk) -> None:
    address = address_of(ana, hangzhou)

    answer = Client().get(address)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, max-age=0"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["X-WR-CALNAME"]), str(calendar["VERSION"])) == ("Hangzhou", "2.0")
    assert {str(e["SUMMARY"]) for e in calendar.walk("VEVENT")} == {"Hangzhou is on duty"}
    assert all(e.errors == [] for e in calendar.walk())


def test_long_name_in_any_script_is_folded_between_its_characters(ana: Actor) -> None:
    name = "杭州夜班，灯火；\\ 通明 " * 5
    address = address_of(ana, desk_of(ana, name, "Asia/Shanghai", "22:00", "06:00"))

    found = events(address)

    assert str(found[0]["SUMMARY"]) == f"{name.strip()} is on duty"


def test_shift_keeps_its_identifier_as_time_goes_on(ana: Actor, hangzhou: Desk) -> None:
    address = address_of(ana, hangzhou)
    always = desk_of(ana, "Always", "Asia/Kathmandu", "00:00", "24:00", days=tuple(range(7)))
    endless = address_of(ana, always)

    def told(address: str) -> dict[datetime, str]:
        return {e["DTSTART"].dt: str(e["UID"]) for e in events(address)}

    before = [told(address), told(endless)]
    clock.move_to(NOON + timedelta(days=3, hours=7))
    after = [told(address), told(endless)]

    for earlier, later in zip(before, after, strict=True):
        assert len(set(later.values())) == len(later) > 300
        behind = clock.now() - timedelta(days=30)
        assert {uid for start, uid in earlier.items() if start > behind} <= set(later.values())


def test_change_raises_the_sequence_and_the_date_of_the_change(ana: Actor, hangzhou: Desk) -> None:
    address = address_of(ana, hangzhou)
    before = events(address)[0]

    with scope.acting(ana):
        later = NOON + timedelta(hours=1)
        services.add_extra_cover(
            hangzhou.pk, later, later + timedelta(hours=1), actor=ana, at=later
        )
    after = events(address)[0]

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert (before["LAST-MODIFIED"].dt, after["LAST-MODIFIED"].dt) == (NOON, later)
    assert after["DTSTAMP"].dt == later


def test_closure_is_told_by_absence_and_never_why(ana: Actor, hangzhou: Desk) -> None:
    address = address_of(ana, hangzhou)
    day = datetime(2027, 3, 9, 1, tzinfo=UTC)
    with scope.acting(ana):
        services.add_closure(
            hangzhou.pk, day, day + timedelta(hours=9), reason=SECRET, actor=ana, at=NOON
        )

    answer = Client().get(address).content.decode()

    assert day not in [start for start, _end in timed(address)]
    assert SECRET not in answer
    assert str(hangzhou.pk) not in answer
    assert str(ana.member_id) not in answer


def test_holiday_is_a_whole_day_that_takes_no_time_and_names_its_source(
    ana: Actor, hangzhou: Desk
) -> None:
    with scope.acting(ana):
        services.add_holiday(hangzhou.pk, date(2027, 3, 9), name="Team day", actor=ana, at=NOON)

    (found,) = [e for e in events(address_of(ana, hangzhou)) if str(e["TRANSP"]) == "TRANSPARENT"]

    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2027, 3, 9), date(2027, 3, 10))
    assert str(found["SUMMARY"]) == "Team day: Hangzhou is off"
    assert str(found["DESCRIPTION"]) == "Source: entered by hand."


def test_own_duty_is_that_of_the_desks_where_the_person_sits(ana: Actor, hangzhou: Desk) -> None:
    desk_of(ana, "Milan", "Europe/Rome", "09:00", "18:00")
    address = address_of(ana)
    assert events(address) == []

    with scope.acting(ana):
        services.put_person(hangzhou.pk, ana.user_id, actor=ana, at=NOON)

    assert {str(e["SUMMARY"]) for e in events(address)} == {"On duty: Hangzhou"}


def test_address_is_kept_as_a_digest_and_several_work_at_once(ana: Actor, hangzhou: Desk) -> None:
    first, second = address_of(ana, hangzhou), address_of(ana, hangzhou)

    assert len(first.removeprefix("/calendars/").removesuffix(".ics")) == 22
    for feed, address in zip(CalendarFeed.objects.order_by("id"), (first, second), strict=True):
        assert address[11:-4] not in str(vars(feed))
        assert Client().get(address).status_code == 200


def test_use_is_kept_in_steps(ana: Actor, hangzhou: Desk) -> None:
    address = address_of(ana, hangzhou)
    assert CalendarFeed.objects.get().last_used_at is None

    Client().get(address)
    first = CalendarFeed.objects.get().last_used_at
    Client().get(address)

    assert first is not None
    assert CalendarFeed.objects.get().last_used_at == first


def test_head_and_unchanged_carry_no_body(ana: Actor, hangzhou: Desk) -> None:
    address = address_of(ana, hangzhou)

    whole = Client().get(address)
    head = Client().head(address)
    same = Client().get(address, headers={"If-None-Match": whole["ETag"]})

    assert (head.status_code, head.content) == (200, b"")
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", whole["ETag"])


def gone(address: str) -> tuple[int, bytes]:
    answer = Client().get(address)
    return answer.status_code, answer.content


def test_unknown_withdrawn_and_ended_are_one_answer(
    ana: Actor, bo: Actor, hangzhou: Desk, allied: None
) -> None:
    withdrawn, left, suspended = address_of(ana, hangzhou), address_of(ana), address_of(bo)
    feed = CalendarFeed.objects.get(desk_id=hangzhou.pk)
    with scope.acting(ana):
        services.revoke_feed(feed.pk, actor=ana, at=NOON)
    Membership.objects.filter(user_id=ana.user_id).update(ended_at=NOON)
    members.suspend_member(bo.member_id, by=None, at=NOON)

    unknown = gone("/calendars/AAAAAAAAAAAAAAAAAAAAAA.ics")

    assert unknown[0] == 404
    assert gone(withdrawn) == gone(left) == gone(suspended) == unknown
    members.reinstate_member(bo.member_id, by=None, at=NOON)
    assert gone(suspended)[0] == 200


def test_leaver_who_comes_back_finds_the_old_addresses_dead(ana: Actor, hangzhou: Desk) -> None:
    admin = make_person("Ada Moss", Member.objects.get(pk=ana.member_id), role=Role.ADMIN)
    address = address_of(ana, hangzhou)

    with scope.acting(admin):
        members.end_membership(ana.user_id, actor=admin, at=NOON)
    Membership.objects.filter(user_id=ana.user_id).update(ended_at=None)

    assert gone(address)[0] == 404


def test_ally_reads_hours_until_the_circle_ends(
    ana: Actor, bo: Actor, hangzhou: Desk, allied: None
) -> None:
    address = address_of(bo, hangzhou)
    assert len(timed(address)) > 200

    with scope.acting(bo):
        sharing.leave_circle(Circle.objects.get(), bo.member_id, actor=bo, at=NOON)
    assert gone(address)[0] == 404


def test_stranger_subscribes_to_nothing(cy: Actor, hangzhou: Desk) -> None:
    with scope.acting(cy), pytest.raises(NotFound):
        services.subscribe_to_desk(hangzhou.pk, actor=cy, at=NOON)


def test_colleagues_address_is_withdrawn_by_managers_only(ana: Actor, hangzhou: Desk) -> None:
    address_of(ana, hangzhou)
    feed = CalendarFeed.objects.get()
    analyst = analyst_of(ana)

    with scope.acting(analyst), pytest.raises(NotFound):
        services.revoke_feed(feed.pk, actor=analyst, at=NOON)
    manager = Actor(ana.member_id, analyst.user_id, frozenset({Role.MANAGER.value}))
    with scope.acting(manager):
        services.revoke_feed(feed.pk, actor=manager, at=NOON)

    assert not CalendarFeed.objects.filter(revoked_at=None).exists()


def test_key_makes_no_address(ana: Actor, hangzhou: Desk) -> None:
    key = Actor(ana.member_id, None, frozenset({"analyst", "key:write"}), "api_key")

    with scope.acting(key), pytest.raises(DomainError) as refusal:
        services.subscribe_to_desk(hangzhou.pk, actor=key, at=NOON)

    assert refusal.value.code == "calendar.people_only"


def test_address_that_is_read_too_often_is_put_off(
    ana: Actor, hangzhou: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "_TIMES", 2)
    address = address_of(ana, hangzhou)
    for _time in range(2):
        assert Client().head(address).status_code == 200

    answer = Client().get(address)

    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert gone(address_of(ana, hangzhou))[0] == 200


def test_secret_of_the_address_stands_in_no_log(
    ana: Actor, hangzhou: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    address = address_of(ana, hangzhou)

    Client().get(address)

    lines = [str(record.msg) for record in caplog.records if "request" in str(record.msg)]
    assert any("/calendars/<str:token>.ics" in line for line in lines)
    assert address[11:-4] not in caplog.text
