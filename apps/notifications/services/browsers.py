"""The browsers that a person lets us push to: added on her click, ended by her or the service."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.notifications import addresses, policies, selectors
from apps.notifications.events import ReachChanged
from apps.notifications.models import Browser, Delivery

MOST_BROWSERS = 20
_LABEL_LENGTH = 120
_TRY_AGAIN_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a browser says when its person lets us push to it."""

    endpoint: str
    p256dh: str
    auth: str
    label: str = ""


def add_browser(subscription: Subscription, *, actor: Actor, at: datetime) -> Browser:
    """Push to this browser from now on. Whoever signed in there before is reached no longer."""
    policies.may_choose(actor).require()
    policies.may_push().require()
    assert actor.user_id is not None  # noqa: S101 - what the policy asks
    _check(subscription)
    ident = sha256(subscription.endpoint.encode()).hexdigest()
    others = selectors.browsers(actor.user_id).exclude(digest=ident)
    if others.count() >= MOST_BROWSERS:
        raise DomainError(
            "notifications.too_many_browsers",
            _("You are reached in 20 browsers already: remove one that you no longer use."),
        )
    browser, _made = Browser.objects.update_or_create(
        digest=ident,
        defaults={
            "user_id": actor.user_id,
            "endpoint": subscription.endpoint,
            "p256dh": subscription.p256dh,
            "auth": subscription.auth,
            "label": " ".join(subscription.label.split())[:_LABEL_LENGTH],
            "created_at": at,
        },
    )
    emit(ReachChanged(subject_id=actor.user_id), actor=actor, at=at)
    return browser


def _check(subscription: Subscription) -> None:
    wrong: dict[str, list[str]] = {}
    if not addresses.is_push_service(subscription.endpoint):
        wrong["endpoint"] = [_("This is not the address of a push service that Alliance knows.")]
    if not addresses.is_public_key(subscription.p256dh):
        wrong["p256dh"] = [_("This is not a browser's key.")]
    if not addresses.is_auth_secret(subscription.auth):
        wrong["auth"] = [_("This is not a browser's secret.")]
    if wrong:
        raise Invalid(wrong)


def remove_browser(browser_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Push there no longer. Raises NotFound for anybody else's."""
    browser = find_browser(browser_id, actor=actor)
    browser.delete()
    if actor.user_id is not None:
        emit(ReachChanged(subject_id=actor.user_id), actor=actor, at=at)


def try_browser(browser_id: UUID, *, actor: Actor, at: datetime) -> Delivery:
    """Push one sentence there, to see that it arrives."""
    browser = find_browser(browser_id, actor=actor)
    policies.may_push().require()
    # Two clicks in a row are one try.
    moment = int(at.timestamp()) // _TRY_AGAIN_AFTER_SECONDS
    delivery, _made = Delivery.objects.get_or_create(
        token=f"try:{browser.pk}:{moment}",
        defaults={
            "member_id": actor.member_id,
            "user_id": browser.user_id,
            "channel": Delivery.Channel.PUSH,
            "browser_id": browser.pk,
            "is_urgent": True,
            "ready_at": at,
            "created_at": at,
        },
    )
    return delivery


def find_browser(browser_id: UUID, *, actor: Actor) -> Browser:
    """One of the person's own browsers. Raises NotFound."""
    if actor.user_id is None:
        raise NotFound
    browser = selectors.browsers(actor.user_id).filter(pk=browser_id).first()
    if browser is None:
        raise NotFound
    return browser
