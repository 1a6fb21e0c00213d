"""A circle in which members know the same sellers, and the batch that tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from apps.core import scope
from apps.core.actor import PUBLIC_MEMBER, Actor
from apps.core.ids import uuid7
from apps.evidence import services as evidence
from apps.leads import services
from apps.leads.correlating import batching, keys, reposting, showing
from apps.leads.correlating.models import SelectorPosting, Signal, Standing
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.factories.world import NOON, make_member, make_person

PHONE = "+86 571 5550 1001"
NAMES = ("Aurelis", "Solmara", "Kitefin", "Norrvik", "Tamarin", "Veldana", "Orsino", "Pellucid")


@dataclass
class Ring:
    """Members of one circle, each with a manager; the circle is the first one's."""

    circle: Circle
    people: list[Actor]

    def __getitem__(self, place: int) -> Actor:
        return self.people[place]


def make_ring(count: int = 5, *, taking_part: int | None = None) -> Ring:
    """A circle of so many members in which all take part in signals; made at little cost."""
    people = [
        make_person(f"Ann {name}", make_member(name, name[:3].upper()), role="manager")
        for name in NAMES[:count]
    ]
    founder = people[0]
    with scope.acting(founder):
        circle = sharing.found_circle("Silk Road", actor=founder, at=NOON)
        for one in people[1:]:
            sharing.join_circle(circle, one.member_id, actor=founder, at=NOON)
    take_part(people[:taking_part])
    return Ring(circle, people)


def take_part(people: Iterable[Actor]) -> None:
    """They have asked before, for something that nobody else knows, and all is settled."""
    ids = [one.member_id for one in people]
    SelectorPosting.objects.bulk_create(
        SelectorPosting(
            lead_id=uuid7(), digest=uuid7().bytes * 2, member_id=member_id, discoverability=1,
            strength=1, key_id=keys.current().id, known_since=NOON, tried=True,
        )
        for member_id in ids
    )  # fmt: skip
    Standing.objects.bulk_create(
        Standing(member_id=member_id, made_with=reposting.mark()) for member_id in ids
    )


def report(actor: Actor, *, at: datetime = NOON, proof: bool = True, **more: Any) -> Lead:
    """A lead with evidence, as somebody reports it who means it."""
    kinds = ("url", "domain", "email", "phone", "company")
    values = {kind: (more.pop(kind),) for kind in kinds if kind in more}
    draft = Draft(**{"title": "Fake serum", "values": values, **more})
    with scope.acting(actor):
        lead = services.create_lead(draft, actor=actor, at=at)
    if proof:
        prove(actor, lead, at=at)
    return lead


def prove(actor: Actor, lead: Lead, *, at: datetime = NOON) -> None:
    with scope.acting(actor):
        evidence.store(
            BytesIO(b"photo"), "a.txt", root=("lead", lead.pk), actor=actor, at=at,
            origin=evidence.Origin(),
        )  # fmt: skip


def run_batch(at: datetime = NOON + timedelta(minutes=30)) -> None:
    """What the due row of a slot does."""
    with scope.acting(Actor.system(PUBLIC_MEMBER)):
        batching.run_batch(PUBLIC_MEMBER, at)


def settle(at: datetime = NOON) -> None:
    """What the reconciler and its due rows do, until all postings are alike."""
    with scope.acting(Actor.system(PUBLIC_MEMBER)):
        reposting.keep(at)
    unlike = Standing.objects.exclude(made_with=reposting.mark())
    while member_ids := list(unlike.values_list("member_id", flat=True)):
        for member_id in member_ids:
            with scope.acting(Actor.system(member_id)):
                reposting.repost_member(member_id, at)


def signals(actor: Actor, *, active: bool = True) -> list[Signal]:
    with scope.acting(actor):
        found = list(showing.signals(actor))
    return [row for row in found if row.is_active] if active else found


def told(actor: Actor) -> list[UUID]:
    """The own leads that the member has a signal of."""
    return [row.lead_id for row in signals(actor)]
