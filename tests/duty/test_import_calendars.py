"""Calendars as duty of a desk: looked at, used, read again, removed."""

import gzip
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.models import Due, Event
from apps.duty import selectors, services
from apps.duty.calendars import Job, carry_out
from apps.duty.models import CalendarSource, Desk, ImportedShift
from tests.core.loopback import Told, server
from tests.duty.conftest import NOON, analyst_of, desk_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SATURDAY = datetime(2027, 3, 13, 2, tzinfo=UTC)


def calendar(*events: str, name: str = "Watch") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"X-WR-CALNAME:{name}", *events, "END:VCALENDAR"]
    return "\r\n".join([*lines, ""]).encode()


def event(start: datetime, hours: int = 2, *, uid: str = "one", more: str = "") -> str:
    lines = ["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Night", f"DTSTART:{start:%Y%m%dT%H%M%SZ}"]
    lines += [f"DTEND:{start + hours * HOUR:%Y%m%dT%H%M%SZ}", *([more] if more else [])]
    return "\r\n".join([*lines, "END:VEVENT"])


def used(actor: Actor, desk: Desk, data: bytes, at: datetime = NOON) -> CalendarSource:
    with scope.acting(actor):
        draft = services.look_at_file(desk.pk, data, actor=actor, at=at)
        return services.use_calendar(desk.pk, draft.pk, actor=actor, at=at)


def duty(actor: Actor, desk: Desk, day: datetime) -> list[tuple[datetime, datetime]]:
    a = day.replace(hour=0)
    with scope.acting(actor):
        return selectors.duty([desk], a, a + DAY)[desk.pk]


def told_of(name: str) -> int:
    return Event.objects.filter(name=name).count()


def test_look_writes_no_duty_and_says_what_would_be(ana: Actor, hangzhou: Desk) -> None:
    data = calendar(event(SATURDAY), event(SATURDAY, uid="off", more="TRANSP:TRANSPARENT"))

    with scope.acting(ana):
        draft = services.look_at_file(hangzhou.pk, data, actor=ana, at=NOON)

        assert (draft.name, draft.state) == ("Watch", "draft")
        assert (draft.report["shifts_count"], draft.report["taken_count"]) == (1, 1)
        assert [e["skipped"] for e in draft.report["events"]] == ["free", ""]
        assert not ImportedShift.objects.exists()
        assert list(selectors.calendars(hangzhou)) == []
    assert duty(ana, hangzhou, SATURDAY) == []


def test_used_calendar_is_duty_beside_the_weekly_hours(ana: Actor, hangzhou: Desk) -> None:
    before = NOON + timedelta(days=1, hours=-1)
    used(ana, hangzhou, calendar(event(SATURDAY), event(before, 3, uid="two")))

    assert duty(ana, hangzhou, SATURDAY) == [(SATURDAY, SATURDAY + 2 * HOUR)]
    # The weekly hours of Tuesday end at 10:00Z, the shift begins at 11:00Z.
    assert duty(ana, hangzhou, before)[-1] == (before, before + 3 * HOUR)
    with scope.acting(ana):
        assert (told_of("calendar.added"), told_of("duty.changed")) == (1, 2)


def test_closure_takes_from_a_calendar_and_a_holiday_does_not(ana: Actor, hangzhou: Desk) -> None:
    used(ana, hangzhou, calendar(event(SATURDAY, 4)))
    with scope.acting(ana):
        services.add_holiday(hangzhou.pk, SATURDAY.date(), actor=ana, at=NOON)
        services.add_closure(hangzhou.pk, SATURDAY + HOUR, SATURDAY + 2 * HOUR, actor=ana, at=NOON)

    assert duty(ana, hangzhou, SATURDAY) == [
        (SATURDAY, SATURDAY + HOUR),
        (SATURDAY + 2 * HOUR, SATURDAY + 4 * HOUR),
    ]


def test_closed_desk_has_no_duty_from_calendars(ana: Actor, hangzhou: Desk) -> None:
    used(ana, hangzhou, calendar(event(SATURDAY)))

    with scope.acting(ana):
        hangzhou.refresh_from_db()
        services.change_desk(
            hangzhou.pk, {"is_active": False}, version=hangzhou.version, actor=ana, at=NOON
        )
        hangzhou.refresh_from_db()

    assert duty(ana, hangzhou, SATURDAY) == []


