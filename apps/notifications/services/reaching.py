"""What a person says about being reached: choices per group, the digest's hour, hours of rest."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.events import emit
from apps.members.models import User
from apps.notifications import policies, quiet, selectors
from apps.notifications.events import ReachChanged
from apps.notifications.models import (
    CLOCK_TIME,
    Group,
    MailChoice,
    Preference,
    QuietHours,
    Reach,
)
from apps.notifications.services.routing import forget_digested, replan
from apps.notifications.services.telling import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How one group reaches the person beyond the bell."""

    mail: str
    push: bool


def choose(choices: Mapping[str, Choice], *, actor: Actor, at: datetime) -> None:
    """Keep the person's choices for the groups named; the others stay. Raises Invalid."""
    user_id = _person(actor)
    wrong: dict[str, list[str]] = {}
    for group, choice in choices.items():
        if group not in Group.values:
            wrong[group] = [_("There is no such group of notifications.")]
        elif choice.mail not in MailChoice.values:
            wrong[group] = [_("There is no such way to be mailed.")]
    if wrong:
        raise Invalid(wrong)
    for group, choice in sorted(choices.items()):
        Preference.objects.update_or_create(
            member_id=actor.member_id,
            user_id=user_id,
            group=group,
            defaults={"mail": choice.mail, "push": choice.push},
        )
    silenced = [group for group, choice in choices.items() if choice.mail == MailChoice.NEVER]
    forget_digested(silenced, member_id=actor.member_id, user_id=user_id)
    _announce(user_id, actor=actor, at=at)


def set_digest_hour(digest_at: str, *, actor: Actor, at: datetime) -> Reach:
    """When the person's digest comes, in her own time. Raises Invalid."""
    user_id = _person(actor)
    if not _is_clock_time(digest_at):
        raise Invalid({"digest_at": [_("Give a time between 00:00 and 23:59.")]})
    row, _made = Reach.objects.update_or_create(
        member_id=actor.member_id, user_id=user_id, defaults={"digest_at": digest_at}
    )
    replan(user_id, actor=actor, at=at)
    _announce(user_id, actor=actor, at=at)
    return row


def set_quiet_hours(
    starts: str, ends: str, days: Iterable[int], *, actor: Actor, at: datetime
) -> QuietHours:
    """When the person is not to be rung, whichever member she acts for. Raises Invalid."""
    user_id = _person(actor)
    row = QuietHours(user_id=user_id, starts=starts, ends=ends, days=sorted(set(days)))
    check_quiet(row, at)
    QuietHours.objects.update_or_create(
        user_id=user_id, defaults={"starts": starts, "ends": ends, "days": row.days}
    )
    replan(user_id, actor=actor, at=at)
    _announce(user_id, actor=actor, at=at)
    return row


def end_quiet_hours(*, actor: Actor, at: datetime) -> None:
    """The person can be rung at every hour again."""
    user_id = _person(actor)
    QuietHours.objects.filter(pk=user_id).delete()
    replan(user_id, actor=actor, at=at)
    _announce(user_id, actor=actor, at=at)


def leave_digests(token: str) -> bool:
    """Whoever holds the link that a digest carried ends the digests of its person, without more.

    Returns whether the link is one; asking twice changes nothing.
    """
    delivery = selectors.digest_of(token)
    if delivery is None:
        return False
    with scope.as_owner(Owner(delivery.member_id), Actor.system(delivery.member_id)):
        chosen = Preference.objects.filter(
            member_id=delivery.member_id, user_id=delivery.person_id, mail=MailChoice.DIGEST
        )
        groups = list(chosen.values_list("group", flat=True))
        forget_digested(groups, member_id=delivery.member_id, user_id=delivery.person_id)
        chosen.update(mail=MailChoice.NEVER)
    return True


def _person(actor: Actor) -> UUID:
    policies.may_choose(actor).require()
    assert actor.user_id is not None  # noqa: S101 - what the policy asks
    return actor.user_id


def check_quiet(row: QuietHours, at: datetime) -> None:
    """Raise Invalid unless these can be somebody's hours of rest."""
    wrong: dict[str, list[str]] = {}
    for name in ("starts", "ends"):
        if not _is_clock_time(getattr(row, name)):
            wrong[name] = [_("Give a time between 00:00 and 23:59.")]
    if not row.days or not set(row.days) <= set(range(7)):
        wrong["days"] = [_("Choose at least one day of the week.")]
    if wrong:
        raise Invalid(wrong)
    rule = quiet.rule_of(row, User.objects.get(pk=row.user_id).time_zone)
    if quiet.is_quiet(rule, at) and quiet.ends_at(rule, at) is None:
        raise Invalid({"ends": [_("Leave some hours in which you can be reached.")]})


def _is_clock_time(text: str) -> bool:
    return re.fullmatch(CLOCK_TIME, text) is not None


def _announce(user_id: UUID, *, actor: Actor, at: datetime) -> None:
    emit(ReachChanged(subject_id=user_id), actor=actor, at=at)
