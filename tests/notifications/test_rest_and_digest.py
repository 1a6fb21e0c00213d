"""At once, when the rest ends, or in the morning's digest: what a person chose, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.core.models import Due
from apps.members.models import User
from apps.notifications import selectors, services
from apps.notifications.models import Delivery, Reach
from tests.factories.world import NOON
from tests.notifications.telling import HIDDEN, rest, tell, told, wish, work

pytestmark = pytest.mark.django_db
# Ana is in Shanghai: 13:00 UTC is 21:00 there, her morning at 08:00 is midnight UTC.
EVENING = NOON + timedelta(hours=1)
MORNING = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def bodies() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def test_mail_waits_until_the_rest_ends_and_comes_as_one(ana: Actor) -> None:
    rest(ana, "20:00", "07:00")
    for token in ("1", "2", "3"):
        tell(ana, token=token)

    work(EVENING)
    assert mail.outbox == []
    assert {row.mail for row in told(ana)} == {"held"}
    work(MORNING - timedelta(hours=1))

    assert bodies() == ["3 notifications waited while you rested."]
    assert {row.mail for row in told(ana)} == {"sent"}


def test_one_that_waited_alone_comes_in_its_own_words(ana: Actor) -> None:
    rest(ana, "20:00", "07:00")
    tell(ana)
    work()

    work(MORNING - timedelta(hours=1))

    assert bodies() == ["A handover waits"]


def test_what_was_read_meanwhile_is_not_mailed(ana: Actor) -> None:
    rest(ana, "20:00", "07:00")
    tell(ana)
    work()
    with scope.acting(ana):
        services.mark_all_read(actor=ana, at=EVENING)

    work(MORNING)

    assert mail.outbox == []
    assert told(ana)[0].mail == "none"


def test_urgent_kind_rings_in_the_rest_whatever_was_chosen(ana: Actor) -> None:
    rest(ana, "20:00", "07:00")
    wish(ana, "custody", "never", push=False)
    tell(ana, kind="test.burns")

    work(EVENING)

    assert bodies() == ["An emergency"]
    assert Delivery.objects.get().is_urgent


def test_rest_that_is_ended_early_lets_go_of_what_it_held(ana: Actor) -> None:
    rest(ana, "20:00", "07:00")
    tell(ana)
    work()

    with scope.acting(ana):
        services.end_quiet_hours(actor=ana, at=clock.now())
    work()

    assert len(mail.outbox) == 1


def test_rest_that_is_prolonged_holds_on(ana: Actor) -> None:
    rest(ana, "20:00", "07:00")
    tell(ana)
    work()
    rest(ana, "20:00", "09:00")

    work(MORNING - timedelta(hours=1))
    assert mail.outbox == []
    work(MORNING + timedelta(hours=1))

    assert len(mail.outbox) == 1


def test_rest_holds_what_comes_under_every_member_of_the_person(ana: Actor, bo: Actor) -> None:
    rest(bo, "08:00", "12:00")  # São Paulo, where it is 10:00
    tell(ana, bo)

    work(EVENING)

    assert [letter.to for letter in mail.outbox] == [["ana.lin@aur.example"]]


@pytest.mark.parametrize(
    ("choice", "kind", "expected"),
    [
        ("needed", "test.rings", 1),
        ("needed", "test.quiet", 0),
        ("now", "test.quiet", 1),
        ("never", "test.rings", 0),
        ("digest", "test.rings", 0),
    ],
)
def test_group_is_mailed_as_chosen(ana: Actor, choice: str, kind: str, expected: int) -> None:
    wish(ana, "handovers", choice)
    tell(ana, kind=kind)

    work()

    assert len(mail.outbox) == expected


def test_choice_of_one_group_leaves_the_others_as_they_are(ana: Actor) -> None:
    wish(ana, "chat", "never")
    tell(ana, kind="test.talks", token="1")
    tell(ana, token="2")

    work()

    assert bodies() == ["A handover waits"]


def test_manager_chooses_for_himself_alone(ana: Actor, mia: Actor) -> None:
    wish(mia, "handovers", "never")
    tell(ana, mia)

    work()

    assert [letter.to for letter in mail.outbox] == [["ana.lin@aur.example"]]


def test_digest_comes_at_the_local_morning_counted_by_kind(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana, token="1")
    tell(ana, token="2")
    tell(ana, kind="test.quiet", token="3")

    work(MORNING - MINUTE)
    assert mail.outbox == []
    work(MORNING)

    letter = mail.outbox[0]
    assert letter.subject == "Your digest: 3 new notifications"
    assert "A handover is offered to your desk. This happened 2 times." in letter.body
    assert "Your handover was accepted.\n" in letter.body


def test_digest_comes_once_a_day_whatever_is_redelivered(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana, token="1")
    work()
    work(MORNING)
    tell(ana, token="2", at=MORNING)
    with scope.acting(ana):
        reach = Reach.objects.get(user_id=ana.user_id)
    for minutes in (1, 60, 600):
        clock.move_to(MORNING + minutes * MINUTE)
        with scope.acting(Actor.system(ana.member_id)):
            services.send_digest(reach.pk, clock.now())
        work()
    assert len(mail.outbox) == 1

    work(MORNING + timedelta(days=1))

    assert len(mail.outbox) == 2


def test_nothing_waiting_is_no_digest(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    with scope.acting(ana):
        services.mark_all_read(actor=ana, at=EVENING)

    work(MORNING)

    assert mail.outbox == []
    assert not Delivery.objects.exists()


def test_digest_counts_nothing_that_the_person_may_no_longer_see(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    HIDDEN.add(ana.user_id)

    work(MORNING)

    assert mail.outbox == []
    assert Delivery.objects.get().state == "dropped"


def test_hour_moved_later_moves_the_digest(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    with scope.acting(ana):
        services.set_digest_hour("10:30", actor=ana, at=clock.now())

    work(MORNING)
    assert mail.outbox == []
    work(MORNING + timedelta(hours=2, minutes=30))

    assert len(mail.outbox) == 1


def test_hour_moved_earlier_brings_the_digest_sooner_and_once(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    with scope.acting(ana):
        services.set_digest_hour("06:00", actor=ana, at=clock.now())

    work(MORNING - timedelta(hours=2))
    assert len(mail.outbox) == 1
    work(MORNING)

    assert len(mail.outbox) == 1


def test_digest_waits_for_the_end_of_a_rest_at_its_hour(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    rest(ana, "20:00", "09:00")
    tell(ana)

    work(MORNING)
    assert mail.outbox == []
    work(MORNING + timedelta(hours=1))

    assert len(mail.outbox) == 1


def test_digest_hour_inside_every_nights_rest_comes_when_the_rest_ends(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    rest(ana, "22:00", "07:00")
    with scope.acting(ana):
        services.set_digest_hour("23:00", actor=ana, at=clock.now())

    for day in range(3):
        tell(ana, token=f"{day}", at=clock.now())
        work()
        work(MORNING - timedelta(hours=1) + timedelta(days=day))

    assert len(mail.outbox) == 3


def test_late_worker_sends_the_digest_all_the_same(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()

    work(MORNING + timedelta(days=2, hours=5))

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("zone", "hour", "after", "expected"),
    [
        # 02:30 does not exist in Rome on 28 March 2027: the first instant after it.
        ("Europe/Rome", "02:30", "2027-03-27T12:00Z", "2027-03-28T01:00Z"),
        # 02:30 comes twice on 25 October 2026: the first.
        ("Europe/Rome", "02:30", "2026-10-24T12:00Z", "2026-10-25T00:30Z"),
        # Kathmandu is 5:45 ahead, and Apia on the other side of the date line.
        ("Asia/Kathmandu", "08:00", "2026-11-24T12:00Z", "2026-11-25T02:15Z"),
        ("Pacific/Apia", "08:00", "2026-11-24T12:00Z", "2026-11-24T19:00Z"),
    ],
)
def test_morning_is_the_local_clocks(
    ana: Actor, zone: str, hour: str, after: str, expected: str
) -> None:
    User.objects.filter(pk=ana.user_id).update(time_zone=zone)
    at = datetime.fromisoformat(after)
    clock.move_to(at)
    wish(ana, "handovers", "digest")
    with scope.acting(ana):
        services.set_digest_hour(hour, actor=ana, at=at)
    tell(ana, at=at)

    outbox.drain()

    row = Due.objects.get(kind=services.DIGEST, state="planned")
    assert row.due_at == datetime.fromisoformat(expected)


def test_repeated_hour_brings_one_digest(ana: Actor) -> None:
    User.objects.filter(pk=ana.user_id).update(time_zone="Europe/Rome")
    clock.move_to(datetime(2026, 10, 24, 12, tzinfo=UTC))
    wish(ana, "handovers", "digest")
    with scope.acting(ana):
        services.set_digest_hour("02:30", actor=ana, at=clock.now())
    tell(ana, at=clock.now())
    work()
    work(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    tell(ana, token="2", at=clock.now())

    work(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))

    assert len(mail.outbox) == 1


def test_clock_that_jumps_back_loses_no_digest(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    work(MORNING)
    clock.move_to(MORNING - timedelta(hours=3))
    tell(ana, token="2", at=clock.now())
    work()

    work(MORNING)
    work(MORNING + timedelta(days=1))

    assert len(mail.outbox) == 2


def test_digest_carries_a_way_out_that_works_without_a_session(ana: Actor, client) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    work(MORNING)
    headers = mail.outbox[0].extra_headers
    path = headers["List-Unsubscribe"].strip("<>").removeprefix(settings.PUBLIC_URL)

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(path).status_code == 200
    with scope.acting(ana):
        assert selectors.preferences(ana.member_id, ana.user_id)["handovers"].mail == "digest"
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    with scope.acting(ana):
        assert selectors.preferences(ana.member_id, ana.user_id)["handovers"].mail == "never"


def test_way_out_of_another_is_unknown(client, db: None) -> None:
    assert client.post("/notifications/unsubscribe/guessed/").status_code == 404


def test_mail_at_once_carries_no_way_out(ana: Actor) -> None:
    tell(ana)

    work()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_group_set_to_never_leaves_the_waiting_digest(ana: Actor) -> None:
    wish(ana, "handovers", "digest")
    tell(ana)
    work()
    wish(ana, "handovers", "never")

    work(MORNING)

    assert mail.outbox == []
    assert due.run() == 0
