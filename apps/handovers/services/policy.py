"""How a member lets its cases travel, and what its own silence means."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.events import emit
from apps.core.models import Level
from apps.handovers import policies
from apps.handovers.events import PolicyChanged
from apps.handovers.models import Policy
from apps.handovers.selecting import policy_of
from apps.members import selectors as members

MINUTE = timedelta(minutes=1)
# How long each may be: an hour of silence is an answer, a day of lead is a plan.
BOUNDS = {
    "offer_lead": (timedelta(0), timedelta(hours=24)),
    "ack_within": (MINUTE, timedelta(hours=4)),
    "overlap": (timedelta(0), timedelta(hours=4)),
    "auto_accept_after": (MINUTE, timedelta(hours=4)),
}
FIELDS = ("to_allies", "ally_level", "allow_translation", *BOUNDS, "duty_managers")


def set_policy(*, actor: Actor, at: datetime, **changes: Any) -> Policy:
    """Change what is named, for the actor's member; managers and admins decide. Raises Invalid."""
    policies.may_set_policy(actor).require()
    _check(changes, actor)
    policy = policy_of(actor.member_id)
    changed = tuple(sorted(n for n, value in changes.items() if getattr(policy, n) != value))
    Policy.objects.update_or_create(member_id=actor.member_id, defaults=changes)
    if changed:
        emit(PolicyChanged(subject_id=actor.member_id, fields=changed), actor=actor, at=at)
    return policy_of(actor.member_id)


def _check(changes: Mapping[str, Any], actor: Actor) -> None:
    wrong = {name: [_("This cannot be changed.")] for name in set(changes) - set(FIELDS)}
    if changes.get("ally_level", Level.CASE) not in Level.values:
        wrong["ally_level"] = [_("Choose how much the ally may read.")]
    for name, (least, most) in BOUNDS.items():
        value = changes.get(name)
        if value is not None and not least <= value <= most:
            wrong[name] = [
                _("Between %(least)d and %(most)d minutes, or empty.")
                % {"least": least / MINUTE, "most": most / MINUTE}
            ]
    wanted = set(changes.get("duty_managers", ()))
    if wanted - set(members.people(actor).values_list("user_id", flat=True)):
        wrong["duty_managers"] = [_("Name people of your own member.")]
    if wrong:
        raise Invalid(wrong)
