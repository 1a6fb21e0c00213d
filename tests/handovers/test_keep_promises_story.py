"""K9's promises: round the clock for a week, who is asked after silence, hours that clocks skip."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.models import Due, Event
from apps.core.registries import due_kinds
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.investigations.models import Custody, Investigation
from tests.handovers.conftest import make_desk, open_case, read_back

pytestmark = pytest.mark.django_db

# Wednesday before the Sunday on which the clocks of America jump; Europe follows two weeks later.
SINCE = datetime(2027, 3, 10, 18, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)

MINUTES_WITHOUT_ONE_HOLDER = """
SELECT minute FROM generate_series(%(since)s, %(until)s, interval '1 minute') minute
WHERE (SELECT count(*) FROM investigations_custody c
       WHERE c.investigation_id = %(case)s AND c.started_at <= minute
         AND (c.ended_at IS NULL OR minute < c.ended_at)) <> 1
"""


def instants(until: datetime) -> Iterator[datetime]:
    """Every instant at which something is due, in order."""
    at = datetime.min.replace(tzinfo=UTC)
    while True:
        first = Due.objects.filter(state="planned").order_by("due_at").first()
        if first is None or first.due_at > until:
            return
        at = max(at, first.due_at)
        yield at


def accept_what_is_offered(actor: Actor, at: datetime) -> None:
    """Whoever is asked and on duty takes it in this minute."""
    with scope.acting(actor):
        offers = list(Handover.objects.filter(state="offered"))
    for handover in offers:
        with scope.acting(actor):
            desk = Desk.objects.get(pk=handover.to_desk_id)
            is_there = duty.is_on_duty(desk, at)
        if is_there:
            words = read_back(handover, actor)
            with scope.acting(actor):
                services.accept_handover(handover.pk, read_back=words, actor=actor, at=at)


def test_case_goes_round_the_clock_for_a_week_with_one_desk_at_every_minute(mia: Actor) -> None:
    """Los Angeles, Shanghai, London, Los Angeles, over the Sunday without 02:30."""
    desks = {
        make_desk(mia, name, tz, start, end).pk: name
        for name, tz, start, end in (
            ("Los Angeles", "America/Los_Angeles", "09:00", "18:30"),
            ("Shanghai", "Asia/Shanghai", "08:00", "17:00"),
            ("London", "Europe/London", "08:00", "18:00"),
        )
    }
    with clock.standing_at(SINCE), scope.acting(mia):
        first = Desk.objects.get(name="Los Angeles")
    with clock.standing_at(SINCE):
        case = open_case(mia, first, at=SINCE)

    for at in instants(SINCE + WEEK):
        with clock.standing_at(at):
            due.run()
        accept_what_is_offered(mia, at)

    assert minutes_without_one_holder(case, mia) == []
    with scope.acting(mia):
        chain = list(Custody.objects.filter(investigation=case).order_by("seq"))
        assert not Handover.objects.filter(state="expired").exists()
    names = [desks[link.desk_id] for link in chain]
    assert len(names) >= 21
    turn = ["Los Angeles", "Shanghai", "London"]
    assert names == [turn[place % 3] for place in range(len(names))]


def minutes_without_one_holder(case: Investigation, actor: Actor) -> list[object]:
    told = {"case": case.pk, "since": SINCE, "until": SINCE + WEEK}
    with scope.acting(actor), connection.cursor() as cursor:
        cursor.execute(MINUTES_WITHOUT_ONE_HOLDER, told)
        return cursor.fetchall()


def fire_twice(at: datetime, owner: Actor) -> None:
    """What is due, fired, and then each of its services once more, as a redelivery would."""
    rows = list(Due.objects.filter(state="planned", due_at__lte=at))
    with clock.standing_at(at):
        due.run()
        for row in rows:
            with scope.acting(Actor.system(owner.member_id)):
                due_kinds[row.kind](row.ref, at)
        due.run()


def told(case: Investigation, actor: Actor) -> "Counter[str]":
    with scope.acting(actor):
        return Counter(Event.objects.filter(subject_id=case.pk).values_list("name", flat=True))


def test_silence_passes_to_the_next_desk_and_then_to_the_coordinator_each_once(
    ana: Actor, mia: Actor
) -> None:
    """K9(b): nobody answers, and everything is delivered twice."""
    hangzhou = make_desk(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00")
    milan = make_desk(mia, "Milan", "Europe/Rome", "09:00", "18:00")
    rome = make_desk(mia, "Rome", "Europe/Rome", "09:00", "17:30")
    opened = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with clock.standing_at(opened):
        case = open_case(ana, hangzhou, at=opened)

    asked: list[UUID] = []
    for minutes in range(30, 76):
        fire_twice(opened + minutes * MINUTE, ana)
        with scope.acting(ana):
            offers = Handover.objects.filter(state="offered")
            asked += [h.to_desk_id for h in offers if h.to_desk_id not in asked]
            if Investigation.objects.get(pk=case.pk).is_held:
                break

    assert asked == [milan.pk, rome.pk]
    counted = told(case, ana)
    assert counted["handover.offered"] == counted["handover.expired"] == 2
    assert counted["custody.held"] == 1
    with scope.acting(ana):
        assert Investigation.objects.get(pk=case.pk).accountable_desk_id == hangzhou.pk


@pytest.mark.parametrize(
    ("end", "opened", "ends_at"),
    [
        # 02:30 does not exist on this Sunday: the first instant after it is 03:00 EDT.
        ("02:30", datetime(2027, 3, 14, 4, 0, tzinfo=UTC), datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        # 01:30 comes twice on this one: duty ends at the second.
        (
            "01:30",
            datetime(2027, 11, 7, 3, 0, tzinfo=UTC),
            datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
        ),
    ],
)
def test_handover_in_a_skipped_or_doubled_hour_fires_once(
    end: str, opened: datetime, ends_at: datetime, mia: Actor
) -> None:
    new_york = make_desk(mia, "New York", "America/New_York", "20:00", end)
    make_desk(mia, "Shanghai", "Asia/Shanghai", "08:00", "20:00")
    with clock.standing_at(opened):
        case = open_case(mia, new_york, at=opened)
    with scope.acting(mia):
        assert Handover.objects.get(investigation=case).planned_at == ends_at

    for minutes in range(0, 60, 5):
        fire_twice(ends_at + (minutes - 45) * MINUTE, mia)
        accept_what_is_offered(mia, ends_at + (minutes - 45) * MINUTE)

    counted = told(case, mia)
    assert counted["handover.drafted"] == counted["handover.offered"] == 1
    assert counted["handover.accepted"] == counted["custody.passed"] == 1
