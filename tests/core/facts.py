"""A fact for tests, about a subject of no app."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Fact, emit
from apps.core.models import Event
from tests.factories.world import NOON


@dataclass(frozen=True, kw_only=True)
class BellRung(Fact):
    name: ClassVar[str] = "bell.rung"
    subject_type: ClassVar[str] = "bell"

    times: int = 1


def ring(bell: UUID, actor: Actor, times: int = 1) -> Event:
    with scope.acting(actor):
        return emit(BellRung(subject_id=bell, times=times), actor=actor, at=NOON)


def ring_and_take_back(bell: UUID, actor: Actor) -> None:
    """An event whose transaction ends in a failure. Raises LookupError."""
    with transaction.atomic():
        ring(bell, actor)
        raise LookupError
