"""A calendar of a stranger is fetched and read in a process of its own: `python -m` this.

The job is JSON on standard input, its outcome JSON on standard output. The process has none of
the product's secrets, no database, and hard bounds on time and memory.
"""

import json
import resource
import ssl
import sys
from datetime import datetime
from typing import Any

from apps.core import outgoing
from apps.duty.calendars.jobs import FETCH_SECONDS, MEMORY, Outcome
from apps.duty.calendars.reading import read
from apps.duty.calendars.results import MAX_BYTES, ReadingError

_ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
_NOT_MODIFIED = 304


def main() -> None:
    """Do one job."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    job = json.load(sys.stdin)
    seconds = job["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        outcome = _carried_out(job)
    except outgoing.FetchError as error:
        outcome = Outcome(error=error.code, detail=error.detail)
    except ReadingError as error:
        outcome = Outcome(error=error.code)
    except MemoryError:
        outcome = Outcome(error="too_much")
    sys.stdout.write(outcome.to_json())


def _carried_out(job: dict[str, Any]) -> Outcome:
    text, etag = job["text"].encode(), job["etag"]
    if job["url"]:
        text, etag = _fetched(job, text, etag)
    a, b = (datetime.fromisoformat(job[name]) for name in ("a", "b"))
    reading = read(text, zone=job["zone"], a=a, b=b)
    return Outcome(reading=reading, text=text.decode("utf-8-sig"), etag=etag)


def _fetched(job: dict[str, Any], text: bytes, etag: str) -> tuple[bytes, str]:
    """What the address serves now; what it served before when nothing has changed."""
    headers = {"Accept": _ACCEPT}
    if etag and text:
        headers["If-None-Match"] = etag
    answer = outgoing.fetch(job["url"], headers=headers, door=_door(job))
    if answer.status == _NOT_MODIFIED and text:
        return text, etag
    if answer.status != 200:
        raise outgoing.FetchError("answered", str(answer.status))
    return answer.body, answer.headers.get("etag", "")[:200]


def _door(job: dict[str, Any]) -> outgoing.Door:
    if not job["loopback_ca"]:
        return outgoing.Door(max_bytes=MAX_BYTES, seconds=FETCH_SECONDS)
    # Tests only (refused by check --deploy): every name is this machine, with a test's own seal.
    return outgoing.Door(
        resolve=lambda _host, _port: ["127.0.0.1"],
        permits=lambda address: address == "127.0.0.1",
        trust=ssl.create_default_context(cafile=job["loopback_ca"]),
        max_bytes=MAX_BYTES,
        seconds=FETCH_SECONDS,
    )


if __name__ == "__main__":
    main()
