"""What may become of a lead, and who may say so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.ids import uuid7
from apps.leads import selectors, services
from apps.leads.models import Lead
from apps.leads.selectors import Wanted
from tests.factories.world import NOON, make_person
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def listed(actor: Actor, tab: str, *, at: Any = NOON) -> list[str]:
    with scope.acting(actor):
        return [v.title for v in selectors.page(actor, Wanted(tab=tab), at=at).leads]


def test_accepted_lead_is_taken_on_and_leaves_what_waits(ana: Actor, report: Report) -> None:
    lead = report(ana)

    with scope.acting(ana):
        lead = services.accept(lead.pk, actor=ana, at=NOON)

    assert (lead.status, lead.assignee_id) == ("triaged", ana.user_id)
    assert listed(ana, "decide") == []
    assert listed(ana, "taken") == ["Fake serum"]


def test_lead_is_given_to_a_colleague_and_to_nobody_else(
    ana: Actor, mia: Actor, cy: Actor, report: Report
) -> None:
    lead = report(ana)
    with scope.acting(ana):
        services.assign(lead.pk, person_id=mia.user_id, actor=ana, at=NOON)
        with pytest.raises(Invalid):
            services.assign(lead.pk, person_id=cy.user_id, actor=ana, at=NOON)

    assert listed(mia, "taken") == ["Fake serum"]
    assert listed(ana, "decide") == ["Fake serum"]


def test_sleeping_lead_comes_back_by_itself(ana: Actor, report: Report) -> None:
    lead = report(ana)
    with scope.acting(ana):
        services.snooze(lead.pk, until=NOON + HOUR, actor=ana, at=NOON)
        for until in (NOON, NOON + timedelta(days=91)):
            with pytest.raises(Invalid):
                services.snooze(lead.pk, until=until, actor=ana, at=NOON)

    assert listed(ana, "decide") == []
    assert listed(ana, "snoozed") == ["Fake serum"]
    assert listed(ana, "decide", at=NOON + HOUR) == ["Fake serum"]
    assert due.is_planned(lead.pk, services.WAKE, by=NOON + HOUR)
    with scope.acting(Actor.system(ana.member_id)):
        services.wake(lead.pk, NOON + HOUR / 2)
        assert Lead.objects.get(pk=lead.pk).snoozed_until is not None
        services.wake(lead.pk, NOON + HOUR)
        assert Lead.objects.get(pk=lead.pk).snoozed_until is None


def test_duplicate_names_its_original_and_carries_what_repeated_it(
    ana: Actor, report: Report
) -> None:
    third, second, first = (report(ana, title) for title in ("Third", "Second", "First"))
    with scope.acting(ana):
        services.mark_duplicate(third.pk, of_id=second.pk, actor=ana, at=NOON)
        services.mark_duplicate(second.pk, of_id=first.pk, actor=ana, at=NOON)
        with pytest.raises(DomainError) as refusal:
            services.mark_duplicate(first.pk, of_id=second.pk, actor=ana, at=NOON)
        with pytest.raises(Invalid):
            services.mark_duplicate(first.pk, of_id=first.pk, actor=ana, at=NOON)
        repeating = list(selectors.duplicates_of(ana, first.pk).values_list("title", flat=True))

    assert refusal.value.code == "lead.other_put_away"
    assert sorted(repeating) == ["Second", "Third"]
    assert listed(ana, "decide") == ["First"]
    assert sorted(listed(ana, "dismissed")) == ["Second", "Third"]
    with scope.acting(ana):
        back = services.restore(third.pk, actor=ana, at=NOON)
    assert (back.status, back.duplicate_of_id) == ("new", None)


def test_lead_repeats_only_a_lead_of_its_own_member(
    ana: Actor, bo: Actor, report: Report, share: Callable[..., None]
) -> None:
    own, theirs, hidden = report(ana, "Own"), report(bo, "Theirs"), report(bo, "Hidden")
    share(theirs, owner=bo, ally=ana, level=4)

    with scope.acting(ana):
        with pytest.raises(DomainError) as refusal:
            services.mark_duplicate(own.pk, of_id=theirs.pk, actor=ana, at=NOON)
        for unknown in (hidden.pk, uuid7()):
            with pytest.raises(NotFound):
                services.mark_duplicate(own.pk, of_id=unknown, actor=ana, at=NOON)
        with pytest.raises(Refused):
            services.mark_duplicate(theirs.pk, of_id=own.pk, actor=ana, at=NOON)
    assert refusal.value.code == "lead.not_own"


def test_database_refuses_a_duplicate_of_another_members_lead(
    ana: Actor, bo: Actor, report: Report
) -> None:
    own, theirs = report(ana), report(bo)

    def write(**changes: Any) -> None:
        with scope.acting(ana), transaction.atomic():
            Lead.objects.filter(pk=own.pk).update(**changes)
            connection.check_constraints()

    for changes in (
        {"status": "duplicate", "duplicate_of_id": theirs.pk},
        {"status": "duplicate", "duplicate_of_id": own.pk},
        {"status": "duplicate"},
        {"duplicate_of_id": own.pk},
    ):
        with pytest.raises(IntegrityError):
            write(**changes)


def test_withdrawal_and_its_end_need_a_reason(ana: Actor, report: Report) -> None:
    lead = report(ana)
    with scope.acting(ana):
        with pytest.raises(Invalid):
            services.withdraw(lead.pk, reason=" ", actor=ana, at=NOON)
        services.withdraw(lead.pk, reason="Our own shop.", actor=ana, at=NOON)
        with pytest.raises(Invalid):
            services.restore(lead.pk, actor=ana, at=NOON)
        for verb in (services.accept, services.dismiss):
            more = {"reason": ""} if verb is services.dismiss else {}
            with pytest.raises(DomainError) as refusal:
                verb(lead.pk, actor=ana, at=NOON, **more)
            assert refusal.value.code == "lead.dismissed"
        back = services.restore(lead.pk, reason="It is not ours.", actor=ana, at=NOON)

    assert (back.status, back.reopened_reason) == ("new", "It is not ours.")


def test_lead_in_a_case_is_not_withdrawn_merged_or_sent_to_sleep(
    ana: Actor, report: Report
) -> None:
    lead, other = report(ana), report(ana)
    with scope.acting(ana):
        services.mark_linked(lead.pk, actor=ana, at=NOON)
        calls = [
            lambda: services.withdraw(lead.pk, reason="x", actor=ana, at=NOON),
            lambda: services.mark_duplicate(lead.pk, of_id=other.pk, actor=ana, at=NOON),
            lambda: services.snooze(lead.pk, until=NOON + HOUR, actor=ana, at=NOON),
        ]
        for call in calls:
            with pytest.raises(Refused) as refusal:
                call()
            assert refusal.value.code == "lead.in_investigation"


def test_observer_and_ally_decide_nothing(
    ana: Actor, bo: Actor, aurelis: Any, report: Report, share: Callable[..., None]
) -> None:
    lead = report(ana)
    share(lead, owner=ana, ally=bo, level=4)
    observer = make_person("Ola Watch", aurelis, role="observer")

    calls: list[Callable[[Actor], object]] = [
        lambda actor: services.accept(lead.pk, actor=actor, at=NOON),
        lambda actor: services.snooze(lead.pk, until=NOON + HOUR, actor=actor, at=NOON),
        lambda actor: services.withdraw(lead.pk, reason="x", actor=actor, at=NOON),
        lambda actor: services.decide_many(
            services.Decision(verb="accept"), [lead.pk], actor=actor, at=NOON
        ),
    ]
    for actor in (observer, bo):
        with scope.acting(actor):
            for call in calls[:3] if actor is bo else calls:
                with pytest.raises(Refused):
                    call(actor)
    with scope.acting(ana):
        assert Lead.objects.get(pk=lead.pk).version == 1
