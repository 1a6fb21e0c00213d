"""What an ally will read of a lead, before anything is shared: the reader's own projection."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from apps.core import access
from apps.core.actor import Actor
from apps.core.decisions import Decision
from apps.core.models import Level
from apps.leads.models import Lead, LeadSelector
from apps.leads.projecting import LeadView, project
from apps.members.models import Member
from apps.sharing import policies, selectors
from apps.sharing.models import Grant
from apps.sharing.services import Grantee

# What is in a view and says nothing: ids, and how much of it is read.
_SILENT = frozenset({"id", "member_id", "level", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One reader's view to come, and across which borders it goes."""

    name: str
    view: LeadView
    shown: tuple[str, ...]
    leaves: str
    enters: tuple[str, ...]
    decision: Decision
    readers: int

    @property
    def count(self) -> int:
        return len(self.shown)

    @property
    def rows(self) -> list[tuple[str, object]]:
        """Each field that is shown with what the reader will see in it."""
        return [(name, getattr(self.view, name)) for name in self.shown]

    @property
    def crosses(self) -> bool:
        """Whether it goes to a country other than the owner's, as far as both are known."""
        return bool(self.leaves and self.enters)


def preview(
    actor: Actor,
    lead: Lead,
    to: Grantee,
    *,
    level: int,
    rows: Iterable[LeadSelector] | None = None,
) -> Preview:
    """What the grantee would read at a level, with what it may read already.

    `rows` are the selectors of a lead that is not a row yet.
    """
    readers = _readers(actor, to)
    level = max(level, _before(lead, to))
    if rows is None:
        rows = lead.selectors.order_by("position", "id")
    view = project(
        lead,
        level,
        is_owner=False,
        is_named=to.kind == Grant.Grantee.PERSON,
        selectors=rows if level >= Level.SELECTORS else (),
    )
    cards = Member.objects.in_bulk([actor.member_id, *readers])
    home = cards[actor.member_id].country
    abroad = {cards[one].country for one in readers if one in cards} - {home, ""}
    return Preview(
        name=_name(actor, to, cards),
        view=view,
        shown=shown_fields(view),
        leaves=home,
        enters=tuple(sorted(abroad)),
        decision=policies.may_share(actor, to_kind=to.kind, level=level, tlp=lead.tlp),
        readers=len(readers),
    )


def shown_fields(view: LeadView) -> tuple[str, ...]:
    """The names of the fields that say something to the reader, in their order."""
    return tuple(
        field.name
        for field in fields(view)
        if field.name not in _SILENT and getattr(view, field.name) not in ("", None, (), {}, 0)
    )


def _readers(actor: Actor, to: Grantee) -> list[UUID]:
    """The members into whose hands it goes."""
    if to.kind == Grant.Grantee.CIRCLE:
        circle = selectors.circle(actor, to.id)
        return sorted(selectors.seated_ids(circle.pk) - {actor.member_id})
    if to.kind == Grant.Grantee.PERSON:
        return [to.member_id] if to.member_id else []
    return [to.id]


def _before(lead: Lead, to: Grantee) -> int:
    """What one reads of it already: grants add up, and the highest level counts."""
    if to.kind == Grant.Grantee.CIRCLE:
        return 0
    return access.level_of(to.id, "lead", lead.pk)


def _name(actor: Actor, to: Grantee, cards: dict[UUID, Member]) -> str:
    if to.kind == Grant.Grantee.CIRCLE:
        return selectors.circle(actor, to.id).name
    card = cards.get(to.member_id or to.id)
    return card.name if card else ""
