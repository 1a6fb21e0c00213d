"""Making the demo world: one transaction, so that a run that is killed leaves nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.handovers.demo import cast, founding, rhythm
from apps.handovers.demo.driver import Driver, failures
from apps.handovers.demo.present import Present
from apps.handovers.demo.reports import report_files
from apps.handovers.demo.story import Story
from apps.investigations.models import Investigation
from apps.leads.models import Lead
from apps.members.models import Member

PAST = timedelta(days=16)


@dataclass(frozen=True, slots=True)
class Made:
    """What the new world holds."""

    leads: int
    open: int
    closed: int


def exists() -> bool:
    """Whether there is any member at all."""
    return Member.objects.exists()


def seed(number: int, *, share: int = 1) -> Made:
    """Make the demo world up to now. Raises DomainError where it may not or already is.

    With a `share` of n only every nth case happens: a small world for tests.
    """
    if not settings.DEMO_CLOCK:
        raise DomainError("demo.off", "This is not a demo: DEMO_CLOCK is off.")
    names = [facts.name for facts in cast.MEMBERS]
    there = Member.objects.filter(name__in=names).values_list("name", flat=True).first()
    if there:
        raise DomainError("demo.exists", f"{there} is already a member: empty the database first.")
    with transaction.atomic(), _silence(), _clock_kept():
        return _seed(Random(number), share)  # noqa: S311 - a story, not a secret


def _seed(random: Random, share: int) -> Made:
    now = clock.now().replace(second=0, microsecond=0)
    began = now - PAST
    clock.move_to(began)
    world = founding.found(began)
    driver = Driver(world, random)
    story = Story(world, driver, random, now)
    story.plan(report_files(random, now, share), share)
    founding.add_exceptions(world, now)
    rhythm.add(world, now)
    Present(story).plan()
    driver.run(began, now)
    wrong = failures()
    if wrong:
        raise DomainError("demo.untold", f"The demo world is not whole: {wrong[0]}")
    return _count(world)


def _count(world: founding.World) -> Made:
    counted: Counter[str] = Counter()
    for member_id in world.member_ids:
        with scope.binding(Actor.system(member_id)):
            own = Investigation.objects.filter(member_id=member_id)
            counted["open"] += own.filter(closed_at__isnull=True).count()
            counted["closed"] += own.filter(closed_at__isnull=False).count()
            counted["leads"] += Lead.objects.filter(member_id=member_id).count()
    return Made(leads=counted["leads"], open=counted["open"], closed=counted["closed"])


@contextmanager
def _silence() -> Iterator[None]:
    """Nobody gets a letter about the past."""
    kept = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = kept


@contextmanager
def _clock_kept() -> Iterator[None]:
    """The clock is moved within the transaction only and ends where it was."""
    real = clock.offset()
    yield
    clock.move_to(clock.now() - clock.offset() + real)
