"""Calendars as duty: looked at first, then used; read again as time goes on."""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import due, limits, outgoing
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.duty import policies, selectors, wording
from apps.duty.calendars import MAX_BYTES, Job, Outcome, Reading, carry_out
from apps.duty.events import (
    CalendarAdded,
    CalendarFailed,
    CalendarRecovered,
    CalendarRemoved,
    DutyChanged,
)
from apps.duty.models import CalendarSource, Desk, ImportedShift
from apps.duty.services.desks import locked

READ_KIND = "calendar.read"
FORGET_KIND = "calendar.forget"
MOST_BYTES = MAX_BYTES
MAX_CALENDARS = 10
BEHIND = timedelta(days=7)
AHEAD = timedelta(days=400)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_BETWEEN_TRIES = timedelta(minutes=1)
_SHOWN_EVENTS = 500
_BATCH = 2_000
_LOOKS = 60


def look_at_file(
    desk_id: UUID, data: bytes, *, name: str = "", actor: Actor, at: datetime
) -> CalendarSource:
    """Read a file as duty of a desk without using it yet: a draft says what would be."""
    desk = _own_desk(desk_id, name, actor=actor)
    if len(data) > MAX_BYTES:
        raise Invalid({"file": [wording.failure("too_long")]})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": [wording.failure("not_text")]}) from None
    source = CalendarSource(kind=CalendarSource.Kind.FILE, text=text)
    return _looked_at(source, desk, "file", name=name, actor=actor, at=at)


def look_at_feed(
    desk_id: UUID, url: str, *, name: str = "", actor: Actor, at: datetime
) -> CalendarSource:
    """Read what an address serves as duty of a desk without using it yet."""
    desk = _own_desk(desk_id, name, actor=actor)
    # Calendar programs write webcal: for what is read over https.
    url = url.strip()
    if url[:9].lower() == "webcal://":
        url = f"https://{url[9:]}"
    try:
        outgoing.checked(url)
    except outgoing.FetchError as error:
        raise Invalid({"url": [wording.failure(error.code, error.detail)]}) from None
    source = CalendarSource(kind=CalendarSource.Kind.FEED, url=url)
    return _looked_at(source, desk, "url", name=name, actor=actor, at=at)


def _own_desk(desk_id: UUID, name: str, *, actor: Actor) -> Desk:
    desk = selectors.desk(actor, desk_id)
    policies.may_change_desk(actor, desk).require()
    _limit_looks(desk.member_id)
    if len(name) > 80 or "\x00" in name:
        raise Invalid({"name": [_("At most %(count)s characters.") % {"count": 80}]})
    if selectors.calendars(desk).count() >= MAX_CALENDARS:
        raise DomainError(
            "calendar.too_many",
            _("A desk has at most %(count)d calendars: remove one first.")
            % {"count": MAX_CALENDARS},
        )
    return desk


def _limit_looks(member_id: UUID) -> None:
    if not limits.allows(f"calendars:{member_id}", times=_LOOKS, seconds=3_600):
        raise DomainError(
            "calendar.too_many_looks",
            _("Your member has had many calendars read: try again in an hour."),
            status=429,
        )


def _looked_at(
    source: CalendarSource, desk: Desk, field: str, *, name: str, actor: Actor, at: datetime
) -> CalendarSource:
    source.desk, source.member_id = desk, desk.member_id
    outcome = carry_out(_job(source, at))
    if outcome.reading is None:
        raise Invalid({field: [wording.failure(outcome.error, outcome.detail)]})
    _forget_drafts(desk, actor)
    source.name = name.strip() or outcome.reading.name[:80] or source.host or _("A file")
    source.created_by, source.created_at = actor.user_id, at
    source.tried_at = source.last_read_at = at
    _keep(source, outcome, outcome.reading, at)
    source.save(force_insert=True)
    due.plan(FORGET_KIND, source.pk, at=at + _DAY, member_id=source.member_id)
    return source


