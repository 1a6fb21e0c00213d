"""Wall 1: the actor bound to the running code, and the member whose rows may be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import transaction

from apps.core.actor import Actor


class NoActorBound(RuntimeError):
    """Code that needs an actor ran without one: a programming error, never a user's."""


class Owned(Protocol):
    @property
    def member_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Bound:
    actor: Actor
    stamp: UUID


_bound: ContextVar[Bound | None] = ContextVar("alliance_bound", default=None)


def bound() -> Bound | None:
    return _bound.get()


def current() -> Actor:
    """The actor bound here. Raises NoActorBound."""
    here = _bound.get()
    if here is None:
        raise NoActorBound("no actor is bound")
    return here.actor


@contextmanager
def binding(actor: Actor) -> Iterator[Actor]:
    """Bind without opening a transaction: the caller has one, or opens several."""
    token = _bound.set(Bound(actor, actor.member_id))
    try:
        yield actor
    finally:
        _bound.reset(token)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Bind the actor and open a transaction: for consumers, tasks and commands."""
    with binding(actor), transaction.atomic():
        yield actor


@contextmanager
def as_owner(thing: Owned, actor: Actor) -> Iterator[None]:
    """Write under the stamp of the thing's own member, the actor kept for policy and audit.

    The caller has found `thing` through the actor's own selectors first. Services only.
    """
    token = _bound.set(Bound(actor, thing.member_id))
    try:
        yield
    finally:
        _bound.reset(token)
