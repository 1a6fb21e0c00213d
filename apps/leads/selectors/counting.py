"""How much a list has, counted up to a limit."""

from datetime import datetime
from functools import cache
from typing import Any

from apps.core import clock, together
from apps.core.actor import Actor
from apps.leads.models import Severity
from apps.leads.selectors.by_name import has_named, named_rows
from apps.leads.selectors.narrowing import NO_WISH, Wanted, own_leads, rows
from apps.leads.triaging import filters

# A count says "1,000+" past this: to count on would cost and tell nobody more.
COUNTED = 1_000
_COUNTED_TABS = ("taken", "mine", "snoozed")


def counts(actor: Actor, *, at: datetime | None = None) -> dict[str, Any]:
    """How many leads each view holds, up to a limit, and since when the oldest waits."""
    at = at or clock.now()
    found = counts_of(together.ask(count_questions(actor, at=at)))
    found["allies"] += named_alone(actor, at=at)
    return found


def named_alone(actor: Actor, *, has_any: bool | None = None, at: datetime) -> int:
    """How many leads were given to the person by name and not to its member.

    `has_any` is the answer of `has_named`, where it was asked already.
    """
    if not (has_named(actor, at=at) if has_any is None else has_any):
        return 0
    return len(named_rows(actor, NO_WISH, rows(actor, at=at), has_any=True, at=at).alone)


def count_questions(actor: Actor, *, at: datetime) -> dict[str, together.Question]:
    """What `counts_of` needs to be told, for a page that asks more at once."""
    if actor.user_id is None:
        return _count_questions(actor, at=at, most=COUNTED)
    return together.filled(_count_forms(COUNTED), actor, at=at)


@cache
def _count_forms(most: int) -> dict[str, together.Question]:
    """Eight questions that every inbox asks: to compile them costs more than to answer them."""
    return _count_questions(together.ANYBODY, at=together.ANY_TIME, most=most)


def _count_questions(actor: Actor, *, at: datetime, most: int) -> dict[str, together.Question]:
    waiting = own_leads(actor, filters.in_tab("decide", actor, at=at))
    first = waiting.order_by("-priority", "-pk")
    own = {tab: own_leads(actor, filters.in_tab(tab, actor, at=at)) for tab in _COUNTED_TABS}
    counted = {
        "decide": first,
        "urgent": first.filter(severity=Severity.URGENT),
        **own,
        "allies": rows(actor, Wanted(tab="allies"), at=at),
    }
    oldest = waiting.order_by("created_at").values("created_at")[:1]
    return {
        **{f"count_{name}": together.counted(q, most + 1) for name, q in counted.items()},
        "oldest": together.question(oldest),
    }


def counts_of(told: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The answers to `count_questions`; one past `COUNTED` means that there are more."""
    found: dict[str, Any] = {
        name.removeprefix("count_"): rows[0]["n"]
        for name, rows in told.items()
        if name.startswith("count_")
    }
    since = told["oldest"][0]["created_at"] if told["oldest"] else None
    return found | {"oldest": datetime.fromisoformat(since) if since else None}


def count(actor: Actor, wanted: Wanted, *, at: datetime, most: int) -> int:
    """How many leads a list has, counted no further than `most`."""
    found = rows(actor, wanted, at=at)
    alone = named_rows(actor, wanted, found, at=at).alone
    return min(most, found.order_by()[:most].count() + len(alone))


def has_since(actor: Actor, wanted: Wanted, since: datetime, *, at: datetime) -> bool:
    """Whether a list has anything that came after an instant."""
    found = rows(actor, wanted, at=at).filter(created_at__gt=since, created_at__lte=at)
    if found.order_by().exists():
        return True
    named = named_rows(actor, wanted, found, at=at)
    return any(since < line.came_at <= at for line in named.alone)
