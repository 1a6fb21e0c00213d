"""Who sits at a socket: asked of the session when it connects, and every half a minute after."""

from dataclasses import dataclass

from apps.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Seat:
    """A person at a socket, and the language that he reads."""

    actor: Actor
    language: str = "en"
