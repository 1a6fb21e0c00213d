"""The one clock: the database's, moved by the demo alone."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import DomainError
from tests.factories.world import NOON

pytestmark = pytest.mark.django_db


def test_moved_clock_is_everybodys() -> None:
    clock.move_to(NOON)

    assert NOON <= clock.now() < NOON + timedelta(minutes=5)


def test_clock_goes_back_to_the_real_time() -> None:
    real = clock.now()
    clock.move_to(NOON + timedelta(days=4000))

    clock.reset()

    assert clock.offset() == timedelta(0)
    assert abs(clock.now() - real) < timedelta(minutes=5)


def test_clock_of_production_cannot_be_moved(settings: object) -> None:
    settings.DEMO_CLOCK = False

    with pytest.raises(DomainError, match=r"clock\.not_a_demo"):
        clock.move_to(NOON)
    assert clock.offset() == timedelta(0)
