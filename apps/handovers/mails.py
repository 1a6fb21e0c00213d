"""The one letter that leaves the house: the alliance's staff learn that a member needs a call."""

from uuid import UUID

from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from apps.members import selectors as members


def tell_staff_of_hold(owner_id: UUID) -> None:
    """To each of the staff in their language: whose case it is, and nothing of the case."""
    owner = members.member_cards([owner_id])[owner_id]
    for person in members.staff():
        with translation.override(person.language):
            subject = _("A member's case has been held for an hour")
            body = _(
                "A case of %(member)s has been held for an hour and nobody has taken over."
                " Its managers were told several times.\n\n"
                "This message carries no details on purpose. Please call the member."
            ) % {"member": owner.name}
            send_mail(subject, body, None, [person.email])
