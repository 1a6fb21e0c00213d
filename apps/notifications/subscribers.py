"""Mails leave after commit, through the outbox: a slow mail server delays nobody."""

from uuid import UUID

from apps.core import clock
from apps.core.events import after_commit
from apps.core.models import Event
from apps.notifications.events import Notified
from apps.notifications.services import send_mail_of


@after_commit(Notified)
def mail(event: Event) -> None:
    send_mail_of(UUID(event.payload["notification_id"]), at=clock.now())
