"""A policy's answer: yes, or no with a code for machines and a reason for people."""

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Decision:
    code: str = ""
    reason: "str | Promise" = ""

    @property
    def is_allowed(self) -> bool:
        return not self.code

    def __bool__(self) -> bool:
        return self.is_allowed

    def require(self) -> None:
        """Raise Refused with the reason unless allowed."""
        if not self.is_allowed:
            raise Refused(self.code, self.reason)


ALLOWED = Decision()


def allowed() -> Decision:
    return ALLOWED


def denied(code: str, reason: "str | Promise") -> Decision:
    return Decision(code, reason)
