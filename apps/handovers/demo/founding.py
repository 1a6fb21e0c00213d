"""Founding the demo world: members, people, circles, desks, brands and policies."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.duty import selectors as hours
from apps.duty import services as duty
from apps.duty.models import Desk
from apps.handovers import services as handovers
from apps.handovers.demo import cast
from apps.investigations.models import Investigation
from apps.members import services as members
from apps.members.models import Member, Membership, User
from apps.sharing import services as sharing

EVERY_DAY = tuple(range(7))


@dataclass(slots=True)
class World:
    """What has been founded, by the short names of the cast."""

    members: dict[str, Member] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    # Who answers at a desk, and who stands for a member.
    at_desk: dict[str, list[Actor]] = field(default_factory=dict)
    leads_of: dict[str, Actor] = field(default_factory=dict)
    references: dict[UUID, str] = field(default_factory=dict)

    def key_of(self, desk_id: UUID) -> str:
        return next(key for key, desk in self.desks.items() if desk.pk == desk_id)

    @property
    def member_ids(self) -> list[UUID]:
        return [member.pk for member in self.members.values()]


def found(at: datetime) -> World:
    """Everything that stands before the first report comes in."""
    world = World()
    for facts in cast.MEMBERS:
        world.members[facts.code] = members.create_member(
            name=facts.name,
            code=facts.code,
            kind=facts.kind,
            country=facts.country,
            by=None,
            at=at,
        )
    _people(world, at)
    _circles(world, at)
    _desks(world, at)
    _brands_and_policies(world, at)
    return world


def _people(world: World, at: datetime) -> None:
    # One hash for all: the password is printed anyway, and hashing is slow on purpose.
    secret = make_password(cast.PASSWORD)
    name, email = cast.STAFF
    members.create_person(email=email, name=name, password=None, at=at, is_staff=True)
    for facts in cast.PEOPLE:
        member = world.members[facts.member]
        host = next(m.host for m in cast.MEMBERS if m.code == facts.member)
        user = members.create_person(
            email=f"{facts.mailbox}@{host}", name=facts.name, password=None, at=at
        )
        zone = facts.zone or next(d.tz for d in cast.DESKS if d.key in facts.desks)
        members.change_profile(user, language=facts.language, time_zone=zone)
        actor = _join(member, user, facts.role, at)
        if facts.role in {"admin", "manager"}:
            world.leads_of.setdefault(facts.member, actor)
        for key in facts.desks:
            world.at_desk.setdefault(key, []).append(actor)
        if facts.also:
            _join(world.members[facts.also], user, "analyst", at)
    User.objects.filter(email__endswith=".example").update(password=secret)


def _join(member: Member, user: User, role: str, at: datetime) -> Actor:
    members.join(member, user, role, at=at)
    return Actor(member_id=member.pk, user_id=user.pk, roles=frozenset({role}), via="command")


def _circles(world: World, at: datetime) -> None:
    keeper = world.leads_of["AUR"]
    with scope.acting(keeper):
        everybody = sharing.found_circle(cast.CIRCLE, actor=keeper, at=at)
        for code in ("PAV", "QAM", "NOR", "SOL", "KIT"):
            sharing.join_circle(everybody, world.members[code].pk, actor=keeper, at=at)
        few = sharing.found_circle(cast.TASK_FORCE, actor=keeper, at=at)
        for code in ("QAM", "SOL"):
            sharing.join_circle(few, world.members[code].pk, actor=keeper, at=at)


def _desks(world: World, at: datetime) -> None:
    for order, facts in enumerate(cast.DESKS, start=1):
        actor = world.leads_of[facts.member]
        told = duty.DeskFacts(
            name=facts.city,
            city=facts.city,
            country=facts.country,
            tz=facts.tz,
            latitude=facts.latitude,
            longitude=facts.longitude,
            languages=facts.languages,
            jurisdictions=facts.jurisdictions,
            capacity=facts.capacity,
            order=order,
        )
        with scope.acting(actor):
            desk = duty.create_desk(told, actor=actor, at=at)
            start, end = facts.hours
            window = duty.WindowFacts(days=EVERY_DAY, start=start, end=end)
            duty.set_windows(desk.pk, [window], actor=actor, at=at)
            for person in world.at_desk[facts.key]:
                if person.user_id is not None:
                    duty.put_person(desk.pk, person.user_id, actor=actor, at=at)
        world.desks[facts.key] = desk


def _brands_and_policies(world: World, at: datetime) -> None:
    for facts in cast.MEMBERS:
        actor = world.leads_of[facts.code]
        with scope.acting(actor):
            for brand in facts.brands:
                members.add_brand(brand, actor=actor, at=at)
            handovers.set_policy(to_allies=facts.to_allies, ally_level=3, actor=actor, at=at)


def add_exceptions(world: World, now: datetime) -> None:
    """A holiday to come, a closure that is over, and company for a desk that is alone now."""
    actor = world.leads_of["NOR"]
    with scope.acting(actor):
        stockholm, nairobi = world.desks["stockholm"], world.desks["nairobi"]
        team_day = (now + timedelta(days=17)).date()
        duty.add_holiday(stockholm.pk, team_day, name="Team day", actor=actor, at=now)
        starts_at = (now - timedelta(days=9)).replace(hour=9, minute=0)
        ends_at = starts_at + timedelta(hours=2)
        # Said as it happened: what is over stays as it was.
        duty.add_closure(
            nairobi.pk, starts_at, ends_at, reason="Power cut", actor=actor, at=starts_at
        )
    _keep_company(world, now)


def _keep_company(world: World, now: datetime) -> None:
    """While one desk alone is on duty, the next one covers early: an offer finds a receiver.

    Looked at a quarter of an hour ago, when the last offers begin; the gap of the day stays.
    """
    moment = now - timedelta(minutes=15)
    actor = world.leads_of["AUR"]
    with scope.acting(actor):
        standings = hours.standings(world.desks.values(), moment)
        spans = hours.duty(world.desks.values(), moment - timedelta(days=1), moment)
    alone = [s for s in standings if s.is_on_duty]
    waiting = [s for s in standings if not s.is_on_duty and s.starts_at]
    if len(alone) != 1 or not waiting:
        return
    following = min(waiting, key=lambda s: (s.starts_at or now, s.desk.order))
    starts_at = max(moment - timedelta(minutes=25), spans[alone[0].desk.pk][-1][0])
    ends_at = min(following.starts_at or now, alone[0].ends_at or now)
    owner = Actor.system(following.desk.member_id)
    with scope.acting(owner):
        duty.add_extra_cover(
            following.desk.pk,
            starts_at,
            ends_at,
            reason="Early cover for a sales day",
            actor=owner,
            at=starts_at,
        )


def find() -> World:
    """The demo world as it stands in the database. Raises DomainError where there is none."""
    world = World()
    by_name = {member.name: member for member in Member.objects.all()}
    for facts in cast.MEMBERS:
        if facts.name not in by_name:
            raise DomainError("demo.none", "There is no demo world: make it with seed_demo.")
        world.members[facts.code] = by_name[facts.name]
    for place in cast.DESKS:
        system = Actor.system(world.members[place.member].pk)
        with scope.acting(system):
            for desk in hours.own_desks(system).filter(name=place.city):
                world.desks[place.key] = desk
                world.at_desk[place.key] = _workers(desk)
            own = Investigation.objects.filter(member_id=system.member_id)
            world.references.update(own.values_list("pk", "reference"))
    return world


def _workers(desk: Desk) -> list[Actor]:
    seats = Membership.objects.filter(
        member_id=desk.member_id, user_id__in=hours.people(desk), ended_at__isnull=True
    ).exclude(role="observer")
    return [
        Actor(
            member_id=seat.member_id,
            user_id=seat.user_id,
            roles=frozenset({str(seat.role)}),
            via="command",
        )
        for seat in seats.order_by("user__email")
    ]
