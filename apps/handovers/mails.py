"""The one letter that leaves the house: the alliance's staff learn that a member needs a call."""

from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.registries import Letter
from apps.members import selectors as members
from apps.notifications import services as notifications

HELD = "custody.held_for_an_hour"


def tell_staff_of_hold(owner_id: UUID, *, token: str, at: datetime) -> None:
    """To each of the staff, whom no member's notification reaches."""
    for person in members.staff():
        notifications.post_letter(
            HELD,
            person.pk,
            member_id=owner_id,
            token=f"{HELD}:{token}:{person.pk}",
            is_urgent=True,
            at=at,
        )


def held_for_an_hour(owner_id: UUID, user_id: UUID) -> Letter | None:
    """In the person's language: whose case it is, and nothing of the case."""
    person = next((one for one in members.staff() if one.pk == user_id), None)
    if person is None:
        return None
    owner = members.member_cards([owner_id])[owner_id]
    with translation.override(person.language):
        body = _(
            "A case of %(member)s has been held for an hour and nobody has taken over."
            " Its managers were told several times.\n\n"
            "This message carries no details on purpose. Please call the member."
        ) % {"member": owner.name}
        subject = _("A member's case has been held for an hour")
        return Letter(to=person.email, subject=subject, body=body)
