"""Changes that allies propose: the owner accepts them whole, or not at all."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.events import emit
from apps.core.models import Level
from apps.leads import policies, selectors
from apps.leads.services.keeping import LONGEST_LINE, LONGEST_TEXT, change_lead
from apps.leads.services.sharing import own_locked
from apps.sharing import services as sharing
from apps.sharing.events import ProposalChanged
from apps.sharing.models import Capability, Proposal

# What an ally may propose at all: facts that it reads; never light, discoverability or source.
PROPOSABLE: Final = ("title", "description", "brand", "country", "language", "severity")
_LONGEST: Final = {"description": LONGEST_TEXT}
LONGEST_NOTE: Final = 2_000


def propose(
    lead_id: UUID, changes: dict[str, str], *, note: str, actor: Actor, at: datetime
) -> Proposal:
    """Propose other facts for an ally's lead, as far as one reads them."""
    lead = selectors.find(actor, lead_id)
    if lead.member_id == actor.member_id:
        raise NotFound
    policies.may_add(actor).require()
    row = access.row(actor, "lead", lead.pk)
    if row is None or row.level < Level.CASE or Capability.PROPOSE not in row.capabilities:
        raise Refused("proposal.no_capability", _("Your access to this lead is for reading."))
    _check(changes, note)
    made = Proposal.objects.create(
        member_id=actor.member_id,
        owner_id=lead.member_id,
        subject_type="lead",
        subject_id=lead.pk,
        base_version=lead.version,
        changes=changes,
        note=note.strip(),
        created_at=at,
        created_by=actor.user_id,
    )
    _tell(made, actor=actor, at=at)
    return made


def _check(changes: dict[str, Any], note: str) -> None:
    wrong: dict[str, list[str]] = {}
    for name, value in changes.items():
        longest = _LONGEST.get(name, LONGEST_LINE)
        if name not in PROPOSABLE:
            wrong[name] = [_("This cannot be proposed.")]
        elif not isinstance(value, str) or len(value) > longest or "\x00" in value:
            wrong[name] = [_("At most %(count)s characters.") % {"count": longest}]
    if not changes:
        wrong["changes"] = [_("Say what should be different.")]
    if len(note) > LONGEST_NOTE or "\x00" in note:
        wrong["note"] = [_("At most %(count)s characters.") % {"count": LONGEST_NOTE}]
    if wrong:
        raise Invalid(wrong)


def accept_proposal(proposal_id: UUID, *, actor: Actor, at: datetime) -> Proposal:
    """Change the lead as proposed. One whose lead has changed since is obsolete, and stays so."""
    found = _made_to(proposal_id, actor)
    policies.may_add(actor).require()
    lead = own_locked(found.subject_id, actor=actor)
    with scope.as_owner(found, actor):
        proposal = _open(found)
        is_current = proposal.base_version == lead.version
        state = Proposal.State.ACCEPTED if is_current else Proposal.State.OBSOLETE
        _decide(proposal, state, actor=actor, at=at)
    if is_current:
        change_lead(lead.pk, proposal.changes, version=lead.version, actor=actor, at=at)
    return proposal


def reject_proposal(proposal_id: UUID, *, actor: Actor, at: datetime) -> Proposal:
    found = _made_to(proposal_id, actor)
    policies.may_add(actor).require()
    with scope.as_owner(found, actor):
        proposal = _open(found)
        _decide(proposal, Proposal.State.REJECTED, actor=actor, at=at)
    return proposal


def withdraw_proposal(proposal_id: UUID, *, actor: Actor, at: datetime) -> Proposal:
    """The ally no longer proposes it; also after its access has ended."""
    found = Proposal.objects.filter(pk=proposal_id, member_id=actor.member_id).first()
    if found is None:
        raise NotFound
    policies.may_add(actor).require()
    proposal = _open(found)
    _decide(proposal, Proposal.State.WITHDRAWN, actor=actor, at=at)
    return proposal


def _made_to(proposal_id: UUID, actor: Actor) -> Proposal:
    found = Proposal.objects.filter(pk=proposal_id, owner_id=actor.member_id).first()
    if found is None:
        raise NotFound
    return found


def _open(found: Proposal) -> Proposal:
    over = DomainError("proposal.answered", _("This proposal has already been answered."))
    return sharing.undecided(found, Proposal.State.OPEN, otherwise=over)


def _decide(proposal: Proposal, state: str, *, actor: Actor, at: datetime) -> None:
    sharing.decide(proposal, state, actor=actor, at=at)
    _tell(proposal, actor=actor, at=at)


def _tell(proposal: Proposal, *, actor: Actor, at: datetime) -> None:
    fact = ProposalChanged(subject_id=proposal.pk, owner_id=proposal.owner_id, state=proposal.state)
    emit(fact, actor=actor, at=at)
