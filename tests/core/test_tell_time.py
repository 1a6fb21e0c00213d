"""The one clock: the database's, one instant per request."""

import pytest

from apps.core import clock

pytestmark = pytest.mark.django_db


def test_a_request_happens_at_one_instant() -> None:
    with clock.one_instant():
        assert clock.now() == clock.now()


def test_time_passes_outside_a_request() -> None:
    assert clock.now() < clock.now()


def test_the_instant_ends_with_its_request() -> None:
    with clock.one_instant():
        first = clock.now()

    assert clock.now() > first
