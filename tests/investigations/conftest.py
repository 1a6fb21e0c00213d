"""A case of Aurelis, held in Hangzhou; bo's member can be given access to it, cy's cannot."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk, DeskPerson, DutyWindow
from apps.investigations import services
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Grant
from tests.factories.world import LONG_AGO

# A Monday, 14:00 in Hangzhou.
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ACT = ("act", "comment")


def make_desk(actor: Actor, name: str, tz: str, *, ally: Actor | None = None) -> Desk:
    """A desk on duty from 09:00 to 18:00 every day, with the actor at it."""
    with scope.acting(actor):
        desk = Desk(member_id=actor.member_id, name=name, tz=tz, languages=["en"])
        subject = ("desk", desk.pk)
        sharing.own_subject(subject, member_id=actor.member_id, at=MORNING)
        desk.save(force_insert=True)
        DutyWindow.objects.create(
            member_id=actor.member_id, desk=desk, days=list(range(7)), start="09:00", end="18:00"
        )
        DeskPerson.objects.create(
            member_id=actor.member_id, desk=desk, user_id=actor.user_id, since=LONG_AGO
        )
        if ally:
            sharing.give_access(
                subject, owner_id=actor.member_id, viewer_id=ally.member_id, level=1, at=MORNING
            )
    return desk


@pytest.fixture
def hangzhou(ana: Actor, bo: Actor) -> Desk:
    return make_desk(ana, "Hangzhou", "Asia/Shanghai", ally=bo)


@pytest.fixture
def angeles(cy: Actor) -> Desk:
    return make_desk(cy, "Los Angeles", "America/Los_Angeles")


def open_case(actor: Actor, desk: Desk, **facts: str) -> Investigation:
    opening = services.Opening(**{"title": "Serum with mercury", **facts})
    with scope.acting(actor):
        return services.open_case(opening, desk=desk, actor=actor, at=MORNING)


@pytest.fixture
def case(ana: Actor, hangzhou: Desk) -> Investigation:
    return open_case(ana, hangzhou, summary="Three shops, one warehouse.")


@pytest.fixture
def share(mia: Actor, bo: Actor, case: Investigation) -> Callable[..., Grant]:
    """Give bo's member access; the manager decides."""

    def _share(level: int = 3, capabilities: tuple[str, ...] = ACT) -> Grant:
        terms = services.Share(
            grantee_id=bo.member_id, level=level, purpose="Seizure", capabilities=capabilities
        )
        with scope.acting(mia):
            return services.share_investigation(case.pk, terms, actor=mia, at=MORNING)

    return _share


def reload(case: Investigation) -> Investigation:
    with scope.acting(Actor.system(case.member_id)):
        return Investigation.objects.get(pk=case.pk)