def test_ally_reads_when_and_nothing_of_the_calendar(
    ana: Actor, bo: Actor, cy: Actor, allied: None, hangzhou: Desk
) -> None:
    source = used(ana, hangzhou, calendar(event(SATURDAY)))

    assert duty(bo, hangzhou, SATURDAY) == [(SATURDAY, SATURDAY + 2 * HOUR)]
    with scope.acting(bo):
        assert ImportedShift.objects.exclude(uid="one").count() == 1
        assert list(selectors.calendars(hangzhou)) == []
        with pytest.raises(NotFound):
            selectors.calendar(bo, hangzhou.pk, source.pk)
    with scope.acting(cy):
        assert not ImportedShift.objects.exists()


def test_only_managers_of_the_desks_member_import(
    ana: Actor, bo: Actor, cy: Actor, allied: None, hangzhou: Desk
) -> None:
    for actor, refusal in ((analyst_of(ana), Refused), (bo, Refused), (cy, NotFound)):
        with scope.acting(actor), pytest.raises(refusal):
            services.look_at_file(hangzhou.pk, calendar(), actor=actor, at=NOON)


def test_draft_that_nobody_uses_is_forgotten_and_a_used_one_is_not(
    ana: Actor, hangzhou: Desk
) -> None:
    kept = used(ana, hangzhou, calendar(event(SATURDAY)))
    with scope.acting(ana):
        draft = services.look_at_file(hangzhou.pk, calendar(), actor=ana, at=NOON)
        for source in (kept, draft):
            services.forget_draft(source.pk, NOON + DAY)

        assert list(CalendarSource.objects.values_list("pk", flat=True)) == [kept.pk]


