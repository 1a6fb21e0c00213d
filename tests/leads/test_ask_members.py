"""Blind signals: who is told what, when, and what nobody can make out of it (sharing.md 4.3)."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from apps.core import clock, due, scope
from apps.core.actor import PUBLIC_MEMBER, Actor
from apps.core.errors import DomainError
from apps.core.models import Due
from apps.leads import services
from apps.leads.correlating import batching, ledger, matching, postings, reviewing, showing
from apps.leads.correlating.models import SelectorPosting, Signal, SignalTry
from apps.leads.models import Lead, LeadSelector
from apps.members.services import end_member
from apps.notifications.models import Notification
from apps.sharing import services as sharing
from tests.factories.world import NOON
from tests.leads.conftest import Import
from tests.leads.signalling import (
    PHONE,
    Ring,
    make_ring,
    prove,
    report,
    run_batch,
    signals,
    told,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)
MUCH_LATER = NOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture
def ring(db: None) -> Ring:
    return make_ring()


def change(actor: Actor, lead: Any, **changes: Any) -> None:
    with scope.acting(actor):
        services.change_lead(lead.pk, changes, version=None, actor=actor, at=NOON)


def show(actor: Actor, lead: Any, wanted: str) -> None:
    with scope.acting(actor):
        services.set_discoverability(lead.pk, wanted, actor=actor, at=NOON)


def dismiss(actor: Actor, lead: Any) -> None:
    with scope.acting(actor):
        services.dismiss(lead.pk, reason="", actor=actor, at=NOON)


def test_both_sides_are_told_in_the_same_batch_and_nobody_else(ring: Ring) -> None:
    mine = report(ring[0], phone=PHONE)
    theirs = report(ring[1], phone="+86 (571) 5550-1001", title="Shop")
    assert told(ring[0]) == told(ring[1]) == []

    run_batch(LATER)

    assert told(ring[0]) == [mine.pk]
    assert told(ring[1]) == [theirs.pk]
    assert [told(one) for one in ring.people[2:]] == [[], [], []]
    one, other = signals(ring[0])[0], signals(ring[1])[0]
    assert one.batch_at == other.batch_at == LATER
    assert (one.kinds, one.confidence, one.age) == (["phone"], "medium", "month")
    assert one.named == other.named == []


def test_several_kinds_make_one_surer_signal(ring: Ring) -> None:
    shop = {"phone": PHONE, "email": "sales@lumi-serum.example", "domain": "lumi-serum.example"}
    report(ring[0], **shop)
    report(ring[1], **shop)

    run_batch(LATER)

    (signal,) = signals(ring[1])
    assert signal.kinds == ["domain", "email", "phone"]
    assert signal.confidence == "high"


def test_age_is_told_in_three_bands(ring: Ring) -> None:
    for days, value in ((40, "forty.example"), (400, "older.example"), (3, "three.example")):
        report(ring[1], at=NOON - timedelta(days=days), domain=value)
        report(ring[0], domain=value)

    run_batch(LATER)

    assert sorted(row.age for row in signals(ring[0])) == ["month", "older", "year"]
    assert {row.age for row in signals(ring[1])} == {"month"}


def test_lead_without_evidence_neither_asks_nor_answers(ring: Ring) -> None:
    bare = report(ring[0], phone=PHONE, proof=False)
    theirs = report(ring[1], phone=PHONE)
    run_batch(LATER)
    assert told(ring[0]) == told(ring[1]) == []

    prove(ring[0], bare)
    run_batch(MUCH_LATER)

    assert told(ring[0]) == [bare.pk]
    assert told(ring[1]) == [theirs.pk]


@pytest.mark.parametrize("how", ["hidden", "red", "dismissed", "policy", "ours", "left", "gone"])
def test_what_does_not_show_itself_is_not_found(db: None, how: str) -> None:
    ring = make_ring(6)
    keeper = ring[1]
    theirs = report(keeper, phone=PHONE, tlp="red" if how == "red" else "amber")
    with scope.acting(keeper):
        if how == "hidden":
            services.set_discoverability(theirs.pk, "hidden", actor=keeper, at=NOON)
        if how == "dismissed":
            services.dismiss(theirs.pk, reason="", actor=keeper, at=NOON)
        if how == "policy":
            services.set_signal_policy("hidden", actor=keeper, at=NOON)
        if how == "ours":
            services.add_own_selector("phone", PHONE, actor=keeper, at=NOON)
        if how == "left":
            sharing.leave_circle(ring.circle, keeper.member_id, actor=keeper, at=NOON)
    if how == "gone":
        end_member(keeper.member_id, by=None, at=NOON)
    report(ring[0], phone=PHONE)

    run_batch(LATER)

    assert told(ring[0]) == []
    assert told(keeper) == []


def test_five_members_must_take_part_in_the_circle(db: None) -> None:
    ring = make_ring(4)
    report(ring[0], phone=PHONE)
    report(ring[1], phone=PHONE)

    run_batch(LATER)

    assert told(ring[0]) == told(ring[1]) == []


def test_member_that_shows_nothing_does_not_count(db: None) -> None:
    ring = make_ring(5, taking_part=4)
    silent = ring[4]
    report(silent, domain="its-own.example")
    run_batch(NOON)
    assert silent.member_id in matching.eligible_members()
    with scope.acting(silent):
        services.set_signal_policy("hidden", actor=silent, at=NOON)
    report(ring[0], phone=PHONE)
    report(ring[1], phone=PHONE)

    run_batch(LATER)

    assert told(ring[0]) == []


def test_quota_of_a_day_holds_for_whatever_way_values_come(
    ring: Ring, settings: Any, import_file: Import
) -> None:
    settings.SIGNAL_DAILY_QUOTA = 4
    guesser, knower = ring[0], ring[1]
    report(knower, domain="guess-9.example")
    run_batch(NOON)
    edited = report(guesser, domain="guess-0.example")
    change(guesser, edited, values={"domain": ("guess-1.example",)})
    import_file(guesser, b"domain\nguess-2.example\nguess-3.example\n", name="a.csv")
    with scope.acting(guesser):
        imported = list(Lead.objects.filter(member_id=guesser.member_id, batch_id__isnull=False))
    for lead in imported:
        prove(guesser, lead)
    for place in range(4, 10):
        report(guesser, domain=f"guess-{place}.example")
    asked = []

    for day in (1, 1, 2, 2, 3):
        assert told(guesser) == told(knower) == []
        run_batch(NOON + timedelta(days=day))
        asked.append(SignalTry.objects.filter(member_id=guesser.member_id).count())

    assert len(imported) == 2
    assert asked == [4, 4, 8, 8, 9]
    assert len(told(guesser)) == len(told(knower)) == 1


def test_value_is_asked_for_once_whatever_becomes_of_its_lead(ring: Ring) -> None:
    lead = report(ring[0], phone=PHONE)
    run_batch(LATER)
    theirs = report(ring[1], phone=PHONE)
    show(ring[1], theirs, "hidden")
    run_batch(LATER)

    change(ring[0], lead, values={"phone": ()})
    change(ring[0], lead, values={"phone": (PHONE,)})
    dismiss(ring[0], lead)
    with scope.acting(ring[0]):
        services.restore(lead.pk, actor=ring[0], at=NOON)
    show(ring[1], theirs, "blind")
    again = report(ring[0], phone=PHONE, title="The same, cloned")
    ledger_before = SignalTry.objects.filter(member_id=ring[0].member_id).count()
    run_batch(MUCH_LATER)

    # The other side's first question found both; one's own second one was no question.
    assert SignalTry.objects.filter(member_id=ring[0].member_id).count() == ledger_before == 1
    assert sorted(told(ring[0])) == sorted([lead.pk, again.pk])
    assert told(ring[1]) == [theirs.pk]


def test_probing_again_after_a_miss_finds_nothing(ring: Ring) -> None:
    """The other knew it before, hidden; showing it later asks nobody, for its try is spent."""
    theirs = report(ring[1], phone=PHONE)
    run_batch(LATER)
    show(ring[1], theirs, "hidden")
    probe = report(ring[0], phone=PHONE)
    run_batch(LATER)
    show(ring[1], theirs, "blind")

    change(ring[0], probe, values={"phone": ()})
    change(ring[0], probe, values={"phone": (PHONE,)})
    report(ring[0], phone=PHONE)
    run_batch(MUCH_LATER)

    assert told(ring[0]) == told(ring[1]) == []


def test_flood_of_one_member_silences_nobody(ring: Ring, settings: Any) -> None:
    settings.SIGNAL_FLOOD_CAP = 2
    for _lead in range(5):
        report(ring[4], phone=PHONE)
    run_batch(NOON)
    mine, theirs = report(ring[0], phone=PHONE), report(ring[1], phone=PHONE)

    run_batch(LATER)

    assert told(ring[0]) == [mine.pk]
    assert told(ring[1]) == [theirs.pk]
    assert len(told(ring[4])) == 2


def test_further_holders_are_not_counted(ring: Ring) -> None:
    report(ring[0], phone=PHONE)
    report(ring[1], phone=PHONE)
    run_batch(LATER)
    before = [(row.pk, row.kinds, row.confidence, row.age) for row in signals(ring[0])]

    report(ring[2], phone=PHONE, at=NOON - timedelta(days=90))
    run_batch(MUCH_LATER)

    assert [(row.pk, row.kinds, row.confidence, row.age) for row in signals(ring[0])] == before
    assert len(told(ring[2])) == 1


def test_what_too_many_know_waits_for_staff_and_says_nothing(ring: Ring, settings: Any) -> None:
    settings.SIGNAL_QUARANTINE_MEMBERS = 2
    for one in ring.people[:3]:
        report(one, phone=PHONE)
    run_batch(LATER)
    (row,) = reviewing.quarantine()

    assert (row.kind, row.member_count, row.state) == ("phone", 3, "waiting")
    assert [told(one) for one in ring.people] == [[]] * 5

    reviewing.judge_quarantine(row.pk, is_stopped=False, by=ring[0].user_id, at=NOON)
    report(ring[3], phone=PHONE)
    run_batch(MUCH_LATER)
    assert [len(told(one)) for one in ring.people] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("how", ["hidden", "dismissed", "red", "edited", "left", "expired"])
def test_signal_ends_for_both_sides_with_a_batch_and_never_says_why(ring: Ring, how: str) -> None:
    mine, theirs = report(ring[0], phone=PHONE), report(ring[1], phone=PHONE)
    run_batch(LATER)
    other = ring[1]
    if how == "hidden":
        show(other, theirs, "hidden")
    if how == "dismissed":
        dismiss(other, theirs)
    if how == "red":
        change(other, theirs, tlp="red")
    if how == "edited":
        change(other, theirs, values={"phone": ()}, description="Gone.")
    if how == "left":
        with scope.acting(other):
            sharing.leave_circle(ring.circle, other.member_id, actor=other, at=NOON)
    before = told(ring[0])

    run_batch(LATER + timedelta(days=181 if how == "expired" else 0, minutes=30))

    assert before == [mine.pk]
    assert told(ring[0]) == told(ring[1]) == []
    with scope.acting(ring[0]):
        (view,) = showing.views(ring[0], showing.signals(ring[0]))
    kept = {f.attname for f in Signal._meta.fields} - {"id", "member_id", "lead_id"}
    assert (view.is_active, view.named) == (False, [])
    assert kept == {"kinds", "confidence", "age", "named", "state", "batch_at", "ends_at"}


def test_signal_stays_while_somebody_else_knows_it(ring: Ring) -> None:
    for one in ring.people[:3]:
        report(one, phone=PHONE)
    run_batch(LATER)

    with scope.acting(ring[1]):
        services.set_signal_policy("hidden", actor=ring[1], at=NOON)
    run_batch(MUCH_LATER)

    assert len(told(ring[0])) == len(told(ring[2])) == 1
    assert told(ring[1]) == []


def test_name_is_said_where_its_member_allows_it_and_taken_back(ring: Ring) -> None:
    report(ring[0], phone=PHONE)
    theirs = report(ring[1], phone=PHONE, discoverability="named")
    run_batch(LATER)
    assert signals(ring[0])[0].named == [ring[1].member_id]
    assert signals(ring[1])[0].named == []

    show(ring[1], theirs, "blind")
    run_batch(MUCH_LATER)

    assert signals(ring[0])[0].named == []
    assert len(told(ring[0])) == 1


def test_withdrawing_hides_the_lead_and_counts(ring: Ring, settings: Any) -> None:
    settings.SIGNAL_FREEZE_WITHDRAWN = 2
    guesser, knower = ring[0], ring[1]
    for place in range(2):
        report(knower, domain=f"known-{place}.example")
        report(guesser, domain=f"known-{place}.example")
    run_batch(LATER)
    for signal in signals(guesser):
        with scope.acting(guesser):
            services.withdraw_signal(signal.pk, actor=guesser, at=NOON)

    assert told(guesser) == []
    assert len(told(knower)) == 2
    run_batch(MUCH_LATER)
    assert told(knower) == []
    assert ledger.scores(MUCH_LATER)[guesser.member_id].withdrawn == 2
    assert ledger.frozen(one.member_id for one in ring.people) == {guesser.member_id}


def test_member_that_guesses_is_frozen_until_staff_clears_it(db: None, settings: Any) -> None:
    ring = make_ring(6)
    settings.SIGNAL_FREEZE_TRIES, settings.SIGNAL_FREEZE_HIT_SHARE = 3, 0.5
    guesser, knower = ring[0], ring[1]
    for place in range(3):
        report(guesser, domain=f"guess-{place}.example")
    run_batch(LATER)
    report(knower, phone=PHONE)
    report(guesser, phone=PHONE)
    run_batch(MUCH_LATER)
    assert told(guesser) == told(knower) == []

    reviewing.clear_member(guesser.member_id, by=knower.user_id, at=MUCH_LATER)
    run_batch(MUCH_LATER + timedelta(minutes=30))

    assert len(told(guesser)) == len(told(knower)) == 1


def test_signal_judged_different_is_muted_with_those_to_come(ring: Ring) -> None:
    report(ring[0], phone=PHONE)
    theirs = report(ring[1], phone=PHONE)
    run_batch(LATER)
    with scope.acting(ring[0]):
        (signal,) = showing.signals(ring[0])
        services.judge_signal(signal.pk, "different", actor=ring[0], at=NOON)
    show(ring[1], theirs, "hidden")
    run_batch(MUCH_LATER)

    report(ring[2], phone=PHONE)
    run_batch(MUCH_LATER + timedelta(minutes=30))

    assert told(ring[0]) == []
    assert len(told(ring[2])) == 1


def test_name_of_a_seller_is_never_posted(ring: Ring) -> None:
    with scope.acting(ring[0]):
        row = LeadSelector(
            member_id=ring[0].member_id, lead_id=ring[0].member_id, kind="seller_name",
            norm="lumi", key=ring[0].member_id, strength=0.3,
        )  # fmt: skip

    assert not postings.is_posted(row)


def test_weak_match_alone_is_no_signal_and_adds_to_a_strong_one(ring: Ring) -> None:
    mine, theirs = report(ring[0], phone=PHONE), report(ring[1], phone=PHONE)
    weak = report(ring[2], title="Only weak")
    for actor, lead in ((ring[0], mine), (ring[1], theirs), (ring[2], weak)):
        with scope.acting(actor):
            row = LeadSelector.objects.create(
                member_id=actor.member_id, lead=lead, kind="address", norm="cn 518000 huaqiang",
                raw="x", key=ring[4].member_id, strength=0.3, norm_version=1,
            )  # fmt: skip
            postings.post([row], known_since=NOON)
            postings.settle(actor.member_id, [lead.pk])

    run_batch(LATER)

    assert signals(ring[0])[0].kinds == ["address", "phone"]
    assert signals(ring[0])[0].confidence == "medium"
    assert told(ring[2]) == []


def test_people_are_told_once_a_batch_with_an_id_alone(ring: Ring) -> None:
    for place in range(3):
        report(ring[0], domain=f"known-{place}.example")
        report(ring[1], domain=f"known-{place}.example")

    run_batch(LATER)

    with scope.acting(ring[0]):
        (row,) = Notification.objects.filter(kind="signal.found")
        assert row.subject_id in {signal.pk for signal in showing.signals(ring[0])}
        assert row.user_id == ring[0].user_id


def test_batches_are_due_in_slots_with_a_delay_that_nobody_foretells(settings: Any) -> None:
    settings.SIGNAL_JITTER_MINUTES = 10
    starts = [batching.next_at(NOON + timedelta(minutes=30 * place)) for place in range(48)]
    late = [(at - NOON) % timedelta(minutes=30) for at in starts]

    assert all(b > a for a, b in pairwise(starts))
    assert max(late) < timedelta(minutes=10)
    assert len(set(late)) > 40
    assert batching.next_at(starts[0]) > starts[0]


def test_slot_is_planned_once_and_each_batch_plans_the_next(ring: Ring) -> None:
    for _time in range(3):
        batching.plan_next(NOON)
    first = batching.next_at(NOON)

    run_batch(first)

    rows = Due.objects.filter(kind=batching.DUE_KIND, due_at__gte=first).order_by("due_at")
    assert [row.due_at for row in rows] == [first, batching.next_at(first)]


def test_clock_that_ticks_tells_signals_without_anybody_asking(ring: Ring) -> None:
    report(ring[0], phone=PHONE)
    report(ring[1], phone=PHONE)
    Due.objects.filter(kind=batching.DUE_KIND).delete()
    at = clock.now()
    due.plan(batching.DUE_KIND, PUBLIC_MEMBER, at=at, member_id=PUBLIC_MEMBER)

    due.run_batch()

    assert len(told(ring[0])) == len(told(ring[1])) == 1


def test_allies_file_does_not_ask_in_the_owners_name(ring: Ring) -> None:
    lead = report(ring[0], phone=PHONE, proof=False)
    with scope.acting(ring[0]):
        sharing.give_access(
            ("lead", lead.pk), owner_id=ring[0].member_id, viewer_id=ring[1].member_id,
            level=4, at=NOON,
        )  # fmt: skip

    prove(ring[1], lead)

    assert set(
        SelectorPosting.objects.filter(lead_id=lead.pk).values_list("discoverability", flat=True)
    ) == {0}


def test_analyst_tightens_and_only_a_manager_loosens(ring: Ring) -> None:
    lead = report(ring[0], phone=PHONE)
    analyst = Actor(ring[0].member_id, ring[0].user_id, frozenset({"analyst"}))
    show(analyst, lead, "hidden")

    with pytest.raises(DomainError) as refusal:
        show(analyst, lead, "blind")

    assert refusal.value.code == "lead.managers_loosen"
    show(ring[0], lead, "named")
    with pytest.raises(DomainError) as hidden, scope.acting(ring[4]):
        services.set_discoverability(lead.pk, "hidden", actor=ring[4], at=NOON)
    assert hidden.value.code == "not_found"
