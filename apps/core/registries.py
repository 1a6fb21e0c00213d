"""Where a lower app reaches what it does not know: higher apps register in `AppConfig.ready()`.

There are exactly six: subjects, due kinds, commands, panels, notification kinds and letters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.utils.functional import Promise

from apps.core.actor import Actor
from apps.core.decisions import Decision

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to things, each registered once."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._things: dict[str, T] = {}

    def register(self, name: str, thing: T) -> None:
        if name in self._things:
            raise ValueError(f"{self.noun} {name!r} is registered twice")
        self._things[name] = thing

    def get(self, name: str) -> T | None:
        return self._things.get(name)

    def __getitem__(self, name: str) -> T:
        return self._things[name]

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def values(self) -> list[T]:
        return list(self._things.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A kind of thing that events, rooms, grants and files can be about."""

    may_watch: Callable[[Actor, UUID], bool]
    title: Callable[[Actor, UUID], str]
    url: Callable[[UUID], str]
    # What names it to whoever has it open; the title alone goes into mail and under the bell.
    heading: Callable[[Actor, UUID], str] | None = None
    # The titles of many at once, for lists; those of which nothing is to be seen are left out.
    titles: Callable[[Actor, Sequence[UUID]], Mapping[UUID, str]] | None = None
    # Its traffic light, which caps what grants give; asked under its owner's stamp.
    tlp: Callable[[UUID], str] | None = None
    # Where a whole member may watch what one of it may: which of these are open to it, at once.
    open_to_member: Callable[[Actor, Sequence[UUID]], set[UUID]] | None = None
    # The fragment that stands for it in a room, shown to whoever may watch it.
    card: Callable[[UUID], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command of rooms (`/task`), or what a message can be filed as (`task`).

    `usage` shows how it is typed; `may` answers whether it would be refused before it is tried.
    """

    label: "str | Promise"
    run: Callable[..., object]
    usage: str = ""
    may: Callable[..., Decision] | None = None
    speaks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A slot on a page, filled by `hx-get` of the higher app's URL."""

    slot: str
    order: int
    title: "str | Promise"
    url: Callable[[UUID], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationKind:
    """What a person can be told; `line` and `mail_subject` carry no case content.

    `group` names what preferences are kept for; without one the kind's own name tells. An
    `urgent` kind is mailed and pushed at once, whatever the person has chosen and at whatever
    hour: silence loses cases.
    """

    line: "str | Promise"
    mail_subject: "str | Promise"
    mails: bool = False
    group: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to somebody whom no notification reaches: plain text in the reader's language."""

    to: str
    subject: str
    body: str


# Written when it is handed over, of what holds then: (member, what it is about); None: moot.
LetterWriter = Callable[[UUID, UUID], Letter | None]
DueService = Callable[[UUID, datetime], object]


@dataclass(frozen=True, slots=True)
class Together:
    """A due service that deals with all rows of its kind that one member has in a batch.

    Called like any other it deals with one: the same service, with one reference.
    """

    service: Callable[[Sequence[UUID], datetime], object]

    def __call__(self, ref: UUID, at: datetime) -> object:
        return self.service([ref], at)


subjects: Registry[Subject] = Registry("subject")
due_kinds: Registry[DueService] = Registry("due kind")
commands: Registry[Command] = Registry("command")
panels: Registry[Panel] = Registry("panel")
notification_kinds: Registry[NotificationKind] = Registry("notification kind")
letters: Registry[LetterWriter] = Registry("letter")


def panels_in(slot: str) -> list[Panel]:
    """The panels of a slot, in order."""
    return sorted((p for p in panels.values() if p.slot == slot), key=lambda p: p.order)
