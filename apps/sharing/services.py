"""Access rows, circles, grants and the search index: the only writers of who may read what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import bulk, due, scope, stream
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.events import Ref, emit
from apps.core.models import Access, Level
from apps.sharing import policies, selectors
from apps.sharing.events import CircleJoined, CircleLeft, GrantActivated, GrantEnded
from apps.sharing.models import Circle, Grant, SearchEntry, Seat, Tombstone


@dataclass(frozen=True, slots=True)
class Owner:
    """A member named as the owner of rows, for `scope.as_owner`."""

    member_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a grant gives."""

    level: int
    purpose: str
    capabilities: tuple[str, ...] = ()
    expires_at: datetime | None = None
    for_custody: bool = field(default=False)


def own_subject(subject: Ref, *, member_id: UUID, at: datetime) -> None:
    """Write the owner's own access row; call it before the subject's row is written."""
    give_access(subject, owner_id=member_id, viewer_id=member_id, level=Level.FULL, at=at)


def own_subjects(subjects: Iterable[Ref], *, member_id: UUID, at: datetime) -> None:
    """The owner's access rows for many new subjects at once (import)."""
    bulk.insert(
        [
            Access(
                viewer_id=member_id,
                owner_id=member_id,
                subject_type=subject_type,
                subject_id=subject_id,
                level=Level.FULL,
                created_at=at,
            )
            for subject_type, subject_id in subjects
        ]
    )


def give_access(
    subject: Ref,
    *,
    owner_id: UUID,
    viewer_id: UUID,
    level: int,
    at: datetime,
    capabilities: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> None:
    """Write or replace one access row, under the owner's stamp (the caller's business)."""
    Access.objects.bulk_create(
        [
            Access(
                viewer_id=viewer_id,
                owner_id=owner_id,
                subject_type=subject[0],
                subject_id=subject[1],
                level=level,
                capabilities=sorted(capabilities),
                created_at=at,
                expires_at=expires_at,
            )
        ],
        update_conflicts=True,
        unique_fields=["viewer_id", "subject_type", "subject_id"],
        update_fields=["level", "capabilities", "expires_at"],
    )


def take_access(subject: Ref, *, viewer_id: UUID) -> None:
    """Remove an ally's access row; its sockets leave the subject within a second of commit."""
    removed, _rows = Access.objects.filter(
        subject_type=subject[0], subject_id=subject[1], viewer_id=viewer_id
    ).delete()
    if removed:
        transaction.on_commit(lambda: stream.revoke(subject, [viewer_id]))


def found_circle(name: str, *, actor: Actor, at: datetime) -> Circle:
    """Found a circle with the actor's member in its first seat."""
    policies.may_found_circle(actor).require()
    circle = Circle(member_id=actor.member_id, name=name, created_at=at)
    own_subject(("circle", circle.pk), member_id=actor.member_id, at=at)
    circle.save()
    _seat(circle, actor.member_id, actor=actor, at=at)
    return circle


def join_circle(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Seat a member in the circle; its keeper's manager or admin decides."""
    if circle.member_id != actor.member_id:
        raise NotFound
    policies.may_found_circle(actor).require()
    ref = ("circle", circle.pk)
    give_access(ref, owner_id=circle.member_id, viewer_id=member_id, level=Level.TEASER, at=at)
    _seat(circle, member_id, actor=actor, at=at)


def _seat(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    _seat_row, created = Seat.objects.get_or_create(
        circle=circle,
        seated_member_id=member_id,
        defaults={"member_id": circle.member_id, "joined_at": at},
    )
    if created:
        emit(CircleJoined(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)


def leave_circle(circle: Circle, member_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a seat: by the keeper, or by the seated member itself."""
    if actor.member_id not in {circle.member_id, member_id}:
        raise NotFound
    if member_id == circle.member_id:
        raise DomainError("circle.keeper_stays", _("The keeper of a circle cannot leave it."))
    policies.may_found_circle(actor).require()
    with scope.as_owner(circle, actor):
        Seat.objects.filter(circle=circle, seated_member_id=member_id).delete()
        emit(CircleLeft(subject_id=circle.pk, seated_member_id=member_id), actor=actor, at=at)
        take_access(("circle", circle.pk), viewer_id=member_id)


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
        )
    )
    subject = (given.subject_type, given.subject_id)
    if not active:
        take_access(subject, viewer_id=given.grantee_id)
        return False
    ends = [g.expires_at for g in active]
    give_access(
        subject,
        owner_id=given.member_id,
        viewer_id=given.grantee_id,
        level=max(g.level for g in active),
        capabilities={c for g in active for c in g.capabilities},
        expires_at=None if None in ends else max(e for e in ends if e is not None),
        at=at,
    )
    return True


def index(subject: Ref, texts: Mapping[int, str], *, member_id: UUID, at: datetime) -> None:
    """Replace the searchable words of a subject: level -> the text readable at that level."""
    SearchEntry.objects.bulk_create(
        [entry(subject, level, text, member_id=member_id, at=at) for level, text in texts.items()],
        update_conflicts=True,
        unique_fields=["root_type", "root_id", "min_level"],
        update_fields=["grams", "text", "updated_at"],
    )


def entry(subject: Ref, level: int, text: str, *, member_id: UUID, at: datetime) -> SearchEntry:
    """One unsaved search row (imports write them in bulk)."""
    return SearchEntry(
        member_id=member_id,
        root_type=subject[0],
        root_id=subject[1],
        min_level=level,
        grams=selectors.words(text),
        text=text,
        updated_at=at,
    )
