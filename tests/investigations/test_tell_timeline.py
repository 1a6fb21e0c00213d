"""The timeline: one sentence per event, in the reader's language, with the desk of the time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from apps.core import events, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Event
from apps.duty.models import Desk
from apps.evidence import events as evidence_events
from apps.handovers import events as handover_events
from apps.investigations import events as case_events
from apps.investigations import services, showing
from apps.investigations.models import Investigation
from apps.investigations.sentences import Names, sentence
from apps.sharing import events as sharing_events
from tests.investigations.conftest import MORNING

pytestmark = pytest.mark.django_db


def told(case: Investigation, actor: Actor) -> list[str]:
    """The story without the handovers that the plan adds to it."""
    with scope.acting(actor):
        entries = showing.entries(actor, case.pk)
        return [e.text for e in entries if not e.event.name.startswith("handover.")]


def test_story_is_told_newest_first(case: Investigation, ana: Actor, mia: Actor) -> None:
    with scope.acting(ana):
        new = services.NewTask(title="Call Prato", assignee_id=mia.user_id)
        at = MORNING + timedelta(minutes=1)
        services.add_task(case.pk, new, actor=ana, at=at)
        at += timedelta(minutes=1)
        services.set_status(case.pk, status="waiting", reason="Customs", actor=ana, at=at)

    assert told(case, ana) == [
        "Status set to “Waiting for somebody outside”: Customs",
        "Task added: Call Prato",
        f"{case.reference} was opened at Hangzhou.",
    ]


def test_entry_names_person_member_and_the_accountable_desk(
    case: Investigation, ana: Actor, hangzhou: Desk
) -> None:
    with scope.acting(ana):
        entries = showing.entries(ana, case.pk)
        entry = next(e for e in entries if e.event.name == "investigation.opened")

    assert (entry.who, entry.member, entry.desk) == ("Ana Lin", "Aurelis", hangzhou)


def test_ally_reads_the_same_story_without_the_shares(
    case: Investigation, ana: Actor, bo: Actor, share: Callable[..., Any]
) -> None:
    share()

    assert told(case, bo) == [f"{case.reference} was opened at Hangzhou."]
    assert told(case, ana)[0] == "Solmara was given access at level L3."


def test_ally_at_teaser_level_reads_custody_alone(
    case: Investigation, bo: Actor, share: Callable[..., Any]
) -> None:
    share(level=1, capabilities=())

    assert told(case, bo) == []


def test_desk_that_the_reader_may_not_see_stays_unnamed() -> None:
    event = Event(name="custody.held", payload={"desk_id": str(uuid7())})

    assert sentence(event, Names()).startswith("another desk went off duty")


def test_unknown_event_still_says_something() -> None:
    assert "comet.seen" in sentence(Event(name="comet.seen", payload={}), Names())


def _facts() -> list[type[events.Fact]]:
    modules = (case_events, handover_events, evidence_events, sharing_events)
    return [
        fact
        for module in modules
        for fact in vars(module).values()
        if isinstance(fact, type)
        and issubclass(fact, events.Fact)
        and getattr(fact, "subject_type", "") in {"investigation", "grant"}
        and hasattr(fact, "name")
    ]


@pytest.mark.parametrize("fact", _facts(), ids=lambda fact: fact.name)
def test_every_event_of_a_case_has_a_sentence(fact: type[events.Fact]) -> None:
    from apps.investigations.sentences import _SENTENCES

    assert fact.name in _SENTENCES


def test_sentences_are_translated_when_they_are_told(case: Investigation, ana: Actor) -> None:
    with scope.acting(ana):
        services.add_task(case.pk, services.NewTask(title="T"), actor=ana, at=MORNING)

    with translation.override("zh-hans"):
        assert len(told(case, ana)) == 2
