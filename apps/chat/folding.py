"""What has become of a message: its own entry and those about it, folded in their order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from apps.chat.models import Message

# Who did something: as the member's person, or the member itself through a key.
Who = tuple[UUID, UUID | None]
Kind = Message.Kind

SHOWN = (Kind.MESSAGE, Kind.NOTICE)


@dataclass(slots=True)
class State:
    """A message as it is now; one that nothing has been done to is `State()`."""

    text: Message | None = None
    edits: int = 0
    deletion: Message | None = None
    pin: Message | None = None
    # Emoji -> who reacted with it, in the order in which they did.
    reactions: dict[str, list[Who]] = field(default_factory=dict)
    # What was made of it: entries whose code says what, each kind once.
    filed: list[Message] = field(default_factory=list)
    replies: int = 0
    last_reply: int = 0

    @property
    def is_deleted(self) -> bool:
        return self.deletion is not None

    def take(self, entry: Message) -> None:
        """Apply the next entry about the message."""
        who = (entry.member_id, entry.author_id)
        if entry.kind == Kind.EDIT:
            self.text, self.edits = entry, self.edits + 1
        elif entry.kind == Kind.DELETION:
            self.deletion, self.pin = entry, None
        elif entry.kind == Kind.PIN:
            self.pin = entry
        elif entry.kind == Kind.UNPIN:
            self.pin = None
        elif entry.kind == Kind.REACTION:
            self.reactions.setdefault(entry.body, []).append(who)
        elif entry.kind == Kind.FILED:
            self.filed.append(entry)
        elif entry.kind == Kind.UNREACTION:
            self._unreact(entry.body, who)

    def _unreact(self, emoji: str, who: Who) -> None:
        left = [one for one in self.reactions.get(emoji, []) if one != who]
        if left:
            self.reactions[emoji] = left
        else:
            self.reactions.pop(emoji, None)

    def reacted(self, emoji: str, who: Who) -> bool:
        return who in self.reactions.get(emoji, [])

    def people(self) -> Iterator[Who]:
        """Everybody whose name the message needs beside its author's."""
        for reacted in self.reactions.values():
            yield from reacted
        for entry in (self.pin, self.deletion, *self.filed):
            if entry is not None:
                yield (entry.member_id, entry.author_id)


def fold(about: Iterable[Message]) -> dict[int, State]:
    """The states of messages by number, from the entries about them, given in their order."""
    states: dict[int, State] = {}
    for entry in about:
        if entry.target is not None:
            states.setdefault(entry.target, State()).take(entry)
    return states


def says(message: Message, state: State) -> Message | None:
    """The entry whose text a message, or an edit of it, shows now; None when it shows none.

    A former text and the text of what was deleted are shown nowhere but in the history, to those
    who may read that.
    """
    if state.is_deleted or (state.text or message).purged_at is not None:
        return None
    if message.kind == Kind.EDIT and state.text is not None and state.text.seq != message.seq:
        return None
    return state.text or message
