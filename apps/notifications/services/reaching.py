"""What a person says about being reached: choices per group, the digest's hour, hours of rest."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.events import emit
from apps.members.models import User
from apps.notifications import policies, quiet
from apps.notifications.events import ReachChanged
from apps.notifications.models import (
    CLOCK_TIME,
    Group,
    MailChoice,
    Preference,
    QuietHours,
    Reach,
)


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
    _announce(user_id, actor=actor, at=at)


def set_digest_hour(digest_at: str, *, actor: Actor, at: datetime) -> Reach:
    """When the person's digest comes, in her own time. Raises Invalid."""
    user_id = _person(actor)
    if not _is_clock_time(digest_at):
        raise Invalid({"digest_at": [_("Give a time between 00:00 and 23:59.")]})
    row, _made = Reach.objects.update_or_create(
        member_id=actor.member_id, user_id=user_id, defaults={"digest_at": digest_at}
    )
    _announce(user_id, actor=actor, at=at)
    return row


def set_quiet_hours(
    starts: str, ends: str, days: Iterable[int], *, actor: Actor, at: datetime
) -> QuietHours:
    """When the person is not to be rung, whichever member she acts for. Raises Invalid."""
    user_id = _person(actor)
    row = QuietHours(user_id=user_id, starts=starts, ends=ends, days=sorted(set(days)))
    _check_quiet(row, at)
    QuietHours.objects.update_or_create(
        user_id=user_id, defaults={"starts": starts, "ends": ends, "days": row.days}
    )
    _announce(user_id, actor=actor, at=at)
    return row


def end_quiet_hours(*, actor: Actor, at: datetime) -> None:
    """The person can be rung at every hour again."""
    user_id = _person(actor)
    QuietHours.objects.filter(pk=user_id).delete()
    _announce(user_id, actor=actor, at=at)


def _person(actor: Actor) -> UUID:
    policies.may_choose(actor).require()
    assert actor.user_id is not None  # noqa: S101 - what the policy asks
    return actor.user_id


def _check_quiet(row: QuietHours, at: datetime) -> None:
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
