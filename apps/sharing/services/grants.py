"""Grants: given, activated, ended, revoked; the access row follows from those that are active."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import bulk, due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.events import Ref, emit
from apps.core.registries import subjects
from apps.sharing import caps, policies, selectors
from apps.sharing.events import GrantActivated, GrantEnded
from apps.sharing.models import OPEN_STATES, Grant, Tlp, Tombstone
from apps.sharing.services.access import Owner, give_access, take_access
from apps.sharing.services.ledgers import demand_deletion

BEGIN: Final = "sharing.begin_grant"
EXPIRE: Final = "sharing.expire_grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a grant gives."""

    level: int
    purpose: str
    capabilities: tuple[str, ...] = ()
    expires_at: datetime | None = None
    not_before: datetime | None = None
    for_custody: bool = field(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grantee:
    """To whom: a member, a circle's members, or one named person of a member."""

    kind: str
    id: UUID
    member_id: UUID | None = None


def lasting(terms: Terms, *, at: datetime) -> Terms:
    """The terms with an end: whoever names none gives access for the usual time."""
    if terms.expires_at:
        return terms
    begins = max(terms.not_before or at, at)
    return replace(terms, expires_at=begins + timedelta(days=settings.GRANT_LASTS_DAYS))


def propose_grant(
    subject: Ref, *, owner_id: UUID, grantee_id: UUID, terms: Terms, actor: Actor, at: datetime
) -> Grant:
    """A dormant grant that comes with an offer: it gives nothing until it is activated."""
    made = unsaved(
        subject,
        owner_id=owner_id,
        to=Grantee(kind=Grant.Grantee.MEMBER, id=grantee_id),
        terms=terms,
        actor=actor,
        at=at,
    )
    propose_all([made])
    return made


def propose_all(dormant: Sequence[Grant]) -> None:
    """Keep dormant grants that come with offers, in one statement."""
    Grant.objects.bulk_create(dormant)


def unsaved(
    subject: Ref, *, owner_id: UUID, to: Grantee, terms: Terms, actor: Actor, at: datetime
) -> Grant:
    """A dormant grant, not yet a row."""
    return Grant(
        member_id=owner_id,
        grantee_id=to.id,
        grantee_kind=to.kind,
        grantee_member_id=to.member_id,
        subject_type=subject[0],
        subject_id=subject[1],
        level=terms.level,
        capabilities=sorted(terms.capabilities),
        purpose=terms.purpose,
        state=Grant.State.DORMANT,
        for_custody=terms.for_custody,
        granted_by=actor.user_id,
        created_at=at,
        not_before=terms.not_before,
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
        subject,
        owner_id=owner_id,
        grantee_id=grantee_id,
        terms=lasting(terms, at=at),
        actor=actor,
        at=at,
    )
    activate(given, actor=actor, at=at)
    return given


def activate(given: Grant, *, actor: Actor, at: datetime) -> None:
    """Make a dormant grant count, at once or from the instant that it names; owner's stamp."""
    if given.state != Grant.State.DORMANT:
        raise DomainError("grant.not_active", _("This access has already ended."))
    if given.not_before and given.not_before > at:
        given.state = Grant.State.WAITING
        given.save(update_fields=["state"])
        due.plan(BEGIN, given.pk, at=given.not_before, member_id=given.member_id)
        return
    begin(given, actor=actor, at=at)


def begin(given: Grant, *, actor: Actor, at: datetime) -> None:
    """The grant counts from now on: the access row, under the owner's stamp."""
    given.state = Grant.State.ACTIVE
    given.active_at = at
    given.save(update_fields=["state", "active_at"])
    project_access(given, at=at)
    # What a circle's grant carries ends with it.
    if given.expires_at and given.via_id is None:
        due.plan(EXPIRE, given.pk, at=given.expires_at, member_id=given.member_id)
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


def begin_grant(grant_id: UUID, at: datetime) -> None:
    """Due service: the instant from which the grant counts has come."""
    given = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if given is None or given.state != Grant.State.WAITING:
        return
    if given.not_before and given.not_before > at:
        return
    begin(given, actor=scope.current(), at=at)


def end(given: Grant, *, actor: Actor, at: datetime, state: str, reason: str) -> None:
    """End a grant: access narrows to what other grants give; a tombstone stays."""
    for carried in carried_by(given):
        end(carried, actor=actor, at=at, state=state, reason=reason)
    was = given.state
    _close([given], actor=actor, at=at, state=state, reason=reason)
    if was not in {Grant.State.ACTIVE, Grant.State.SUSPENDED}:
        return
    _tell_end(given, actor=actor, at=at)
    if not project_access(given, at=at) and not given.is_to_circle:
        leave_tombstone(given, reason=reason, at=at)
        demand_deletion(given, at=at)


def end_dormant(dormant: Sequence[Grant], *, actor: Actor, at: datetime, reason: str) -> None:
    """End grants to members that have never counted: no access narrows, nobody is told."""
    _close(dormant, actor=actor, at=at, state=Grant.State.ENDED, reason=reason)


def _close(grants: Sequence[Grant], *, actor: Actor, at: datetime, state: str, reason: str) -> None:
    for given in grants:
        given.state = state
        given.ended_at = at
        given.ended_by = actor.user_id
        given.end_reason = reason
    bulk.update(grants, ["state", "ended_at", "ended_by", "end_reason"])
    due.cancel_many([given.pk for given in grants])


def carried_by(given: Grant) -> list[Grant]:
    """The grants that carry a circle's to those who sit there, locked."""
    if not given.is_to_circle:
        return []
    carried = Grant.objects.select_for_update().filter(via_id=given.pk, state__in=OPEN_STATES)
    return list(carried.order_by("pk"))


def revoke(given: Grant, *, actor: Actor, at: datetime, reason: str) -> None:
    """The owner (or the grantee, renouncing) ends a grant, effective at the next statement.

    The caller holds the subject's lock, as it does to give one.
    """
    policies.may_revoke(actor, given).require()
    with scope.as_owner(given, actor):
        # Read again: it may have been activated or ended since the caller looked.
        held = Grant.objects.select_for_update().get(pk=given.pk)
        was = held.state
        if was not in OPEN_STATES:
            raise DomainError("grant.not_active", _("This access has already ended."))
        end(held, actor=actor, at=at, state=Grant.State.REVOKED, reason=reason)
        if was in {Grant.State.DORMANT, Grant.State.WAITING}:
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
    if given is None or given.state not in {Grant.State.ACTIVE, Grant.State.SUSPENDED}:
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


def project_access(given: Grant, *, at: datetime) -> bool:
    """Derive the grantee's access row from all its active grants on the subject.

    A grant to a circle gives nothing itself: those that carry it do.
    """
    if given.is_to_circle:
        return False
    active = list(
        Grant.objects.filter(
            subject_type=given.subject_type,
            subject_id=given.subject_id,
            grantee_id=given.grantee_id,
            state=Grant.State.ACTIVE,
        ).exclude(expires_at__lte=at)
    )
    subject = (given.subject_type, given.subject_id)
    tlp = _light_of(subject)
    active = caps.counting(active, tlp)
    if not active:
        take_access(subject, viewer_id=given.grantee_id)
        return False
    level, capabilities = _union(active)
    give_access(
        subject,
        owner_id=given.member_id,
        viewer_id=given.grantee_id,
        level=level,
        capabilities=caps.allowed(capabilities, tlp),
        expires_at=_holds_until(active),
        at=at,
    )
    return True


def _light_of(subject: Ref) -> str:
    """The subject's traffic light; what has none is capped by nothing."""
    known = subjects.get(subject[0])
    return known.tlp(subject[1]) if known and known.tlp else Tlp.CLEAR


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
