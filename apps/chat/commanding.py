"""What a command is given and what it answers; the apps above bring commands of their own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import mentioning, selectors
from apps.chat.mentioning import Callee
from apps.chat.models import Message, Room
from apps.core import walltime
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.events import Ref

_TYPED: Final = re.compile(r"/(?P<name>[a-z]+)(?:\s+(?P<words>.*))?", re.DOTALL)
_IN: Final = re.compile(r"([0-9]{1,4})(m|h|d)")
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks what in which room; `message` is what is to be filed, as it reads now."""

    here: selectors.Entry
    actor: Actor
    at: datetime
    zone: str
    words: str = ""
    message: Message | None = None
    author: selectors.Card | None = None

    @property
    def room(self) -> Room:
        return self.here.room

    @property
    def case_id(self) -> UUID:
        """The case that the room is about. Raises DomainError where it is about none."""
        if self.room.root_type != "investigation":
            raise DomainError("chat.no_case", _("This works in the room of a case only."))
        return self.room.root_id

    @property
    def said(self) -> Message:
        """The message that is filed."""
        assert self.message is not None  # noqa: S101 - a filing always has one
        return self.message

    @property
    def said_by(self) -> selectors.Card:
        assert self.author is not None  # noqa: S101 - a filing always has one
        return self.author

    def callee(self) -> tuple[Callee | None, str]:
        """Whom the words call, by `@handle`, and the other words."""
        known = selectors.callable_in(self.here, self.actor)
        for sign in re.finditer("@", self.words):
            who = mentioning.at(self.words, sign.end(), known)
            if who is not None:
                rest = self.words[: sign.start()] + self.words[sign.end() + len(who.handle) :]
                return who, " ".join(rest.split())
        return None, self.words.strip()


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is for whoever asked alone; a notice is for the room; `made` is what came of it."""

    text: str
    notice: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    made: Ref | None = None


def typed(text: str) -> tuple[str, str] | None:
    """The name and the words of what looks like a command; None for what does not."""
    match = _TYPED.fullmatch(text.strip())
    return (f"/{match['name']}", (match["words"] or "").strip()) if match else None


def instant(word: str, *, at: datetime, zone: str) -> datetime | None:
    """`45m`, `2h`, `3d`, or the next time that a clock at the person's place shows `15:00`."""
    later = _IN.fullmatch(word)
    if later:
        return at + timedelta(**{_UNITS[later[2]]: int(later[1])})
    clock = _CLOCK.fullmatch(word)
    if clock is None:
        return None
    today = walltime.local(zone, at).replace(tzinfo=None)
    wall = today.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    found = walltime.shift_start(zone, wall)
    return found if found > at else walltime.shift_start(zone, wall + timedelta(days=1))


def usage(example: str) -> DomainError:
    """The refusal of a command that lacks something."""
    text = _("It is written so: %(example)s") % {"example": example}
    return DomainError("chat.command_incomplete", text, status=400)
