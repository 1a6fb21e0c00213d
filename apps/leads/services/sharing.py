"""Giving allies access to leads, changing it and taking it back; the lead is locked first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.leads import selectors
from apps.leads.models import Lead
from apps.leads.services.keeping import locked
from apps.leads.services.opening import Share, open_to
from apps.sharing import selectors as grants
from apps.sharing import services as sharing
from apps.sharing.models import Grant
from apps.sharing.services import Terms


def share_lead(
    lead_id: UUID, shares: Sequence[Share], *, actor: Actor, at: datetime
) -> list[Grant]:
    """Give everybody in the audience access, or nobody. Raises NotFound for an ally's lead."""
    lead = own_locked(lead_id, actor=actor)
    return open_to(lead, shares, actor=actor, at=at)


def own_locked(lead_id: UUID, *, actor: Actor) -> Lead:
    """The member's own lead, locked. An ally cannot pass on, nor learn to whom it could go."""
    found = selectors.find(actor, lead_id)
    if found.member_id != actor.member_id:
        raise NotFound
    return locked(actor, found.pk)


def change_share(
    lead_id: UUID, grant_id: UUID, terms: Terms, *, actor: Actor, at: datetime
) -> Grant:
    """Give other terms: a successor of the grant; narrowing counts at the next statement."""
    lead = own_locked(lead_id, actor=actor)
    given = _given(lead, grant_id, actor=actor)
    if given.member_id != actor.member_id:
        raise NotFound
    return sharing.change_grant(given, terms, tlp=lead.tlp, actor=actor, at=at)


def revoke_share(lead_id: UUID, grant_id: UUID, *, reason: str, actor: Actor, at: datetime) -> None:
    """End an ally's access: by the owner, or by the ally renouncing its own."""
    lead = selectors.find(actor, lead_id)
    given = _given(lead, grant_id, actor=actor)
    with scope.as_owner(lead, actor):
        Lead.objects.select_for_update().get(pk=lead.pk)
    sharing.revoke(given, actor=actor, at=at, reason=reason.strip()[:500] or "revoked")


def note_reading(lead: Lead, *, actor: Actor, at: datetime) -> None:
    """Tell the owner that an ally has opened its lead."""
    if lead.member_id == actor.member_id:
        return
    level = access.level(actor, "lead", lead.pk)
    level = max(level, selectors.level_in_person(actor, lead))
    sharing.note_reading(
        ("lead", lead.pk), owner_id=lead.member_id, level=level, actor=actor, at=at
    )


def capabilities_of(lead: Lead, *, actor: Actor) -> frozenset[str]:
    """What an ally may do with a lead beyond reading it; the owner needs none."""
    row = None if lead.member_id == actor.member_id else access.row(actor, "lead", lead.pk)
    return frozenset(row.capabilities if row else ())


def _given(lead: Lead, grant_id: UUID, *, actor: Actor) -> Grant:
    given = grants.grants_on(actor, "lead", lead.pk).filter(pk=grant_id).first()
    if given is None:
        raise NotFound
    return given
