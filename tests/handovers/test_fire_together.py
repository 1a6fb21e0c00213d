"""Cases whose timed work is due at one instant: the statements of one, and each for itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.models import Due, Event
from apps.handovers.models import Asked, Briefing, Handover
from apps.investigations.models import Hold, Investigation
from tests.factories.world import make_member, make_person
from tests.handovers.conftest import MORNING, make_desk, open_case

# Hangzhou leaves at 10:00 UTC; Milan and Turin have come at 08:00.
END = MORNING + timedelta(hours=4)
OFFER_AT = END - timedelta(minutes=30)
# Drafted, offered, and asked on a minute after the time to answer is over.
INSTANTS = (OFFER_AT - timedelta(minutes=15), OFFER_AT, OFFER_AT + timedelta(minutes=16))


@pytest.fixture(autouse=True)
def clock_is_put_back() -> Iterator[None]:
    yield
    clock.reset()


def population(code: str, cases: int) -> tuple[Actor, list[UUID]]:
    """A member with cases in the east and two desks in the west."""
    owner = make_person(f"Owner {code}", make_member(f"Member {code}", code), role="manager")
    east = make_desk(owner, f"Hangzhou {code}", "Asia/Shanghai", "09:00", "18:00")
    for name in ("Milan", "Turin"):
        make_desk(owner, f"{name} {code}", "Europe/Rome", "09:00", "18:00")
    clock.move_to(MORNING)
    return owner, [open_case(owner, east, title=f"Case {n}").pk for n in range(cases)]


def fire(owner: Actor, at: datetime) -> int:
    """Everything of the owner's that is due by then; how many statements it took."""
    clock.move_to(at)
    with CaptureQueriesContext(connection) as captured:
        due.run(members=[owner.member_id])
    return len(captured)


@pytest.mark.django_db
def test_six_cases_are_drafted_offered_and_asked_on_with_the_statements_of_two() -> None:
    few, many = (population(code, cases)[0] for code, cases in (("FEW", 2), ("MANY", 6)))

    for at in INSTANTS:
        spent = fire(few, at)
        assert fire(many, at) == spent > 0


@pytest.mark.django_db
def test_each_case_of_a_set_has_its_own_briefing_offer_hold_and_record() -> None:
    owner, cases = population("EACH", 3)

    for at in (*INSTANTS, END):
        fire(owner, at)

    with scope.acting(owner):
        for case in cases:
            attempts = list(Handover.objects.filter(investigation=case).order_by("attempt"))
            assert [h.state for h in attempts] == ["expired", "offered"]
            first, second = attempts
            asked = Asked.objects.filter(handover__in=attempts).order_by("handover__attempt")
            assert [row.desk_id for row in asked] == [*second.refused_by, second.to_desk_id]
            briefings = Briefing.objects.filter(handover__in=attempts).order_by("written_at")
            assert {b.content["subject"]["reference"] for b in briefings} == {reference(case)}
            assert [b.pk for b in briefings] == [first.briefing_id, second.briefing_id]
            seqs = (
                Event.objects.filter(subject_id=case).order_by("seq").values_list("seq", flat=True)
            )
            assert list(seqs) == list(range(1, len(seqs) + 1))
        held = Hold.objects.filter(investigation__in=cases, step=0)
        assert set(held.values_list("investigation_id", flat=True)) == set(cases)
    assert not Due.objects.filter(attempts__gt=0).exists()


def reference(case: UUID) -> str:
    return Investigation.objects.get(pk=case).reference


@pytest.mark.django_db
def test_case_that_cannot_be_offered_holds_back_none_of_its_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from apps.handovers import selecting

    owner, cases = population("BAD", 3)
    fire(owner, INSTANTS[0])
    survey = selecting.survey

    def stumble(investigation: Investigation, *args: object, **more: object) -> selecting.Survey:
        if investigation.pk == cases[1]:
            raise LookupError("no such desk")
        return survey(investigation, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(selecting, "survey", stumble)
    fire(owner, OFFER_AT)

    with scope.acting(owner):
        states = dict(Handover.objects.values_list("investigation_id", "state"))
    assert states == {cases[0]: "offered", cases[1]: "drafted", cases[2]: "offered"}
    bad = Due.objects.get(attempts=1)
    assert (bad.kind, bad.error) == ("handover.offer", "LookupError: no such desk")