def test_next_look_replaces_ones_own_draft(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        services.look_at_file(hangzhou.pk, calendar(), actor=ana, at=NOON)
        second = services.look_at_file(hangzhou.pk, calendar(), actor=ana, at=NOON)

        assert CalendarSource.objects.get().pk == second.pk


def test_using_twice_is_once(ana: Actor, hangzhou: Desk) -> None:
    source = used(ana, hangzhou, calendar(event(SATURDAY)))

    with scope.acting(ana):
        services.use_calendar(hangzhou.pk, source.pk, actor=ana, at=NOON)

        assert (ImportedShift.objects.count(), told_of("calendar.added")) == (1, 1)
        assert Due.objects.filter(kind="calendar.read", state="planned").count() == 1


def test_removal_takes_this_calendars_shifts_only(ana: Actor, hangzhou: Desk) -> None:
    other = used(ana, hangzhou, calendar(event(SATURDAY + 6 * HOUR, uid="other")))
    source = used(ana, hangzhou, calendar(event(SATURDAY)))

    with scope.acting(ana):
        services.remove_calendar(hangzhou.pk, source.pk, actor=ana, at=NOON)

        assert [row.source_id for row in ImportedShift.objects.all()] == [other.pk]
        assert told_of("calendar.removed") == 1
        assert not due.is_planned(source.pk, "calendar.read")


def outcome_of(source: CalendarSource, data: bytes, at: datetime) -> Any:
    with scope.acting(Actor.system(source.member_id)):
        CalendarSource.objects.filter(pk=source.pk).update(text=data.decode())
        job = services.job_of(source.pk, at=at)
    return services.carry_out(job)


def take(source: CalendarSource, outcome: Any, at: datetime) -> None:
    system = Actor.system(source.member_id)
    with scope.acting(system):
        services.take_outcome(source.pk, outcome, actor=system, at=at)


def test_same_reading_again_changes_nothing(ana: Actor, hangzhou: Desk) -> None:
    data = calendar(event(SATURDAY))
    source = used(ana, hangzhou, data)
    with scope.acting(ana):
        rows = set(ImportedShift.objects.values_list("pk", flat=True))
        changes = told_of("duty.changed")

    take(source, outcome_of(source, data, NOON + HOUR), NOON + HOUR)

    with scope.acting(ana):
        assert set(ImportedShift.objects.values_list("pk", flat=True)) == rows
        assert told_of("duty.changed") == changes


def test_time_that_goes_on_is_no_change_of_duty(ana: Actor, hangzhou: Desk) -> None:
    data = calendar(event(NOON - DAY, more="RRULE:FREQ=DAILY"))
    source = used(ana, hangzhou, data)
    with scope.acting(ana):
        changes, count = told_of("duty.changed"), ImportedShift.objects.count()

    take(source, outcome_of(source, data, NOON + 10 * DAY), NOON + 10 * DAY)

    with scope.acting(ana):
        newest = ImportedShift.objects.order_by("-starts_at")[0]
        assert newest.starts_at > NOON + 408 * DAY
        assert told_of("duty.changed") == changes
        assert count - 10 < ImportedShift.objects.count() < count + 10


def test_event_that_moved_moves_duty_and_says_so(ana: Actor, hangzhou: Desk) -> None:
    source = used(ana, hangzhou, calendar(event(SATURDAY), event(SATURDAY + 8 * HOUR, uid="two")))
    later = SATURDAY + 3 * HOUR

    moved = calendar(event(later), event(SATURDAY + 8 * HOUR, uid="two"))
    take(source, outcome_of(source, moved, NOON + HOUR), NOON + HOUR)

    assert duty(ana, hangzhou, SATURDAY) == [
        (later, later + 2 * HOUR),
        (SATURDAY + 8 * HOUR, SATURDAY + 10 * HOUR),
    ]
    with scope.acting(ana):
        assert told_of("duty.changed") == 3


def test_file_is_read_again_each_day_because_its_range_goes_on(ana: Actor, hangzhou: Desk) -> None:
    source = used(ana, hangzhou, calendar(event(SATURDAY)))

    with scope.acting(ana):
        source.refresh_from_db()
        assert source.next_read_at == NOON + DAY
        assert due.is_planned(source.pk, "calendar.read", by=NOON + DAY)
        assert services.plan_reading(source.pk, at=NOON + DAY)
        assert due.is_planned(source.pk, "calendar.read", by=NOON + 2 * DAY)


def test_desk_that_moves_to_other_clocks_has_its_calendars_read_again(
    ana: Actor, hangzhou: Desk
) -> None:
    source = used(ana, hangzhou, calendar(event(SATURDAY)))
    clock.move_to(NOON)
    with scope.acting(ana):
        hangzhou.refresh_from_db()
        services.change_desk(
            hangzhou.pk, {"tz": "Asia/Tokyo"}, version=hangzhou.version, actor=ana, at=NOON
        )
    outbox.drain()

    with scope.acting(ana):
        assert Due.objects.filter(ref=source.pk, kind="calendar.read", state="planned").count() == 2


@pytest.fixture
def told(tmp_path: Path, settings: Any) -> Iterator[Told]:
    with server(tmp_path) as found:
        settings.CALENDAR_LOOPBACK_CA = found.ca
        yield found


def feed_of(actor: Actor, desk: Desk, told: Told) -> CalendarSource:
    with scope.acting(actor):
        draft = services.look_at_feed(desk.pk, told.url(), actor=actor, at=NOON)
        return services.use_calendar(desk.pk, draft.pk, actor=actor, at=NOON)


def test_address_is_read_each_hour_and_asks_for_changes_only(
    ana: Actor, hangzhou: Desk, told: Told
) -> None:
    told.body, told.headers = calendar(event(SATURDAY)), {"ETag": '"v1"'}
    source = feed_of(ana, hangzhou, told)
    assert duty(ana, hangzhou, SATURDAY) == [(SATURDAY, SATURDAY + 2 * HOUR)]

    told.status, told.body = 304, b""
    with scope.acting(ana):
        services.read_again(hangzhou.pk, source.pk, actor=ana, at=NOON + HOUR)
        source.refresh_from_db()

    assert [a.get("If-None-Match") for a in told.asked] == [None, '"v1"']
    assert (source.last_read_at, source.error) == (NOON + HOUR, "")
    assert source.next_read_at == NOON + HOUR
    assert duty(ana, hangzhou, SATURDAY) == [(SATURDAY, SATURDAY + 2 * HOUR)]


def test_failing_address_keeps_its_last_shifts_says_since_when_and_recovers(
    ana: Actor, hangzhou: Desk, told: Told
) -> None:
    told.body = good = calendar(event(SATURDAY))
    source = feed_of(ana, hangzhou, told)

    told.status, told.body = 503, b"busy"
    for hour in (1, 2, 3):
        with scope.acting(ana):
            at = NOON + hour * HOUR
            services.read_again(hangzhou.pk, source.pk, actor=ana, at=at)
            services.plan_reading(source.pk, at=at)
            source.refresh_from_db()

    assert (source.error, source.error_detail, source.failures) == ("answered", "503", 3)
    assert source.failing_since == NOON + HOUR
    assert source.next_read_at == NOON + 3 * HOUR + 8 * HOUR
    assert duty(ana, hangzhou, SATURDAY) == [(SATURDAY, SATURDAY + 2 * HOUR)]
    told.status, told.body = 200, good
    with scope.acting(ana):
        services.read_again(hangzhou.pk, source.pk, actor=ana, at=NOON + DAY)
        source.refresh_from_db()
        assert (source.error, source.failing_since, source.failures) == ("", None, 0)
        assert (told_of("calendar.failed"), told_of("calendar.recovered")) == (1, 1)


def test_address_is_not_read_twice_in_a_minute(ana: Actor, hangzhou: Desk, told: Told) -> None:
    told.body = calendar(event(SATURDAY))
    source = feed_of(ana, hangzhou, told)

    with scope.acting(ana), pytest.raises(DomainError) as refusal:
        services.read_again(hangzhou.pk, source.pk, actor=ana, at=NOON + timedelta(seconds=59))

    assert refusal.value.code == "calendar.just_read"


NO_CALENDARS = [
    (404, {}, b"", "answers with status 404"),
    (200, {}, b"<html>Sign in</html>", "This is not a calendar"),
    (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 10**7), "compresses its answer"),
    (200, {}, b"x" * 2_000_001, "more than 2 MB"),
    (302, {"Location": "http://calendar.example/"}, b"", "must begin with https://"),
]


