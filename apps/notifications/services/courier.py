"""The courier: messages are claimed, handed over outside any transaction, and accounted for.

A message is marked as tried, and its next try planned as a due row, before the network is asked.
So a courier that dies on the way loses nothing; the one message that can arrive twice is that
which a server took just before the courier died, and it carries the same Message-ID.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import QuerySet

from apps.core import clock, due, scope
from apps.core.actor import Actor
from apps.core.errors import ENDING
from apps.core.registries import letters as writers
from apps.core.registries import subjects
from apps.members import actors
from apps.members import selectors as members
from apps.members.models import Membership
from apps.notifications import addresses, letters, post
from apps.notifications.models import Browser, Delivery, Notification, Step
from apps.notifications.post import Outcome, Push, Result

log = structlog.get_logger(__name__)

RETRY = "notification.retry"
BATCH = 16
MAX_ATTEMPTS = 10
_LONGEST_PAUSE_IN_MINUTES = 240
_LOCK = 0x0A111B
_STEPS = {
    Delivery.State.SENT: Step.SENT,
    Delivery.State.DROPPED: Step.DROPPED,
    Delivery.State.GIVEN_UP: Step.FAILED,
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with what is handed over; with neither it has nothing left to say."""

    delivery: Delivery
    letter: EmailMessage | None = None
    push: Push | None = None


def deliver(*, limit: int = 500) -> int:
    """Hand over what is ready, urgent messages first; returns how many were tried.

    One courier at a time, so that a server that hangs holds up one worker and nobody's handover.
    """
    tried = 0
    with _alone() as is_mine:
        while is_mine and tried < limit:
            rows = _claim()
            tried += len(rows)
            # A server that does not answer is not asked again in the same round.
            if not rows or _hand_over(rows):
                break
    return tried


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _claim() -> list[Delivery]:
    with transaction.atomic():
        at = clock.now()
        ready = Delivery.objects.select_for_update(skip_locked=True).filter(ready_at__lte=at)
        rows = list(ready.order_by("-is_urgent", "ready_at", "id")[:BATCH])
        for row in rows:
            row.attempts += 1
            row.ready_at = None
            row.save(update_fields=["attempts", "ready_at"])
            pause = timedelta(minutes=min(_LONGEST_PAUSE_IN_MINUTES, 2 ** (row.attempts - 1)))
            token = f"{RETRY}:{row.pk}:{row.attempts}"
            due.plan(RETRY, row.pk, at=at + pause, member_id=row.member_id, token=token)
    return rows


def _packed(delivery: Delivery) -> Parcel | None:
    try:
        return _pack(delivery)
    except ENDING:
        raise
    except Exception as error:
        # Whatever it was, one message that cannot be written must never stop all the others.
        log.exception("notifications.unwritten", delivery=str(delivery.pk))
        _account(delivery, Outcome(Result.LATER, post.named(error)))
        return None


def _pack(delivery: Delivery) -> Parcel:
    """What the message says, of what its person may still see now."""
    with scope.acting(Actor.system(delivery.member_id)):
        if delivery.channel == Delivery.Channel.LETTER:
            return _pack_letter(delivery)
        membership = (
            members.people_of(delivery.member_id)
            .filter(user_id=delivery.person_id, user__is_active=True)
            .first()
        )
        if membership is None:
            return Parcel(delivery)
        rows = _still_seen(delivery, membership)
        if delivery.channel == Delivery.Channel.PUSH:
            return _pack_push(delivery, membership, rows)
        letter = letters.letter(delivery, membership.user, rows) if rows else None
        return Parcel(delivery, letter=letter)


def _pack_letter(delivery: Delivery) -> Parcel:
    """What another app writes now to somebody whom no notification reaches."""
    assert delivery.ref is not None  # noqa: S101 - a constraint sees to it
    written = writers[delivery.letter](delivery.member_id, delivery.ref)
    return Parcel(delivery, letter=letters.plain(delivery, written) if written else None)


def _pack_push(delivery: Delivery, membership: Membership, rows: Sequence[Notification]) -> Parcel:
    browser = _browser_of(delivery).first()
    is_moot = bool(delivery.notification_ids) and not rows
    if browser is None or is_moot or not addresses.is_push_service(browser.endpoint):
        return Parcel(delivery)
    return Parcel(delivery, push=letters.push(delivery, browser, membership.user, rows))


