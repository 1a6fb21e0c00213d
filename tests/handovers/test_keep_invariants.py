"""Whatever happens in whatever order, custody stays whole: I1 to I4, I6, I8 and I9, in SQL."""

from collections.abc import Callable
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
from apps.duty.models import DutyWindow
from apps.handovers import selectors, services
from apps.handovers.models import Handover
from apps.handovers.services import ReadBack
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant
from tests.factories.world import make_person
from tests.handovers.conftest import MORNING, WORDS, make_desk, open_case

# Each gives the rows that break an invariant.
BROKEN = {
    "I1 one holder": """
        SELECT i.id FROM investigations_investigation i
        LEFT JOIN investigations_custody c ON c.investigation_id = i.id AND c.ended_at IS NULL
        GROUP BY i.id HAVING count(c.id) <> (CASE WHEN i.closed_at IS NULL THEN 1 ELSE 0 END)
            OR (i.closed_at IS NULL AND min(c.desk_id::text) <> i.accountable_desk_id::text)""",
    "I2 no gap": """
        SELECT c.id FROM investigations_custody c
        LEFT JOIN investigations_custody p
          ON p.investigation_id = c.investigation_id AND p.seq = c.seq - 1
        WHERE c.seq > 1 AND p.ended_at IS DISTINCT FROM c.started_at""",
    "I3 inside the circle": """
        SELECT i.id FROM investigations_investigation i
        WHERE i.closed_at IS NULL AND i.accountable_member_id <> i.member_id AND NOT EXISTS (
          SELECT 1 FROM sharing_seat a JOIN sharing_seat b USING (circle_id)
          WHERE a.seated_member_id = i.member_id
            AND b.seated_member_id = i.accountable_member_id)""",
    "I3 no offer outside the circle": """
        SELECT h.id FROM handovers_handover h
        WHERE h.state = 'offered' AND h.to_member_id <> h.member_id AND NOT EXISTS (
          SELECT 1 FROM sharing_seat a JOIN sharing_seat b USING (circle_id)
          WHERE a.seated_member_id = h.member_id AND b.seated_member_id = h.to_member_id)""",
    "I4 one change for one token": """
        SELECT handover_id FROM investigations_custody WHERE cause = 'handover'
        GROUP BY handover_id HAVING count(*) > 1
        UNION SELECT subject_id FROM core_event WHERE name = 'handover.offered'
        GROUP BY subject_id, payload->>'handover_id' HAVING count(*) > 1""",
    "I6 briefed before offered": """
        SELECT h.id FROM handovers_handover h WHERE h.offered_at IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM handovers_briefing b
          WHERE b.handover_id = h.id AND b.digest <> '' AND b.written_at <= h.offered_at)""",
    "I8 nobody asked twice": """
        SELECT id FROM handovers_handover WHERE to_desk_id = ANY (refused_by)
        UNION SELECT min(id::text)::uuid FROM handovers_handover WHERE to_desk_id IS NOT NULL
        GROUP BY round_id, to_desk_id HAVING count(*) > 1""",
    "I9 nothing pends on a closed case": """
        SELECT h.id FROM handovers_handover h
        JOIN investigations_investigation i ON i.id = h.investigation_id
        WHERE i.closed_at IS NOT NULL AND h.state IN ('planned', 'drafted', 'offered')""",
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
          SELECT 1 FROM handovers_handover h WHERE h.grant_id = g.id AND h.state = 'offered')""",
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
        return self.mia if handover.to_member_id == self.mia.member_id else self.sol

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

    @rule()
    def decline(self) -> None:
        handover = self.offered()
        if handover is None:
            return
        actor = self.receiver(handover)
        say = {"reason_code": "no_capacity", "reason": "", "actor": actor, "at": self.now}
        self.attempt(actor, lambda: services.decline_handover(handover.pk, **say))

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

    @rule(desk=st.integers(0, 3), window=st.sampled_from(WINDOWS))
    def change_window(self, desk: int, window: tuple[str, str]) -> None:
        changed = self.desks[desk]
        with scope.acting(Actor.system(changed.member_id)):
            windows = DutyWindow.objects.filter(desk=changed)
            windows.update(start=window[0], end=window[1])
        self.reconcile()

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
