"""The rooms, people and servers of `bench_chat`: after `start_django`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from uuid import UUID

import redis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from alliance.embedded.processes import bytecode, child_setup
from apps.chat import services
from apps.core import scope
from apps.core.actor import Actor
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.members.actors import SESSION_MEMBER
from apps.members.backends import BACKEND
from apps.members.models import User
from apps.sharing import services as sharing
from tests.bench.staging import newcomer
from tests.factories.world import NOON, make_person
from tests.faults.processes import ROOT, free_port, wait_until

MEMBERS = 10
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stand:
    """One room: its subject, its owner, and who is in it, each with a cookie."""

    room_id: UUID
    subject: Ref
    people: list[Actor]
    cookies: list[str]

    @property
    def owner(self) -> UUID:
        return self.people[0].member_id


def cookie_of(actor: Actor) -> str:
    """A session as signing in makes it."""
    user = User.objects.get(pk=actor.user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SESSION_MEMBER] = str(actor.member_id)
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def hire(count: int) -> list[Actor]:
    """So many people of ten members, those of one member spread evenly."""
    firsts = [newcomer(f"Member {n}", role="analyst") for n in range(min(MEMBERS, count))]
    people = list(firsts)
    members = {first.member_id: first for first in firsts}
    from apps.members.models import Member

    rows = Member.objects.in_bulk(list(members))
    while len(people) < count:
        home = rows[firsts[len(people) % len(firsts)].member_id]
        people.append(make_person(f"Person {uuid7().hex[-10:]}", home))
    return people


def stage(people: list[Actor], cookies: list[str]) -> Stand:
    """A case of the first person's member, open to all others, and its room."""
    subject, owner = ("investigation", uuid7()), people[0]
    with scope.acting(owner):
        sharing.own_subject(subject, member_id=owner.member_id, at=NOON)
        room = services.open_room(subject, member_id=owner.member_id, actor=owner, at=NOON)
        for member_id in {person.member_id for person in people} - {owner.member_id}:
            sharing.give_access(
                subject,
                owner_id=owner.member_id,
                viewer_id=member_id,
                level=3,
                at=NOON,
                capabilities=("act",),
            )
    return Stand(room.pk, subject, people, cookies)


def revoke(stand: Stand, member_id: UUID) -> int:
    """End a member's access; the room's last number that was committed before it."""
    owner = stand.people[0]
    with scope.acting(owner), connection.cursor() as cursor:
        sharing.take_access(stand.subject, viewer_id=member_id)
        cursor.execute(
            "SELECT seq FROM core_head WHERE subject_type = 'room' AND subject_id = %s FOR UPDATE",
            [stand.room_id],
        )
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Web:
    """Some uvicorn processes, each on a port of its own."""

    ports: list[int]
    pids: list[int]

    def cpu(self) -> float:
        return sum(cpu_of(pid) for pid in self.pids)

    def memory(self) -> int:
        """KiB that the processes hold."""
        return sum(
            int(line.split()[1])
            for pid in self.pids
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS")
        )


@contextmanager
def serving(application: str, count: int = 1) -> Iterator[Web]:
    """Real processes with the options that the product is started with."""
    ports = [free_port() for _ in range(count)]
    started = [
        subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1",
                "--port", str(port), "--ws", "websockets-sansio", "--ws-max-size", "65536",
                "--ws-per-message-deflate", "false", "--no-access-log", "--no-server-header",
                "--lifespan", "off", "--log-level", "warning",
                "--timeout-graceful-shutdown", "1",
            ],
            cwd=ROOT,
            env={**os.environ, **bytecode(), "LOG_LEVEL": "ERROR"},
            preexec_fn=child_setup(signal.SIGTERM),
        )
        for port in ports
    ]  # fmt: skip
    try:
        for port in ports:
            assert wait_until(lambda port=port: _listens(port), patience=120)
        time.sleep(0.5)
        yield Web(ports, [process.pid for process in started])
    finally:
        for process in started:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    return any(
        f":{port:04X} " in line.split()[1] + " " and line.split()[3] == "0A"
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
    )


def cpu_of(pid: int, *, with_ended: bool = False) -> float:
    """Seconds of CPU of a process, on demand with those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11 : 15 if with_ended else 13]) / TICKS


def servers() -> tuple[int, int]:
    """The pids of PostgreSQL's first process and of Redis."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    found = redis.from_url(settings.REDIS_URL).info("server")["process_id"]
    return _parent(backend), int(found)


def servers_cpu(pids: tuple[int, int]) -> tuple[float, float]:
    """Seconds of CPU of PostgreSQL, all its processes, and of Redis."""
    postgres = cpu_of(pids[0], with_ended=True)
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            if _parent(int(directory.name)) == pids[0]:
                postgres += cpu_of(int(directory.name))
        except (OSError, IndexError):
            continue
    return postgres, cpu_of(pids[1])


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
