"""Whatever is shared, narrowed, ended or left in whatever order: every channel shows one truth."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.core import access, due, scope
from apps.core.actor import Actor
from apps.core.registries import subjects
from apps.leads import services
from apps.leads.drafts import Draft
from apps.sharing import services as sharing
from apps.sharing.models import Grant
from apps.sharing.services import Grantee, Terms
from tests.factories.world import NOON, client_of, make_member, make_person

HOUR = timedelta(hours=1)
ALLIES = ("bel", "cas", "dan")
WORD = "zirkonia"


@dataclass
class Given:
    """A grant as the oracle knows it: to one ally, or carried by the seats of its time."""

    grant: Grant
    level: int
    until: datetime
    to: set[str] = field(default_factory=set)
    is_circle: bool = False


def readers(given: list[Given], seats: dict[str, str], now: datetime) -> dict[str, int]:
    """Who reads the lead, and how much of it: the whole rule."""
    found = dict.fromkeys((*ALLIES, "out"), 0)
    for one in given:
        if one.until <= now:
            continue
        for name in one.to:
            if one.is_circle and seats[name] != "active":
                continue
            found[name] = max(found[name], one.level)
    return found


class Story(RuleBasedStateMachine):
    """One lead, its owner, three allies who come and go, and somebody outside."""

    people: dict[str, Actor]
    count = 0

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.owner = self.people["own"]
        self.seats = dict.fromkeys(ALLIES, "left")
        self.given: list[Given] = []
        self.turn = 0
        with scope.acting(self.owner):
            self.circle = sharing.found_circle("Ring", actor=self.owner, at=self.now)
            draft = Draft(title=f"Fake {WORD}", values={"domain": ("z.example",)}, tlp="green")
            self.lead = services.create_lead(draft, actor=self.owner, at=self.now)
        for name in ALLIES:
            self.seat(name)

    def seat(self, name: str) -> None:
        with scope.acting(self.owner):
            who = self.people[name].member_id
            sharing.join_circle(self.circle, who, actor=self.owner, at=self.now)
        self.seats[name] = "active"

    def clock(self) -> datetime:
        return getattr(self, "now", NOON)

    def give(self, to: Grantee, level: int, hours: int) -> Grant:
        until = self.now + hours * HOUR
        terms = Terms(level=level, purpose="p", expires_at=until, capabilities=("export",))
        with scope.acting(self.owner):
            shares = [services.Share(to=to, terms=terms)]
            return services.share_lead(self.lead.pk, shares, actor=self.owner, at=self.now)[0]

    @rule(name=st.sampled_from(ALLIES), level=st.integers(1, 4), hours=st.integers(1, 9))
    def share(self, name: str, level: int, hours: int) -> None:
        if self.seats[name] != "active":
            return
        to = Grantee(kind="member", id=self.people[name].member_id)
        made = self.give(to, level, hours)
        self.given.append(Given(made, level, self.now + hours * HOUR, {name}))

    @rule(level=st.integers(1, 4), hours=st.integers(1, 9))
    def share_with_circle(self, level: int, hours: int) -> None:
        made = self.give(Grantee(kind="circle", id=self.circle.pk), level, hours)
        to = {name for name, state in self.seats.items() if state == "active"}
        self.given.append(Given(made, level, self.now + hours * HOUR, to, is_circle=True))

    def chosen(self, place: int) -> Given | None:
        there = [one for one in self.given if one.until > self.now]
        return there[place % len(there)] if there else None

    @rule(place=st.integers(0, 9), level=st.integers(1, 4), hours=st.integers(1, 9))
    def change(self, place: int, level: int, hours: int) -> None:
        if one := self.chosen(place):
            until = self.now + hours * HOUR
            terms = Terms(level=level, purpose="p", expires_at=until, capabilities=("export",))
            with scope.acting(self.owner):
                one.grant = services.change_share(
                    self.lead.pk, one.grant.pk, terms, actor=self.owner, at=self.now
                )
            one.level, one.until = level, until

    @rule(place=st.integers(0, 9))
    def revoke(self, place: int) -> None:
        if one := self.chosen(place):
            with scope.acting(self.owner):
                services.revoke_share(
                    self.lead.pk, one.grant.pk, reason="", actor=self.owner, at=self.now
                )
            self.given.remove(one)

    @rule(hours=st.integers(1, 5), is_fired=st.booleans())
    def wait(self, hours: int, is_fired: bool) -> None:
        self.now += hours * HOUR
        set_clock(self.now)
        if is_fired:
            due.run(members=[self.owner.member_id])

    @rule(name=st.sampled_from(ALLIES))
    def leave(self, name: str) -> None:
        if self.seats[name] == "left":
            return
        with scope.acting(self.owner):
            who = self.people[name].member_id
            sharing.leave_circle(self.circle, who, actor=self.owner, at=self.now)
        self.seats[name] = "left"
        for one in self.given:
            one.to -= {name} if one.is_circle else set()

    @rule(name=st.sampled_from(ALLIES))
    def return_to_the_circle(self, name: str) -> None:
        if self.seats[name] == "left":
            self.seat(name)

    @rule(name=st.sampled_from(ALLIES))
    def suspend_or_restore(self, name: str) -> None:
        if self.seats[name] == "left":
            return
        was_active = self.seats[name] == "active"
        who, owner = self.people[name].member_id, self.owner
        with scope.acting(owner):
            if was_active:
                sharing.suspend_seat(self.circle.pk, who, reason="", actor=owner, at=self.now)
            else:
                sharing.restore_seat(self.circle.pk, who, actor=owner, at=self.now)
        self.seats[name] = "suspended" if was_active else "active"

    @precondition(lambda self: self.given)
    @rule(name=st.sampled_from(ALLIES))
    def hand_over(self, name: str) -> None:
        """Custody comes with a grant of its own, and takes it along when it goes."""
        terms = Terms(level=3, purpose="custody", for_custody=True)
        ref, who = ("lead", self.lead.pk), self.people[name].member_id
        with scope.acting(self.owner):
            made = sharing.propose_grant(
                ref,
                owner_id=self.owner.member_id,
                grantee_id=who,
                terms=terms,
                actor=self.owner,
                at=self.now,
            )
            sharing.activate(made, actor=self.owner, at=self.now)
            sharing.end(made, actor=self.owner, at=self.now, state="ended", reason="custody_moved")

    @invariant()
    def every_channel_tells_the_same(self) -> None:
        truth = readers(self.given, self.seats, self.now)
        found = {}
        for name in truth:
            with scope.acting(self.people[name]):
                found[name] = access.level(self.people[name], "lead", self.lead.pk)
        assert found == truth
        # One reader a step goes through every channel: all of them have their turn.
        self.turn += 1
        name = sorted(truth)[self.turn % len(truth)]
        assert self.shown_to(name) == expected(truth[name])

    def shown_to(self, name: str) -> dict[str, Any]:
        actor, client, ident = self.people[name], client_of(self.people[name]), self.lead.pk
        detail = client.get(f"/api/v1/leads/{ident}/")
        listed = [one["id"] for one in client.get("/api/v1/leads/").json()["results"]]
        hits = [one["id"] for one in client.get("/api/v1/search/", {"q": WORD}).json()]
        page = client.get(f"/leads/{ident}/").content.decode()
        with scope.acting(actor):
            watches = subjects["lead"].may_watch(actor, ident)
        return {
            "detail": detail.json().get("level", 0) if detail.status_code == 200 else 0,
            "listed": str(ident) in listed,
            "found": str(ident) in hits,
            "page": self.lead.reference in page,
            "socket": watches,
        }


def expected(level: int) -> dict[str, Any]:
    """What a level shows in each channel: words from the case on, a reference from selectors on."""
    return {
        "detail": level,
        "listed": level > 0,
        "found": level >= 3,
        "page": level >= 2,
        "socket": level > 0,
    }


def set_clock(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_clock SET moved_by = %s - clock_timestamp()", [at])


@pytest.mark.django_db
def test_every_channel_shows_what_is_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"own": "Aurelis", "bel": "Bellis", "cas": "Cassia", "dan": "Dantis", "out": "Outis"}
    cast = {
        key: make_person(f"Ann {name}", make_member(name, name[:3].upper()), role="manager")
        for key, name in names.items()
    }

    class Here(Story):
        people = cast

        def __init__(self) -> None:
            monkeypatch.setattr("apps.core.clock.now", self.clock)
            set_clock(NOON)
            super().__init__()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=5,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
