"""Who has read a subject, who has copies of it, and who owes their deletion."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.events import Ref, emit
from apps.sharing import policies
from apps.sharing.events import CopiesDeleted, DeletionOwed
from apps.sharing.models import DeletionDuty, ExportEntry, Grant, Reading
from apps.sharing.services.access import Owner

# One row per reader; its time is exact to this, so that a page that refreshes writes nothing.
READING_LASTS = timedelta(minutes=5)


def note_reading(subject: Ref, *, owner_id: UUID, level: int, actor: Actor, at: datetime) -> None:
    """Tell the owner that somebody of another member has read the subject."""
    if actor.is_system:
        return
    with scope.as_owner(Owner(owner_id), actor):
        known = Reading.objects.filter(
            subject_type=subject[0],
            subject_id=subject[1],
            reader_id=actor.member_id,
            user_id=actor.user_id,
        )
        row = known.first()
        if row is None:
            made = Reading(
                member_id=owner_id,
                subject_type=subject[0],
                subject_id=subject[1],
                reader_id=actor.member_id,
                user_id=actor.user_id,
                level=level,
                first_at=at,
                last_at=at,
            )
            # Two tabs that open at once are one reading.
            Reading.objects.bulk_create([made], ignore_conflicts=True)
        elif row.last_at < at - READING_LASTS or row.level != level:
            known.update(count=F("count") + 1, last_at=at, level=level)


def record_exports(
    subjects: Iterable[tuple[Ref, UUID, int]], *, format_name: str, actor: Actor, at: datetime
) -> None:
    """Enter copies that leave into their owners' ledgers: (subject, owner, level) each.

    Whoever takes them and in whatever form: this is the one ledger of copies. The owner finds its
    own people's there as well, and a member finds what it has taken of others.
    """
    by_owner: dict[UUID, list[ExportEntry]] = {}
    for subject, owner_id, level in subjects:
        entry = ExportEntry(
            member_id=owner_id,
            exporter_id=actor.member_id,
            user_id=actor.user_id,
            subject_type=subject[0],
            subject_id=subject[1],
            level=level,
            format=format_name,
            exported_at=at,
        )
        by_owner.setdefault(owner_id, []).append(entry)
    for owner_id, entries in by_owner.items():
        with scope.as_owner(Owner(owner_id), actor):
            ExportEntry.objects.bulk_create(entries)


def demand_deletion(given: Grant, *, at: datetime) -> None:
    """Access has ended: whoever has copies owes their deletion, and a word that it is done."""
    copies = ExportEntry.objects.filter(
        subject_type=given.subject_type,
        subject_id=given.subject_id,
        exporter_id=given.grantee_member_id or given.grantee_id,
    ).count()
    if not copies:
        return
    debtor = given.grantee_member_id or given.grantee_id
    actor = scope.current()
    with scope.as_owner(Owner(debtor), actor):
        duty, is_new = DeletionDuty.objects.get_or_create(
            member_id=debtor,
            subject_type=given.subject_type,
            subject_id=given.subject_id,
            acknowledged_at=None,
            defaults={
                "owner_id": given.member_id,
                "copies": copies,
                "created_at": at,
                "due_at": at + timedelta(days=settings.DELETION_WITHIN_DAYS),
            },
        )
        if is_new:
            emit(DeletionOwed(subject_id=duty.pk, owner_id=duty.owner_id), actor=actor, at=at)


def acknowledge_deletion(duty_id: UUID, *, actor: Actor, at: datetime) -> DeletionDuty:
    """Say that the copies are deleted; it is said once and stands."""
    duty = (
        DeletionDuty.objects.select_for_update()
        .filter(pk=duty_id, member_id=actor.member_id)
        .first()
    )
    if duty is None:
        raise NotFound
    policies.may_work(actor).require()
    if duty.acknowledged_at:
        raise DomainError("deletion.done", _("The deletion has already been confirmed."))
    duty.acknowledged_at, duty.acknowledged_by = at, actor.user_id
    duty.save(update_fields=["acknowledged_at", "acknowledged_by"])
    emit(CopiesDeleted(subject_id=duty.pk, owner_id=duty.owner_id), actor=actor, at=at)
    return duty
