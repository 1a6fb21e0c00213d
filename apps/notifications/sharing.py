"""Who is told about sharing: whoever is asked, whoever asked, and whoever owes a deletion."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.events import Ref, after_commit
from apps.core.models import Event
from apps.core.registries import NotificationKind, notification_kinds
from apps.members import selectors as members
from apps.notifications import services
from apps.sharing.events import (
    CandidacyChanged,
    DeletionOwed,
    ProposalChanged,
    ReshareAsked,
    ReshareDecided,
)
from apps.sharing.models import (
    Candidacy,
    DeletionDuty,
    ExportEntry,
    Proposal,
    ReshareRequest,
)

KINDS = {
    "proposal.made": NotificationKind(
        line=_("An ally proposes a change to one of your leads."),
        mail_subject=_("A proposed change waits for an answer"),
        mails=True,
    ),
    "proposal.answered": NotificationKind(
        line=_("A change that you proposed has been answered."),
        mail_subject=_("A change that you proposed has been answered"),
    ),
    "reshare.asked": NotificationKind(
        line=_("An ally asks you to share one of your leads further."),
        mail_subject=_("An ally asks you to share a lead further"),
        mails=True,
    ),
    "reshare.answered": NotificationKind(
        line=_("Your request to share a lead further has been answered."),
        mail_subject=_("Your request to share a lead further has been answered"),
    ),
    "deletion.owed": NotificationKind(
        line=_("Access has ended to something of which you have copies: delete them."),
        mail_subject=_("Copies are to be deleted"),
        mails=True,
    ),
    "candidacy.opened": NotificationKind(
        line=_("A member stands for a seat in a circle that you keep."),
        mail_subject=_("A member stands for a seat in your circle"),
        mails=True,
    ),
    "candidacy.answered": NotificationKind(
        line=_("The keeper of a circle has decided about a seat for your member."),
        mail_subject=_("A seat in a circle has been decided about"),
        mails=True,
    ),
}
WORKERS = ("analyst", "manager", "admin")
DECIDERS = ("manager", "admin")


def register() -> None:
    """Called once, by the app's configuration."""
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)


@after_commit(ProposalChanged)
def tell_of_proposal(event: Event) -> None:
    """Everybody of the owner's who may answer it; then whoever proposed it."""
    found = Proposal.objects.filter(pk=event.subject_id).first()
    if found is None or found.state != event.payload["state"]:
        return
    about = ("proposal", found.pk)
    if found.state == Proposal.State.OPEN:
        _tell(
            "proposal.made",
            found.owner_id,
            members.people_with_role(found.owner_id, *WORKERS),
            about,
        )
    elif found.state != Proposal.State.WITHDRAWN and found.created_by:
        _tell("proposal.answered", found.member_id, [found.created_by], about)


@after_commit(ReshareAsked)
def tell_of_reshare(event: Event) -> None:
    """Those of the owner's who may give more than the asker has."""
    found = ReshareRequest.objects.filter(pk=event.subject_id).first()
    if found is not None and found.state == ReshareRequest.State.OPEN:
        people = members.people_with_role(found.owner_id, *DECIDERS)
        _tell("reshare.asked", found.owner_id, people, ("reshare", found.pk))


@after_commit(ReshareDecided)
def tell_asker(event: Event) -> None:
    """Whoever asked learns the answer; what he has withdrawn himself he knows."""
    found = ReshareRequest.objects.filter(pk=event.subject_id).first()
    if found is None or found.created_by is None:
        return
    if found.state in {ReshareRequest.State.APPROVED, ReshareRequest.State.DECLINED}:
        _tell("reshare.answered", found.member_id, [found.created_by], ("reshare", found.pk))


@after_commit(DeletionOwed)
def tell_debtor(event: Event) -> None:
    """Whoever took the copies, and those who answer for the member."""
    duty = DeletionDuty.objects.filter(pk=event.subject_id, acknowledged_at=None).first()
    if duty is None:
        return
    copies = ExportEntry.objects.filter(
        exporter_id=duty.member_id, subject_type=duty.subject_type, subject_id=duty.subject_id
    )
    took = {user_id for user_id in copies.values_list("user_id", flat=True) if user_id}
    people = took | set(members.people_with_role(duty.member_id, *DECIDERS))
    _tell("deletion.owed", duty.member_id, people, ("deletion", duty.pk), answer_by=duty.due_at)


@after_commit(CandidacyChanged)
def tell_of_candidacy(event: Event) -> None:
    """The keeper when one is opened, the candidate when the keeper has answered it."""
    found = Candidacy.objects.filter(pk=UUID(event.payload["candidacy_id"])).first()
    if found is None or found.state != event.payload["state"]:
        return
    about = ("candidacy", found.pk)
    if found.state == Candidacy.State.PENDING:
        _tell(
            "candidacy.opened",
            found.member_id,
            members.people_with_role(found.member_id, *DECIDERS),
            about,
        )
    elif found.state != Candidacy.State.WITHDRAWN:
        people = members.people_with_role(found.candidate_id, *DECIDERS)
        _tell("candidacy.answered", found.candidate_id, people, about)


def _tell(
    kind: str,
    member_id: UUID,
    people: Iterable[UUID],
    about: Ref,
    *,
    answer_by: datetime | None = None,
) -> None:
    services.notify(
        [(member_id, user_id) for user_id in people],
        kind=kind,
        subject=about,
        token=f"{kind}:{about[1]}",
        at=clock.now(),
        answer_by=answer_by,
    )
