"""A person hands over now: the emergency's SBAR, every candidate asked; taking an offer back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.models import Level
from apps.handovers import briefing, policies, selectors
from apps.handovers.models import Handover
from apps.handovers.services.drafting import draft
from apps.handovers.services.offering import offer
from apps.handovers.services.planning import (
    drop,
    holder_of,
    locked,
    pending,
    plan_next,
    start_round,
)
from apps.investigations import selectors as investigations
from apps.investigations.models import Investigation

SBAR_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sbar:
    """The emergency's short form of a briefing: four times a few lines."""

    situation: str = ""
    background: str = ""
    assessment: str = ""
    recommendation: str = ""


def hand_over_now(
    investigation_id: UUID,
    *,
    situation: str,
    background: str = "",
    assessment: str = "",
    recommendation: str = "",
    desk_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Handover:
    """Emergency: every candidate is asked at once, five minutes to answer, the first one wins.

    Replaces what was planned. With `desk_id` that desk alone is asked.
    """
    words = _checked(
        Sbar(
            situation=situation.strip(),
            background=background.strip(),
            assessment=assessment.strip(),
            recommendation=recommendation.strip(),
        )
    )
    seen = investigations.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_offer(actor, seen).require()
    with scope.as_owner(seen, actor):
        investigation = Investigation.objects.select_for_update().get(pk=investigation_id)
        policies.may_offer(actor, investigation).require()
        planned = pending(investigation)
        if planned is not None:
            drop(planned, reason_code="emergency", actor=actor, at=at)
        handover = start_round(
            investigation,
            desk=holder_of(investigation),
            planned_at=at,
            kind=Handover.Kind.EMERGENCY,
            wanted_desk_id=desk_id,
            actor=actor,
            at=at,
        )
        _brief(investigation, handover, words, actor=actor, at=at)
        if not offer(investigation, handover, actor=actor, at=at):
            raise DomainError(
                "handover.nobody_on_duty",
                _("Nobody who may take this case is on duty now. Your desk still holds it."),
            )
    return handover


def _checked(words: Sbar) -> Sbar:
    """The four texts as they are kept. Raises Invalid for one that is too long."""
    wrong = {}
    for name, text in asdict(words).items():
        if len(text) > SBAR_LIMIT:
            wrong[name] = [_("At most %(count)s characters.") % {"count": SBAR_LIMIT}]
        elif "\x00" in text:
            wrong[name] = [_("The text contains a character that cannot be kept.")]
    if wrong:
        raise Invalid(wrong)
    return words


def _brief(
    investigation: Investigation, handover: Handover, words: Sbar, *, actor: Actor, at: datetime
) -> None:
    """The log's draft with the sender's four texts: one version each, so both can be told apart."""
    drafted = draft(investigation, handover, actor=actor, at=at)
    said = {name: text for name, text in asdict(words).items() if text}
    if said:
        content = {**drafted.content, "sbar": said}
        briefing.write(handover, content, by=actor.user_id, at=at)


def cancel_handover(handover_id: UUID, *, actor: Actor, at: datetime) -> Handover:
    """Take an offer back before it is answered; the next one is planned at once."""
    seen = selectors.find(actor, handover_id)
    policies.may_cancel(actor, seen).require()
    with scope.as_owner(seen, actor):
        found = locked(handover_id)
        if found is None:
            raise NotFound
        investigation, handover = found
        if not handover.is_pending:
            raise DomainError("handover.not_open", _("This handover has been answered already."))
        drop(handover, reason_code="taken_back", actor=actor, at=at)
        plan_next(investigation, actor=actor, at=at)
    return handover
