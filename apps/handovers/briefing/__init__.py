"""The briefing: drafted from what happened, completed by the sender, kept as it was read."""

from apps.handovers.briefing.amending import amend, missing
from apps.handovers.briefing.differences import Change, differences
from apps.handovers.briefing.drafting import STANDARD, draft_all
from apps.handovers.briefing.reading import project
from apps.handovers.briefing.versions import Writing, latest, version_of, write, write_all

__all__ = [
    "STANDARD",
    "Change",
    "Writing",
    "amend",
    "differences",
    "draft_all",
    "latest",
    "missing",
    "project",
    "version_of",
    "write",
    "write_all",
]