@pytest.mark.parametrize("answer", NO_CALENDARS)
def test_address_without_a_calendar_is_refused_at_its_field(
    ana: Actor, hangzhou: Desk, told: Told, answer: Any
) -> None:
    told.status, told.headers, told.body, sentence = answer

    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.look_at_feed(hangzhou.pk, told.url(), actor=ana, at=NOON)

    assert sentence in str(refusal.value.fields["url"])
    with scope.acting(ana):
        assert not CalendarSource.objects.exists()


@pytest.mark.parametrize("url", ["https://localhost/a.ics", "https://[::ffff:10.0.0.1]/a.ics"])
def test_private_address_is_never_read(ana: Actor, hangzhou: Desk, url: str) -> None:
    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.look_at_feed(hangzhou.pk, url, actor=ana, at=NOON)

    assert "private network" in str(refusal.value.fields["url"])


def test_calendar_that_would_never_end_is_stopped() -> None:
    rule = "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"
    text = calendar(event(SATURDAY, more=rule)).decode()

    outcome = carry_out(Job(zone="UTC", a=NOON, b=NOON + DAY, text=text, cpu_seconds=1))

    assert (outcome.reading, outcome.error) == (None, "too_much")


def test_reader_of_strangers_texts_has_none_of_the_products_secrets(monkeypatch: Any) -> None:
    given: dict[str, Any] = {}

    def look(_command: list[str], **kwargs: Any) -> Any:
        given.update(kwargs)
        raise subprocess.TimeoutExpired("reader", 1)

    monkeypatch.setattr(subprocess, "run", look)

    assert carry_out(Job(zone="UTC", a=NOON, b=NOON)).error == "too_slow"
    assert set(given["env"]) == {"PATH", "PYTHONTZPATH", "PYTHONUTF8"}


def test_switch_of_the_tests_is_refused_in_production(settings: Any) -> None:
    settings.CALENDAR_LOOPBACK_CA = "/seal.pem"

    found = [check.id for check in run_checks(include_deployment_checks=True)]

    assert "duty.E001" in found


def test_desk_holds_ten_calendars(ana: Actor, hangzhou: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("apps.duty.services.calendars.MAX_CALENDARS", 1)
    used(ana, hangzhou, calendar(event(SATURDAY)))

    with scope.acting(ana), pytest.raises(DomainError) as refusal:
        services.look_at_file(hangzhou.pk, calendar(), actor=ana, at=NOON)

    assert refusal.value.code == "calendar.too_many"


def test_other_zone_reads_whole_days_elsewhere(ana: Actor) -> None:
    day = "DTSTART;VALUE=DATE:20270313"
    data = calendar(f"BEGIN:VEVENT\r\nUID:day\r\n{day}\r\nEND:VEVENT")
    desk = desk_of(ana, "Honolulu", "Pacific/Honolulu", "09:00", "10:00")

    used(ana, desk, data)

    with scope.acting(ana):
        row = ImportedShift.objects.get()
        assert (row.starts_at, row.ends_at - row.starts_at) == (SATURDAY.replace(hour=10), DAY)
        assert "SUMMARY" not in json.dumps(row.uid)