def _forget_drafts(desk: Desk, actor: Actor) -> None:
    """Who looks at another calendar has done with the one before."""
    drafts = CalendarSource.objects.filter(desk=desk, state=CalendarSource.State.DRAFT)
    drafts.filter(created_by=actor.user_id).delete()


def _keep(source: CalendarSource, outcome: Outcome, reading: Reading, at: datetime) -> None:
    source.text, source.etag = outcome.text, outcome.etag
    source.report = {
        "events_count": len(reading.events),
        "taken_count": sum(bool(event.shifts) for event in reading.events),
        "shifts_count": len(reading.shifts),
        "first": [
            [shift.starts_at.isoformat(), shift.ends_at.isoformat()]
            for shift in reading.shifts
            if shift.ends_at > at
        ][: selectors.SHOWN],
        # What was not taken must be seen even in a calendar of thousands.
        "events": [
            asdict(event)
            for event in sorted(reading.events, key=lambda event: not event.skipped)[:_SHOWN_EVENTS]
        ],
    }


def _job(source: CalendarSource, at: datetime, *, fetch: bool = True) -> Job:
    return Job(
        zone=source.desk.tz,
        a=at - BEHIND,
        b=at + AHEAD,
        text=source.text,
        url=source.url if fetch else "",
        etag=source.etag,
        loopback_ca=settings.CALENDAR_LOOPBACK_CA,
    )


def forget_draft(calendar_id: UUID, at: datetime) -> None:
    """Due service: what was looked at and not used in a day is gone."""
    CalendarSource.objects.filter(pk=calendar_id, state=CalendarSource.State.DRAFT).delete()


def use_calendar(desk_id: UUID, calendar_id: UUID, *, actor: Actor, at: datetime) -> CalendarSource:
    """What was looked at is duty of the desk from now on; twice is once."""
    found = selectors.calendar(actor, desk_id, calendar_id)
    policies.may_change_desk(actor, found.desk).require()
    # What was shown is what is used: the address is not asked again.
    outcome = carry_out(_job(found, at, fetch=False))
    desk, source = _locked(found, actor=actor)
    if source.is_active:
        return source
    if outcome.reading is None:
        raise DomainError("calendar.unreadable", wording.failure(outcome.error, outcome.detail))
    source.state = CalendarSource.State.ACTIVE
    emit(
        CalendarAdded(subject_id=desk.pk, calendar_id=source.pk, kind=source.kind),
        actor=actor,
        at=at,
    )
    _take(source, outcome, outcome.reading, actor=actor, at=at)
    due.cancel(source.pk, kinds=[FORGET_KIND])
    plan_reading(source.pk, at=at)
    return source


def _locked(found: CalendarSource, *, actor: Actor) -> tuple[Desk, CalendarSource]:
    desk = locked(found.desk_id, actor=actor)
    source = CalendarSource.objects.select_for_update().filter(pk=found.pk).first()
    if source is None:
        raise NotFound
    source.desk = desk
    return desk, source


