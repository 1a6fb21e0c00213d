"""Further ways are chosen after commit; the courier hands messages over later still."""

from uuid import UUID

from apps.core import clock
from apps.core.events import after_commit
from apps.core.models import Event
from apps.notifications import services
from apps.notifications.events import Notified


@after_commit(Notified)
def route(event: Event) -> None:
    services.route(UUID(event.payload["notification_id"]), at=clock.now())
