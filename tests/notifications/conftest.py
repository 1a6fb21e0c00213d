"""Kinds that mail, that do not and that are urgent; a subject that readers may lose."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import translation
from django.utils.functional import lazy

from apps.core import clock
from apps.core.registries import NotificationKind, Subject, notification_kinds, subjects
from tests.factories.world import NOON
from tests.notifications.telling import HIDDEN

KINDS = {
    "test.rings": NotificationKind(
        line="A handover is offered to your desk.",
        mail_subject="A handover waits",
        mails=True,
        group="handovers",
    ),
    "test.quiet": NotificationKind(
        line="Your handover was accepted.", mail_subject="Accepted", group="handovers"
    ),
    "test.talks": NotificationKind(
        line="You were mentioned.", mail_subject="You were mentioned", mails=True, group="chat"
    ),
    "test.burns": NotificationKind(
        line="An emergency waits.", mail_subject="An emergency", group="custody", urgent=True
    ),
    "test.polyglot": NotificationKind(
        line=lazy(lambda: translation.get_language() or "", str)(), mail_subject="?", mails=True
    ),
}


def thing_url(ident: UUID) -> str:
    return f"/things/{ident}/"


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)
    subjects.register(
        "test.thing",
        Subject(
            may_watch=lambda actor, _ident: actor.user_id not in HIDDEN,
            title=lambda _actor, _ident: "Tamarisk",
            url=thing_url,
        ),
    )
    yield
    HIDDEN.clear()
    del subjects._things["test.thing"]
    for name in KINDS:
        del notification_kinds._things[name]


@pytest.fixture(autouse=True)
def afternoon(db: None) -> None:
    """What was told at noon is due to be mailed."""
    clock.move_to(NOON + timedelta(hours=1))
