"""Holding a target, releasing it, and the review by the alliance's staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.investigations import policies
from apps.investigations.deconflicting.meeting import digests_of
from apps.investigations.deconflicting.models import (
    LONGEST,
    Encounter,
    HeldTarget,
    Mode,
    TargetHold,
)
from apps.leads import selectors as leads
from apps.leads.models import Lead
from apps.sharing.services import Owner

END: Final = "deconfliction.end_hold"
LONGEST_REASON: Final = 1_000
# Who holds the same target again so soon asks the alliance first.
REST: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a member asks of others, for how long, and why."""

    hold_until: datetime
    reason: str
    mode: str = Mode.WARN


def holds(actor: Actor) -> QuerySet[TargetHold]:
    """The member's own holds."""
    return TargetHold.objects.filter(member_id=actor.member_id).order_by("-created_at", "-id")


def find_hold(actor: Actor, hold_id: UUID) -> TargetHold:
    """One of the member's own. Raises NotFound."""
    found = holds(actor).filter(pk=hold_id).first()
    if found is None:
        raise NotFound
    return found


def encounters(actor: Actor) -> QuerySet[Encounter]:
    """Where the member met a hold, or its own was met."""
    return Encounter.objects.filter(member_id=actor.member_id).order_by("-met_at", "-id")


def hold_target(lead_id: UUID, wish: Wish, *, actor: Actor, at: datetime) -> TargetHold:
    """Ask others to leave alone what an own lead names; at most 30 days, again only by review."""
    lead = leads.find(actor, lead_id)
    if lead.member_id != actor.member_id:
        raise NotFound
    policies.may_hold_target(actor).require()
    _check(wish, at)
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    if holds(actor).filter(lead_id=lead.pk, state__in=_OPEN).exists():
        raise DomainError("deconfliction.held", _("You hold this target already."))
    digests = digests_of(lead)
    if not digests:
        raise Invalid({"lead_id": [_("Nothing in this lead is certain enough to be held.")]})
    again = _held_lately(actor, digests, at)
    made = TargetHold.objects.create(
        member_id=actor.member_id,
        lead_id=lead.pk,
        mode=wish.mode,
        reason=wish.reason.strip(),
        state=TargetHold.State.REVIEW if again else TargetHold.State.ACTIVE,
        created_at=at,
        created_by=actor.user_id,
        hold_until=wish.hold_until,
    )
    HeldTarget.objects.bulk_create(
        HeldTarget(
            hold_id=made.pk,
            member_id=made.member_id,
            digest=digest,
            mode=made.mode,
            in_force=not again,
            held_at=at,
            hold_until=made.hold_until,
        )
        for digest in sorted(digests)
    )
    due.plan(END, made.pk, at=made.hold_until, member_id=made.member_id)
    return made


_OPEN: Final = (TargetHold.State.REVIEW, TargetHold.State.ACTIVE)


def _held_lately(actor: Actor, digests: set[bytes], at: datetime) -> bool:
    """Whether the member held any of this within the last 30 days, through whichever lead."""
    return HeldTarget.objects.filter(
        member_id=actor.member_id, digest__in=list(digests), hold_until__gt=at - REST
    ).exists()


def _check(wish: Wish, at: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if not at < wish.hold_until <= at + LONGEST:
        wrong["hold_until"] = [
            _("A target is held for at most %(count)s days.") % {"count": LONGEST.days}
        ]
    if wish.mode not in Mode.values:
        wrong["mode"] = [_("Choose whether others are warned or stopped.")]
    reason = wish.reason.strip()
    if not reason or len(reason) > LONGEST_REASON or "\x00" in reason:
        wrong["reason"] = [
            _("Say in 1 to %(count)s characters why; others are not told.")
            % {"count": LONGEST_REASON}
        ]
    if wrong:
        raise Invalid(wrong)


def release_hold(hold_id: UUID, *, actor: Actor, at: datetime) -> TargetHold:
    """Let others at the target again."""
    find_hold(actor, hold_id)
    policies.may_hold_target(actor).require()
    held = TargetHold.objects.select_for_update().get(pk=hold_id)
    if not held.is_open:
        raise DomainError("deconfliction.over", _("This hold is over already."))
    _finish(held, TargetHold.State.RELEASED, at=at)
    return held


def end_hold(hold_id: UUID, at: datetime) -> None:
    """Due service: the time of the hold is over."""
    held = TargetHold.objects.select_for_update().filter(pk=hold_id).first()
    if held is not None and held.is_open and held.hold_until <= at:
        _finish(held, TargetHold.State.ENDED, at=at)


def _finish(held: TargetHold, state: str, *, at: datetime) -> None:
    held.state, held.ended_at = state, at
    held.save(update_fields=["state", "ended_at"])
    HeldTarget.objects.filter(hold_id=held.pk).update(in_force=False)
    due.cancel(held.pk)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A hold as the staff see it: whose, how firm, until when; never of what or why."""

    hold_id: UUID
    member_id: UUID
    mode: str
    in_force: bool
    held_at: datetime
    hold_until: datetime

    @property
    def mode_label(self) -> str:
        return str(Mode(self.mode).label)


def under_review(at: datetime) -> list[Reviewed]:
    """Every hold whose time is not over, the ones that wait first."""
    rows = HeldTarget.objects.filter(hold_until__gt=at).order_by("in_force", "hold_until", "pk")
    found: dict[UUID, Reviewed] = {}
    for row in rows:
        found.setdefault(
            row.hold_id,
            Reviewed(
                row.hold_id, row.member_id, row.mode, row.in_force, row.held_at, row.hold_until
            ),
        )
    return list(found.values())


def review_hold(hold_id: UUID, *, is_kept: bool, by: UUID, actor: Actor, at: datetime) -> None:
    """Staff lets a hold stand, or lifts it; its member sees that, and who."""
    row = HeldTarget.objects.filter(hold_id=hold_id).first()
    if row is None:
        raise NotFound
    with scope.as_owner(Owner(row.member_id), actor):
        held = TargetHold.objects.select_for_update().get(pk=hold_id)
        if not held.is_open or held.hold_until <= at:
            raise DomainError("deconfliction.over", _("This hold is over already."))
        held.reviewed_at, held.reviewed_by = at, by
        held.state = TargetHold.State.ACTIVE
        held.save(update_fields=["reviewed_at", "reviewed_by", "state"])
        if is_kept:
            HeldTarget.objects.filter(hold_id=hold_id).update(in_force=True)
        else:
            _finish(held, TargetHold.State.LIFTED, at=at)
