"""What people know of single values: that they are their own, were seen in use, or mislead."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.leads import policies, selectors
from apps.leads.correlating import postings
from apps.leads.correlating.models import OwnSelector, Sighting
from apps.leads.field_classes import level_of_kind
from apps.leads.models import LeadSelector
from apps.leads.normalise import KINDS, normalise
from apps.leads.triaging.expiring import let_expire

LONGEST_NOTE = 2_000
LONGEST_VALUE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One look at a selector of a lead."""

    kind: str = Sighting.Kind.SEEN
    note: str = ""
    seen_at: datetime | None = None


def add_own_selector(
    kind: str, value: str, *, note: str = "", country: str = "", actor: Actor, at: datetime
) -> OwnSelector:
    """Say that a value is the member's own: it links none of its leads and asks nobody."""
    policies.may_keep_own_selectors(actor).require()
    wrong: dict[str, list[str]] = {}
    if kind not in KINDS:
        wrong["kind"] = [_("Choose one of the kinds.")]
    if len(value) > LONGEST_VALUE:
        wrong["value"] = [_("At most %(count)s characters.") % {"count": LONGEST_VALUE}]
    if len(note) > LONGEST_NOTE:
        wrong["note"] = [_("At most %(count)s characters.") % {"count": LONGEST_NOTE}]
    found = None if wrong else normalise(kind, value, country or None)
    if not wrong and found is None:
        wrong["value"] = [_("This cannot be read as such a value, so nothing could match it.")]
    if wrong or found is None:
        raise Invalid(wrong)
    row, created = OwnSelector.objects.get_or_create(
        member_id=actor.member_id,
        kind=found.kind,
        namespace=found.namespace,
        norm=found.norm,
        defaults={
            "raw": value.strip(),
            "note": note.strip(),
            "added_at": at,
            "added_by": actor.user_id,
        },
    )
    if created:
        postings.take_back(actor.member_id, (row.kind, row.namespace, row.norm))
    return row


def remove_own_selector(row_id: UUID, *, actor: Actor) -> None:
    """It is the member's own no longer: the leads that have it post it again."""
    row = OwnSelector.objects.filter(pk=row_id, member_id=actor.member_id).first()
    if row is None:
        raise NotFound
    policies.may_keep_own_selectors(actor).require()
    row.delete()
    postings.post_again(actor.member_id, (row.kind, row.namespace, row.norm))


def observe(
    lead_id: UUID, selector_id: UUID, seen: Observation, *, actor: Actor, at: datetime
) -> Sighting:
    """Keep that a selector of a lead was seen in use, or is somebody else's.

    An ally needs the capability `sight` and must be able to read the selector whole; beside him
    the owner alone reads what he saw.
    """
    lead = selectors.find(actor, lead_id)
    row = access.row(actor, "lead", lead.pk)
    selector = LeadSelector.objects.filter(pk=selector_id, lead_id=lead.pk).first()
    if row is None or selector is None or row.level < level_of_kind(selector.kind):
        raise NotFound
    policies.may_sight(actor, lead, row.capabilities).require()
    _check(seen, at=at)
    sighting = Sighting.objects.create(
        member_id=actor.member_id,
        owner_id=lead.member_id,
        lead=lead,
        selector_kind=selector.kind,
        namespace=selector.namespace,
        norm=selector.norm or selector.raw,
        kind=seen.kind,
        note=seen.note.strip(),
        seen_at=seen.seen_at or at,
        created_at=at,
        created_by=actor.user_id,
    )
    if lead.member_id == actor.member_id:
        let_expire(lead.member_id, [lead.pk], at=at)
    return sighting


def _check(seen: Observation, *, at: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if seen.kind not in Sighting.Kind.values:
        wrong["kind"] = [_("Choose seen or false.")]
    if len(seen.note) > LONGEST_NOTE:
        wrong["note"] = [_("At most %(count)s characters.") % {"count": LONGEST_NOTE}]
    if seen.seen_at and seen.seen_at > at:
        wrong["seen_at"] = [_("This is in the future.")]
    if wrong:
        raise Invalid(wrong)
