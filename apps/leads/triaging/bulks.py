"""Decisions about many leads, read by their own member."""

from uuid import UUID

from django.db.models import QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.leads.models import BulkAction


def actions(actor: Actor) -> "QuerySet[BulkAction]":
    """The member's decisions about many, newest first."""
    return BulkAction.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def find(actor: Actor, action_id: UUID) -> BulkAction:
    """One of them. Raises NotFound."""
    found = actions(actor).filter(pk=action_id).first()
    if found is None:
        raise NotFound
    return found
