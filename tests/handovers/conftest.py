"""Hangzhou and Milan are Aurelis' desks, São Paulo is its ally's; one case, held in Hangzhou."""

from datetime import UTC, datetime

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk, DeskPerson, DutyWindow
from apps.handovers import selectors
from apps.handovers.models import Handover
from apps.handovers.services import ReadBack
from apps.investigations import services as investigations
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from tests.factories.world import LONG_AGO

# A Tuesday, 14:00 in Hangzhou and 07:00 in Milan.
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
WORDS = "Four shops, one warehouse; call Prato before it closes."


def make_desk(
    actor: Actor, name: str, tz: str, start: str, end: str, *, allies: tuple[Actor, ...] = ()
) -> Desk:
    """A desk on duty every day, with the actor at it, seen by the allies."""
    with scope.acting(actor):
        desk = Desk(member_id=actor.member_id, name=name, tz=tz, languages=["en"], city=name)
        sharing.own_subject(("desk", desk.pk), member_id=actor.member_id, at=MORNING)
        desk.save(force_insert=True)
        DutyWindow.objects.create(
            member_id=actor.member_id, desk=desk, days=list(range(7)), start=start, end=end
        )
        DeskPerson.objects.create(
            member_id=actor.member_id, desk=desk, user_id=actor.user_id, since=LONG_AGO
        )
        for ally in allies:
            sharing.give_access(
                ("desk", desk.pk),
                owner_id=actor.member_id,
                viewer_id=ally.member_id,
                level=1,
                at=MORNING,
            )
    return desk


@pytest.fixture
def hangzhou(ana: Actor, bo: Actor) -> Desk:
    """09:00-18:00 there: 01:00-10:00 UTC."""
    return make_desk(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00", allies=(bo,))


@pytest.fixture
def milan(mia: Actor, bo: Actor) -> Desk:
    """09:00-18:00 there: 08:00-17:00 UTC."""
    return make_desk(mia, "Milan", "Europe/Rome", "09:00", "18:00", allies=(bo,))


@pytest.fixture
def sao_paulo(ana: Actor, bo: Actor) -> Desk:
    """10:00-20:00 there: 13:00-23:00 UTC."""
    return make_desk(bo, "São Paulo", "America/Sao_Paulo", "10:00", "20:00", allies=(ana,))


@pytest.fixture
def case(ana: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(ana, hangzhou)


def open_case(actor: Actor, desk: Desk, *, at: datetime = MORNING, **facts: str) -> Investigation:
    opening = investigations.Opening(title=facts.pop("title", "Serum with mercury"), **facts)
    with scope.acting(actor):
        return investigations.open_investigation(opening, desk=desk, actor=actor, at=at)


def the_handover(actor: Actor, case: Investigation, state: str) -> Handover:
    with scope.acting(actor):
        return Handover.objects.get(investigation=case, state=state)


def fire(owner: Investigation | Actor, kind: str, ref: object, at: datetime) -> None:
    """Fire one due service the way the dispatcher does."""
    from apps.core.registries import due_kinds

    with scope.acting(Actor.system(owner.member_id)):
        due_kinds[kind](ref, at)


def offered(case: Investigation, actor: Actor, *, at: datetime) -> Handover:
    """Fire the offer of the planned handover; returns it."""
    with scope.acting(actor):
        planned = Handover.objects.get(investigation=case, state__in=["planned", "drafted"])
    fire(case, "handover.offer", planned.pk, at)
    with scope.acting(actor):
        return Handover.objects.get(pk=planned.pk)


def read_back(handover: Handover, actor: Actor, text: str = WORDS) -> ReadBack:
    """A whole read-back: every action taken."""
    with scope.acting(actor):
        reading = selectors.read_briefing(actor, selectors.find(actor, handover.pk))
        assert reading is not None
        version = reading.briefing.version
        answers = {a["id"]: "take" for a in reading.content.get("actions", [])}
    return ReadBack(text=text, answers=answers, version=version)


def reload(case: Investigation) -> Investigation:
    with scope.acting(Actor.system(case.member_id)):
        return Investigation.objects.get(pk=case.pk)
