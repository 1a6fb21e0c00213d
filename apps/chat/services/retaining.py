"""How long a member's texts stay: its rule, the hold of law, and the purge by the rule."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from apps.chat import policies
from apps.chat.events import HoldChanged, RetentionChanged, TextsPurged
from apps.chat.models import Retention
from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.events import emit

DUE: Final = "chat.purge"
FEWEST_DAYS, MOST_DAYS = 30, 36_500
LONGEST_REASON: Final = 500
BATCH: Final = 1_000
# A rule that was set by mistake can be taken back before it does anything.
PURGE_AFTER: Final = timedelta(days=1)


def set_retention(*, days: int | None, actor: Actor, at: datetime) -> Retention:
    """Keep the texts of the member's people for so many days; None keeps them for good.

    The purge begins a day later. Raises Refused or Invalid.
    """
    policies.may_retain(actor).require()
    if days is not None and not FEWEST_DAYS <= days <= MOST_DAYS:
        text = _("Between %(fewest)s and %(most)s days, or none to keep everything.")
        raise Invalid({"days": [text % {"fewest": FEWEST_DAYS, "most": MOST_DAYS}]})
    rule = _change(actor, at, days=days)
    _plan(rule, at=at)
    emit(RetentionChanged(subject_id=actor.member_id, days=days), actor=actor, at=at)
    return rule


def place_hold(*, reason: str, actor: Actor, at: datetime) -> Retention:
    """Nothing of the member is purged until the hold is lifted. Raises Refused or Invalid."""
    policies.may_retain(actor).require()
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or "\x00" in reason:
        text = _("Say in 1 to %(count)s characters why the texts must stay.")
        raise Invalid({"reason": [text % {"count": LONGEST_REASON}]})
    rule = _change(actor, at, held_at=at, hold_reason=reason)
    emit(HoldChanged(subject_id=actor.member_id, is_held=True), actor=actor, at=at)
    return rule


def lift_hold(*, actor: Actor, at: datetime) -> Retention:
    """The rule goes on, a day later. Raises Refused."""
    policies.may_retain(actor).require()
    rule = _change(actor, at, held_at=None, hold_reason="")
    _plan(rule, at=at)
    emit(HoldChanged(subject_id=actor.member_id, is_held=False), actor=actor, at=at)
    return rule


def _plan(rule: Retention, *, at: datetime) -> None:
    due.cancel(rule.pk)
    if rule.days is not None:
        due.plan(DUE, rule.pk, at=at + PURGE_AFTER, member_id=rule.member_id)


def _change(actor: Actor, at: datetime, **changes: Any) -> Retention:
    rule, _is_new = Retention.objects.select_for_update().get_or_create(
        member_id=actor.member_id, defaults={"changed_at": at}
    )
    for name, value in changes.items():
        setattr(rule, name, value)
    rule.changed_by, rule.changed_at = actor.user_id, at
    rule.save()
    return rule


def purge_texts(rule_id: UUID, at: datetime) -> None:
    """Due service: what is older than the rule becomes a tombstone; the next round is planned."""
    rule = Retention.objects.filter(pk=rule_id).first()
    if rule is None or rule.days is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT messages, rooms FROM chat_purge(%s, %s)", [at, BATCH])
        messages, rooms = cursor.fetchone()
    if messages:
        fact = TextsPurged(
            subject_id=rule.member_id, messages=messages, rooms=rooms, days=rule.days
        )
        emit(fact, actor=Actor.system(rule.member_id), at=at)
    wait = timedelta(seconds=1) if messages == BATCH else PURGE_AFTER
    due.plan(DUE, rule.pk, at=at + wait, member_id=rule.member_id)
