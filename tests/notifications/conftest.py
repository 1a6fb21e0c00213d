"""Two kinds: one that mails, one that does not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.functional import lazy

from apps.core import clock
from apps.core.registries import NotificationKind, notification_kinds
from tests.factories.world import NOON

KINDS = {
    "test.rings": NotificationKind(
        line="A handover is offered to your desk.", mail_subject="A handover waits", mails=True
    ),
    "test.quiet": NotificationKind(line="Your handover was accepted.", mail_subject="Accepted"),
    "test.polyglot": NotificationKind(
        line=lazy(lambda: translation.get_language() or "", str)(), mail_subject="?", mails=True
    ),
}


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)
    yield
    for name in KINDS:
        del notification_kinds._things[name]


@pytest.fixture(autouse=True)
def afternoon(db: None) -> None:
    """What was told at noon is due to be mailed."""
    clock.move_to(NOON + timedelta(hours=1))
