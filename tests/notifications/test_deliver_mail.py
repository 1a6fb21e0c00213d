"""Mail over a real SMTP server: retried, given up visibly, never twice, holding nobody up."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.db import connection

from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.core.models import Due
from apps.notifications import letters, post, services
from apps.notifications.models import Delivery
from apps.notifications.services import courier
from tests.factories.world import NOON
from tests.notifications.servers import MailServer, free_port, running
from tests.notifications.telling import tell, told, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_TIMEOUT = 0.3
        yield server


def next_try() -> None:
    """As far ahead as the next planned try, and what workers do then."""
    row = Due.objects.get(kind=services.RETRY, state="planned")
    work(row.due_at)


def test_letter_arrives_with_its_token_as_message_id(server: MailServer, ana: Actor) -> None:
    tell(ana)

    work()

    letter = message_from_bytes(server.letters[0])
    delivery = Delivery.objects.get()
    assert letter["Message-ID"] == f"<{delivery.pk}@127.0.0.1>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["To"] == "ana.lin@aur.example"
    assert [part.get_content_type() for part in letter.get_payload()] == ["text/plain", "text/html"]
    assert (delivery.state, delivery.attempts) == ("sent", 1)
    assert not Due.objects.filter(kind=services.RETRY, state="planned").exists()


def test_server_that_is_down_is_asked_again_later_each_time(
    server: MailServer, ana: Actor, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    tell(ana)
    work()
    pauses = []
    for _ in range(3):
        row = Due.objects.get(kind=services.RETRY, state="planned")
        pauses.append(round((row.due_at - clock.now()).total_seconds() / 60))
        next_try()
    assert pauses == [1, 2, 4]
    assert Delivery.objects.get().error.startswith("ConnectionRefusedError")

    settings.EMAIL_PORT = port
    next_try()

    assert len(server.letters) == 1
    assert told(ana)[0].mail == "sent"


def test_letter_that_never_arrives_is_given_up_visibly(
    server: MailServer, ana: Actor, settings: Any
) -> None:
    settings.EMAIL_PORT = free_port()
    tell(ana)
    work()

    for _ in range(courier.MAX_ATTEMPTS - 1):
        next_try()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("given_up", courier.MAX_ATTEMPTS)
    assert delivery.error.startswith("ConnectionRefusedError")
    assert told(ana)[0].mail == "failed"
    assert not Due.objects.filter(kind=services.RETRY, state="planned").exists()


def test_address_refused_for_good_is_not_asked_again(server: MailServer, ana: Actor) -> None:
    server.refusal = "550 no such mailbox"
    tell(ana)

    work()

    assert Delivery.objects.get().state == "given_up"
    assert "no such mailbox" in Delivery.objects.get().error


def test_address_refused_for_now_is_asked_again(server: MailServer, ana: Actor) -> None:
    server.refusal = "451 try later"
    tell(ana)
    work()
    server.refusal = ""

    next_try()

    assert len(server.letters) == 1


def test_one_bad_address_holds_up_no_other(server: MailServer, ana: Actor, mia: Actor) -> None:
    original = post._send_mail

    def refuse_ana(connection: Any, letter: Any) -> post.Outcome:
        server.refusal = "550 no" if "ana.lin" in letter.to[0] else ""
        return original(connection, letter)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(post, "_send_mail", refuse_ana)
        tell(ana, mia)
        work()

    assert len(server.letters) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["given_up", "sent"]


def test_server_that_hangs_is_left_after_the_timeout_and_everybody_else_goes_on(
    server: MailServer, ana: Actor, mia: Actor
) -> None:
    server.hangs = True
    people = [ana, mia]
    for token in range(20):
        tell(*people, token=f"{token}")
    outbox.drain()

    tried = services.deliver()

    # One batch met one timeout; the rest was not even tried, and no transaction was open.
    assert tried == courier.BATCH
    assert Delivery.objects.filter(attempts=0).count() == 40 - courier.BATCH
    assert Delivery.objects.filter(attempts=1, state="waiting").count() == courier.BATCH


def test_no_transaction_is_open_while_the_network_is_asked(
    ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth, seen = len(connection.savepoint_ids), []
    original = post.send_all

    def look(*args: Any) -> Any:
        seen.append(len(connection.savepoint_ids))
        return original(*args)

    monkeypatch.setattr(post, "send_all", look)
    tell(ana)

    work()

    assert seen == [depth]


def test_courier_that_dies_on_the_way_leaves_the_letter_to_the_next(
    server: MailServer, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: Any) -> Any:
        raise SystemExit

    tell(ana)
    with monkeypatch.context() as patch:
        patch.setattr(post, "send_all", die)
        with pytest.raises(SystemExit):
            work()
    assert services.deliver() == 0

    next_try()

    assert len(server.letters) == 1


def test_letter_taken_just_before_the_line_broke_comes_again_under_the_same_id(
    server: MailServer, ana: Actor
) -> None:
    server.dies_after_taking = True
    tell(ana)
    work()
    server.dies_after_taking = False

    next_try()

    ids = {message_from_bytes(letter)["Message-ID"] for letter in server.letters}
    assert len(server.letters) == 2
    assert len(ids) == 1


def test_letter_that_cannot_be_written_stops_no_other(
    server: MailServer, ana: Actor, mia: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = letters.letter

    def fail_for_ana(delivery: Any, reader: Any, rows: Any) -> Any:
        if reader.pk == ana.user_id:
            raise RuntimeError("no words")
        return write(delivery, reader, rows)

    monkeypatch.setattr(letters, "letter", fail_for_ana)
    tell(ana, mia)

    work()

    assert len(server.letters) == 1
    left = Delivery.objects.get(state="waiting")
    assert (left.user_id, left.error) == (ana.user_id, "RuntimeError: no words")


def test_release_of_what_has_arrived_does_nothing(server: MailServer, ana: Actor) -> None:
    tell(ana)
    work()

    with scope.acting(Actor.system(ana.member_id)):
        services.release(Delivery.objects.get().pk, NOON + timedelta(hours=2))
    work()

    assert len(server.letters) == 1


def test_urgent_letters_go_first(server: MailServer, ana: Actor) -> None:
    for token in range(courier.BATCH + 4):
        tell(ana, token=f"{token}")
    tell(ana, kind="test.burns", token="fire")

    work()

    assert b"Subject: An emergency" in server.letters[0]


def test_second_courier_stands_aside(server: MailServer, ana: Actor) -> None:
    tell(ana)
    outbox.drain()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [courier._LOCK])

    aside = services.deliver()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [courier._LOCK])
    other.close()

    assert aside == 0
    assert services.deliver() == 1
