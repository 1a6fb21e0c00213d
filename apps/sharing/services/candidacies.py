"""How a member comes to a seat: by a code, vouched for by sponsors, decided by the keeper."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.events import emit
from apps.sharing import policies, selectors
from apps.sharing.events import CandidacyChanged
from apps.sharing.models import Candidacy, Circle, CircleInvitation
from apps.sharing.services.access import Owner
from apps.sharing.services.circles import give_seat
from apps.sharing.services.deciding import decide, undecided

INVITATION_LASTS: Final = timedelta(days=7)


def invite_to_circle(circle_id: UUID, *, actor: Actor, at: datetime) -> str:
    """A code that seats one member, given away by hand; it is kept as a digest alone.

    Nobody is seated unasked, and nobody learns which members there are.
    """
    circle = selectors.circle(actor, circle_id)
    if circle.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    return _code(circle, recommended_by=None, actor=actor, at=at)


def recommend_to_circle(circle_id: UUID, *, actor: Actor, at: datetime) -> str:
    """A code with which a member may ask for a seat; whoever recommends vouches for it.

    It seats nobody: only the keeper does.
    """
    circle = selectors.circle(actor, circle_id)
    policies.may_found_circle(actor).require()
    return _code(circle, recommended_by=actor.member_id, actor=actor, at=at)


def _code(circle: Circle, *, recommended_by: UUID | None, actor: Actor, at: datetime) -> str:
    code = secrets.token_urlsafe(16)
    CircleInvitation.objects.create(
        member_id=circle.member_id,
        circle_id=circle.pk,
        digest=_digest(code),
        recommended_by_id=recommended_by,
        created_by=actor.user_id,
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    return code


def peek_circle(code: str, *, actor: Actor, at: datetime) -> Circle:
    """The circle that a code opens, before one joins it. Raises Refused, DomainError."""
    policies.may_found_circle(actor).require()
    return _invited(code, actor=actor, at=at)[1]


def join_by_code(code: str, *, actor: Actor, at: datetime) -> Circle:
    """Use a code for the actor's own member: a seat at once, or a candidacy for one.

    The keeper's own code is its decision, unless sponsors are asked for; a code that was
    recommended always waits for the keeper. Raises Refused, DomainError.
    """
    policies.may_found_circle(actor).require()
    invitation, circle = _invited(code, actor=actor, at=at)
    invitation.used_at = at
    invitation.used_by_member_id = actor.member_id
    invitation.save(update_fields=["used_at", "used_by_member_id"])
    with scope.as_owner(circle, actor):
        if invitation.recommended_by_id is None and not circle.sponsors_needed:
            give_seat(circle, actor.member_id, actor=actor, at=at)
        elif selectors.seat_of(circle.pk, actor.member_id) is None:
            _stand(circle, invitation.recommended_by_id, actor=actor, at=at)
    return circle


def _stand(circle: Circle, sponsor_id: UUID | None, *, actor: Actor, at: datetime) -> None:
    """Open a candidacy; another code while it waits adds who recommends now."""
    origin = Candidacy.Origin.REQUESTED if sponsor_id else Candidacy.Origin.INVITED
    candidacy, _made = Candidacy.objects.get_or_create(
        circle=circle,
        candidate_id=actor.member_id,
        state=Candidacy.State.PENDING,
        defaults={
            "member_id": circle.member_id,
            "origin": origin,
            "circle_name": circle.name,
            "sponsors_needed": circle.sponsors_needed,
            "created_at": at,
            "created_by": actor.user_id,
        },
    )
    is_seated = sponsor_id in selectors.seated_ids(circle.pk)
    if sponsor_id and is_seated and sponsor_id not in candidacy.sponsors:
        candidacy.sponsors = [*candidacy.sponsors, sponsor_id]
        candidacy.save(update_fields=["sponsors"])
    _tell(candidacy, actor=actor, at=at)


def vouch(candidacy_id: UUID, *, actor: Actor, at: datetime) -> Candidacy:
    """Speak for a candidate, as a member that sits there; once, and never for oneself."""
    found = selectors.candidacy(actor, candidacy_id)
    if found.candidate_id == actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    with scope.as_owner(found, actor):
        candidacy = _pending(found)
        if actor.member_id in candidacy.sponsors:
            raise DomainError("circle.vouched", _("Your member has already vouched."))
        candidacy.sponsors = [*candidacy.sponsors, actor.member_id]
        candidacy.save(update_fields=["sponsors"])
        _tell(candidacy, actor=actor, at=at)
    return candidacy


def admit(
    candidacy_id: UUID, *, actor: Actor, at: datetime, may_backfill: bool = False
) -> Candidacy:
    """Seat a candidate for whom enough have vouched: the keeper alone decides."""
    candidacy = _kept(candidacy_id, actor)
    current = selectors.seated_ids(candidacy.circle_id)
    standing = [sponsor for sponsor in candidacy.sponsors if sponsor in current]
    if len(standing) < candidacy.sponsors_needed:
        missing = candidacy.sponsors_needed - len(standing)
        raise DomainError(
            "circle.sponsors_missing",
            ngettext(
                "%(count)s more sponsor is needed first.",
                "%(count)s more sponsors are needed first.",
                missing,
            )
            % {"count": missing},
        )
    _decide(candidacy, Candidacy.State.ADMITTED, actor=actor, at=at)
    circle = Circle.objects.get(pk=candidacy.circle_id)
    give_seat(circle, candidacy.candidate_id, actor=actor, at=at, may_backfill=may_backfill)
    return candidacy


def refuse(candidacy_id: UUID, *, actor: Actor, at: datetime) -> Candidacy:
    """Give a candidate no seat; another code may bring it again."""
    candidacy = _kept(candidacy_id, actor)
    _decide(candidacy, Candidacy.State.REFUSED, actor=actor, at=at)
    return candidacy


def withdraw(candidacy_id: UUID, *, actor: Actor, at: datetime) -> Candidacy:
    """The candidate no longer wants the seat."""
    found = selectors.candidacy(actor, candidacy_id)
    if found.candidate_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    with scope.as_owner(found, actor):
        candidacy = _pending(found)
        _decide(candidacy, Candidacy.State.WITHDRAWN, actor=actor, at=at)
    return candidacy


def _kept(candidacy_id: UUID, actor: Actor) -> Candidacy:
    found = selectors.candidacy(actor, candidacy_id)
    if found.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    return _pending(found)


def _pending(found: Candidacy) -> Candidacy:
    over = DomainError("circle.candidacy_over", _("This candidacy has already been answered."))
    return undecided(found, Candidacy.State.PENDING, otherwise=over)


def _decide(candidacy: Candidacy, state: str, *, actor: Actor, at: datetime) -> None:
    decide(candidacy, state, actor=actor, at=at)
    _tell(candidacy, actor=actor, at=at)


def _tell(candidacy: Candidacy, *, actor: Actor, at: datetime) -> None:
    fact = CandidacyChanged(
        subject_id=candidacy.circle_id, candidacy_id=candidacy.pk, state=candidacy.state
    )
    emit(fact, actor=actor, at=at)


def _invited(code: str, *, actor: Actor, at: datetime) -> tuple[CircleInvitation, Circle]:
    found = (
        CircleInvitation.objects.select_for_update()
        .filter(digest=_digest(code), used_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if found is None:
        raise DomainError(
            "circle.code_unknown",
            _("This code opens no circle: it is mistyped, used or too old. Ask for a new one."),
            status=400,
        )
    with scope.as_owner(Owner(found.member_id), actor):
        return found, Circle.objects.get(pk=found.circle_id)


def _digest(code: str) -> str:
    return sha256(code.strip().encode()).hexdigest()
