"""What a calendar's secret address gives away: hours of duty and holidays, and nothing else."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import walltime
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.models import Event
from apps.duty.calendars import Entry, Head, calendar_text
from apps.duty.models import CalendarFeed, Desk, Holiday
from apps.duty.planning.spans import Interval
from apps.duty.selectors.desks import desk as one_desk
from apps.duty.selectors.desks import desks_of_person
from apps.duty.selectors.hours import duty
from apps.duty.selectors.roster import shifts_of_person
from apps.members.models import Member, Membership, User

BEHIND = timedelta(days=30)
AHEAD = timedelta(days=400)
# A longer duty is told by the day, so that one that never ends begins at the same instants always.
_WHOLE = timedelta(days=7)
_DAY = timedelta(days=1)
_MARGIN = _WHOLE + _DAY


@dataclass(frozen=True, slots=True)
class _Change:
    """The last event of a desk: what calendar programs compare to see that something moved."""

    at: datetime
    sequence: int


def open_feed(digest: str) -> CalendarFeed | None:
    """The feed of an address, while its person works for a member that is active."""
    feed = CalendarFeed.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if feed is None:
        return None
    working = Membership.objects.filter(
        member_id=feed.member_id,
        user_id=feed.user_id,
        user__is_active=True,
        ended_at__isnull=True,
        member__state=Member.State.ACTIVE,
    )
    return feed if working.exists() else None


def feed_text(feed: CalendarFeed, at: datetime) -> str:
    """The calendar at a feed's address, read as the system of its member. Raises NotFound.

    In the language of the person who made it.
    """
    actor = Actor.system(feed.member_id)
    person = User.objects.get(pk=feed.user_id)
    with translation.override(person.language):
        if feed.desk_id is not None:
            desk = one_desk(actor, feed.desk_id)
            head = Head(name=desk.name, zone=desk.tz)
            entries = _desk_entries(desk, feed, at)
        else:
            head = Head(name=_("My duty, %(name)s") % {"name": person.name}, zone=person.time_zone)
            entries = _person_entries(actor, person, feed, at)
        return calendar_text(head, entries)


def _desk_entries(desk: Desk, feed: CalendarFeed, at: datetime) -> Iterator[Entry]:
    spans = duty([desk], at - BEHIND - _MARGIN, at + AHEAD + _MARGIN)[desk.pk]
    change = _changes([desk], feed)[desk.pk]
    summary = _("%(desk)s is on duty") % {"desk": desk.name}
    for start, end in _told(spans, desk.tz, at):
        yield _entry(f"{desk.pk}", start, end, summary, change)
    yield from _holiday_entries([desk], {desk.pk: change}, at)


def _person_entries(
    actor: Actor, person: User, feed: CalendarFeed, at: datetime
) -> Iterator[Entry]:
    a, b = at - BEHIND - _MARGIN, at + AHEAD + _MARGIN
    desks = {desk.pk: desk for desk in desks_of_person(actor, person.pk, since=a)}
    changes = _changes(desks.values(), feed)
    for desk_id, spans in _duty_of_person(actor, person, a, b).items():
        desk = desks[desk_id]
        summary = _("On duty: %(desk)s") % {"desk": desk.name}
        for start, end in _told(spans, desk.tz, at):
            key = f"{person.pk} {desk.pk}"
            yield _entry(key, start, end, summary, changes[desk.pk])
    yield from _holiday_entries(desks.values(), changes, at)


def _duty_of_person(
    actor: Actor, person: User, a: datetime, b: datetime
) -> dict[UUID, list[Interval]]:
    """When the person is on duty at each desk: by rota, by swap, and not on leave."""
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for shift in sorted(shifts_of_person(actor, person.pk, a, b), key=lambda s: s.starts_at):
        spans = found[shift.desk_id]
        # Two rotas at once are one duty; turns that only touch are two.
        if spans and shift.starts_at < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], shift.ends_at))
        else:
            spans.append((shift.starts_at, shift.ends_at))
    return found


def _told(spans: Iterable[Interval], tz: str, at: datetime) -> Iterator[Interval]:
    """The duty of the feed's range, long stretches by the desk's own days.

    The same shift begins at the same instant in each reading, wherever the range begins.
    """
    for start, end in spans:
        parts = [(start, end)] if end - start <= _WHOLE else _by_day(start, end, tz)
        for first, last in parts:
            if last > at - BEHIND and first < at + AHEAD:
                yield first, last


def _by_day(start: datetime, end: datetime, tz: str) -> Iterator[Interval]:
    day = walltime.local(tz, start).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    while start < end:
        day += _DAY
        midnight = walltime.shift_start(tz, day)
        if midnight > start:
            yield start, min(midnight, end)
            start = midnight


def _holiday_entries(
    desks: Iterable[Desk], changes: dict[UUID, _Change], at: datetime
) -> Iterator[Entry]:
    rows = Holiday.objects.filter(
        desk__in=list(desks), on__gte=(at - BEHIND).date(), on__lte=(at + AHEAD).date()
    )
    for row in rows.select_related("desk").order_by("on", "desk__order", "desk_id"):
        name = row.name or _("Holiday")
        yield Entry(
            uid=_uid(f"{row.desk_id} {row.on}"),
            summary=_("%(holiday)s: %(desk)s is off") % {"holiday": name, "desk": row.desk.name},
            starts_at=row.on,
            changed_at=changes[row.desk_id].at,
            sequence=changes[row.desk_id].sequence,
            description=_source(row),
        )


def _source(row: Holiday) -> str:
    if row.source == Holiday.Source.HAND:
        return _("Source: entered by hand.")
    return _("Source: the public holidays of %(place)s.") % {
        "place": "-".join(part for part in (row.desk.country, row.desk.subdivision) if part)
    }


def _entry(key: str, start: datetime, end: datetime, summary: str, change: _Change) -> Entry:
    return Entry(
        uid=_uid(f"{key} {start.isoformat()}"),
        summary=summary,
        starts_at=start,
        ends_at=end,
        changed_at=change.at,
        sequence=change.sequence,
    )


def _uid(key: str) -> str:
    """The same for the same shift in every reading; nobody learns an id from it."""
    digest = hashlib.sha256(f"duty {key}".encode()).hexdigest()[:32]
    return f"{digest}@{urlsplit(settings.PUBLIC_URL).hostname}"


def _changes(desks: Iterable[Desk], feed: CalendarFeed) -> dict[UUID, _Change]:
    ids = [desk.pk for desk in desks]
    rows = (
        Event.objects.filter(subject_type="desk", subject_id__in=ids)
        .order_by("subject_id", "-seq")
        .distinct("subject_id")
        .values_list("subject_id", "occurred_at", "seq")
    )
    found = {desk_id: _Change(at, seq) for desk_id, at, seq in rows}
    return {desk_id: found.get(desk_id, _Change(feed.created_at, 0)) for desk_id in ids}


def feeds_of_desk(actor: Actor, desk: Desk) -> QuerySet[CalendarFeed]:
    """The open addresses of a desk: the person's own, for managers those of all colleagues."""
    rows = _open_feeds(actor).filter(desk_id=desk.pk)
    return rows if actor.has_role("manager", "admin") else rows.filter(user_id=_me(actor))


def own_feeds(actor: Actor) -> QuerySet[CalendarFeed]:
    """The open addresses of the person's own duty."""
    return _open_feeds(actor).filter(desk_id__isnull=True, user_id=_me(actor))


def find_feed(actor: Actor, feed_id: UUID) -> CalendarFeed:
    """An open address of the actor's member that the actor may know of. Raises NotFound."""
    rows = _open_feeds(actor).filter(pk=feed_id)
    if not actor.has_role("manager", "admin"):
        rows = rows.filter(user_id=_me(actor))
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def feeds_of_person(member_id: UUID, user_id: UUID) -> QuerySet[CalendarFeed]:
    """Every open address that the person made for the member."""
    return CalendarFeed.objects.filter(
        member_id=member_id, user_id=user_id, revoked_at__isnull=True
    ).order_by("created_at", "id")


def _open_feeds(actor: Actor) -> QuerySet[CalendarFeed]:
    rows = CalendarFeed.objects.filter(member_id=actor.member_id, revoked_at__isnull=True)
    return rows.order_by("created_at", "id")


def _me(actor: Actor) -> UUID:
    """The person; for a key, nobody."""
    return actor.user_id or UUID(int=0)