def _still_seen(delivery: Delivery, membership: Membership) -> list[Notification]:
    """The delivery's notifications whose subjects the person may see now; the rest is dropped."""
    reader = actors.of_membership(membership)
    rows = Notification.objects.filter(
        pk__in=delivery.notification_ids, member_id=delivery.member_id, user_id=delivery.person_id
    )
    seen: list[UUID] = []
    unseen: list[UUID] = []
    for row in rows.order_by("created_at", "id"):
        subject = subjects.get(row.subject_type)
        is_seen = subject is not None and subject.may_watch(reader, row.subject_id)
        (seen if is_seen else unseen).append(row.pk)
    _mark(delivery, unseen, Step.DROPPED)
    return list(rows.filter(pk__in=seen).order_by("created_at", "id"))


def _hand_over(deliveries: Sequence[Delivery]) -> bool:
    """Ask the servers and account for every answer; returns whether one did not answer."""
    parcels = [parcel for row in deliveries if (parcel := _packed(row))]
    mailed = [parcel for parcel in parcels if parcel.letter]
    pushed = [parcel for parcel in parcels if parcel.push]
    mail_outcomes, push_outcomes = post.send_all(
        [parcel.letter for parcel in mailed if parcel.letter],
        [parcel.push for parcel in pushed if parcel.push],
    )
    outcomes = [*zip(mailed, mail_outcomes, strict=True), *zip(pushed, push_outcomes, strict=True)]
    told = {parcel.delivery.pk for parcel, _outcome in outcomes}
    for parcel in parcels:
        if parcel.delivery.pk not in told:
            _finish(parcel.delivery, Delivery.State.DROPPED)
    for parcel, outcome in outcomes:
        _account(parcel.delivery, outcome)
    return any(outcome.is_lost for _parcel, outcome in outcomes)


def _account(delivery: Delivery, outcome: Outcome) -> None:
    if outcome.result == Result.SENT:
        _finish(delivery, Delivery.State.SENT)
        return
    delivery.error = outcome.error
    if outcome.result == Result.GONE:
        _browser_of(delivery).delete()
        _finish(delivery, Delivery.State.DROPPED)
    elif outcome.result == Result.REFUSED or delivery.attempts >= MAX_ATTEMPTS:
        _give_up(delivery)
    else:
        delivery.save(update_fields=["error"])
        log.warning("notifications.postponed", delivery=str(delivery.pk), error=outcome.error)


def release(delivery_id: UUID, at: datetime) -> None:
    """Due service: a message that has not arrived is ready again, or given up for good."""
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is None or row.state != Delivery.State.WAITING or row.ready_at is not None:
        return
    if row.attempts >= MAX_ATTEMPTS:
        _give_up(row)
        return
    row.ready_at = at
    row.save(update_fields=["ready_at"])


def _give_up(delivery: Delivery) -> None:
    delivery.error = delivery.error or "The courier never heard an answer."
    log.error("notifications.given_up", delivery=str(delivery.pk), error=delivery.error)
    _finish(delivery, Delivery.State.GIVEN_UP)


def _finish(delivery: Delivery, state: Delivery.State) -> None:
    """The delivery is over, its planned try with it, and its notifications say how it went."""
    with scope.acting(Actor.system(delivery.member_id)):
        at = clock.now()
        delivery.state, delivery.done_at, delivery.ready_at = state, at, None
        delivery.save(update_fields=["state", "done_at", "ready_at", "error"])
        due.cancel(delivery.pk, kinds=[RETRY])
        _mark(delivery, delivery.notification_ids, _STEPS[state], at=at)
        if state == Delivery.State.SENT:
            _browser_of(delivery).update(used_at=at)


def _browser_of(delivery: Delivery) -> QuerySet[Browser]:
    """The browser that a push went to; none for a mail."""
    if delivery.browser_id is None:
        return Browser.objects.none()
    return Browser.objects.filter(pk=delivery.browser_id, user_id=delivery.person_id)


def _mark(
    delivery: Delivery, ids: Sequence[UUID], step: Step, *, at: datetime | None = None
) -> None:
    """Say on the notifications how far this way has come; what was dropped stays dropped."""
    is_push = delivery.channel == Delivery.Channel.PUSH
    rows = Notification.objects.filter(pk__in=ids)
    if is_push:
        # One browser that was reached is enough to have been told.
        rows.exclude(push__in=[Step.DROPPED, Step.SENT]).update(push=step)
    elif step == Step.SENT:
        rows.exclude(mail=Step.DROPPED).update(mail=step, sent_at=at)
    else:
        rows.exclude(mail=Step.DROPPED).update(mail=step)
