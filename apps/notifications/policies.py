"""Who says what reaches a person: that person, and nobody for her."""

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied


def may_choose(actor: Actor) -> Decision:
    """What reaches a person is hers to say: no key, no colleague and no manager silences her."""
    if actor.user_id is not None:
        return allowed()
    return denied(
        "notifications.person_only",
        _("A key stands for no person: sign in to say what reaches you."),
    )


def may_push() -> Decision:
    """Browsers can be reached where the installation has keys to push with."""
    if settings.VAPID_PRIVATE_KEY:
        return allowed()
    return denied(
        "notifications.push_is_off",
        _("This installation does not push to browsers: its operator has set no keys for it."),
    )
