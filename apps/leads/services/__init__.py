"""What can be done with leads: one function per verb."""

from apps.leads.correlating.batching import run_batch
from apps.leads.correlating.judging import (
    judge_pair,
    judge_signal,
    set_discoverability,
    set_signal_policy,
    withdraw_signal,
)
from apps.leads.correlating.observing import (
    Observation,
    add_own_selector,
    observe,
    remove_own_selector,
)
from apps.leads.correlating.reposting import repost
from apps.leads.correlating.reviewing import clear_member, judge_quarantine
from apps.leads.services.imports import (
    DUE_KIND,
    Rows,
    Upload,
    advance,
    again,
    cancel,
    save_mapping,
    start_check,
    start_run,
    upload,
)
from apps.leads.services.keeping import change_lead, create_lead
from apps.leads.services.reporting import Unreadable, report_many
from apps.leads.services.triage import dismiss, mark_linked, restore, triage

__all__ = [
    "DUE_KIND",
    "Observation",
    "Rows",
    "Unreadable",
    "Upload",
    "add_own_selector",
    "advance",
    "again",
    "cancel",
    "change_lead",
    "clear_member",
    "create_lead",
    "dismiss",
    "judge_pair",
    "judge_quarantine",
    "judge_signal",
    "mark_linked",
    "observe",
    "remove_own_selector",
    "report_many",
    "repost",
    "restore",
    "run_batch",
    "save_mapping",
    "set_discoverability",
    "set_signal_policy",
    "start_check",
    "start_run",
    "triage",
    "upload",
    "withdraw_signal",
]
