"""A demo day passes: what is due is fired by others, people answer, each event is one line."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock, due, outbox
from apps.core.errors import DomainError
from apps.core.models import Due
from apps.handovers.demo import founding, seeding, timelapse


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What real workers do when the doorbell rings."""
    monkeypatch.setattr(timelapse.dispatch_due, "delay", due.run)
    monkeypatch.setattr(timelapse.drain_outbox, "delay", outbox.drain)


def test_cases_travel_and_are_told_while_a_day_passes(db: None, workers: None) -> None:
    seeding.seed(7, share=14)
    before, said = clock.now(), []
    world = founding.find()
    timelapse.Timelapse(world, said.append).run(timedelta(hours=24), speed=10**9)
    passed = clock.now() - before
    assert timedelta(hours=24) <= passed < timedelta(hours=24, minutes=10)
    words = Counter(line.split()[3] for line in said)
    assert words["accepted"] >= 3
    assert len(said) == len(set(said))
    late = Due.objects.filter(state=Due.State.PLANNED, due_at__lt=clock.now())
    assert not late.exists()


def test_time_does_not_pass_without_a_world_or_with_silly_numbers(db: None) -> None:
    with pytest.raises(CommandError, match="no demo world"):
        call_command("timelapse", stdout=io.StringIO())
    with pytest.raises(CommandError, match="above 0"):
        call_command("timelapse", speed=0, stdout=io.StringIO())


def test_without_a_worker_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelapse.current_app.control, "ping", lambda timeout: [])
    with pytest.raises(DomainError, match="No worker answers"):
        timelapse.require_worker()
