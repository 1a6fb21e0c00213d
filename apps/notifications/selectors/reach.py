"""How people are reached: their choices, their hours of rest, and who is awake."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.core import scope
from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.duty.planning import DeskRule
from apps.members import actors
from apps.members import selectors as members
from apps.notifications import quiet
from apps.notifications.models import Browser, Delivery, Group, Preference, QuietHours, Reach

Person = tuple[UUID, UUID]

_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def preferences(member_id: UUID, user_id: UUID) -> dict[Group, Preference]:
    """What the person chose for each group; what was never chosen is each kind's own way."""
    rows = Preference.objects.filter(member_id=member_id, user_id=user_id)
    kept = {row.group: row for row in rows}
    return {
        group: kept.get(group) or Preference(member_id=member_id, user_id=user_id, group=group)
        for group in Group
    }


def digest_at(member_id: UUID, user_id: UUID) -> str:
    """The local time of the person's digest."""
    row = Reach.objects.filter(member_id=member_id, user_id=user_id).first()
    return row.digest_at if row else Reach().digest_at


def quiet_hours(user_id: UUID) -> QuietHours | None:
    """The person's hours of rest, if there are any."""
    return QuietHours.objects.filter(pk=user_id).first()


def rest_of(user_ids: Iterable[UUID]) -> dict[UUID, DeskRule]:
    """The rest of those people who have hours for it, each in her own time."""
    kept = QuietHours.objects.in_bulk(set(user_ids))
    people = members.person_cards(kept)
    return {ident: quiet.rule_of(row, people[ident].time_zone) for ident, row in kept.items()}


def browsers(user_id: UUID) -> QuerySet[Browser]:
    """The browsers that the person lets us push to."""
    return Browser.objects.filter(user_id=user_id).order_by("created_at", "id")


def digest_of(token: str) -> Delivery | None:
    """The digest that carried this way out, if any did."""
    kept = Delivery.objects.filter(channel=Delivery.Channel.DIGEST)
    return kept.filter(secret_digest=actors.digest(token)).first()


def awake(people: Iterable[Person], at: datetime) -> list[Person]:
    """Whom of the (member, person) pairs to wake: nobody who rests or is on leave.

    Those on duty come first, then those who stay awake longest. If that leaves nobody, everybody
    is returned: silence loses cases.
    """
    asked = list(dict.fromkeys(people))
    rest = rest_of(user_id for _member, user_id in asked)
    on_duty, away = _standing(asked, at)
    up = [p for p in asked if p not in away and not quiet.is_quiet(rest.get(p[1]), at)]
    if not up:
        return asked
    until = {user_id: quiet.starts_at(rest.get(user_id), at) or _NEVER for _member, user_id in up}
    latest_first = sorted(up, key=lambda person: until[person[1]], reverse=True)
    return sorted(latest_first, key=lambda person: person not in on_duty)


def _standing(people: Iterable[Person], at: datetime) -> tuple[set[Person], set[Person]]:
    """Who of them is on duty and who on leave, read under each member's own stamp."""
    of_member: dict[UUID, list[UUID]] = defaultdict(list)
    for member_id, user_id in people:
        of_member[member_id].append(user_id)
    on_duty: set[Person] = set()
    away: set[Person] = set()
    for member_id, user_ids in of_member.items():
        with scope.binding(Actor.system(member_id)) as system:
            away |= {(member_id, who) for who in duty.people_on_leave(member_id, user_ids, at)}
            here = [who for who in user_ids if duty.person_is_on_duty(system, who, at)]
            on_duty |= {(member_id, who) for who in here}
    return on_duty, away
