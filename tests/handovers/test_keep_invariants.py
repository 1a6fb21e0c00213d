"""Whatever happens in whatever order, custody stays whole: I1 to I10, in SQL.

Members, desks, hours, people who leave, refusals, and workers that die after any statement.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Due
from apps.duty import services as duty
from apps.duty.models import DeskPerson
from apps.handovers import selectors, services
from apps.handovers.models import Asked, Handover
from apps.handovers.proving.invariants import violations
from apps.handovers.services import ReadBack
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from apps.members import services as members
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant
from tests.factories.world import make_person
from tests.handovers.conftest import MORNING, WORDS, make_desk, open_case

# What must be so besides I1 to I10, which the product's own checks ask in SQL.
BROKEN = {
    "I6 the latest briefing is the one that is named": """
        SELECT h.id FROM handovers_handover h WHERE h.briefing_id IS DISTINCT FROM (
          SELECT b.id FROM handovers_briefing b WHERE b.handover_id = h.id
          ORDER BY b.version DESC LIMIT 1)""",
    "I8 nobody asked twice": """
        SELECT id FROM handovers_handover WHERE to_desk_id = ANY (refused_by)
        UNION SELECT min(id::text)::uuid FROM handovers_handover WHERE to_desk_id IS NOT NULL
        GROUP BY round_id, to_desk_id HAVING count(*) > 1
        UNION SELECT min(q.id::text)::uuid FROM handovers_asked q
        JOIN handovers_handover h ON h.id = q.handover_id
        GROUP BY h.round_id, q.desk_id HAVING count(*) > 1""",
    "who waits is asked by an offer, and an offer asks somebody": """
        SELECT h.id FROM handovers_handover h WHERE (h.state = 'offered') <> EXISTS (
          SELECT 1 FROM handovers_asked q WHERE q.handover_id = h.id AND q.state = 'waiting')""",
    "only who is asked, sends or owns sees a handover": """
        SELECT a.subject_id FROM core_access a
        JOIN handovers_handover h ON h.id = a.subject_id AND a.subject_type = 'handover'
        WHERE a.viewer_id NOT IN (h.member_id, h.from_member_id)
          AND a.viewer_id IS DISTINCT FROM h.to_member_id AND NOT EXISTS (
            SELECT 1 FROM handovers_asked q WHERE q.handover_id = h.id
              AND q.desk_member_id = a.viewer_id AND q.state = 'waiting')""",
    "what is held has an open hold, and nothing else has": """
        SELECT i.id FROM investigations_investigation i WHERE (i.held_at IS NOT NULL) <> EXISTS (
          SELECT 1 FROM investigations_hold o WHERE o.investigation_id = i.id
            AND o.ended_at IS NULL)""",
    "a rung is climbed once": """
        SELECT subject_id FROM core_event WHERE name = 'custody.escalated'
        GROUP BY subject_id, payload->>'hold_id', payload->>'step' HAVING count(*) > 1""",
    "a pinned case is offered to its desk alone": """
        SELECT h.id FROM handovers_handover h JOIN handovers_asked q ON q.handover_id = h.id
        JOIN investigations_investigation i ON i.id = h.investigation_id
        WHERE q.state = 'waiting' AND i.keep_with IS NOT NULL AND q.desk_id <> i.keep_with""",
    "holder reads what it holds": """
        SELECT i.id FROM investigations_investigation i
        WHERE i.closed_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM core_access a WHERE a.viewer_id = i.accountable_member_id
            AND a.subject_type = 'investigation' AND a.subject_id = i.id)""",
    "custody's grant ends with custody": """
        SELECT g.id FROM sharing_grant g
        JOIN investigations_investigation i ON i.id = g.subject_id
        WHERE g.state = 'active' AND g.for_custody
          AND (i.closed_at IS NOT NULL OR i.accountable_member_id <> g.grantee_id)""",
    "dormant grants wait for an offer": """
        SELECT g.id FROM sharing_grant g WHERE g.state = 'dormant' AND NOT EXISTS (
          SELECT 1 FROM handovers_asked q WHERE q.grant_id = g.id AND q.state = 'waiting')""",
    "an open case waits for something": """
        SELECT i.id FROM investigations_investigation i
        WHERE i.closed_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM handovers_handover h WHERE h.investigation_id = i.id
              AND h.state IN ('planned', 'drafted', 'offered'))
          AND NOT EXISTS (SELECT 1 FROM core_due d WHERE d.ref = i.id
              AND d.kind = 'handover.retry' AND d.state = 'planned')""",
    "no due work has failed": "SELECT id FROM core_due WHERE attempts > 0",
}
WINDOWS = [("09:00", "18:00"), ("00:00", "12:00"), ("12:00", "23:00"), ("20:00", "06:00")]


class Died(BaseException):
    """What no handler may catch."""


@contextlib.contextmanager
def dying(after: int) -> Iterator[None]:
    """The connection dies after so many statements; what undoes them still runs."""
    left = [after]

    def count(execute, sql, params, many, context):
        if not sql.startswith(("ROLLBACK", "RELEASE")):
            left[0] -= 1
            if left[0] < 0:
                raise Died
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


class World(RuleBasedStateMachine):
    """Two allied members, four desks, a clock that goes on and sometimes back."""

    cast: Callable[[], tuple[Actor, Actor, Circle]]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = MORNING
        self.mia, self.sol, self.circle = type(self).cast()
        self.desks = [
            make_desk(self.mia, "Hangzhou", "Asia/Shanghai", "09:00", "18:00", allies=(self.sol,)),
            make_desk(self.mia, "Milan", "Europe/Rome", "09:00", "18:00", allies=(self.sol,)),
            make_desk(self.sol, "Bahia", "America/Bahia", "10:00", "20:00", allies=(self.mia,)),
            make_desk(self.sol, "Recife", "America/Recife", "06:00", "15:00", allies=(self.mia,)),
        ]
        self.case = open_case(self.mia, self.desks[1], at=self.now)
        self.owners = [self.mia.member_id, self.sol.member_id]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def attempt(self, actor: Actor, act: Callable[[], Any]) -> None:
        """As a request does it: a refusal undoes what was begun."""
        try:
            with scope.acting(actor):
                act()
        except DomainError:
            return

    def offered(self) -> Handover | None:
        with scope.acting(self.mia):
            return Handover.objects.filter(investigation=self.case, state="offered").first()

    def receiver(self, handover: Handover) -> Actor:
        """Who answers: of several that are asked, the best candidate's."""
        with scope.acting(self.mia):
            rows = Asked.objects.filter(handover=handover).order_by("position")
            first = rows.filter(state="waiting").first()
        asked = first.desk_member_id if first else handover.to_member_id
        return self.mia if asked == self.mia.member_id else self.sol

    @rule(minutes=st.sampled_from([0, 0, 0, 1, 16, 240, -30]))
    def tick(self, minutes: int) -> None:
        """Time passes, or jumps to what is due next; that fires, and what it makes due."""
        self.now += timedelta(minutes=minutes)
        waiting = Due.objects.filter(state="planned").order_by("due_at").first()
        if minutes == 0 and waiting is not None:
            self.now = max(self.now, waiting.due_at)
        due.run(limit=400)
        late = Due.objects.filter(state="planned", due_at__lte=self.now)
        assert not late.exists(), "due work never comes to rest"

    @rule()
    def be_offered_and_accept(self) -> None:
        """The ordinary way on: an offer comes and is taken."""
        for _due in range(4):
            if self.offered() is None:
                self.tick(0)
        self.accept(override=True)

    @rule(override=st.booleans())
    def accept(self, override: bool) -> None:
        handover = self.offered()
        if handover is None:
            return
        actor = self.receiver(handover)
        with scope.acting(actor):
            reading = selectors.read_briefing(actor, handover)
        assert reading is not None
        words = ReadBack(
            text=WORDS, version=reading.briefing.version, override_reason="x" if override else ""
        )
        act = services.accept_handover
        for _twice in range(2):
            self.attempt(actor, lambda: act(handover.pk, read_back=words, actor=actor, at=self.now))
        assert str(handover.pk) not in {v.ident for v in violations(self.owners)}, "I7"

    @rule()
    def decline(self) -> None:
        handover = self.offered()
        if handover is None:
            return
        actor = self.receiver(handover)
        say = {"reason_code": "no_capacity", "reason": "", "actor": actor, "at": self.now}
        self.attempt(actor, lambda: services.decline_handover(handover.pk, **say))

    @rule(minutes=st.sampled_from([2, 14, 20]))
    def give_back(self, minutes: int) -> None:
        with scope.acting(self.mia):
            accepted = Handover.objects.filter(investigation=self.case, state="accepted").last()
        if accepted is None:
            return
        actor, at = self.receiver(accepted), self.now + timedelta(minutes=minutes)
        say = {"reason": "Not ours.", "actor": actor, "at": at}
        self.attempt(actor, lambda: services.bounce_handover(accepted.pk, **say))

    @rule(desk=st.sampled_from([None, None, 0, 1, 2, 3]))
    def pin(self, desk: int | None) -> None:
        say = {"actor": self.mia, "at": self.now}
        if desk is None:
            self.attempt(self.mia, lambda: cases.unpin_case(self.case.pk, **say))
            return
        say |= {"desk_id": self.desks[desk].pk, "reason": "Theirs."}
        self.attempt(self.mia, lambda: cases.pin_case(self.case.pk, **say))

    @rule(suspend=st.booleans())
    def change_member(self, suspend: bool) -> None:
        """Nobody acts for the ally for a while."""
        change = members.suspend_member if suspend else members.reinstate_member
        change(self.sol.member_id, by=None, at=self.now)

    @rule(seconds=st.sampled_from([10, 90]))
    def undo(self, seconds: int) -> None:
        with scope.acting(self.mia):
            accepted = Handover.objects.filter(investigation=self.case, state="accepted").last()
        if accepted is None:
            return
        actor, at = self.receiver(accepted), self.now + timedelta(seconds=seconds)
        self.attempt(actor, lambda: services.undo_acceptance(accepted.pk, actor=actor, at=at))

    @rule(by_ally=st.booleans(), wanted=st.sampled_from([None, 0, 1, 2, 3]))
    def emergency(self, by_ally: bool, wanted: int | None) -> None:
        actor = self.sol if by_ally else self.mia
        desk = None if wanted is None else self.desks[wanted].pk
        ask = {"situation": "", "desk_id": desk, "actor": actor, "at": self.now}
        self.attempt(actor, lambda: services.hand_over_now(self.case.pk, **ask))

    @rule()
    def take_back(self) -> None:
        handover = self.offered()
        if handover is None:
            return
        say = {"actor": self.mia, "at": self.now}
        self.attempt(self.mia, lambda: services.cancel_handover(handover.pk, **say))

    @rule(seldom=st.integers(0, 3), reopen=st.booleans())
    def close(self, seldom: int, reopen: bool) -> None:
        if seldom and self.is_open():
            return
        how = {"actor": self.mia, "at": self.now, "reason": "Done."}
        if self.is_open():
            self.attempt(
                self.mia,
                lambda: cases.close_investigation(self.case.pk, outcome="takedown", **how),
            )
        if reopen:
            again = cases.reopen_investigation
            self.attempt(self.mia, lambda: again(self.case.pk, desk=self.desks[0], **how))

    def is_open(self) -> bool:
        with scope.acting(self.mia):
            return Investigation.objects.get(pk=self.case.pk).is_open

    @rule(dormant=st.booleans())
    def revoke(self, dormant: bool) -> None:
        with scope.acting(self.mia):
            cases.lock(self.case.pk)
            state = "dormant" if dormant else "active"
            given = Grant.objects.filter(subject_id=self.case.pk, state=state).first()
            if given is not None:
                sharing.revoke(given, actor=self.mia, at=self.now, reason="done")

    @rule(leave=st.booleans())
    def change_circle(self, leave: bool) -> None:
        """The ally goes, or comes back."""
        act = sharing.leave_circle if leave else sharing.join_circle
        say = {"actor": self.mia, "at": self.now}
        self.attempt(self.mia, lambda: act(self.circle, self.sol.member_id, **say))

    @rule(after=st.integers(1, 60))
    def crash(self, after: int) -> None:
        """A worker dies after so many statements of a batch; the next ring finds everything."""
        waiting = Due.objects.filter(state="planned").order_by("due_at").first()
        if waiting is not None:
            self.now = max(self.now, waiting.due_at)
        with contextlib.suppress(Died), transaction.atomic(), dying(after):
            due.run_batch()
            raise Died
        self.tick(1)

    @rule(desk=st.integers(0, 3))
    def leave_or_come_back(self, desk: int) -> None:
        """The one person of a desk leaves it, or is there again."""
        changed = self.desks[desk]
        actor = self.mia if changed.member_id == self.mia.member_id else self.sol
        with scope.acting(actor):
            sits = DeskPerson.objects.filter(desk=changed, user_id=actor.user_id).exists()
        act = duty.remove_person if sits else duty.put_person
        say = {"actor": actor, "at": self.now}
        self.attempt(actor, lambda: act(changed.pk, actor.user_id, **say))
        self.reconcile()

    @rule(desk=st.integers(0, 3), window=st.sampled_from(WINDOWS))
    def change_window(self, desk: int, window: tuple[str, str]) -> None:
        """By the real service: what the desk holds and is offered follows in its transaction."""
        changed = self.desks[desk]
        keeper = Actor.system(changed.member_id)
        facts = duty.WindowFacts(days=range(7), start=window[0], end=window[1])
        with scope.acting(keeper):
            duty.set_windows(changed.pk, [facts], actor=keeper, at=self.now)

    @rule()
    def reconcile(self) -> None:
        """What the reconciler does each minute, twice: the second time is nothing new."""
        with scope.acting(Actor.system(self.mia.member_id)):
            services.replan(self.case.pk, at=self.now)
            assert services.replan(self.case.pk, at=self.now) is False

    @invariant()
    def custody_is_whole(self) -> None:
        with scope.acting(self.mia), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for name, sql in BROKEN.items():
                cursor.execute(sql)
                assert cursor.fetchall() == [], name
        # Hours are changed under accepted handovers here: I7 is asked when one is accepted.
        assert [v for v in violations(self.owners) if v.invariant != "I7"] == []


@pytest.fixture
def world(mia: Actor, circle: Circle, solmara: Any, monkeypatch: pytest.MonkeyPatch) -> type[World]:
    sol = make_person("Sol Reis", solmara, role="manager")

    class Here(World):
        cast = staticmethod(lambda: (mia, sol, circle))

        def __init__(self) -> None:
            monkeypatch.setattr("apps.core.clock.now", self.clock)
            super().__init__()

        def clock(self) -> datetime:
            return getattr(self, "now", MORNING)

    return Here


@pytest.mark.django_db
def test_custody_is_whole_after_any_story(world: type[World]) -> None:
    run_state_machine_as_test(
        world,
        settings=settings(
            max_examples=10,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
