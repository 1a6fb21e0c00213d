"""Leads by a selector that a text names, in whatever form it is typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from apps.core.actor import Actor
from apps.core.grams import grams, query_grams
from apps.leads.correlating import keys
from apps.leads.correlating.links import having
from apps.leads.drafts import Draft, read
from apps.leads.field_classes import OWNER_ONLY, is_sealed, level_of_kind


@dataclass(frozen=True, slots=True)
class Named:
    """A selector that a text names, by its digests, and the level from which it finds a lead."""

    digests: tuple[bytes, ...]
    level: int


# Asked for the member and for the person, and often for the next page.
@lru_cache(maxsize=256)
def named_in(text: str) -> tuple[Named, ...]:
    """The selectors that a text names: a phone, an address or an account needs no exact spelling.

    Those alone that its words do not find: a lead is indexed by what its selectors are read as, so
    that whatever is spelled as it is read is found by its words, from the same level on.
    """
    words = set(query_grams(text))
    named = read(
        Draft(title=text[:500], values={"phone": (text[:60],), "bank_account": (text[:60],)})
    ).selectors
    return tuple(
        # What is sealed is masked in an ally's lead until a reason is given: no search confirms it.
        Named(
            tuple(keys.digests(one.key)),
            OWNER_ONLY if is_sealed(one.kind) else int(level_of_kind(one.kind)),
        )
        for one in named
        if not words or not words <= set(grams(one.norm))
    )


def by_selector(viewer: Actor, named: Sequence[Named], limit: int) -> list[UUID]:
    """The newest leads with one of the selectors."""
    levels = {digest: one.level for one in named for digest in one.digests}
    return [row.line.id for row in having(viewer, levels, most=limit, cap=limit)]
