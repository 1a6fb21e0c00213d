"""A day of three desks: Hangzhou and Milan are Aurelis', São Paulo is its ally Solmara's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.duty import services as duty
from apps.duty.models import Desk
from apps.leads import tasks
from apps.leads.models import ImportBatch
from apps.members.models import Member
from apps.notifications import services as notifications
from apps.sharing import services as sharing
from tests.factories.world import PASSWORD, make_person

# A Tuesday; 14:00 in Hangzhou, 07:00 in Milan, 03:00 in São Paulo.
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """A person at her desk, with the browser she signed in with."""

    actor: Actor
    desk: Desk
    browser: Client


class Day:
    """The clock of the product, and the workers that run behind it."""

    def go_to(self, at: datetime) -> None:
        """Let the time pass: what falls due is done when it is due, as the workers would."""
        now = clock.now()
        for minutes in range(5, int((at - now).total_seconds()) // 60, 5):
            self._work(now + timedelta(minutes=minutes))
        self._work(at)

    def _work(self, at: datetime) -> None:
        clock.move_to(at)
        due.run()
        outbox.drain()
        notifications.deliver()

    def import_files(self, actor: Actor) -> None:
        """What the worker does when an import rings."""
        with scope.acting(actor):
            batches = list(ImportBatch.objects.filter(state__in=["checking", "running"]))
        for batch in batches:
            tasks.run_import(str(batch.pk), str(batch.member_id))


@pytest.fixture
def day(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Day]:
    settings.EXPORT_ROOT = tmp_path / "exports"
    settings.IMPORT_ROOT = tmp_path / "imports"
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    clock.move_to(MORNING)
    yield Day()
    clock.reset()


PLACES = {"Hangzhou": (30.27, 120.15), "Milan": (45.46, 9.19), "São Paulo": (-23.55, -46.63)}


def post(name: str, member: Member, desk: tuple[str, str, str, str], *, zone: str) -> Post:
    """A manager opens the desk, puts the person there, and she signs in."""
    desk_name, city, start, end = desk
    boss = make_person(f"Boss of {city}", member, role="manager")
    actor = make_person(name, member, zone=zone)
    hours = [duty.WindowFacts(days=range(7), start=start, end=end)]
    with scope.acting(boss):
        facts = duty.DeskFacts(
            name=desk_name,
            tz=zone,
            city=city,
            languages=["en"],
            latitude=PLACES[city][0],
            longitude=PLACES[city][1],
        )
        made = duty.create_desk(facts, actor=boss, at=MORNING)
        duty.set_windows(made.pk, hours, actor=boss, at=MORNING)
        duty.put_person(made.pk, actor.user_id, actor=boss, at=MORNING)
    return Post(actor, made, signed_in(name, member))


def signed_in(name: str, member: Member) -> Client:
    browser = Client()
    email = f"{name.lower().replace(' ', '.')}@{member.code.lower()}.example"
    answer = browser.post("/sign-in/", {"username": email, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


@pytest.fixture
def allied(day: Day, mia: Actor, solmara: Member) -> None:
    with scope.acting(mia):
        circle = sharing.found_circle("Silk Road", actor=mia, at=MORNING)
        sharing.join_circle(circle, solmara.pk, actor=mia, at=MORNING)


@pytest.fixture
def lin(allied: None, aurelis: Member) -> Post:
    """09:00-18:00 there: 01:00-10:00 UTC."""
    desk = ("Hangzhou desk", "Hangzhou", "09:00", "18:00")
    return post("Lin Wei", aurelis, desk, zone="Asia/Shanghai")


@pytest.fixture
def giulia(allied: None, aurelis: Member) -> Post:
    """09:00-18:00 there: 08:00-17:00 UTC."""
    desk = ("Milan desk", "Milan", "09:00", "18:00")
    return post("Giulia Conti", aurelis, desk, zone="Europe/Rome")


@pytest.fixture
def bia(allied: None, solmara: Member) -> Post:
    """10:00-20:00 there: 13:00-23:00 UTC."""
    desk = ("São Paulo desk", "São Paulo", "10:00", "20:00")
    return post("Bia Rocha", solmara, desk, zone="America/Sao_Paulo")
