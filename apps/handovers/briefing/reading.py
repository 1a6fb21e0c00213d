"""What a reader of a level gets of a briefing, and the names of what he does not."""

from collections.abc import Mapping
from typing import Any

from apps.core.models import Level

# Words somebody typed are part of the case, whatever their field.
TEASER = ("severity", "language", "tlp", "no_actions")


def project(content: Mapping[str, Any], level: int) -> tuple[dict[str, Any], list[str]]:
    """The briefing as a reader of `level` gets it, and the names of what was withheld."""
    if level >= Level.CASE:
        return dict(content), []
    kept = {field: content.get(field) for field in TEASER}
    withheld = [field for field in content if field not in kept]
    kept["actions"] = [
        _wordless(action) for action in content.get("actions", []) if level >= Level.SELECTORS
    ]
    return kept, withheld


def _wordless(action: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": action["id"], "what": "", "due_at": action.get("due_at")}
