"""Bringing a lead in by hand and changing it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, Stale
from apps.core.events import emit, next_seq
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.leads import policies, selectors
from apps.leads.correlating import postings
from apps.leads.correlating.models import Discoverability
from apps.leads.drafts import MOST_VALUES, Draft, NamedValue, Reading, named_by, read
from apps.leads.events import LeadChanged, LeadCreated
from apps.leads.field_classes import level_of_kind
from apps.leads.models import Credibility, Lead, LeadSelector, Reliability, Severity, SourceKind
from apps.leads.names import rows as names
from apps.leads.normalise import VERSION
from apps.leads.services.opening import Share, open_to
from apps.leads.services.scoring import score_first
from apps.sharing import services as sharing
from apps.sharing.caps import Pap
from apps.sharing.models import SearchEntry, Tlp

LONGEST_TEXT = 20_000
LONGEST_LINE = 300
_LINES = ("title", "source", "their_reference", "brand", "country", "language")
_LONGEST = {**dict.fromkeys(_LINES, LONGEST_LINE), "description": LONGEST_TEXT}
_LISTED: dict[str, set[object]] = {
    "source_kind": {"", *SourceKind.values},
    "source_reliability": {"", *Reliability.values},
    "discoverability": set(Discoverability.values),
    "credibility": {None, *Credibility.values},
    "severity": set(Severity.values),
    "tlp": set(Tlp.values),
    "pap": set(Pap.values),
}
_LEVELS = tuple(Level)
# What else a lead is found by from the level of the case.
_TELLING = ("reference", "title", "description", "brand")
_PLAIN = tuple(f.name for f in fields(Draft) if f.name not in {"title", "values"})
_plain_of = attrgetter(*_PLAIN)


def create_lead(draft: Draft, *, actor: Actor, at: datetime, shares: Sequence[Share] = ()) -> Lead:
    """Keep a report as a lead with everything that identifies it, open to its audience alone.

    Nobody reads it for a moment before its audience is set: both are one transaction.
    """
    admit(draft, actor=actor, at=at)
    reading = read(draft)
    lead = make(draft, reading, reference=take_references(actor.member_id, 1)[0])
    lead.member_id, lead.created_at, lead.created_by = actor.member_id, at, actor.user_id
    score_first(lead, reading, at=at)
    sharing.own_subject(("lead", lead.pk), member_id=actor.member_id, at=at)
    lead.save(force_insert=True)
    postings.post(_identify(lead, reading), known_since=at)
    names.keep(lead)
    fact = LeadCreated(subject_id=lead.pk, reference=lead.reference)
    emit(fact, actor=actor, at=at)
    open_to(lead, shares, actor=actor, at=at)
    return lead


def admit(draft: Draft, *, actor: Actor, at: datetime) -> None:
    """Refuse what the actor may not report, and what cannot be a lead, by whichever door."""
    policies.may_add(actor).require()
    policies.may_report_as(actor, draft.discoverability).require()
    check(draft, at=at)


def change_lead(
    lead_id: UUID, changes: dict[str, Any], *, version: int | None, actor: Actor, at: datetime
) -> Lead:
    """Change facts of a lead; its selectors follow. Raises Stale where somebody was faster."""
    selectors.find(actor, lead_id)
    lead = locked(actor, lead_id)
    policies.may_change(actor, lead).require()
    if version is not None and version != lead.version:
        raise Stale
    before = draft_of(lead)
    if not before.title and changes.get("title") == lead.title:
        # Sent back as it was shown, which is not to give one.
        changes = {name: value for name, value in changes.items() if name != "title"}
    after = replace(before, **changes)
    check(after, at=at)
    changed = tuple(
        f.name for f in fields(Draft) if getattr(before, f.name) != getattr(after, f.name)
    )
    if not changed:
        return lead
    policies.may_set_lights(actor, lead, tlp=after.tlp, pap=after.pap).require()
    if "discoverability" in changed:
        policies.may_set_discoverability(actor, lead, after.discoverability).require()
    reading = read(after)
    fresh = make(after, reading, reference=lead.reference)
    for name in ("title", "values", *_PLAIN, "locator", "locator_kind", "read_version"):
        setattr(lead, name, getattr(fresh, name))
    lead.version += 1
    score_first(lead, reading, at=at)
    lead.save()
    lead.selectors.all().delete()
    SearchEntry.objects.filter(root_type="lead", root_id=lead.pk).delete()
    postings.follow(lead, _identify(lead, reading))
    if "values" in changed:
        names.follow(lead)
    if "tlp" in changed:
        sharing.apply_light(("lead", lead.pk), at=at)
    emit(LeadChanged(subject_id=lead.pk, fields=changed), actor=actor, at=at)
    return lead


def locked(actor: Actor, lead_id: UUID) -> Lead:
    """The lead, locked, when it is the member's own; an ally's is refused by the policy."""
    # Before the lead, as the policy's own change locks them: what follows puts both into force.
    postings.lock_policy(actor.member_id, shared=True)
    lead = Lead.objects.select_for_update().filter(pk=lead_id, member_id=actor.member_id).first()
    return lead or selectors.find(actor, lead_id)


def draft_of(lead: Lead) -> Draft:
    """The lead as it was reported.

    A title that was only taken from its values or its text is none: it goes where they go.
    """
    plain = {name: getattr(lead, name) for name in _PLAIN}
    values = {kind: tuple(written) for kind, written in lead.values.items()}
    draft = Draft(values=values, **plain)
    return draft if draft.headline == lead.title else replace(draft, title=lead.title)


def check(draft: Draft, *, at: datetime) -> None:
    """Refuse what cannot be a lead. Raises Invalid with the fields."""
    wrong: dict[str, list[str]] = {}
    for name, longest in _LONGEST.items():
        if len(getattr(draft, name)) > longest:
            wrong[name] = [_("At most %(count)s characters.") % {"count": longest}]
    for name, listed in _LISTED.items():
        if getattr(draft, name) not in listed:
            wrong[name] = [_("Choose one from the list.")]
    wrong |= _too_many(draft)
    if draft.seen_at and draft.seen_at > at:
        wrong["seen_at"] = [_("This is in the future.")]
    if not draft.headline:
        wrong["title"] = [_("Give a title, a description or at least one value to look for.")]
    if wrong:
        raise Invalid(wrong)


def _too_many(draft: Draft) -> dict[str, list[str]]:
    """A sentence for each kind with more values than a lead takes."""
    return {
        kind: [
            _("At most %(count)s values; these are %(found)s.")
            % {"count": MOST_VALUES, "found": len(written)}
        ]
        for kind, written in draft.values.items()
        if len(written) > MOST_VALUES
    }


def make(draft: Draft, reading: Reading, *, reference: str) -> Lead:
    """An unsaved lead."""
    return Lead(**facts(draft, reading, reference=reference, lead_id=uuid7()))


def facts(draft: Draft, reading: Reading, *, reference: str, lead_id: UUID) -> dict[str, Any]:
    """What a lead made of a report says: its fields by name."""
    locator, kind = reading.locator
    return {
        "id": lead_id,
        "reference": reference,
        "title": draft.headline,
        "values": {kind: list(written) for kind, written in draft.values.items() if written},
        "locator": locator,
        "locator_kind": kind,
        "read_version": VERSION,
        **dict(zip(_PLAIN, _plain_of(draft), strict=True)),
    }


def take_references(member_id: UUID, count: int) -> list[str]:
    """The member's next numbers; its other writers wait until commit."""
    last = next_seq(("lead_number", member_id), count)
    return [f"LD-{number}" for number in range(last - count + 1, last + 1)]


