"""What can be done with leads: one function per verb."""

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
from apps.leads.services.triage import dismiss, mark_linked, restore, triage

__all__ = [
    "DUE_KIND",
    "Rows",
    "Upload",
    "advance",
    "again",
    "cancel",
    "change_lead",
    "create_lead",
    "dismiss",
    "mark_linked",
    "restore",
    "save_mapping",
    "start_check",
    "start_run",
    "triage",
    "upload",
]
