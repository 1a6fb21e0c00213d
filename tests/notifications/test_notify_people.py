"""Each person is told once per token, live and by mail, and no mail carries the case."""

from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.db.models import F

from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Event
from apps.members.models import Membership, User
from apps.notifications import selectors, services
from apps.notifications.models import Notification
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db
SUBJECT = ("handover", uuid7())


def tell(*people: Actor, by: Actor, kind: str = "test.rings", token: str = "offer 1") -> int:
    with scope.acting(Actor.system(by.member_id)):
        return len(
            services.notify(
                [(p.member_id, p.user_id or UUID(int=0)) for p in people],
                kind=kind,
                subject=SUBJECT,
                token=token,
                at=NOON,
            )
        )


def told(actor: Actor) -> list[Notification]:
    with scope.acting(actor):
        return list(selectors.newest(actor))


def test_people_of_two_members_are_told_each_under_his_own_wall(ana: Actor, bo: Actor) -> None:
    assert tell(ana, bo, by=ana) == 2

    assert [row.member_id for row in told(bo)] == [bo.member_id]
    assert [row.user_id for row in told(ana)] == [ana.user_id]


def test_same_token_is_told_once(ana: Actor, bo: Actor) -> None:
    assert [tell(ana, bo, by=ana) for _ in range(3)] == [2, 0, 0]

    outbox.drain()
    outbox.drain()
    assert len(told(bo)) == 1
    assert len(mail.outbox) == 2


def test_stranger_sees_nothing(ana: Actor, cy: Actor) -> None:
    tell(ana, by=ana)

    assert told(cy) == []
    with scope.acting(cy):
        assert not Notification.objects.exists()


def test_colleague_does_not_read_what_another_was_told(ana: Actor, mia: Actor) -> None:
    tell(ana, by=ana)

    assert told(mia) == []


def test_who_has_left_is_told_nothing(ana: Actor, bo: Actor) -> None:
    Membership.objects.filter(user_id=bo.user_id).update(ended_at=NOON)

    assert tell(bo, by=ana) == 0


def test_mail_carries_neither_ids_nor_content(ana: Actor) -> None:
    tell(ana, by=ana)

    outbox.drain()

    letter = mail.outbox[0]
    assert letter.subject == "A handover waits"
    assert f"{settings.PUBLIC_URL}/handovers/\n" in letter.body
    assert str(SUBJECT[1]) not in letter.body
    assert letter.to == ["ana.lin@aur.example"]
    assert told(ana)[0].sent_at is not None


def test_quiet_kind_rings_the_bell_and_mails_nothing(ana: Actor) -> None:
    tell(ana, by=ana, kind="test.quiet")

    outbox.drain()

    assert mail.outbox == []
    assert len(told(ana)) == 1


def test_bell_is_told_live_in_the_persons_own_sequence(ana: Actor) -> None:
    tell(ana, by=ana)
    tell(ana, by=ana, token="offer 2")

    with scope.acting(ana):
        seqs = Event.objects.filter(subject_type="person", subject_id=ana.user_id)
        assert list(seqs.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_lost_mail_server_is_asked_again(ana: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError

    tell(ana, by=ana)
    with monkeypatch.context() as patch:
        patch.setattr("apps.notifications.services.telling.send_mail", refuse)
        outbox.drain()
    outbox.Outbox.objects.update(next_at=F("created_at"))

    outbox.drain()

    assert len(mail.outbox) == 1


def test_mail_speaks_the_readers_language(ana: Actor) -> None:
    User.objects.filter(pk=ana.user_id).update(language="zh-hans")
    tell(ana, by=ana, kind="test.polyglot")

    outbox.drain()

    assert mail.outbox[0].body.startswith("zh-hans")


def test_unknown_kind_is_a_programming_error(ana: Actor) -> None:
    with pytest.raises(LookupError):
        tell(ana, by=ana, kind="nobody.registered_this")


def test_reading_is_kept_and_counted(ana: Actor) -> None:
    tell(ana, by=ana)
    tell(ana, by=ana, token="offer 2")

    with scope.acting(ana):
        services.mark_read(selectors.newest(ana)[0].pk, actor=ana, at=NOON)
        assert selectors.unread_count(ana) == 1
        assert services.mark_all_read(actor=ana, at=NOON) == 1
        assert services.mark_all_read(actor=ana, at=NOON) == 0


def test_event_delivered_twice_mails_once(ana: Actor) -> None:
    tell(ana, by=ana)
    outbox.drain()

    with scope.acting(Actor.system(ana.member_id)):
        again = services.send_mail_of(Notification.objects.get().pk, at=NOON)

    assert again is False
    assert len(mail.outbox) == 1
