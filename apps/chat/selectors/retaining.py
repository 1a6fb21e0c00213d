"""How long the texts of the own member stay."""

from apps.chat.models import Retention
from apps.core.actor import Actor


def retention(actor: Actor) -> Retention:
    """The member's rule; an unsaved one that keeps everything where none was made."""
    found = Retention.objects.filter(member_id=actor.member_id).first()
    return found or Retention(member_id=actor.member_id)
