"""Letters to people: plain text, in their language, without case content.

The courier of the notifications hands them over: they are written when it does.
"""

from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.registries import Letter
from apps.members import selectors
from apps.members.models import User
from apps.members.services import secret_of


def absolute(path: str) -> str:
    """The address of a page for somebody who is not on it."""
    return urljoin(settings.PUBLIC_URL, path)


def invitation_link(secret: str) -> str:
    return absolute(reverse("members:invitation", args=[secret]))


def reset_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return absolute(reverse("members:password_reset_confirm", args=[uid, token]))


def invitation(_member_id: UUID, invitation_id: UUID) -> Letter | None:
    """The invitee's letter with the link; none once it was answered or withdrawn, or is over."""
    found = selectors.invitation_to_mail(invitation_id, at=clock.now())
    if found is None:
        return None
    with translation.override(found.language):
        link = invitation_link(secret_of(found.pk))
        words = {"member": found.member.name, "link": link}
        subject = _("%(member)s invites you to Alliance") % words
        body = _(
            "%(member)s invites you to work with it on Alliance.\n\n"
            "Open this link to accept. It works once, for this address, for seven days:\n"
            "%(link)s\n\n"
            "If you did not expect this letter, you need not do anything."
        )
        return Letter(to=found.email, subject=subject, body=body % words)


def password_reset(_member_id: UUID, user_id: UUID) -> Letter | None:
    """The letter with the link that sets a new password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    with translation.override(user.language):
        words = {"name": user.name, "link": reset_link(user)}
        body = _(
            "Hello %(name)s,\n\n"
            "somebody asked for a new password for your account. Open this link to choose it."
            " It works once, for four hours:\n"
            "%(link)s\n\n"
            "If it was not you, you need not do anything: your password stays as it is."
        )
        subject = _("Choose a new password for Alliance")
        return Letter(to=user.email, subject=subject, body=body % words)
