"""The further ways of a notification: at once, when the person's rest ends, or in her digest."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.registries import NotificationKind, notification_kinds
from apps.core.walltime import local, shift_start
from apps.duty.planning import DeskRule
from apps.members import actors
from apps.members.models import User
from apps.notifications import letters, quiet, selectors
from apps.notifications.models import (
    Delivery,
    MailChoice,
    Notification,
    Preference,
    Reach,
    Step,
)
from apps.notifications.services.telling import Owner
from apps.notifications.wording import group_of

WAKE = "notification.wake"
DIGEST = "notification.digest"
_DAY = timedelta(days=1)
# A person is awake at some hour of every week.
_LONGEST_REST = timedelta(days=8)
_MAIL, _PUSH, _DIGEST = Delivery.Channel.MAIL, Delivery.Channel.PUSH, Delivery.Channel.DIGEST


def route(notification_id: UUID, *, at: datetime) -> None:
    """Choose a notification's further ways by its kind and its person's wishes, once."""
    rows = Notification.objects.select_for_update()
    row = rows.filter(pk=notification_id, routed_at__isnull=True).first()
    if row is None:
        return
    row.routed_at = at
    kind = notification_kinds.get(row.kind)
    person = User.objects.filter(pk=row.user_id, is_active=True).first()
    if kind is not None and person is not None:
        _choose_ways(row, kind, at)
    row.save(update_fields=["routed_at", "mail", "push"])


def _choose_ways(row: Notification, kind: NotificationKind, at: datetime) -> None:
    wish = selectors.preferences(row.member_id, row.user_id)[group_of(row.kind)]
    rest = _rest(row.user_id)
    pause = Step.HELD if quiet.is_quiet(rest, at) and not kind.urgent else Step.HANDED
    row.mail = _mail_step(kind, wish, pause)
    row.push = pause if _is_pushed(row.user_id, kind, wish) else Step.NONE
    if row.mail == Step.HANDED:
        _hand([row], _MAIL, token=f"mail:{row.pk}", at=at, is_urgent=kind.urgent)
    if row.push == Step.HANDED:
        _hand_push([row], token=f"push:{row.pk}", at=at, is_urgent=kind.urgent)
    if Step.HELD in {row.mail, row.push}:
        plan_wake(_reach(row.member_id, row.user_id), at)
    if row.mail == Step.DIGEST:
        plan_digest(_reach(row.member_id, row.user_id), at)


def _mail_step(kind: NotificationKind, wish: Preference, pause: Step) -> Step:
    if kind.urgent:
        return Step.HANDED
    if wish.mail == MailChoice.DIGEST:
        return Step.DIGEST
    is_mailed = wish.mail == MailChoice.NOW or (wish.mail == MailChoice.NEEDED and kind.mails)
    return pause if is_mailed else Step.NONE


def _is_pushed(user_id: UUID, kind: NotificationKind, wish: Preference) -> bool:
    is_wanted = bool(settings.VAPID_PRIVATE_KEY) and (wish.push or kind.urgent)
    return is_wanted and selectors.browsers(user_id).exists()


def _hand(
    rows: Sequence[Notification],
    channel: Delivery.Channel,
    *,
    token: str,
    at: datetime,
    is_urgent: bool = False,
) -> Delivery:
    """Give the courier one message about the rows."""
    delivery = Delivery(
        member_id=rows[0].member_id,
        user_id=rows[0].user_id,
        channel=channel,
        notification_ids=[row.pk for row in rows],
        token=token,
        is_urgent=is_urgent,
        ready_at=at,
        created_at=at,
    )
    if channel == _DIGEST:
        delivery.secret_digest = actors.digest(letters.secret_of(delivery.pk))
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    return delivery


def _hand_push(
    rows: Sequence[Notification], *, token: str, at: datetime, is_urgent: bool = False
) -> None:
    Delivery.objects.bulk_create(
        [
            Delivery(
                member_id=rows[0].member_id,
                user_id=rows[0].user_id,
                channel=_PUSH,
                notification_ids=[row.pk for row in rows],
                browser_id=browser.pk,
                token=f"{token}:{browser.pk}",
                is_urgent=is_urgent,
                ready_at=at,
                created_at=at,
            )
            for browser in selectors.browsers(rows[0].user_id)
        ],
        ignore_conflicts=True,
    )


def _reach(member_id: UUID, user_id: UUID) -> Reach:
    """The person's row, locked: what waits for her is planned by one at a time."""
    Reach.objects.get_or_create(member_id=member_id, user_id=user_id)
    return Reach.objects.select_for_update().get(member_id=member_id, user_id=user_id)


def _rest(user_id: UUID) -> DeskRule | None:
    return selectors.rest_of([user_id]).get(user_id)


def plan_wake(reach: Reach, at: datetime) -> None:
    """What is held goes out when the person's rest ends: at once if she does not rest."""
    until = quiet.ends_at(_rest(reach.user_id), at) or at
    if not due.is_planned(reach.pk, WAKE, by=until, after=at):
        token = f"{WAKE}:{reach.pk}:{until.isoformat()}:{at.isoformat()}"
        due.plan(WAKE, reach.pk, at=until, member_id=reach.member_id, token=token)


