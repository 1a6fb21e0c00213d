"""Rotas, leave and swaps as the actor may read them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.duty.models import Desk, Leave, Rota, RotaPlace, Swap
from apps.duty.selectors.desks import own_desks


def rotas(desk: Desk) -> list[Rota]:
    """The rotas of a desk in their order; none for a reader who is not of its member."""
    return list(Rota.objects.filter(desk=desk).order_by("order", "name", "id"))


def rota(desk: Desk, rota_id: UUID) -> Rota:
    """One rota of a desk. Raises NotFound."""
    found = Rota.objects.filter(desk=desk, pk=rota_id).first()
    if found is None:
        raise NotFound
    return found


def people_of_rota(rota: Rota) -> list[UUID]:
    """Who takes turns, in order; the first has the turn that starts at the rota's start."""
    return people_by_rota([rota])[rota.pk]


def people_by_rota(rotas: Iterable[Rota]) -> dict[UUID, list[UUID]]:
    """Who takes turns in each of the rotas, in order."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    ids = [rota.pk for rota in rotas]
    rows = RotaPlace.objects.filter(rota_id__in=ids).order_by("rota_id", "position")
    for rota_id, user_id in rows.values_list("rota_id", "seat__user_id"):
        found[rota_id].append(user_id)
    return found


def own_leave(actor: Actor) -> QuerySet[Leave]:
    """The leave of the people of the actor's member, by its start."""
    return Leave.objects.filter(member_id=actor.member_id).order_by("starts_at", "id")


def leave(actor: Actor, leave_id: UUID) -> Leave:
    """One leave of the actor's member. Raises NotFound."""
    found = own_leave(actor).filter(pk=leave_id).first()
    if found is None:
        raise NotFound
    return found


def coming_leave(actor: Actor, people: Iterable[UUID], at: datetime) -> list[Leave]:
    """The leave of these people that is not over."""
    return list(own_leave(actor).filter(user_id__in=list(people), ends_at__gt=at)[:200])


def swaps(actor: Actor) -> QuerySet[Swap]:
    """What was asked at the desks of the actor's member, by the start of the shift."""
    found = Swap.objects.filter(member_id=actor.member_id, desk__in=own_desks(actor))
    return found.select_related("desk", "rota").order_by("starts_at", "id")


def swap(actor: Actor, swap_id: UUID) -> Swap:
    """One swap at a desk of the actor's member. Raises NotFound."""
    found = swaps(actor).filter(pk=swap_id).first()
    if found is None:
        raise NotFound
    return found


def coming_swaps(actor: Actor, desk: Desk, at: datetime) -> list[Swap]:
    """What is asked, taken or declined at a desk for shifts that are not over."""
    shown = Swap.State.ASKED, Swap.State.TAKEN, Swap.State.DECLINED
    return list(swaps(actor).filter(desk=desk, ends_at__gt=at, state__in=shown)[:200])


def asks_for(actor: Actor, user_id: UUID, at: datetime) -> list[Swap]:
    """What a person could take: asked of him, or of everybody at one of his desks."""
    found = swaps(actor).filter(state=Swap.State.ASKED, starts_at__gt=at)
    found = found.filter(desk__is_active=True, desk__people__user_id=user_id)
    return list(found.filter(Q(asked_of=None) | Q(asked_of=user_id)).exclude(asker_id=user_id))
