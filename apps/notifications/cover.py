"""Who is told about cover: the managers of whoever is asked, offered to, or answered."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.events import after_commit
from apps.core.models import Event
from apps.core.registries import NotificationKind, notification_kinds
from apps.duty import selectors as duty
from apps.duty.events import (
    CoverAccepted,
    CoverAsked,
    CoverDeclined,
    CoverOffered,
    CoverWithdrawn,
)
from apps.duty.models import CoverOffer
from apps.members import selectors as members
from apps.notifications import services

KINDS = {
    "cover.asked": NotificationKind(
        line=_("An ally asks for cover: nobody is on duty then."),
        mail_subject=_("An ally asks for cover"),
        mails=True,
        group="cover",
    ),
    "cover.offered": NotificationKind(
        line=_("An ally offers a desk as cover."),
        mail_subject=_("Cover is offered and waits for an answer"),
        mails=True,
        group="cover",
    ),
    "cover.accepted": NotificationKind(
        line=_("Your offer of cover was accepted: your desk is on duty then."),
        mail_subject=_("Your offer of cover was accepted"),
        mails=True,
        group="cover",
    ),
    "cover.declined": NotificationKind(
        line=_("Your offer of cover was declined, or other cover came first."),
        mail_subject=_("Your offer of cover was declined"),
        group="cover",
    ),
    "cover.withdrawn": NotificationKind(
        line=_("Cover that was promised to you has ended: the gap is open again."),
        mail_subject=_("Promised cover has ended: a gap is open again"),
        mails=True,
        group="cover",
        urgent=True,
    ),
}


def register() -> None:
    """Called once, by the app's configuration."""
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)


@after_commit(CoverAsked)
def ask_circle(event: Event) -> None:
    """Every other member of the circle learns that cover is asked for."""
    circle_id = UUID(event.payload["circle_id"])
    _tell(event, duty.seated_ids(circle_id) - {event.member_id})


@after_commit(CoverOffered)
def tell_asker(event: Event) -> None:
    """Who asked, or the whole circle, where the offer still stands."""
    offer = CoverOffer.objects.filter(pk=event.subject_id).first()
    if offer is None or not offer.is_open:
        return
    to = event.payload["to_member_id"]
    circle = duty.seated_ids(offer.circle_id) - {event.member_id}
    _tell(event, {UUID(to)} if to else circle)


@after_commit(CoverAccepted, CoverDeclined)
def tell_giver(event: Event) -> None:
    """The offering member learns the answer."""
    _tell(event, {event.member_id})


@after_commit(CoverWithdrawn)
def tell_who_counted_on_it(event: Event) -> None:
    """Only promised cover is missed: whoever had accepted it."""
    if not event.payload["was_accepted"]:
        return
    to = event.payload["to_member_id"]
    if to:
        _tell(event, {UUID(to)})
        return
    offer = CoverOffer.objects.filter(pk=event.subject_id).first()
    if offer is not None:
        _tell(event, duty.seated_ids(offer.circle_id) - {event.member_id})


def _tell(event: Event, member_ids: Iterable[UUID]) -> None:
    services.notify(
        [
            (member_id, user_id)
            for member_id in sorted(member_ids)
            for user_id in members.people_with_role(member_id, "manager", "admin")
        ],
        kind=event.name,
        subject=(event.subject_type, event.subject_id),
        token=str(event.pk),
        at=clock.now(),
    )
