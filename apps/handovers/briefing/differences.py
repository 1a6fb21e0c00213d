"""What one version of a briefing says that another does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# The parts whose change a reader must know of, in the order of the page.
PLAIN = ("severity", "severity_reason", "summary", "note", "restrictions", "no_actions", "tlp")
LISTS = {
    "actions": ("what", "due_at", "assignee_id"),
    "contingencies": ("if", "then"),
    "questions": ("text",),
    "waits": ("who", "what", "until"),
}
Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the part, and what stood there before and stands there now."""

    part: str
    kind: Kind
    before: Any = None
    after: Any = None


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference that a reader of the old version must know, in the order of the page."""
    found = [
        Change(part, "changed", old.get(part), new.get(part))
        for part in PLAIN
        if (old.get(part) or "") != (new.get(part) or "")
    ]
    for part, fields in LISTS.items():
        found += _of_list(part, old.get(part) or [], new.get(part) or [], fields)
    if old.get("wake", []) != new.get("wake", []):
        found.append(Change("wake", "changed", old.get("wake"), new.get("wake")))
    return found


def _of_list(
    part: str,
    old: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    fields: Sequence[str],
) -> list[Change]:
    before, after = ({row["id"]: row for row in rows} for rows in (old, new))
    removed = [Change(part, "removed", before=before[i]) for i in before if i not in after]
    added = [Change(part, "added", after=after[i]) for i in after if i not in before]
    changed = [
        Change(part, "changed", before[i], after[i])
        for i in before
        if i in after and any(before[i].get(f) != after[i].get(f) for f in fields)
    ]
    return [*changed, *added, *removed]