def wake(reach_id: UUID, at: datetime) -> None:
    """Due service: the rest is over, and what it held goes out as one message per way."""
    reach = Reach.objects.select_for_update().filter(pk=reach_id).first()
    if reach is None:
        return
    if quiet.is_quiet(_rest(reach.user_id), at):
        plan_wake(reach, at)
        return
    token = f"{WAKE}:{reach.pk}:{at.isoformat()}"
    mails = _unread(reach, mail=Step.HELD)
    if mails:
        _hand(mails, _MAIL, token=f"{token}:mail", at=at)
    pushes = _unread(reach, push=Step.HELD)
    if pushes:
        _hand_push(pushes, token=f"{token}:push", at=at)


def plan_digest(reach: Reach, at: datetime) -> None:
    """The next of the person's mornings that has had no digest yet brings one."""
    moment = next_digest(reach, at)
    if not due.is_planned(reach.pk, DIGEST, by=moment, after=at):
        token = f"{DIGEST}:{reach.pk}:{moment.isoformat()}:{at.isoformat()}"
        due.plan(DIGEST, reach.pk, at=moment, member_id=reach.member_id, token=token)


def next_digest(reach: Reach, at: datetime) -> datetime:
    """The first instant after `at` at which a digest may leave: one a local day, not in rest."""
    zone, rest = _zone(reach), _rest(reach.user_id)
    day = local(zone, at).date() - _LONGEST_REST
    while True:
        slot = _slot(reach, zone, rest, day)
        is_free = reach.digested_on is None or local(zone, slot).date() > reach.digested_on
        if slot > at and is_free:
            return slot
        day += _DAY


def _slot(reach: Reach, zone: str, rest: DeskRule | None, day: date) -> datetime:
    """When the digest of a local day leaves: at its hour, or when the rest at that hour ends."""
    moment = shift_start(zone, datetime.combine(day, time.fromisoformat(reach.digest_at)))
    return quiet.ends_at(rest, moment) or moment


def _has_come(reach: Reach, at: datetime) -> bool:
    """Whether the local day's slot has come: hour, zone or rest may have moved since the plan."""
    zone, rest = _zone(reach), _rest(reach.user_id)
    today = local(zone, at).date()
    days = (today - _DAY * back for back in range(_LONGEST_REST.days + 1))
    slots = (_slot(reach, zone, rest, day) for day in days)
    return any(slot <= at and local(zone, slot).date() == today for slot in slots)


def send_digest(reach_id: UUID, at: datetime) -> None:
    """Due service: what waits and is still unread goes out, once in a local day."""
    reach = Reach.objects.select_for_update().filter(pk=reach_id).first()
    if reach is None or not _waiting(reach, mail=Step.DIGEST).exists():
        return
    today = local(_zone(reach), at).date()
    is_done = reach.digested_on is not None and reach.digested_on >= today
    if is_done or not _has_come(reach, at) or quiet.is_quiet(_rest(reach.user_id), at):
        plan_digest(reach, at)
        return
    rows = _unread(reach, mail=Step.DIGEST)
    if rows:
        _hand(rows, _DIGEST, token=f"{DIGEST}:{reach.pk}:{today.isoformat()}", at=at)
        reach.digested_on = today
        reach.save(update_fields=["digested_on"])


def replan(user_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The person's hours moved: what waits for her, under whichever member, follows them."""
    for membership in actors.memberships_of(user_id):
        with scope.as_owner(Owner(membership.member_id), actor):
            reach = Reach.objects.select_for_update().filter(
                member_id=membership.member_id, user_id=user_id
            )
            for row in reach:
                if _waiting(row, mail=Step.HELD).exists() or _waiting(row, push=Step.HELD).exists():
                    plan_wake(row, at)
                if _waiting(row, mail=Step.DIGEST).exists():
                    plan_digest(row, at)


def forget_digested(groups: Iterable[str], *, member_id: UUID, user_id: UUID) -> int:
    """What waited for a digest that the person no longer wants stays under the bell alone."""
    kinds = [name for name in notification_kinds if group_of(name) in set(groups)]
    waiting = Notification.objects.filter(
        member_id=member_id, user_id=user_id, mail=Step.DIGEST, kind__in=kinds
    )
    return waiting.update(mail=Step.NONE)


def _waiting(reach: Reach, **step: Step) -> QuerySet[Notification]:
    return Notification.objects.filter(member_id=reach.member_id, user_id=reach.user_id, **step)


def _unread(reach: Reach, **step: Step) -> list[Notification]:
    """What waits at the step and is still news, handed over; what was read meanwhile is not."""
    (field,) = step
    _waiting(reach, **step).filter(read_at__isnull=False).update(**{field: Step.NONE})
    rows = list(_waiting(reach, **step).order_by("created_at", "id"))
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(**{field: Step.HANDED})
    return rows


def _zone(reach: Reach) -> str:
    return User.objects.values_list("time_zone", flat=True).get(pk=reach.user_id)