def selector_rows(lead: Lead, reading: Reading) -> list[LeadSelector]:
    """Unsaved rows for what identifies the lead, and for what could not be read."""
    named = named_by(reading, member_id=lead.member_id, lead_id=lead.pk)
    return [LeadSelector(**one._asdict()) for one in named]


def search_entries(lead: Lead, reading: Sequence[LeadSelector]) -> list[SearchEntry]:
    """Unsaved search rows: each word at the level from which its field is read."""
    told = {name: getattr(lead, name) for name in ("id", *_TELLING)}
    ref, owner, came_at = ("lead", lead.pk), lead.member_id, lead.created_at
    return [
        sharing.entry(
            ref, one.level, one.text, member_id=owner, at=came_at, is_sealed=one.is_sealed
        )
        for one in words_of(told, reading)
    ]


def words_of(
    told: Mapping[str, Any], reading: Sequence[LeadSelector | NamedValue]
) -> list[sharing.Words]:
    """What a lead is found by: each word at the level from which its field is read."""
    by_level: dict[int, list[LeadSelector | NamedValue]] = {level: [] for level in _LEVELS}
    for row in reading:
        by_level[level_of_kind(row.kind) if row.is_read else Level.CASE].append(row)
    case = by_level[Level.SELECTORS] + by_level[Level.CASE]
    texts = (
        (Level.SELECTORS, _words(by_level[Level.SELECTORS])),
        (Level.CASE, "\n".join([*(told[name] for name in _TELLING), _words(case)])),
        (Level.FULL, _words(by_level[Level.FULL])),
    )
    return [
        # What only L4 reads is masked there until a reason is given, so no search confirms it.
        sharing.Words(told["id"], level, text, level == Level.FULL)
        for level, text in texts
        if text
    ]


def _words(rows: Iterable[LeadSelector | NamedValue]) -> str:
    return " ".join(dict.fromkeys(word for row in rows for word in (row.raw, row.norm) if word))


def _identify(lead: Lead, reading: Reading) -> list[LeadSelector]:
    rows = LeadSelector.objects.bulk_create(selector_rows(lead, reading))
    SearchEntry.objects.bulk_create(search_entries(lead, rows))
    return rows
