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
from apps.leads.services.opening import Share
from apps.leads.services.reporting import Unreadable, report_many
from apps.leads.services.share_runs import (
    Chosen,
    advance_share_run,
    cancel_share_run,
    start_share_run,
)
from apps.leads.services.sharing import (
    capabilities_of,
    change_share,
    note_reading,
    revoke_share,
    share_lead,
)
from apps.leads.services.triage import dismiss, mark_linked, restore, triage

__all__ = [
    "DUE_KIND",
    "Chosen",
    "Observation",
    "Rows",
    "Share",
    "Unreadable",
    "Upload",
    "add_own_selector",
    "advance",
    "advance_share_run",
    "again",
    "cancel",
    "cancel_share_run",
    "capabilities_of",
    "change_lead",
    "change_share",
    "clear_member",
    "create_lead",
    "dismiss",
    "judge_pair",
    "judge_quarantine",
    "judge_signal",
    "mark_linked",
    "note_reading",
    "observe",
    "remove_own_selector",
    "report_many",
    "repost",
    "restore",
    "revoke_share",
    "run_batch",
    "save_mapping",
    "set_discoverability",
    "set_signal_policy",
    "share_lead",
    "start_check",
    "start_run",
    "start_share_run",
    "triage",
    "upload",
    "withdraw_signal",
]
