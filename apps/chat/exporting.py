"""A copy of a room that proves itself: each entry has a digest, chained to the one before.

Pure. The digest of an entry is the SHA-256 of its canonical JSON (sorted keys, no spaces, UTF-8)
with `previous`, the digest of the entry before it in the copy. The manifest's digest covers the
range, the instant and the last digest: whoever has the copy can compute all of them again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

FORMAT: Final = "alliance-room/1"
NOTHING: Final = "0" * 64


def canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def chained(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The entries, each with the digest before it and its own."""
    found: list[dict[str, Any]] = []
    previous = NOTHING
    for entry in entries:
        linked = {**entry, "previous": previous}
        previous = digest(linked)
        found.append({**linked, "sha256": previous})
    return found


def document(manifest: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole copy."""
    linked = chained(entries)
    last = linked[-1]["sha256"] if linked else NOTHING
    head = {"format": FORMAT, **manifest, "count": len(linked), "last_sha256": last}
    return {"manifest": {**head, "sha256": digest(head)}, "entries": linked}


def is_sound(copy: Mapping[str, Any]) -> bool:
    """Whether every digest of a copy is that of what stands there."""
    bare = [
        {key: value for key, value in entry.items() if key not in {"previous", "sha256"}}
        for entry in copy["entries"]
    ]
    head = {key: value for key, value in copy["manifest"].items() if key != "sha256"}
    linked = chained(bare)
    last = linked[-1]["sha256"] if linked else NOTHING
    return (
        linked == list(copy["entries"])
        and (head["last_sha256"], head["count"]) == (last, len(linked))
        and digest(head) == copy["manifest"]["sha256"]
    )
