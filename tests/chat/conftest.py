"""A room about a case of ana's that bo may write in, and that cy knows nothing of."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.chat import flood, services
from apps.chat.models import Message, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.sharing import services as sharing
from tests.factories.world import NOON

Post = Callable[..., Message]


@pytest.fixture
def subject() -> Ref:
    return ("investigation", uuid7())


@pytest.fixture
def room(subject: Ref, ana: Actor, bo: Actor) -> Room:
    with scope.acting(ana):
        sharing.own_subject(subject, member_id=ana.member_id, at=NOON)
        opened = services.open_room(subject, member_id=ana.member_id, actor=ana, at=NOON)
        share(subject, ana, bo)
    return opened


def share(
    subject: Ref,
    owner: Actor,
    ally: Actor,
    *,
    level: int = 3,
    capabilities: tuple[str, ...] = ("act",),
) -> None:
    """Under the owner's stamp."""
    sharing.give_access(
        subject,
        owner_id=owner.member_id,
        viewer_id=ally.member_id,
        level=level,
        at=NOON,
        capabilities=capabilities,
    )


@pytest.fixture
def post(room: Room) -> Post:
    def _post(actor: Actor, body: str = "Seizure at 15:00.", **kwargs: Any) -> Message:
        with scope.acting(actor):
            message, _dup = services.post_message(
                room.pk, **{"cid": uuid7(), "body": body, "actor": actor, "at": NOON, **kwargs}
            )
        return message

    return _post


@pytest.fixture
def without_flood_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("BURST", "ROOM_BURST", "MEMBER_BURST"):
        monkeypatch.setattr(flood, limit, 100_000)
