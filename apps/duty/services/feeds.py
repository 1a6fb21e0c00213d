"""Secret addresses at which calendar programs read duty: made, read and withdrawn."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.duty import policies, selectors
from apps.duty.events import FeedCreated, FeedRevoked
from apps.duty.models import CalendarFeed, Desk

MAX_FEEDS = 20
_TOKEN_BYTES = 16
_LAST_USED_STEP = timedelta(minutes=10)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def subscribe_to_desk(
    desk_id: UUID, *, name: str = "", actor: Actor, at: datetime
) -> tuple[CalendarFeed, str]:
    """An address of a desk's hours, and its secret, which is never readable again."""
    return _subscribed(selectors.desk(actor, desk_id), name, actor=actor, at=at)


def subscribe_to_own_duty(
    *, name: str = "", actor: Actor, at: datetime
) -> tuple[CalendarFeed, str]:
    """An address of the person's own duty, and its secret, which is never readable again."""
    return _subscribed(None, name, actor=actor, at=at)


def _subscribed(
    desk: Desk | None, name: str, *, actor: Actor, at: datetime
) -> tuple[CalendarFeed, str]:
    policies.may_subscribe(actor).require()
    if actor.user_id is None:
        raise NotFound
    if len(name) > 80 or "\x00" in name:
        raise Invalid({"name": [_("At most %(count)s characters.") % {"count": 80}]})
    if selectors.feeds_of_person(actor.member_id, actor.user_id).count() >= MAX_FEEDS:
        raise DomainError(
            "calendar.too_many_feeds",
            _("You have %(count)d addresses: withdraw one that you do not use.")
            % {"count": MAX_FEEDS},
        )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    feed = CalendarFeed.objects.create(
        member_id=actor.member_id,
        user_id=actor.user_id,
        desk_id=desk.pk if desk else None,
        name=name.strip(),
        digest=_digest(token),
        created_at=at,
    )
    fact = FeedCreated(subject_id=actor.member_id, feed_id=feed.pk, desk_id=feed.desk_id)
    emit(fact, actor=actor, at=at)
    return feed, token


def revoke_feed(feed_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The address answers no more, from now on."""
    feed = selectors.find_feed(actor, feed_id)
    policies.may_revoke_feed(actor, feed).require()
    _revoke(feed, actor=actor, at=at)


def revoke_feeds_of_person(member_id: UUID, user_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Who leaves a member reads its duty no more."""
    for feed in selectors.feeds_of_person(member_id, user_id):
        _revoke(feed, actor=actor, at=at)


def _revoke(feed: CalendarFeed, *, actor: Actor, at: datetime) -> None:
    # Of two who withdraw it at once one finds it open.
    if CalendarFeed.objects.filter(pk=feed.pk, revoked_at__isnull=True).update(revoked_at=at):
        emit(FeedRevoked(subject_id=feed.member_id, feed_id=feed.pk), actor=actor, at=at)


def read_feed(token: str, *, at: datetime) -> str:
    """The calendar at a secret address. Unknown, withdrawn and ended are one answer: NotFound."""
    feed = selectors.open_feed(_digest(token))
    if feed is None:
        raise NotFound
    if feed.last_used_at is None or at - feed.last_used_at > _LAST_USED_STEP:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=at)
    with scope.binding(Actor.system(feed.member_id)):
        return selectors.feed_text(feed, at)
