"""Rotas, leave and swaps as the actor may read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.duty.models import Desk, Leave, Rota, RotaTerms, Swap
from apps.duty.selectors.desks import own_desks


@dataclass(frozen=True, slots=True)
class Said:
    """What a rota says: the terms in force at an instant, and those that are planned after it.

    Of a rota that begins later, `terms` are the first that it will have.
    """

    rota: Rota
    terms: RotaTerms
    coming: list[RotaTerms]

    @property
    def ahead(self) -> list[RotaTerms]:
        """Everything that holds from the instant on, in order."""
        return [self.terms, *self.coming]


def rotas(desk: Desk) -> list[Rota]:
    """The rotas of a desk in their order; none for a reader who is not of its member."""
    kept = Rota.objects.filter(desk=desk, ended_at=None)
    return list(kept.order_by("order", "name", "id"))


def rota_names(desk_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of all rotas of some desks, those that have ended included."""
    return dict(Rota.objects.filter(desk__in=list(desk_ids)).values_list("pk", "name"))


def rota(desk: Desk, rota_id: UUID) -> Rota:
    """One rota of a desk. Raises NotFound."""
    found = Rota.objects.filter(desk=desk, ended_at=None, pk=rota_id).first()
    if found is None:
        raise NotFound
    return found


def said(rota: Rota, at: datetime) -> Said:
    """What a rota says at an instant, and what is planned."""
    return said_by_rota([rota], at)[rota.pk]


def said_by_rota(rotas: Iterable[Rota], at: datetime) -> dict[UUID, Said]:
    """What each of the rotas says at an instant, and what is planned, in one statement."""
    asked = {rota.pk: rota for rota in rotas}
    rows = RotaTerms.objects.filter(rota__in=asked).order_by("rota_id", "number")
    found: dict[UUID, Said] = {}
    for rota_id, group in groupby(rows, key=attrgetter("rota_id")):
        spans = terms_in_force(group)
        begun = sum(terms.from_at <= at for terms, _until in spans)
        ahead = [terms for terms, _until in spans[max(begun - 1, 0) :]]
        found[rota_id] = Said(asked[rota_id], ahead[0], ahead[1:])
    return found


def terms_in_force(
    numbered: Iterable[RotaTerms], ended_at: datetime | None = None
) -> list[tuple[RotaTerms, datetime | None]]:
    """The terms of a rota, in the order of time, each with the end of its force.

    They are given in the order in which they were said: whatever was to begin when or after
    something that was said later does, never holds.
    """
    held: list[RotaTerms] = []
    for terms in numbered:
        while held and held[-1].from_at >= terms.from_at:
            held.pop()
        held.append(terms)
    if ended_at is not None:
        held = [terms for terms in held if terms.from_at < ended_at]
    ends = [*(terms.from_at for terms in held[1:]), ended_at]
    return list(zip(held, ends, strict=True)) if held else []


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
