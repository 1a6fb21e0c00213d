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
from apps.leads.exchange.disclosing import disclose
from apps.leads.exchange.exporting import (
    advance_export,
    deliver_export,
    forget_export,
    plan_export,
    start_export,
    take_table,
)
from apps.leads.services.bulk import Decision, decide_many, undo_many
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
from apps.leads.services.previewing import RunPreview, preview_draft, preview_run
from apps.leads.services.renormalising import DUE_KIND as RENORMALISE_KIND
from apps.leads.services.renormalising import keep as keep_normalised
from apps.leads.services.renormalising import progress as renormalise_progress
from apps.leads.services.renormalising import renormalise_member
from apps.leads.services.renormalising import start as start_renormalise
from apps.leads.services.reporting import Unreadable, report_bundle, report_many
from apps.leads.services.scoring import rescore
from apps.leads.services.searches import (
    TELL,
    Search,
    plan_telling,
    remove_search,
    save_search,
    subscribe,
    tell_searches,
)
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
from apps.leads.services.stretches import Result
from apps.leads.services.triage import (
    WAKE,
    accept,
    assign,
    dismiss,
    mark_duplicate,
    mark_linked,
    restore,
    snooze,
    triage,
    unsnooze,
    wake,
    withdraw,
)
from apps.leads.triaging.expiring import RESCORE

__all__ = [
    "DUE_KIND",
    "RENORMALISE_KIND",
    "RESCORE",
    "TELL",
    "WAKE",
    "Chosen",
    "Decision",
    "Observation",
    "Result",
    "Rows",
    "RunPreview",
    "Search",
    "Share",
    "Unreadable",
    "Upload",
    "accept",
    "add_own_selector",
    "advance",
    "advance_export",
    "advance_share_run",
    "again",
    "assign",
    "cancel",
    "cancel_share_run",
    "capabilities_of",
    "change_lead",
    "change_share",
    "clear_member",
    "create_lead",
    "decide_many",
    "deliver_export",
    "disclose",
    "dismiss",
    "forget_export",
    "judge_pair",
    "judge_quarantine",
    "judge_signal",
    "keep_normalised",
    "mark_duplicate",
    "mark_linked",
    "note_reading",
    "observe",
    "plan_export",
    "plan_telling",
    "preview_draft",
    "preview_run",
    "remove_own_selector",
    "remove_search",
    "renormalise_member",
    "renormalise_progress",
    "report_bundle",
    "report_many",
    "repost",
    "rescore",
    "restore",
    "revoke_share",
    "run_batch",
    "save_mapping",
    "save_search",
    "set_discoverability",
    "set_signal_policy",
    "share_lead",
    "snooze",
    "start_check",
    "start_export",
    "start_renormalise",
    "start_run",
    "start_share_run",
    "subscribe",
    "take_table",
    "tell_searches",
    "triage",
    "undo_many",
    "unsnooze",
    "upload",
    "wake",
    "withdraw",
    "withdraw_signal",
]
