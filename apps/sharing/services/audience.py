"""Giving access to an audience: members, circles and named people, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import Ref
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.members import selectors as members
from apps.sharing import policies, selectors
from apps.sharing.models import LEAD_CAPABILITIES, OPEN_STATES, Grant
from apps.sharing.services.access import Owner
from apps.sharing.services.grants import (
    Grantee,
    Terms,
    activate,
    begin,
    carried_by,
    end,
    lasting,
    project_access,
    unsaved,
)

LONGEST_PURPOSE = 500
MOST_GRANTEES = 50


def check_terms(terms: Terms, *, at: datetime) -> None:
    """Refuse terms that say nothing sound. Raises Invalid with the fields."""
    wrong: dict[str, list[str]] = {}
    if terms.level not in Level.values:
        wrong["level"] = [_("Choose how much the ally may read.")]
    purpose = terms.purpose.strip()
    if not purpose or len(purpose) > LONGEST_PURPOSE or "\x00" in purpose:
        wrong["purpose"] = [
            _("Say in 1 to %(count)s characters what it is shared for.")
            % {"count": LONGEST_PURPOSE}
        ]
    if not set(terms.capabilities) <= {str(one) for one in LEAD_CAPABILITIES}:
        wrong["capabilities"] = [_("Choose from what an ally can be allowed to do.")]
    if terms.expires_at and terms.expires_at <= max(at, terms.not_before or at):
        wrong["expires_at"] = [_("The end must lie after the beginning and in the future.")]
    if wrong:
        raise Invalid(wrong)


def share(
    subject: Ref,
    audience: Sequence[Grantee],
    terms: Terms,
    *,
    tlp: str,
    actor: Actor,
    at: datetime,
) -> list[Grant]:
    """Give everybody in the audience access, or nobody. The subject is the actor's, and locked."""
    check_terms(terms, at=at)
    if not 1 <= len(audience) <= MOST_GRANTEES:
        raise Invalid({"audience": [_("Name 1 to %(count)s allies.") % {"count": MOST_GRANTEES}]})
    terms = lasting(terms, at=at)
    return [
        share_with(subject, one, terms, tlp=tlp, actor=actor, at=at)
        for one in dict.fromkeys(audience)
    ]


def share_with(
    subject: Ref,
    to: Grantee,
    terms: Terms,
    *,
    tlp: str,
    actor: Actor,
    at: datetime,
    is_introduced: bool = False,
) -> Grant:
    """One grant to a member, a circle or a person; those it is not open to are unknown.

    `is_introduced` says that the grantee asked for it and so made itself known.
    """
    policies.may_share(actor, to_kind=to.kind, level=terms.level, tlp=tlp).require()
    to = to if is_introduced else known(to, actor)
    made = unsaved(subject, owner_id=actor.member_id, to=to, terms=terms, actor=actor, at=at)
    made.save(force_insert=True)
    activate(made, actor=actor, at=at)
    if made.is_to_circle:
        lock_circle(to.id)
        for seat in selectors.seats_of(to.id):
            if seat.seated_member_id != actor.member_id:
                _carry(made, seat.seated_member_id, actor=actor, at=at)
    return made


def known(to: Grantee, actor: Actor) -> Grantee:
    """The grantee as far as the actor may know it. Raises DomainError as for an unknown one."""
    if to.kind == Grant.Grantee.CIRCLE and selectors.circles(actor).filter(pk=to.id).exists():
        return to
    if to.kind == Grant.Grantee.MEMBER and to.id in selectors.fellow_ids(actor):
        return to
    if to.kind == Grant.Grantee.PERSON:
        home = members.homes_of(to.id) & selectors.fellow_ids(actor)
        if home:
            return Grantee(kind=to.kind, id=to.id, member_id=min(home))
    raise DomainError(
        "grant.not_allied",
        _("You can share with your circles, their members and their people only."),
        status=400,
        fields={"audience": [_("This is none of your circles and nobody in them.")]},
    )


def named(email: str) -> Grantee:
    """A person by the e-mail address that one has of him; unknown ones are told when sharing."""
    user_id = members.user_by_email(email)
    return Grantee(kind=Grant.Grantee.PERSON, id=user_id or uuid7())


def _carry(
    given: Grant, member_id: UUID, *, actor: Actor, at: datetime, is_suspended: bool = False
) -> None:
    """The grant of one seat, which carries what was given to the circle.

    That of a suspended seat waits for the suspension to be lifted.
    """
    terms = Terms(
        level=given.level,
        purpose=given.purpose,
        capabilities=tuple(given.capabilities),
        expires_at=given.expires_at,
        not_before=given.not_before,
    )
    carried = unsaved(
        (given.subject_type, given.subject_id),
        owner_id=given.member_id,
        to=Grantee(kind=Grant.Grantee.MEMBER, id=member_id),
        terms=terms,
        actor=actor,
        at=at,
    )
    carried.via_id, carried.granted_by = given.pk, given.granted_by
    if is_suspended:
        carried.state = Grant.State.SUSPENDED
    carried.save(force_insert=True)
    if not is_suspended:
        activate(carried, actor=actor, at=at)


