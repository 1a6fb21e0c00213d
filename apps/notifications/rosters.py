"""Who is told about shifts: those who could take one, whose it was, and the managers."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.events import after_commit
from apps.core.models import Event
from apps.core.registries import NotificationKind, notification_kinds
from apps.duty import selectors as duty
from apps.duty.events import HolesOpened, SwapAsked, SwapDeclined, SwapPastDue, SwapTaken
from apps.duty.models import Swap
from apps.members import selectors as members
from apps.notifications import services

KINDS = {
    "swap.asked": NotificationKind(
        line=_("A colleague asks you to take over a shift."),
        mail_subject=_("A shift waits for somebody to take it over"),
        mails=True,
        group="swaps",
    ),
    "swap.taken": NotificationKind(
        line=_("A colleague has taken over your shift."),
        mail_subject=_("Your shift was taken over"),
        group="swaps",
    ),
    "swap.declined": NotificationKind(
        line=_("The colleague whom you asked cannot take over your shift: you can ask everybody."),
        mail_subject=_("Your question about a shift was declined"),
        mails=True,
        group="swaps",
    ),
    "swap.past_due": NotificationKind(
        line=_("A shift begins that nobody has taken over."),
        mail_subject=_("A shift begins that nobody has taken over"),
        mails=True,
        group="swaps",
        urgent=True,
    ),
    "roster.hole": NotificationKind(
        line=_("Shifts at a desk stand empty because somebody is away."),
        mail_subject=_("Shifts at a desk stand empty"),
        mails=True,
        group="swaps",
    ),
}


def register() -> None:
    """Called once, by the app's configuration."""
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)


@after_commit(SwapAsked)
def ask_colleagues(event: Event) -> None:
    """Whoever could take the shift: the one who was asked, or all who sit there and are free."""
    swap = _swap(event)
    if swap is None or not swap.is_open:
        return
    asked = [swap.asked_of] if swap.asked_of else duty.people(swap.desk)
    free = [
        user_id
        for user_id in asked
        if user_id != swap.asker_id
        and not duty.is_on_leave(swap.member_id, user_id, swap.starts_at, swap.ends_at)
    ]
    _tell(event, free)


@after_commit(SwapTaken, SwapDeclined)
def tell_asker(event: Event) -> None:
    """Whose shift it was learns the answer."""
    swap = _swap(event)
    if swap is not None:
        _tell(event, [swap.asker_id])


@after_commit(SwapPastDue)
def tell_that_nobody_came(event: Event) -> None:
    """The shift is still its asker's: he and the managers must know."""
    swap = _swap(event)
    if swap is not None:
        _tell(event, [swap.asker_id, *_managers(event)])


@after_commit(HolesOpened)
def tell_managers(event: Event) -> None:
    """Empty shifts are the managers' to fill."""
    _tell(event, _managers(event))


def _swap(event: Event) -> Swap | None:
    return Swap.objects.select_related("desk").filter(pk=UUID(event.payload["swap_id"])).first()


def _managers(event: Event) -> list[UUID]:
    return members.people_with_role(event.member_id, "manager", "admin")


def _tell(event: Event, people: list[UUID]) -> None:
    services.notify(
        [(event.member_id, user_id) for user_id in people],
        kind=event.name,
        subject=("desk", event.subject_id),
        token=str(event.pk),
        at=clock.now(),
    )
