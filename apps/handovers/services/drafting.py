"""Briefings before an offer: drafted from the log, improved by the sender until it is answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Stale
from apps.core.models import Level
from apps.handovers import briefing, policies, selectors
from apps.handovers.events import HandoverDrafted, tell_all
from apps.handovers.models import Briefing, Handover
from apps.handovers.services.planning import Found, locked, locked_all
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation


def draft_handovers(handover_ids: Sequence[UUID], at: datetime) -> None:
    """Due service: write the first briefings, so that the senders can still improve them."""
    found = locked_all(handover_ids)
    draft_all([one for one in found if is_planned(one[1])], actor=scope.current(), at=at)


def is_planned(handover: Handover) -> bool:
    return handover.state == Handover.State.PLANNED


def draft(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> Briefing:
    """Write the first briefing from the log, under the investigation's lock."""
    return draft_all([(investigation, handover)], actor=actor, at=at)[0]


def draft_all(found: Sequence[Found], *, actor: Actor, at: datetime) -> list[Briefing]:
    """Write the first briefing of each handover from the log of its case, one owner's cases."""
    if not found:
        return []
    contents = briefing.draft_all([investigation for investigation, _handover in found], at=at)
    for _investigation, handover in found:
        handover.state = Handover.State.DRAFTED
    written = briefing.write_all(
        [briefing.Writing(handover, contents[case.pk], None) for case, handover in found], at=at
    )
    _announce_drafts(written, actor=actor, at=at)
    return written


def _announce_drafts(written: Sequence[Briefing], *, actor: Actor, at: datetime) -> None:
    facts = [
        HandoverDrafted(
            subject_id=made.handover.investigation_id,
            handover_id=made.handover_id,
            briefing_version=made.version,
        )
        for made in written
    ]
    tell_all(facts, actor=actor, at=at)


def amend_briefing(
    handover_id: UUID, *, changes: Mapping[str, Any], version: int, actor: Actor, at: datetime
) -> Briefing:
    """The sender improves the briefing until it is answered. Raises Stale on an old version."""
    seen = selectors.find(actor, handover_id)
    investigation = investigations.find(actor, seen.investigation_id, min_level=Level.CASE)
    policies.may_offer(actor, investigation).require()
    with scope.as_owner(seen, actor):
        found = locked(handover_id)
        if found is None:
            raise NotFound
        investigation, handover = found
        if not handover.is_pending:
            raise DomainError("handover.not_open", _("This handover has been answered already."))
        last = briefing.latest(handover) or draft(investigation, handover, actor=actor, at=at)
        if last.version != version:
            raise Stale
        content = briefing.amend(last.content, changes, actor=actor)
        written = briefing.write(handover, content, by=actor.user_id, at=at)
        _announce_drafts([written], actor=actor, at=at)
    return written
