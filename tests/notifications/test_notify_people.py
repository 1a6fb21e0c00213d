"""Each person is told once per token, live and by mail, and no mail carries the case."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail

from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.core.events import readers_of
from apps.core.models import Due, Event
from apps.core.registries import notification_kinds
from apps.members.models import Membership, User
from apps.notifications import selectors, services
from apps.notifications.models import Delivery, Group, Notification
from apps.notifications.wording import group_of
from tests.factories.world import NOON
from tests.notifications.telling import HIDDEN, SUBJECT, tell, told, work

pytestmark = pytest.mark.django_db


def test_people_of_two_members_are_told_each_under_his_own_wall(ana: Actor, bo: Actor) -> None:
    assert len(tell(ana, bo)) == 2

    assert [row.member_id for row in told(bo)] == [bo.member_id]
    assert [row.user_id for row in told(ana)] == [ana.user_id]


def test_same_token_is_told_once(ana: Actor, bo: Actor) -> None:
    assert [len(tell(ana, bo)) for _ in range(3)] == [2, 0, 0]

    work()
    work()
    assert len(told(bo)) == 1
    assert len(mail.outbox) == 2


def test_stranger_sees_nothing(ana: Actor, cy: Actor) -> None:
    tell(ana)

    assert told(cy) == []
    with scope.acting(cy):
        assert not Notification.objects.exists()


def test_colleague_does_not_read_what_another_was_told(ana: Actor, mia: Actor) -> None:
    tell(ana)

    assert told(mia) == []


def test_who_has_left_is_told_nothing(ana: Actor, bo: Actor) -> None:
    Membership.objects.filter(user_id=bo.user_id).update(ended_at=NOON)

    assert tell(bo, by=ana) == []


def test_mail_carries_neither_the_subjects_id_nor_content(ana: Actor) -> None:
    row = tell(ana)[0]

    work()

    letter = mail.outbox[0]
    page = str(letter.alternatives[0][0])
    assert letter.subject == "A handover waits"
    for text in (letter.body, page):
        assert f"{settings.PUBLIC_URL}/notifications/{row.pk}/open/" in text
        assert "Tamarisk" not in text
        assert str(SUBJECT[1]) not in text
    assert letter.to == ["ana.lin@aur.example"]
    assert told(ana)[0].sent_at is not None
    assert told(ana)[0].mail == "sent"


def test_deadline_is_said_in_both_parties_time(ana: Actor) -> None:
    tell(ana, answer_by=NOON + timedelta(hours=2), other_zone="America/Sao_Paulo")

    work()

    body = mail.outbox[0].body
    assert "Answer by Tuesday, 24 November 2026 22:00 UTC+08:00 Asia/Shanghai." in body
    assert "is Tuesday, 24 November 2026 11:00 UTC-03:00 America/Sao_Paulo." in body


def test_deadline_of_one_clock_is_said_once(ana: Actor) -> None:
    tell(ana, answer_by=NOON, other_zone="Asia/Singapore")

    work()

    assert "other party" not in mail.outbox[0].body


def test_who_has_lost_the_subject_is_mailed_nothing_about_it(ana: Actor) -> None:
    tell(ana)
    outbox.drain()
    HIDDEN.add(ana.user_id)

    work()

    assert mail.outbox == []
    assert told(ana)[0].mail == "dropped"


def test_who_has_left_after_the_telling_is_mailed_nothing(ana: Actor) -> None:
    tell(ana)
    outbox.drain()
    Membership.objects.filter(user_id=ana.user_id).update(ended_at=NOON)

    work()

    assert mail.outbox == []
    assert Delivery.objects.get().state == "dropped"


def test_quiet_kind_rings_the_bell_and_mails_nothing(ana: Actor) -> None:
    tell(ana, kind="test.quiet")

    work()

    assert mail.outbox == []
    assert len(told(ana)) == 1


def test_bell_is_told_live_in_the_persons_own_sequence(ana: Actor) -> None:
    tell(ana)
    tell(ana, token="offer 2")

    with scope.acting(ana):
        seqs = Event.objects.filter(subject_type="person", subject_id=ana.user_id)
        assert list(seqs.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_mail_speaks_the_readers_language(ana: Actor) -> None:
    User.objects.filter(pk=ana.user_id).update(language="zh-hans")
    tell(ana, kind="test.polyglot")

    work()

    assert mail.outbox[0].body.startswith("zh-hans")
    assert '<html lang="zh-hans">' in str(mail.outbox[0].alternatives[0][0])


def test_unknown_kind_is_a_programming_error(ana: Actor) -> None:
    with pytest.raises(LookupError):
        tell(ana, kind="nobody.registered_this")


def test_group_that_a_kind_names_is_one_that_people_can_choose() -> None:
    groups = {notification_kinds[name].group for name in notification_kinds}

    assert groups <= {"", *Group.values}


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("test.talks", "chat"),
        ("handover.offered", "handovers"),
        ("briefing.incomplete", "handovers"),
        ("custody.held", "custody"),
        ("swap.asked", "swaps"),
        ("roster.hole", "swaps"),
        ("cover.requested", "cover"),
        ("task.due", "cases"),
        ("nobody.knows", "cases"),
    ],
)
def test_kind_belongs_to_the_group_it_names_or_that_its_name_tells(name: str, group: str) -> None:
    assert group_of(name) == group


def test_reading_is_kept_and_counted(ana: Actor) -> None:
    tell(ana)
    tell(ana, token="offer 2")

    with scope.acting(ana):
        services.mark_read(selectors.newest(ana)[0].pk, actor=ana, at=NOON)
        assert selectors.unread_count(ana) == 1
        assert services.mark_all_read(actor=ana, at=NOON) == 1
        assert services.mark_all_read(actor=ana, at=NOON) == 0


def test_event_delivered_twice_mails_once(ana: Actor) -> None:
    tell(ana)
    work()

    with scope.acting(Actor.system(ana.member_id)):
        event = Event.objects.get(name="person.notified")
        for reader in readers_of(event.name) * 2:
            reader(event)
    work()

    assert len(mail.outbox) == 1
    assert Delivery.objects.count() == 1


def test_what_is_older_than_ninety_days_is_forgotten_with_its_deliveries(ana: Actor) -> None:
    tell(ana)
    work()
    tell(ana, token="offer 2", at=NOON + timedelta(days=80))
    work(NOON + timedelta(days=80))

    work(NOON + timedelta(days=89))
    assert len(told(ana)) == 2
    work(NOON + timedelta(days=91))

    assert [row.token for row in told(ana)] == ["offer 2"]
    assert Delivery.objects.count() == 1


def test_a_day_is_forgotten_by_one_due_row_per_member(ana: Actor, mia: Actor, bo: Actor) -> None:
    for token in ("1", "2"):
        tell(ana, mia, bo, token=token)

    rows = Due.objects.filter(kind=services.FORGET)
    assert sorted(rows.values_list("ref", flat=True)) == sorted([ana.member_id, bo.member_id])
