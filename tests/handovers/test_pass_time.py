"""Time passes in a demo alone, and with workers (a day of it: test_seed_demo.py)."""

import io

import pytest
from django.core.management import CommandError, call_command

from apps.core.errors import DomainError
from apps.handovers.demo import timelapse


def test_time_does_not_pass_without_a_world_or_with_silly_numbers(db: None) -> None:
    with pytest.raises(CommandError, match="no demo world"):
        call_command("timelapse", stdout=io.StringIO())
    with pytest.raises(CommandError, match="above 0"):
        call_command("timelapse", speed=0, stdout=io.StringIO())


def test_without_a_worker_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelapse.current_app.control, "ping", lambda timeout: [])
    with pytest.raises(DomainError, match="No worker answers"):
        timelapse.require_worker()
