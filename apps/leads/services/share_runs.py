"""Sharing many leads at once, in the background: each is judged alone, with its result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor, Via
from apps.core.errors import DomainError, Invalid, NotFound
from apps.leads import policies
from apps.leads.models import Lead
from apps.leads.projecting import PUT_AWAY
from apps.leads.services.opening import Share
from apps.leads.services.sharing import share_lead
from apps.members import selectors as members
from apps.sharing import services as sharing
from apps.sharing.models import ShareRun, ShareRunItem
from apps.sharing.services import Grantee, Terms

DUE_KIND: Final = "leads.share_run"
MOST_AT_ONCE: Final = 10_000
STRETCH: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which of the member's own leads: by light, brand, status, kind of selector, or one by one."""

    tlp: str = ""
    brand: str = ""
    status: str = ""
    kind: str = ""
    lead_ids: tuple[UUID, ...] = ()

    def as_json(self) -> dict[str, Any]:
        told = {"tlp": self.tlp, "brand": self.brand, "status": self.status, "kind": self.kind}
        return {**told, "lead_ids": [str(one) for one in self.lead_ids]}


def chosen_ids(actor: Actor, chosen: Chosen) -> list[UUID]:
    """The own leads that were chosen, newest first. Raises Invalid for none or too many.

    What was put away goes nowhere unless somebody names it, or its status.
    """
    found = Lead.objects.filter(member_id=actor.member_id)
    if chosen.lead_ids:
        found = found.filter(pk__in=chosen.lead_ids)
    elif not chosen.status:
        found = found.exclude(status__in=PUT_AWAY)
    for name in ("tlp", "brand", "status"):
        value = getattr(chosen, name)
        found = found.filter(**{name: value}) if value else found
    if chosen.kind:
        found = found.filter(selectors__kind=chosen.kind).distinct()
    if not any((chosen.tlp, chosen.brand, chosen.status, chosen.kind, chosen.lead_ids)):
        raise Invalid({"chosen": [_("Say which leads: nothing is shared by leaving all empty.")]})
    ids = list(found.order_by("-id").values_list("id", flat=True)[: MOST_AT_ONCE + 1])
    if not ids:
        raise Invalid({"chosen": [_("None of your leads is like this.")]})
    if len(ids) > MOST_AT_ONCE:
        raise Invalid({"chosen": [_("At most %(count)s at once.") % {"count": MOST_AT_ONCE}]})
    return ids


def start_share_run(
    chosen: Chosen, shares: Sequence[Share], *, actor: Actor, at: datetime
) -> ShareRun:
    """Note what is to be shared with whom, and begin; an unsound audience begins nothing."""
    policies.may_add(actor).require()
    if not shares:
        raise Invalid({"audience": [_("Name an ally.")]})
    for one in shares:
        sharing.check_terms(one.terms, at=at)
        sharing.known(one.to, actor)
    ids = chosen_ids(actor, chosen)
    run = ShareRun.objects.create(
        member_id=actor.member_id,
        subject_type="lead",
        wanted=chosen.as_json(),
        audience=[_packed(one) for one in shares],
        total=len(ids),
        created_by=actor.user_id,
        roles=sorted(actor.roles),
        created_at=at,
    )
    ShareRunItem.objects.bulk_create(
        ShareRunItem(member_id=run.member_id, run=run, position=place, subject_id=lead_id)
        for place, lead_id in enumerate(ids, start=1)
    )
    _go_on(run, at=at)
    return run


def _packed(one: Share) -> dict[str, Any]:
    terms = one.terms
    return {
        "kind": one.to.kind,
        "id": str(one.to.id),
        "level": terms.level,
        "purpose": terms.purpose,
        "capabilities": list(terms.capabilities),
        "not_before": terms.not_before and terms.not_before.isoformat(),
        "expires_at": terms.expires_at and terms.expires_at.isoformat(),
    }


def _unpacked(told: dict[str, Any]) -> Share:
    terms = Terms(
        level=told["level"],
        purpose=told["purpose"],
        capabilities=tuple(told["capabilities"]),
        not_before=_instant(told["not_before"]),
        expires_at=_instant(told["expires_at"]),
    )
    return Share(to=Grantee(kind=told["kind"], id=UUID(told["id"])), terms=terms)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _go_on(run: ShareRun, *, at: datetime) -> None:
    token = f"{DUE_KIND}:{run.pk}:{run.processed}"
    due.plan(DUE_KIND, run.pk, at=at, member_id=run.member_id, token=token)


def advance_share_run(run_id: UUID, at: datetime) -> None:
    """Due service: one stretch, as whoever began it; if killed, it goes on where it stopped."""
    run = ShareRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or not run.is_running:
        return
    actor = _beginner(run)
    shares = [_unpacked(told) for told in run.audience]
    waiting = run.items.filter(outcome=ShareRunItem.Outcome.WAITING).order_by("position")
    with scope.as_owner(run, actor):
        for item in list(waiting[:STRETCH]):
            _share_one(run, item, shares, actor=actor, at=at)
    if run.processed >= run.total:
        run.state, run.ended_at = ShareRun.State.DONE, at
    run.save()
    if run.is_running:
        _go_on(run, at=at)


def _beginner(run: ShareRun) -> Actor:
    """Whoever began it, with the role held now: who has left shares nothing more."""
    roles = frozenset(run.roles)
    if run.created_by:
        system = Actor.system(run.member_id)
        now = members.people(system).filter(user_id=run.created_by)
        roles = frozenset(now.values_list("role", flat=True))
    via: Via = "session" if run.created_by else "api_key"
    return Actor(member_id=run.member_id, user_id=run.created_by, roles=roles, via=via)


def _share_one(
    run: ShareRun, item: ShareRunItem, shares: Sequence[Share], *, actor: Actor, at: datetime
) -> None:
    """With each ally alone, as the preview has it: what one may not get keeps it from no other."""
    refusals = [code for one in shares if (code := _refusal(item, one, actor=actor, at=at))]
    item.code = refusals[0] if refusals else ""
    if len(refusals) < len(shares):
        item.outcome = ShareRunItem.Outcome.SHARED
        run.shared += 1
    else:
        item.outcome = ShareRunItem.Outcome.REFUSED
        run.refused += 1
    run.processed += 1
    item.save(update_fields=["outcome", "code"])


def _refusal(item: ShareRunItem, one: Share, *, actor: Actor, at: datetime) -> str:
    """Why this ally does not get it; nothing where it does."""
    try:
        with transaction.atomic():
            share_lead(item.subject_id, [one], actor=actor, at=at)
    except DomainError as refusal:
        return refusal.code
    return ""


def cancel_share_run(run_id: UUID, *, actor: Actor, at: datetime) -> ShareRun:
    """Stop; what was shared stays shared, and can be taken back grant by grant."""
    run = ShareRun.objects.select_for_update().filter(pk=run_id, member_id=actor.member_id).first()
    if run is None:
        raise NotFound
    policies.may_add(actor).require()
    if not run.is_running:
        raise DomainError("share_run.over", _("This has already ended."))
    run.state, run.ended_at = ShareRun.State.CANCELLED, at
    run.save(update_fields=["state", "ended_at"])
    due.cancel(run.pk)
    return run
