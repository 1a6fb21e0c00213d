"""What one member asks and another decides, once: candidacies, proposals, requests to share on."""

from datetime import datetime
from typing import TypeVar

from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.sharing.models import Candidacy, Proposal, ReshareRequest

_Asked = TypeVar("_Asked", Candidacy, Proposal, ReshareRequest)


def undecided(found: _Asked, state: str, *, otherwise: DomainError) -> _Asked:
    """The row, locked, as it still stands in the state. Raises `otherwise` when it has left it."""
    asked = type(found).objects.select_for_update().get(pk=found.pk)
    if asked.state != state:
        raise otherwise
    return asked


def decide(asked: _Asked, state: str, *, actor: Actor, at: datetime) -> None:
    """Keep the decision, who made it and when; the caller announces it."""
    asked.state = state
    asked.decided_at, asked.decided_by = at, actor.user_id
    asked.save(update_fields=["state", "decided_at", "decided_by"])
