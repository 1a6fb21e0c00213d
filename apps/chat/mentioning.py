"""Who is called in a text: `@bo-duarte`, `@milan-desk`, `@on-duty`."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

ON_DUTY = "on-duty"
_BETWEEN = re.compile(r"[^\w]+")
_WORD = re.compile(r"[\w]")
# From here on letters stand without spaces between words (Chinese, Japanese, Korean).
_UNSPACED = "\u2e80"


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody, or some desk, that can be called in a room by its handle."""

    ref: str
    handle: str
    name: str
    member: str = ""
    zone: str = ""
    is_ours: bool = True


def slug(name: str) -> str:
    """A name as it is typed after the sign: in its own letters, without spaces."""
    return _BETWEEN.sub("-", name.lower()).strip("-_")


def desk_slug(name: str) -> str:
    """`milan-desk`, whether the desk is called Milan or Milan desk."""
    text = slug(name)
    return text if text.endswith("-desk") else f"{text}-desk"


def told_apart(wanted: Sequence[tuple[Callee, str]]) -> dict[str, Callee]:
    """By handle; who would share one is told apart by the member's code, then by number."""
    counts = Counter(who.handle for who, _code in wanted)
    found: dict[str, Callee] = {}
    for who, code in wanted:
        plain = who.handle if counts[who.handle] == 1 else f"{who.handle}.{code.lower()}"
        handle, n = plain, 1
        while handle in found:
            n += 1
            handle = f"{plain}-{n}"
        if who.handle:
            found[handle] = replace(who, handle=handle)
    return found


def at(text: str, start: int, known: Mapping[str, Callee]) -> Callee | None:
    """Who is called by the handle that begins there, right after the sign: the longest counts."""
    if start > 1 and _WORD.match(text[start - 2]):
        return None
    rest = text[start : start + 100].lower()
    for handle in sorted(known, key=len, reverse=True):
        if rest.startswith(handle) and _ends(rest[len(handle) :]):
            return known[handle]
    return None


def _ends(rest: str) -> bool:
    """Whether a name ends before this: `@bo.` and `@bo-`, but neither `@bob` nor `@bo-li`."""
    if not rest:
        return True
    if rest[0] >= _UNSPACED:
        return True
    if rest[0] in ".-" and len(rest) > 1:
        return not _WORD.match(rest[1])
    return not _WORD.match(rest[0])
