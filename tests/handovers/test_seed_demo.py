"""The demo world comes from the services: whole, the same for a seed, told to nobody, and alive.

It is made twice for the module, in a transaction around those of its tests: each undoes its own.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.core import clock, due, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due, Outbox
from apps.handovers.demo import accounts, cases, founding, reports, seeding, timelapse
from apps.investigations.models import Custody, Investigation
from apps.leads.models import LeadSelector
from apps.members.models import Member, Membership
from apps.notifications.models import Delivery

Cases = dict[str, list[tuple[str, str, str]]]
# Every fourteenth case: the whole world takes the better part of a minute.
SHARE = 14


def everything_of(member: Member) -> list[tuple[str, str, str]]:
    with scope.acting(Actor.system(member.pk)):
        found = Investigation.objects.filter(member_id=member.pk).order_by("reference")
        return list(found.values_list("reference", "title", "severity"))


def make() -> Cases:
    seeding.seed(7, share=SHARE)
    return {member.code: everything_of(member) for member in Member.objects.order_by("code")}


@dataclass(frozen=True)
class Demo:
    """What two worlds of one seed hold; the second stands, and that is what was mailed for it."""

    first: Cases
    second: Cases
    between: int
    moved_by: timedelta
    mailed: list[Any]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Demo]:
    with django_db_blocker.unblock(), transaction.atomic():
        first: Cases = {}
        with suppress(KeyboardInterrupt), transaction.atomic():
            first = make()
            raise KeyboardInterrupt
        between = Member.objects.count()
        clock.move_to(clock.now() + timedelta(hours=5))
        mail.outbox.clear()
        second = make()
        made = Demo(first, second, between, clock.offset(), list(mail.outbox))
        with django_db_blocker.block():
            yield made
        transaction.set_rollback(True)


def test_the_same_seed_makes_the_same_cases_in_the_same_order(demo: Demo, db: None) -> None:
    assert demo.between == 0
    assert demo.second == demo.first
    assert sum(map(len, demo.first.values())) == 3 + 2


def test_a_new_world_is_whole_fictional_and_told_to_nobody(demo: Demo, db: None) -> None:
    assert abs(demo.moved_by - timedelta(hours=5)) < timedelta(seconds=1)
    assert not Outbox.objects.exists()
    assert not Delivery.objects.filter(state="waiting").exists()
    assert demo.mailed == []
    assert "dummy" not in settings.EMAIL_BACKEND
    for member in Member.objects.all():
        with scope.acting(Actor.system(member.pk)):
            check_custody(member)
            check_reserved(member)
    check_accounts()
    with pytest.raises(CommandError, match="already a member"):
        call_command("seed_demo")
    call_command("seed_demo", "--if-empty", stdout=io.StringIO())
    assert Member.objects.count() == 6


def check_custody(member: Member) -> None:
    """Every open case has one holder, and something planned that moves it on."""
    for case in Investigation.objects.filter(member_id=member.pk, closed_at=None):
        assert Custody.objects.filter(investigation=case, ended_at=None).count() == 1
        refs = [case.pk, *case.handovers.values_list("pk", flat=True)]
        assert Due.objects.filter(ref__in=refs, state=Due.State.PLANNED).exists()


def check_reserved(member: Member) -> None:
    rows = LeadSelector.objects.filter(member_id=member.pk)
    domains = rows.filter(kind="domain").values_list("norm", flat=True)
    phones = rows.filter(kind="phone").values_list("norm", flat=True)
    assert all(domain.endswith(".example") for domain in domains)
    assert all("55501" in phone for phone in phones)


def check_accounts() -> None:
    lines = accounts.table(datetime(2026, 11, 24, 9, 38, tzinfo=UTC))
    assert len(lines) == 1 + Membership.objects.count() + 1 + 2
    assert "Tue 17:38" in next(line for line in lines if "Lin Yue" in line)
    assert "Tue 06:38" in next(line for line in lines if "Rafael" in line)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What real workers do when the doorbell rings."""
    monkeypatch.setattr(timelapse.dispatch_due, "delay", due.run)
    monkeypatch.setattr(timelapse.drain_outbox, "delay", outbox.drain)


def test_cases_travel_and_are_told_while_a_day_passes(demo: Demo, db: None, workers: None) -> None:
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


def test_only_a_demo_is_seeded(settings: Any) -> None:
    settings.DEMO_CLOCK = False
    with pytest.raises(DomainError, match=r"demo\.off"):
        seeding.seed(7)


def test_the_whole_world_has_forty_open_cases_and_four_hundred_leads() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    files = reports.report_files(Random(7), now)
    rows = [row for file in files for row in csv.DictReader(io.StringIO(file.data.decode()))]
    by_hand = 10
    assert len(rows) + by_hand == 400
    assert len(cases.OPEN_CASES) == 40
    assert min(Counter(facts.tlp for facts in cases.OPEN_CASES).values()) >= 2
