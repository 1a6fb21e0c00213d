"""Reading leads as the actor may: every list starts from the access rows."""

from apps.leads.correlating.judged import verdicts_of
from apps.leads.correlating.links import Links, Match, links_of, links_of_many
from apps.leads.selectors.batches import batch_rows, batches, find_batch, mappings
from apps.leads.selectors.by_name import MOST_NAMED, NONE_NAMED, Named, has_named, named_rows
from apps.leads.selectors.counting import (
    COUNTED,
    count,
    count_questions,
    counts,
    counts_of,
    has_since,
    named_alone,
)
from apps.leads.selectors.finding import (
    MOST_IDS,
    find,
    find_many,
    find_own,
    level_in_person,
    may_watch,
    named_to,
    references,
    tombstone,
    view,
)
from apps.leads.selectors.narrowing import NO_WISH, SORTS, TABS, Wanted, rows
from apps.leads.selectors.pages import MOST_EXPORTED, PAGE, Page, for_export, page
from apps.leads.selectors.pairs import (
    MOST_MATCHES,
    duplicates_of,
    link_counts,
    link_pairs,
    link_question,
)
from apps.leads.selectors.searching import cards, search

__all__ = [
    "COUNTED",
    "MOST_EXPORTED",
    "MOST_IDS",
    "MOST_MATCHES",
    "MOST_NAMED",
    "NONE_NAMED",
    "NO_WISH",
    "PAGE",
    "SORTS",
    "TABS",
    "Links",
    "Match",
    "Named",
    "Page",
    "Wanted",
    "batch_rows",
    "batches",
    "cards",
    "count",
    "count_questions",
    "counts",
    "counts_of",
    "duplicates_of",
    "find",
    "find_batch",
    "find_many",
    "find_own",
    "for_export",
    "has_named",
    "has_since",
    "level_in_person",
    "link_counts",
    "link_pairs",
    "link_question",
    "links_of",
    "links_of_many",
    "mappings",
    "may_watch",
    "named_alone",
    "named_rows",
    "named_to",
    "page",
    "references",
    "rows",
    "search",
    "tombstone",
    "verdicts_of",
    "view",
]
