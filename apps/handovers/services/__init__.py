"""Custody offered, read back, accepted: one verb per function, silence never moves custody."""

from apps.handovers.services.answering import (
    accept_handover,
    auto_accept,
    complete_handovers,
    decline_handover,
    expire_handovers,
)
from apps.handovers.services.briefings import correct_read_back, note_reading
from apps.handovers.services.bulk import Outcome, accept_quiet
from apps.handovers.services.drafting import amend_briefing, draft_handovers
from apps.handovers.services.emergency import cancel_handover, hand_over_now
from apps.handovers.services.escalating import escalate_custodies, plan_ladder
from apps.handovers.services.holding import hold_custodies, recall_custody, retry_handover
from apps.handovers.services.offering import offer_handovers
from apps.handovers.services.planning import plan_next
from apps.handovers.services.policy import set_policy
from apps.handovers.services.reading_back import ReadBack
from apps.handovers.services.settling import replan, replan_all
from apps.handovers.services.undoing import bounce_handover, undo_acceptance

__all__ = [
    "Outcome",
    "ReadBack",
    "accept_handover",
    "accept_quiet",
    "amend_briefing",
    "auto_accept",
    "bounce_handover",
    "cancel_handover",
    "complete_handovers",
    "correct_read_back",
    "decline_handover",
    "draft_handovers",
    "escalate_custodies",
    "expire_handovers",
    "hand_over_now",
    "hold_custodies",
    "note_reading",
    "offer_handovers",
    "plan_ladder",
    "plan_next",
    "recall_custody",
    "replan",
    "replan_all",
    "retry_handover",
    "set_policy",
    "undo_acceptance",
]