def change_grant(given: Grant, terms: Terms, *, tlp: str, actor: Actor, at: datetime) -> Grant:
    """Other terms are a successor: the earlier version stays as it was, superseded."""
    check_terms(terms, at=at)
    policies.may_share(actor, to_kind=given.grantee_kind, level=terms.level, tlp=tlp).require()
    held = Grant.objects.select_for_update().get(pk=given.pk)
    if held.state not in {Grant.State.ACTIVE, Grant.State.WAITING} or held.via_id:
        raise DomainError("grant.not_active", _("This access has already ended."))
    policies.may_revoke(actor, held).require()
    to = Grantee(kind=held.grantee_kind, id=held.grantee_id, member_id=held.grantee_member_id)
    terms = lasting(terms, at=at)
    subject = (held.subject_type, held.subject_id)
    made = unsaved(subject, owner_id=held.member_id, to=to, terms=terms, actor=actor, at=at)
    made.version, made.replaces_id = held.version + 1, held.pk
    made.save(force_insert=True)
    seats = {one.grantee_id: one.state for one in carried_by(held)}
    activate(made, actor=actor, at=at)
    for member_id, state in seats.items():
        is_suspended = state == Grant.State.SUSPENDED
        _carry(made, member_id, actor=actor, at=at, is_suspended=is_suspended)
    end(held, actor=actor, at=at, state=Grant.State.SUPERSEDED, reason="superseded")
    return made


def lock_circle(circle_id: UUID) -> None:
    """Sharing with a circle and changes of its seats wait for each other until commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"circle:{circle_id}"]
        )


def backfill(
    circle_id: UUID, member_id: UUID, owners: Iterable[UUID], *, actor: Actor, at: datetime
) -> None:
    """Let a new seat read what was shared with the circle before it joined."""
    for given in _given_to(circle_id, owners, actor):
        with scope.as_owner(given, actor):
            is_over = given.expires_at is not None and given.expires_at <= at
            has_it = any(one.grantee_id == member_id for one in carried_by(given))
            if not is_over and not has_it:
                _carry(given, member_id, actor=actor, at=at)


def part(
    circle_id: UUID,
    member_id: UUID,
    owners: Iterable[UUID],
    *,
    is_for_good: bool,
    actor: Actor,
    at: datetime,
) -> None:
    """End, or only suspend, what a seat gives and what is given through it, in both directions."""
    for given in _given_to(circle_id, [*owners, member_id], actor):
        with scope.as_owner(given, actor):
            own = given.member_id == member_id
            if own and is_for_good:
                end(given, actor=actor, at=at, state=Grant.State.ENDED, reason="left_circle")
                continue
            for carried in carried_by(given):
                if own or carried.grantee_id == member_id:
                    _part_one(carried, is_for_good=is_for_good, actor=actor, at=at)


def _part_one(carried: Grant, *, is_for_good: bool, actor: Actor, at: datetime) -> None:
    if is_for_good:
        end(carried, actor=actor, at=at, state=Grant.State.ENDED, reason="left_circle")
    elif carried.state == Grant.State.ACTIVE:
        carried.state = Grant.State.SUSPENDED
        carried.save(update_fields=["state"])
        project_access(carried, at=at)
    elif carried.state == Grant.State.WAITING:
        due.cancel(carried.pk)
        carried.state = Grant.State.SUSPENDED
        carried.save(update_fields=["state"])


def resume(
    circle_id: UUID,
    member_id: UUID,
    owners: Sequence[UUID],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Lift a suspension: what was suspended counts again, unless its time is over."""
    suspended = selectors.suspended_ids(circle_id) - {member_id}
    for given in _given_to(circle_id, [*owners, member_id], actor):
        if given.member_id in suspended:
            continue
        with scope.as_owner(given, actor):
            for carried in carried_by(given):
                theirs = member_id in {given.member_id, carried.grantee_id}
                if (
                    theirs
                    and carried.state == Grant.State.SUSPENDED
                    and carried.grantee_id not in suspended
                ):
                    _resume_one(carried, actor=actor, at=at)


def _resume_one(carried: Grant, *, actor: Actor, at: datetime) -> None:
    if carried.expires_at and carried.expires_at <= at:
        return
    carried.state = Grant.State.DORMANT
    if carried.not_before and carried.not_before > at:
        activate(carried, actor=actor, at=at)
    else:
        begin(carried, actor=actor, at=at)


def _given_to(circle_id: UUID, owners: Iterable[UUID], actor: Actor) -> list[Grant]:
    """The grants to the circle that count, of those who sit or sat there, each read as its own."""
    lock_circle(circle_id)
    found: list[Grant] = []
    for owner_id in sorted(set(owners)):
        with scope.as_owner(Owner(owner_id), actor):
            rows = Grant.objects.select_for_update().filter(
                member_id=owner_id,
                grantee_kind=Grant.Grantee.CIRCLE,
                grantee_id=circle_id,
                state__in=OPEN_STATES,
            )
            found += list(rows.order_by("pk"))
    return found


def end_all_received(member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """The member has left the alliance: nothing stays granted to it, but what custody carries."""
    with scope.as_owner(Owner(member_id), actor):
        rows = Grant.objects.filter(grantee_id=member_id, state__in=OPEN_STATES, for_custody=False)
        received = list(rows.order_by("subject_id", "pk"))
    for given in received:
        with scope.as_owner(given, actor):
            held = Grant.objects.select_for_update().get(pk=given.pk)
            if held.is_open:
                end(held, actor=actor, at=at, state=Grant.State.ENDED, reason="member_left")
