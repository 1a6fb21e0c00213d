"""Reading members, their people, invitations, keys and brands as the actor may."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from importlib import resources
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.members.models import ApiKey, Brand, Invitation, Member, Membership, User


def member_cards(ids: Iterable[UUID]) -> dict[UUID, Member]:
    """The name cards of members, by id."""
    return Member.objects.in_bulk(set(ids))


def person_cards(ids: Iterable[UUID]) -> dict[UUID, User]:
    """The people, by id."""
    return User.objects.in_bulk(set(ids))


def own_members(actor: Actor) -> QuerySet[Member]:
    """The members that the actor's person works for; for a key its own member."""
    if actor.user_id is None:
        return Member.objects.filter(pk=actor.member_id)
    return Member.objects.filter(
        memberships__user_id=actor.user_id,
        memberships__ended_at__isnull=True,
        state=Member.State.ACTIVE,
    )


def people(actor: Actor) -> QuerySet[Membership]:
    """Who works for the actor's member."""
    return people_of(actor.member_id)


def people_of(member_id: UUID) -> QuerySet[Membership]:
    """Who works for a member, by name."""
    found = Membership.objects.filter(member_id=member_id, ended_at__isnull=True)
    return found.select_related("user").order_by("user__name", "pk")


def user_by_email(email: str) -> UUID | None:
    """The person of an address, if there is one."""
    return User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()


def homes_of(user_id: UUID) -> set[UUID]:
    """The members that a person works for now."""
    working = Membership.objects.filter(
        user_id=user_id,
        ended_at__isnull=True,
        user__is_active=True,
        member__state=Member.State.ACTIVE,
    )
    return set(working.values_list("member_id", flat=True))


def people_with_role(member_id: UUID, *roles: str) -> list[UUID]:
    """The ids of those who work for a member in one of the roles."""
    found = Membership.objects.filter(
        member_id=member_id, role__in=roles, ended_at__isnull=True, user__is_active=True
    )
    return list(found.order_by("user_id").values_list("user_id", flat=True))


def person(actor: Actor, user_id: UUID) -> Membership:
    """A colleague's membership. Raises NotFound."""
    found = people(actor).filter(user_id=user_id).first()
    if found is None:
        raise NotFound
    return found


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """The member's invitations that nobody has answered or withdrawn, newest first."""
    found = Invitation.objects.filter(
        member_id=actor.member_id, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    return found.order_by("-created_at", "-pk")


def invitation_to_mail(invitation_id: UUID, *, at: datetime) -> Invitation | None:
    """An invitation of the stamp's member that can still be accepted."""
    found = Invitation.objects.select_related("member").filter(pk=invitation_id)
    return found.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at).first()


def open_invitation(token_digest: str, *, at: datetime) -> Invitation | None:
    """The invitation behind a link, or None for one that is unknown, used, withdrawn or old."""
    return (
        Invitation.objects.select_related("member")
        .filter(
            token_digest=token_digest,
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=at,
            member__state=Member.State.ACTIVE,
        )
        .first()
    )


def brands(actor: Actor) -> QuerySet[Brand]:
    return Brand.objects.filter(member_id=actor.member_id).order_by("name", "pk")


def keys(actor: Actor) -> QuerySet[ApiKey]:
    """The member's keys, revoked ones too, newest first."""
    return ApiKey.objects.filter(member_id=actor.member_id).order_by("-created_at", "-pk")


def staff() -> list[User]:
    """The alliance's own staff, who look after its members."""
    return list(User.objects.filter(is_staff=True, is_active=True).order_by("email"))


def all_members() -> QuerySet[Member]:
    """Every member with its count of people: for the alliance's own staff."""
    working = Count("memberships", filter=Q(memberships__ended_at__isnull=True))
    return Member.objects.annotate(people_count=working).order_by("name")


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """The zones that a person may choose from: one per place of the IANA table, and UTC."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return ("UTC", *sorted(row[2] for row in rows))


def has_account(email: str) -> bool:
    """Whether a person of this address has an account."""
    return User.objects.filter(email__iexact=email).exists()
