"""People and members as others may know them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from apps.core.actor import Actor
from apps.members.models import Member, Membership, User


def people_with_role(member_id: UUID, *roles: str) -> list[UUID]:
    """The ids of the member's people in one of the roles."""
    return list(
        Membership.objects.filter(
            member_id=member_id, role__in=roles, ended_at__isnull=True, user__is_active=True
        )
        .order_by("joined_at", "id")
        .values_list("user_id", flat=True)
    )


def people(actor: Actor) -> QuerySet[Membership]:
    """The open memberships of the actor's member."""
    return (
        Membership.objects.select_related("user")
        .filter(member_id=actor.member_id, ended_at__isnull=True)
        .order_by("user__name", "id")
    )


def member_cards(ids: Iterable[UUID]) -> dict[UUID, Member]:
    return Member.objects.in_bulk(set(ids))


def person_cards(ids: Iterable[UUID]) -> dict[UUID, User]:
    return User.objects.in_bulk(set(ids))
