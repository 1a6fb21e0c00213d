"""Exact links inside what one may see: own leads and granted ones that name the same thing.

The postings say which leads have a digest, the access rows which of them may be seen: joined when
read, and before anything is limited, so that neither ten thousand leads of others nor thousands of
one member's can push a visible one out of the answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from apps.core import bulk
from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads.correlating import keys, postings
from apps.leads.correlating.models import PairJudgement
from apps.leads.field_classes import is_sealed, level_of_kind, mask
from apps.leads.lines import COLUMNS, Line, made
from apps.leads.projecting import LeadView, project

MOST_LINKS: Final = 25
# Of one member and value: thousands of one seller's leads push nobody else's out of the answer.
MOST_OF_ONE: Final = 10


@dataclass(frozen=True, slots=True)
class Match:
    """Another lead that the reader may see with a selector in common; nothing is merged."""

    lead: LeadView
    kinds: list[str]
    values: list[str]
    verdict: str = ""

    @property
    def is_muted(self) -> bool:
        return self.verdict == PairJudgement.Verdict.DIFFERENT


@dataclass(frozen=True, slots=True)
class Links:
    """The newest leads that share a selector, and whether there are more than these.

    `values` are those that the further ones have: each finds all of its leads in a list. It may be
    empty where there are more, as what is sealed finds nothing.
    """

    matches: tuple[Match, ...] = ()
    has_more: bool = False
    values: tuple[str, ...] = ()

    @property
    def open(self) -> list[Match]:
        """Without those that the reader's member judged different."""
        return [match for match in self.matches if not match.is_muted]


class Having(NamedTuple):
    """A lead with some of the digests that were asked for, and what the viewer thinks of it.

    `cut` are the digests that more leads of its owner have than were asked for.
    """

    digests: list[bytes]
    cut: list[bytes]
    verdict: str
    line: Line


def links_of(actor: Actor, lead_id: UUID, *, most: int = MOST_LINKS) -> Links:
    """The newest leads that share a selector with this one, with what the member thinks of each."""
    return links_of_many(actor, [lead_id], most=most)


def links_of_many(actor: Actor, lead_ids: Iterable[UUID], *, most: int = MOST_LINKS) -> Links:
    """The other leads that share a selector with any of these: those of a case, together.

    The verdict is the one on the first of the leads that has one with it.
    """
    ids = list(lead_ids)
    named = _readable(actor, ids)
    if not named:
        return Links()
    levels = {digest: int(level_of_kind(kind)) for digest, (kind, *_name) in named.items()}
    # One more than is told says that there are more.
    found = having(actor, levels, besides=ids, most=most + 1, cap=MOST_OF_ONE)
    has_more = len(found) > most
    cut = {one for row in found for one in (row.digests if has_more else row.cut)}
    return Links(
        tuple(_match(actor, row, named) for row in found[:most]),
        bool(cut),
        tuple(dict.fromkeys(
            norm for digest, (kind, _namespace, norm) in named.items()
            if digest in cut and not is_sealed(kind)
        )),
    )  # fmt: skip


def _match(actor: Actor, row: Having, named: dict[bytes, keys.Named]) -> Match:
    # The digests of one value under several keys are one value, in the order of the lead's own.
    had = set(row.digests)
    values = dict.fromkeys(name for digest, name in named.items() if digest in had)
    return Match(
        project(row.line, row.line.level, is_owner=row.line.owner_id == actor.member_id),
        sorted({kind for kind, _namespace, _norm in values}),
        [_shown(kind, norm) for kind, _namespace, norm in values],
        row.verdict,
    )


def _shown(kind: str, norm: str) -> str:
    """A value that two leads share; what is sealed is read in the lead itself, for a reason."""
    return mask(kind, norm) if is_sealed(kind) else norm


_READABLE: Final = (
    "SELECT kind, namespace, norm, level FROM alliance_lead_values(%s, %s::uuid[], %s::smallint)"
)


def _readable(actor: Actor, lead_ids: list[UUID]) -> dict[bytes, keys.Named]:
    """What of these leads the actor may read whole and does not own itself, by digest."""
    found: dict[bytes, keys.Named] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _READABLE, [actor.member_id, bulk.plain_array(lead_ids), int(Level.SELECTORS)]
        )
        for kind, namespace, norm, level in cursor.fetchall():
            # Whoever may not read a kind of selector is told of no link by it (sharing.md 4.5).
            if kind not in postings.NEVER_POSTED and level >= level_of_kind(kind):
                name = (kind, namespace, norm)
                found |= dict.fromkeys(keys.digests(name), name)
    return found


# So many leads have a value at most that each of them is asked for its access row, and so many
# that they are compared with what allies share.
_FEW: Final = 100
_MANY: Final = 2000
_HAVING: Final = f"""
SELECT digests_had, digests_cut, verdict, {COLUMNS}
FROM alliance_lead_links(%s, %s::uuid[], %s::bytea[], %s::smallint[], %s, %s, %s, %s)
"""  # noqa: S608 - names of columns alone


def having(
    viewer: Actor,
    levels: Mapping[bytes, int],
    *,
    besides: Sequence[UUID] = (),
    most: int,
    cap: int,
) -> list[Having]:
    """The newest leads with one of the digests that may be seen from its level on.

    Of one member and digest at most `cap`; the verdict is that on the pair with one of `besides`.
    """
    told: list[Any] = [
        bulk.plain_array(besides),
        bulk.byte_array(levels),
        bulk.plain_array(levels.values()),
        cap,
        _FEW,
        _MANY,
        most,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_HAVING, [viewer.member_id, *told])
        return [
            Having(row[0], row[1] or [], row[2] or "", made(row[3:])) for row in cursor.fetchall()
        ]
