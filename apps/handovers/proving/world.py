"""The fictional members, desks, people and cases that a replay lives in, and their removal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.core import ids, scope
from apps.core.actor import Actor
from apps.duty import services as duty
from apps.duty.models import Desk
from apps.duty.services import DeskFacts, WindowFacts
from apps.investigations import services as investigations
from apps.investigations.models import Investigation
from apps.members.models import Member, Membership, Role, User
from apps.sharing import services as sharing

MEMBERS = 3
PEOPLE_AT_A_DESK = 2
WEEKDAYS, EVERY_DAY = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
# Zones of both hemispheres, with and without summer time, both sides of the date line.
PLACES: tuple[tuple[str, str, str, tuple[int, ...], str, str], ...] = (
    ("Los Angeles", "US", "America/Los_Angeles", WEEKDAYS, "09:00", "17:00"),
    ("Shanghai", "CN", "Asia/Shanghai", WEEKDAYS, "09:00", "17:00"),
    ("London", "GB", "Europe/London", EVERY_DAY, "09:00", "17:00"),
    ("New York", "US", "America/New_York", WEEKDAYS, "08:00", "16:00"),
    ("Rome", "IT", "Europe/Rome", WEEKDAYS, "22:00", "06:00"),
    ("São Paulo", "BR", "America/Sao_Paulo", WEEKDAYS, "10:00", "20:00"),
    ("Sydney", "AU", "Australia/Sydney", EVERY_DAY, "08:00", "18:00"),
    ("Nairobi", "KE", "Africa/Nairobi", WEEKDAYS, "07:00", "15:30"),
)


@dataclass(slots=True)
class World:
    """What was founded; `at_desk` is who answers there."""

    members: list[Member] = field(default_factory=list)
    managers: dict[UUID, Actor] = field(default_factory=dict)
    desks: dict[UUID, Desk] = field(default_factory=dict)
    at_desk: dict[UUID, list[Actor]] = field(default_factory=dict)
    windows: dict[UUID, list[WindowFacts]] = field(default_factory=dict)
    cases: dict[UUID, UUID] = field(default_factory=dict)

    @property
    def member_ids(self) -> list[UUID]:
        return [member.pk for member in self.members]


def found(*, desks: int, cases: int, at: datetime) -> World:
    """Three allied members, their desks in turn, and cases at the desks in turn."""
    world = World()
    with transaction.atomic():
        for number in range(MEMBERS):
            _member(world, number, at)
        _ally(world, at)
        for number in range(desks):
            _desk(world, number, at)
        for number in range(cases):
            open_case(world, number, at=at)
    return world


def _member(world: World, number: int, at: datetime) -> None:
    mark = ids.uuid7().hex[-10:]
    code = "".join(chr(ord("A") + int(digit, 16)) for digit in mark[-5:])
    member = Member.objects.create(name=f"Proof {mark} {number}", code=code, created_at=at)
    world.members.append(member)
    world.managers[member.pk] = _person(member, f"manager.{mark}", Role.MANAGER, at)


def _person(member: Member, name: str, role: str, at: datetime) -> Actor:
    user = User.objects.create(
        email=f"{name}@{member.code.lower()}.example",
        name=f"Proof {name}",
        password=make_password(None),
        created_at=at,
    )
    Membership.objects.create(member=member, user=user, role=role, joined_at=at)
    return Actor(member_id=member.pk, user_id=user.pk, roles=frozenset({str(role)}))


def _ally(world: World, at: datetime) -> None:
    founder, *others = world.members
    actor = world.managers[founder.pk]
    with scope.acting(actor):
        circle = sharing.found_circle(f"Proof {founder.code}", actor=actor, at=at)
        for other in others:
            sharing.join_circle(circle, other.pk, actor=actor, at=at)


def _desk(world: World, number: int, at: datetime) -> None:
    name, country, tz, days, start, end = PLACES[number % len(PLACES)]
    member = world.members[number % MEMBERS]
    manager = world.managers[member.pk]
    people = [
        _person(member, f"desk{number}.{seat}", Role.ANALYST, at)
        for seat in range(PEOPLE_AT_A_DESK)
    ]
    facts = DeskFacts(
        name=f"{name} {number}", tz=tz, country=country, city=name, languages=("en",), capacity=1000
    )
    windows = [WindowFacts(days=days, start=start, end=end)]
    with scope.acting(manager):
        desk = duty.create_desk(facts, actor=manager, at=at)
        for person in people:
            assert person.user_id is not None  # noqa: S101 - a person, made above
            duty.put_person(desk.pk, person.user_id, actor=manager, at=at)
        duty.set_windows(desk.pk, windows, actor=manager, at=at)
    world.desks[desk.pk] = desk
    world.at_desk[desk.pk] = people
    world.windows[desk.pk] = windows


def open_case(world: World, number: int, *, at: datetime) -> Investigation:
    """A case of the desk's own member, opened where it will be held first."""
    desk: Desk = _nth(list(world.desks.values()), number)
    manager = world.managers[desk.member_id]
    opening = investigations.Opening(title=f"Proof {number}", contingency="If silent, ring.")
    with scope.acting(manager):
        case = investigations.open_investigation(opening, desk=desk, actor=manager, at=at)
    world.cases[case.pk] = case.member_id
    return case


def _nth(desks: Sequence[Desk], number: int) -> Desk:
    return desks[number % len(desks)]
