"""Letters to people: plain text, in their language, without case content."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from apps.members.models import Invitation, User


def absolute(path: str) -> str:
    """The address of a page for somebody who is not on it."""
    return urljoin(settings.PUBLIC_URL, path)


def invitation_link(secret: str) -> str:
    return absolute(reverse("members:invitation", args=[secret]))


def reset_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return absolute(reverse("members:password_reset_confirm", args=[uid, token]))


def send_invitation(invitation: Invitation, secret: str) -> None:
    """The invitee's letter with the link."""
    with translation.override(invitation.language):
        words = {"member": invitation.member.name, "link": invitation_link(secret)}
        subject = _("%(member)s invites you to Alliance") % words
        body = _(
            "%(member)s invites you to work with it on Alliance.\n\n"
            "Open this link to accept. It works once, for this address, for seven days:\n"
            "%(link)s\n\n"
            "If you did not expect this letter, you need not do anything."
        )
        _send(subject, body % words, invitation.email)


def send_password_reset(user: User) -> None:
    """The letter with the link that sets a new password."""
    with translation.override(user.language):
        words = {"name": user.name, "link": reset_link(user)}
        body = _(
            "Hello %(name)s,\n\n"
            "somebody asked for a new password for your account. Open this link to choose it."
            " It works once, for four hours:\n"
            "%(link)s\n\n"
            "If it was not you, you need not do anything: your password stays as it is."
        )
        _send(_("Choose a new password for Alliance"), body % words, user.email)


def _send(subject: str, body: str, address: str) -> None:
    # A line break in a member's name must not become a header.
    send_mail(" ".join(subject.split()), body, None, [address])
