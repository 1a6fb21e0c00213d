"""Fetching and reading in a process of its own: what goes in, what comes out, and its bounds."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.duty.calendars.results import EventReport, NamedShift, Reading

CPU_SECONDS = 5
FETCH_SECONDS = 5.0
MEMORY = 768 * 1024 * 1024
# A busy machine gives less than a second of work per second.
_WALL_SECONDS = 20
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Read a text, or what an address serves now, between two instants."""

    zone: str
    a: datetime
    b: datetime
    text: str = ""
    url: str = ""
    etag: str = ""
    loopback_ca: str = ""
    cpu_seconds: int = CPU_SECONDS

    def to_json(self) -> str:
        """As the other process reads it."""
        return json.dumps(asdict(self) | {"a": self.a.isoformat(), "b": self.b.isoformat()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was read, or the code of why nothing was."""

    reading: Reading | None = None
    text: str = ""
    etag: str = ""
    error: str = ""
    detail: str = ""

    def to_json(self) -> str:
        """As `from_json` reads it."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def from_json(cls, text: str) -> "Outcome":
        """What the other process wrote."""
        said: dict[str, Any] = json.loads(text)
        found = said.pop("reading")
        return cls(reading=found and _reading(found), **said)


def _reading(said: dict[str, Any]) -> Reading:
    shifts = [
        NamedShift(
            datetime.fromisoformat(shift["starts_at"]),
            datetime.fromisoformat(shift["ends_at"]),
            shift["uid"],
        )
        for shift in said["shifts"]
    ]
    return Reading(said["name"], [EventReport(**event) for event in said["events"]], shifts)


def carry_out(job: Job) -> Outcome:
    """Do the job elsewhere: whatever a stranger's text does there, here it is a code."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "apps.duty.calendars"],
            input=job.to_json(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=_ROOT,
            env={"PYTHONTZPATH": "", "PATH": os.defpath, "PYTHONUTF8": "1"},
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(error="too_slow")
    if done.returncode != 0 or not done.stdout:
        return Outcome(error="too_much")
    return Outcome.from_json(done.stdout)
