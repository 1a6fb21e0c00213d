"""Invitations and links for a new password go the courier's way: retried, once, and never stale."""

from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.events import readers_of
from apps.core.ids import uuid7
from apps.core.models import Due, Event
from apps.members import services as members
from apps.members.models import Invitation, User
from apps.members.services import secret_of
from apps.notifications import services
from apps.notifications.models import Delivery
from tests.factories.world import NOON
from tests.notifications.servers import MailServer, free_port, running
from tests.notifications.telling import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_TIMEOUT = 0.3
        yield server


def invite(ana: Actor) -> Invitation:
    admin = Actor(ana.member_id, ana.user_id, frozenset({"admin"}))
    with scope.acting(admin):
        return members.invite("noa@aur.example", "analyst", "en", actor=admin, at=clock.now())


def next_try() -> None:
    work(Due.objects.get(kind=services.RETRY, state="planned").due_at)


def test_invitation_waits_for_a_server_that_is_down(
    server: MailServer, ana: Actor, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    invitation = invite(ana)
    work()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert waiting.error.startswith("ConnectionRefusedError")

    settings.EMAIL_PORT = port
    next_try()

    (letter,) = map(message_from_bytes, server.letters)
    assert (letter["To"], letter["Message-ID"]) == (
        "noa@aur.example",
        f"<{waiting.pk}@127.0.0.1>",
    )
    body = letter.get_payload(decode=True).decode().replace("=\n", "")
    assert secret_of(invitation.pk) in body
    assert Delivery.objects.get().state == "sent"


def test_invitation_told_twice_is_one_letter(ana: Actor) -> None:
    invite(ana)
    work()
    with scope.acting(Actor.system(ana.member_id)):
        event = Event.objects.get(name="person.invited")
        for reader in readers_of(event.name):
            reader(event)
    work()

    assert len(mail.outbox) == 1


def test_invitation_withdrawn_meanwhile_is_not_sent(
    server: MailServer, ana: Actor, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    invitation = invite(ana)
    work()
    admin = Actor(ana.member_id, ana.user_id, frozenset({"admin"}))
    with scope.acting(admin):
        members.withdraw_invitation(invitation.pk, actor=admin, at=clock.now())

    settings.EMAIL_PORT = port
    next_try()

    assert server.letters == []
    assert Delivery.objects.get().state == "dropped"


def test_link_for_a_new_password_survives_a_server_that_is_down(
    server: MailServer, ana: Actor, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    members.request_password_reset(User.objects.get(pk=ana.user_id).email, at=clock.now())
    work()
    settings.EMAIL_PORT = port

    next_try()

    assert len(server.letters) == 1
    assert Delivery.objects.get().is_urgent


@pytest.mark.parametrize(
    "wrong",
    [{"letter": ""}, {"ref": None}, {"user_id": uuid7()}, {"channel": "mail", "user_id": uuid7()}],
)
def test_database_keeps_letters_apart_from_what_people_are_told(
    ana: Actor, wrong: dict[str, Any]
) -> None:
    said = {"channel": "letter", "letter": "invitation", "ref": uuid7()} | wrong
    row = Delivery(member_id=ana.member_id, token="t", created_at=NOON, **said)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