def remove_calendar(desk_id: UUID, calendar_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The calendar's shifts, and no other, are duty no more."""
    found = selectors.calendar(actor, desk_id, calendar_id)
    desk, source = _locked(found, actor=actor)
    was_used, had_shifts = source.is_active, source.shifts.filter(ends_at__gt=at - BEHIND).exists()
    due.cancel(source.pk)
    source.delete()
    if not was_used:
        return
    emit(CalendarRemoved(subject_id=desk.pk, calendar_id=calendar_id), actor=actor, at=at)
    if had_shifts:
        emit(DutyChanged(subject_id=desk.pk), actor=actor, at=at)


def plan_reading(calendar_id: UUID, *, at: datetime) -> bool:
    """Make the next reading due; whether the calendar is in use at all.

    An address is read each hour, after failures less and less often; a file once a day, because
    the range that its shifts are written for goes on with time.
    """
    source = CalendarSource.objects.filter(
        pk=calendar_id, state=CalendarSource.State.ACTIVE
    ).first()
    if source is None:
        return False
    step = _DAY
    if source.kind == CalendarSource.Kind.FEED:
        step = min(_HOUR * 2 ** min(source.failures, 5), _DAY)
    source.next_read_at = at + step
    source.save(update_fields=["next_read_at"])
    due.plan(READ_KIND, source.pk, at=source.next_read_at, member_id=source.member_id)
    return True


def job_of(calendar_id: UUID, *, at: datetime) -> Job | None:
    """What is to be read now; None for a calendar that is not in use."""
    source = (
        CalendarSource.objects.select_related("desk")
        .filter(pk=calendar_id, state=CalendarSource.State.ACTIVE)
        .first()
    )
    return _job(source, at) if source else None


def take_outcome(calendar_id: UUID, outcome: Outcome, *, actor: Actor, at: datetime) -> None:
    """Write what was read: this calendar's shifts only, and none if it is what is there already.

    After a failure what was read last stays duty, and the desk's page says since when.
    """
    found = CalendarSource.objects.filter(pk=calendar_id).first()
    if found is None:
        return
    desk, source = _locked(found, actor=actor)
    if not source.is_active:
        return
    if outcome.reading is not None:
        _take(source, outcome, outcome.reading, actor=actor, at=at)
        return
    fails_anew = source.error != outcome.error
    source.tried_at = at
    source.failing_since = source.failing_since or at
    source.failures = min(source.failures + 1, 30_000)
    source.error, source.error_detail = outcome.error, outcome.detail[:200]
    source.save()
    if fails_anew:
        fact = CalendarFailed(subject_id=desk.pk, calendar_id=source.pk, reason=outcome.error)
        emit(fact, actor=actor, at=at)


def _take(
    source: CalendarSource, outcome: Outcome, reading: Reading, *, actor: Actor, at: datetime
) -> None:
    moved = _write(source, reading, at)
    recovers = source.failing_since is not None
    source.tried_at = source.last_read_at = at
    source.failing_since, source.failures, source.error, source.error_detail = None, 0, "", ""
    source.read_until = at + AHEAD
    _keep(source, outcome, reading, at)
    source.save()
    if recovers:
        fact = CalendarRecovered(subject_id=source.desk_id, calendar_id=source.pk)
        emit(fact, actor=actor, at=at)
    if moved:
        emit(DutyChanged(subject_id=source.desk_id), actor=actor, at=at)


def _write(source: CalendarSource, reading: Reading, at: datetime) -> bool:
    """Make the source's rows what was read; whether duty moved in the range of both readings."""
    wanted = {(shift.uid, shift.starts_at): shift.ends_at for shift in reading.shifts}
    gone: list[UUID] = []
    moved = False
    for pk, uid, starts_at, ends_at in source.shifts.values_list(
        "pk", "uid", "starts_at", "ends_at"
    ):
        if wanted.get((uid, starts_at)) == ends_at:
            del wanted[uid, starts_at]
        else:
            gone.append(pk)
            moved = moved or ends_at > at - BEHIND
    ImportedShift.objects.filter(pk__in=gone).delete()
    rows = [
        ImportedShift(
            member_id=source.member_id,
            desk_id=source.desk_id,
            source=source,
            uid=uid,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        for (uid, starts_at), ends_at in wanted.items()
    ]
    ImportedShift.objects.bulk_create(rows, batch_size=_BATCH)
    # What only comes into sight as time goes on moves nothing that was told before.
    until = source.read_until
    return moved or any(until is None or row.starts_at < until for row in rows)


def read_again(desk_id: UUID, calendar_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Read a calendar now, on somebody's word. Raises DomainError when that was just done."""
    found = selectors.calendar(actor, desk_id, calendar_id)
    policies.may_change_desk(actor, found.desk).require()
    if found.tried_at and at - found.tried_at < _BETWEEN_TRIES:
        raise DomainError(
            "calendar.just_read", _("It was read less than a minute ago: try again in a minute.")
        )
    job = job_of(calendar_id, at=at)
    if job is None:
        raise NotFound
    take_outcome(calendar_id, carry_out(job), actor=actor, at=at)
