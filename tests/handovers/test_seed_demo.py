"""The demo world comes from the services: whole, the same for a seed, and told to nobody."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due, Outbox
from apps.handovers.demo import accounts, cases, reports, seeding
from apps.investigations.models import Custody, Investigation
from apps.leads.models import LeadSelector
from apps.members.models import Member, Membership

# Every eighth case: the whole world takes the better part of a minute.
SHARE = 8


def everything_of(member: Member) -> list[tuple[str, str, str]]:
    with scope.acting(Actor.system(member.pk)):
        found = Investigation.objects.filter(member_id=member.pk).order_by("reference")
        return list(found.values_list("reference", "title", "severity"))


def make() -> dict[str, list[tuple[str, str, str]]]:
    seeding.seed(7, share=SHARE)
    return {member.code: everything_of(member) for member in Member.objects.order_by("code")}


@pytest.fixture
def world(db: None) -> dict[str, list[tuple[str, str, str]]]:
    return make()


def test_the_same_seed_makes_the_same_cases_in_the_same_order(db: None) -> None:
    class _Again(Exception):
        pass

    with pytest.raises(_Again), transaction.atomic():
        first = make()
        raise _Again
    assert make() == first
    assert sum(map(len, first.values())) == 5 + 2


def test_every_open_case_has_one_holder_and_its_next_step_planned(world: object) -> None:
    for member in Member.objects.all():
        with scope.acting(Actor.system(member.pk)):
            cases_open = Investigation.objects.filter(member_id=member.pk, closed_at=None)
            for case in cases_open:
                assert Custody.objects.filter(investigation=case, ended_at=None).count() == 1
                refs = [case.pk, *case.handovers.values_list("pk", flat=True)]
                assert Due.objects.filter(ref__in=refs, state=Due.State.PLANNED).exists()


def test_nothing_waits_to_be_told_and_nobody_got_a_letter(world: object) -> None:
    assert not Outbox.objects.exists()
    assert mail.outbox == []
    assert "dummy" not in settings.EMAIL_BACKEND


def test_the_clock_is_where_it_was(db: None) -> None:
    before = clock.now()
    make()
    assert abs((clock.now() - before).total_seconds()) < 300
    assert abs(clock.offset().total_seconds()) < 1


def test_every_host_and_address_is_reserved_for_fiction(world: object) -> None:
    for member in Member.objects.all():
        with scope.acting(Actor.system(member.pk)):
            rows = LeadSelector.objects.filter(member_id=member.pk)
            domains = set(rows.filter(kind="domain").values_list("norm", flat=True))
            phones = set(rows.filter(kind="phone").values_list("norm", flat=True))
        assert all(domain.endswith(".example") for domain in domains)
        assert all("55501" in phone for phone in phones)


def test_a_second_seed_is_refused_and_if_empty_does_nothing(world: object) -> None:
    members = Member.objects.count()
    with pytest.raises(CommandError, match="already a member"):
        call_command("seed_demo")
    call_command("seed_demo", "--if-empty", stdout=io.StringIO())
    assert Member.objects.count() == members == 6


def test_only_a_demo_is_seeded(db: None, settings: object) -> None:
    settings.DEMO_CLOCK = False
    with pytest.raises(DomainError, match=r"demo\.off"):
        seeding.seed(7)
    assert not Member.objects.exists()


def test_the_accounts_name_everybody_once_with_the_time_there(world: object) -> None:
    lines = accounts.table(datetime(2026, 11, 24, 9, 38, tzinfo=UTC))
    assert len(lines) == 1 + Membership.objects.count() + 1 + 2
    assert "Tue 17:38" in next(line for line in lines if "Lin Yue" in line)
    assert "Tue 06:38" in next(line for line in lines if "Rafael" in line)


def test_the_whole_world_has_forty_open_cases_and_four_hundred_leads() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    files = reports.report_files(Random(7), now)
    rows = [row for file in files for row in csv.DictReader(io.StringIO(file.data.decode()))]
    by_hand = 10
    assert len(rows) + by_hand == 400
    assert len(cases.OPEN_CASES) == 40
    assert min(Counter(facts.tlp for facts in cases.OPEN_CASES).values()) >= 2
