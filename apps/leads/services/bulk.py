"""One decision about many leads, each judged alone, to be taken back for ten minutes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.leads import policies
from apps.leads.events import BulkDecided, BulkUndone
from apps.leads.models import BulkAction, BulkItem, Lead
from apps.leads.services import triage
from apps.leads.triaging import bulks
from apps.sharing import services as sharing

MOST = 200
UNDO_FOR = timedelta(minutes=10)
Verb = BulkAction.Verb
Outcome = BulkItem.Outcome
# What a decision may change; taking it back writes these again.
KEPT = triage.DECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What shall be done with each lead; a verb takes what it needs."""

    verb: str
    severity: str = ""
    reason: str = ""
    person_id: UUID | None = None
    until: datetime | None = None


def decide_many(
    decision: Decision, lead_ids: Sequence[UUID], *, actor: Actor, at: datetime
) -> BulkAction:
    """Do one thing to many leads: one that cannot take it is named and holds up no other.

    A lead that the actor may not see is one that is not there.
    """
    policies.may_add(actor).require()
    wanted = list(dict.fromkeys(lead_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid({"ids": [_("Choose between 1 and %(count)s leads.") % {"count": MOST}]})
    do = _checked(decision, actor=actor, at=at)
    action = BulkAction(
        member_id=actor.member_id,
        verb=decision.verb,
        user_id=actor.user_id,
        created_at=at,
        undo_until=at + UNDO_FOR,
    )
    own = {lead.pk: lead for lead in triage.locked_many(actor, wanted)}
    allied = set(access.subject_ids(actor, "lead").filter(subject_id__in=wanted)) - own.keys()
    items = [_item(action, place, key, own.get(key), do) for place, key in enumerate(wanted)]
    for item in items:
        if item.lead_id in allied:
            refusal = policies.owner_only()
            item.code, item.reason = refusal.code, str(refusal.reason)
    triage.settle([own[item.lead_id] for item in items if item.outcome == Outcome.DONE])
    action.done = sum(item.outcome == Outcome.DONE for item in items)
    action.refused = len(items) - action.done
    sharing.own_subject(("bulk_action", action.pk), member_id=actor.member_id, at=at)
    action.save(force_insert=True)
    BulkItem.objects.bulk_create(items)
    fact = BulkDecided(subject_id=action.pk, verb=action.verb, done=action.done)
    emit(fact, actor=actor, at=at)
    return action


def undo_many(action_id: UUID, *, actor: Actor, at: datetime) -> BulkAction:
    """Take a decision about many back; what somebody has changed since is left and named."""
    bulks.find(actor, action_id)
    action = BulkAction.objects.select_for_update().get(pk=action_id)
    policies.may_add(actor).require()
    if action.undone_at is not None:
        raise DomainError("bulk.undone_already", _("This was taken back already."))
    if at > action.undo_until:
        raise DomainError(
            "bulk.too_late", _("This can be taken back for ten minutes only; change single leads.")
        )
    items = list(action.items.filter(outcome=Outcome.DONE).order_by("place"))
    own = {lead.pk: lead for lead in triage.locked_many(actor, [item.lead_id for item in items])}
    for item in items:
        lead = own.get(item.lead_id)
        if lead is None or lead.version != item.version:
            item.outcome = Outcome.LEFT
            continue
        triage.put_back(lead, item.before, actor=actor, at=at)
        item.outcome = Outcome.UNDONE
    triage.settle([own[item.lead_id] for item in items if item.outcome == Outcome.UNDONE])
    BulkItem.objects.bulk_update(items, ["outcome"])
    action.undone_at = at
    action.save(update_fields=["undone_at"])
    left = sum(item.outcome == Outcome.LEFT for item in items)
    fact = BulkUndone(subject_id=action.pk, undone=len(items) - left, left=left)
    emit(fact, actor=actor, at=at)
    return action


Do = Callable[[Lead], object]


def _checked(decision: Decision, *, actor: Actor, at: datetime) -> Do:
    """The decision as a function of a locked lead; what is wrong for all is refused at once."""
    told: dict[str, Any] = {"actor": actor, "at": at}
    if decision.verb == Verb.ACCEPT:
        return lambda lead: triage.take_on(lead, **told)
    if decision.verb == Verb.ASSIGN:
        triage.check_colleague(decision.person_id, actor=actor)
        return lambda lead: triage.give_to(lead, decision.person_id, **told)
    if decision.verb == Verb.SEVERITY:
        triage.check_severity(decision.severity)
        return lambda lead: triage.set_severity(lead, decision.severity, **told)
    if decision.verb == Verb.DISMISS:
        triage.checked_reason(decision.reason)
        return lambda lead: triage.put_away(lead, decision.reason, **told)
    if decision.verb == Verb.RESTORE:
        triage.checked_reason(decision.reason)
        return lambda lead: triage.bring_back(lead, decision.reason, **told)
    if decision.verb == Verb.SNOOZE:
        until = decision.until
        if until is None:
            raise Invalid({"until": [_("Say until when.")]})
        triage.check_snooze(until, at=at)
        return lambda lead: triage.let_sleep(lead, until, **told)
    raise Invalid({"verb": [_("Choose what shall be done.")]})


def _item(action: BulkAction, place: int, lead_id: UUID, lead: Lead | None, do: Do) -> BulkItem:
    item = BulkItem(
        member_id=action.member_id, action=action, place=place, lead_id=lead_id,
        outcome=Outcome.REFUSED,
    )  # fmt: skip
    if lead is None:
        item.code, item.reason = "not_found", str(NotFound().message)
        return item
    item.reference, before = lead.reference, before_of(lead)
    try:
        do(lead)
    except DomainError as refusal:
        item.code, item.reason = refusal.code, _why(refusal)
    else:
        item.outcome, item.before, item.version = Outcome.DONE, before, lead.version
    return item


def _why(refusal: DomainError) -> str:
    said = [str(text) for texts in refusal.fields.values() for text in texts]
    return said[0] if said else str(refusal.message)


def before_of(lead: Lead) -> dict[str, Any]:
    """What a decision may change, as it was, fit for JSON."""
    kept = {name: getattr(lead, name) for name in KEPT}
    return {
        name: value if value is None or isinstance(value, str) else _written(value)
        for name, value in kept.items()
    }


def _written(value: UUID | datetime) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
