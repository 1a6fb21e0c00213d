"""The briefing: drafted from what happened, completed by the sender, kept as it was read."""

from apps.handovers.briefing.amending import amend, missing
from apps.handovers.briefing.differences import Change, differences
from apps.handovers.briefing.drafting import STANDARD, draft
from apps.handovers.briefing.reading import project
from apps.handovers.briefing.versions import latest, version_of, write

__all__ = [
    "STANDARD",
    "Change",
    "amend",
    "differences",
    "draft",
    "latest",
    "missing",
    "project",
    "version_of",
    "write",
]
