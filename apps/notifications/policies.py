"""Who says what reaches a person: that person, and nobody for her."""

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
