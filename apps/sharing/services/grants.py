"""Grants: given, activated, ended, revoked; the access row follows from those that are active."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.events import Ref, emit
from apps.sharing import policies, selectors
from apps.sharing.events import GrantActivated, GrantEnded
from apps.sharing.models import Grant, Tombstone
from apps.sharing.services.access import Owner, give_access, take_access


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a grant gives."""

    level: int
    purpose: str
    capabilities: tuple[str, ...] = ()
    expires_at: datetime | None = None
    for_custody: bool = field(default=False)


def propose_grant(
    subject: Ref, *, owner_id: UUID, grantee_id: UUID, terms: Terms, actor: Actor, at: datetime
) -> Grant:
    """A dormant grant that comes with an offer: it gives nothing until it is activated."""
    return Grant.objects.create(
        member_id=owner_id,
        grantee_id=grantee_id,
        subject_type=subject[0],
        subject_id=subject[1],
        level=terms.level,
        capabilities=list(terms.capabilities),
        purpose=terms.purpose,
        state=Grant.State.DORMANT,
        for_custody=terms.for_custody,
        granted_by=actor.user_id,
        created_at=at,
        expires_at=terms.expires_at,
    )


def grant(
    subject: Ref,
    *,
    owner_id: UUID,
    grantee_id: UUID,
    terms: Terms,
    tlp: str,
    actor: Actor,
    at: datetime,
) -> Grant:
    """Give an ally access now. Raises Refused; the caller holds the subject's lock."""
    policies.may_grant(actor, owner_id=owner_id, level=terms.level, tlp=tlp).require()
    if grantee_id == owner_id or grantee_id not in selectors.fellow_ids(actor):
        raise DomainError(
            "grant.not_allied", _("You can share with members of your circles only."), status=400
        )
    given = propose_grant(
        subject, owner_id=owner_id, grantee_id=grantee_id, terms=terms, actor=actor, at=at
    )
    activate(given, actor=actor, at=at)
    return given


def activate(given: Grant, *, actor: Actor, at: datetime) -> None:
    """Make a dormant grant count: the access row, under the owner's stamp."""
    if given.state != Grant.State.DORMANT:
        raise DomainError("grant.not_active", _("This access has already ended."))
    given.state = Grant.State.ACTIVE
    given.active_at = at
    given.save(update_fields=["state", "active_at"])
    _project_access(given, at=at)
    if given.expires_at:
        due.plan("sharing.expire_grant", given.pk, at=given.expires_at, member_id=given.member_id)
    emit(
        GrantActivated(
            subject_id=given.pk,
            root=(given.subject_type, given.subject_id),
            grantee_id=given.grantee_id,
            level=given.level,
        ),
        actor=actor,
        at=at,
    )


def end(given: Grant, *, actor: Actor, at: datetime, state: str, reason: str) -> None:
    """End a grant: access narrows to what other grants give; a tombstone stays."""
    was_active = given.state == Grant.State.ACTIVE
    given.state = state
    given.ended_at = at
    given.ended_by = actor.user_id
    given.end_reason = reason
    given.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    due.cancel(given.pk)
    if not was_active:
        return
    _tell_end(given, actor=actor, at=at)
    if not _project_access(given, at=at):
        leave_tombstone(given, reason=reason, at=at)


def revoke(given: Grant, *, actor: Actor, at: datetime, reason: str) -> None:
    """The owner (or the grantee, renouncing) ends a grant, effective at the next statement.

    The caller holds the subject's lock, as it does to give one.
    """
    policies.may_revoke(actor, given).require()
    with scope.as_owner(given, actor):
        # Read again: it may have been activated or ended since the caller looked.
        held = Grant.objects.select_for_update().get(pk=given.pk)
        was_dormant = held.state == Grant.State.DORMANT
        if held.state not in {Grant.State.ACTIVE, Grant.State.DORMANT}:
            raise DomainError("grant.not_active", _("This access has already ended."))
        end(held, actor=actor, at=at, state=Grant.State.REVOKED, reason=reason)
        if was_dormant:
            _tell_end(held, actor=actor, at=at)


def _tell_end(given: Grant, *, actor: Actor, at: datetime) -> None:
    emit(
        GrantEnded(
            subject_id=given.pk,
            root=(given.subject_type, given.subject_id),
            grantee_id=given.grantee_id,
            reason=given.end_reason,
        ),
        actor=actor,
        at=at,
    )


def expire_grant(grant_id: UUID, at: datetime) -> None:
    """Due service: the grant's time is over."""
    actor = scope.current()
    given = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if given is None or given.state != Grant.State.ACTIVE:
        return
    if given.expires_at is None or given.expires_at > at:
        return
    end(given, actor=actor, at=at, state=Grant.State.EXPIRED, reason="expired")


def leave_tombstone(given: Grant, *, reason: str, at: datetime) -> None:
    """The grantee's own row that says the access was there and has ended."""
    with scope.as_owner(Owner(given.grantee_id), scope.current()):
        Tombstone.objects.update_or_create(
            member_id=given.grantee_id,
            subject_type=given.subject_type,
            subject_id=given.subject_id,
            defaults={"owner_id": given.member_id, "reason": reason, "ended_at": at},
        )


def _project_access(given: Grant, *, at: datetime) -> bool:
    """Derive the ally's access row from all his active grants on the subject."""
    active = list(
        Grant.objects.filter(
            subject_type=given.subject_type,
            subject_id=given.subject_id,
            grantee_id=given.grantee_id,
            state=Grant.State.ACTIVE,
        ).exclude(expires_at__lte=at)
    )
    subject = (given.subject_type, given.subject_id)
    if not active:
        take_access(subject, viewer_id=given.grantee_id)
        return False
    level, capabilities = _union(active)
    give_access(
        subject,
        owner_id=given.member_id,
        viewer_id=given.grantee_id,
        level=level,
        capabilities=capabilities,
        expires_at=_holds_until(active),
        at=at,
    )
    return True


def _union(active: Sequence[Grant]) -> tuple[int, frozenset[str]]:
    """What several grants give together: the highest level, every capability."""
    level = max((g.level for g in active), default=0)
    return level, frozenset(c for g in active for c in g.capabilities)


def _holds_until(active: Sequence[Grant]) -> datetime | None:
    """The first end that narrows the access; the row is written anew when that grant expires.

    Closed a moment too early rather than open too long, if the expiry should fire late.
    """
    for end_at in sorted({g.expires_at for g in active if g.expires_at}):
        left = [g for g in active if g.expires_at is None or g.expires_at > end_at]
        if _union(left) != _union(active):
            return end_at
    return None
