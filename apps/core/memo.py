"""What many pieces of work of one batch share, read once: for as long as nobody changes it.

A batch of due work is one transaction at one instant, and most of its rows are cases of the same
owner, each asking the same desks. What is remembered ends with the batch, with everything that is
announced to have changed more than one case (`Fact.is_of_one_case`), and is each stamp's own.
Outside a batch nothing is remembered.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from apps.core.scope import bound

_Made = TypeVar("_Made")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("alliance_memo", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember within: one transaction, one instant. Never what an outer stretch remembers."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def of(key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What `make` has made for the key under this stamp, made now if it is not remembered.

    The key names everything that the answer depends on, but what an announcement tells.
    """
    kept = _kept.get()
    if kept is None:
        return make()
    here = bound()
    own = (here.stamp if here else None, key)
    if own not in kept:
        kept[own] = make()
    return cast("_Made", kept[own])


def forget() -> None:
    """Something that several cases share has changed, or may have: read everything anew."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
