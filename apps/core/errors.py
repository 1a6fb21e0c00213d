"""Refusals: one family, rendered once as problem+json or as a page message."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What ends a task or the process is no failure of what was being worked at: whoever goes on after a
# failure lets these through.
ENDING: Final = (MemoryError, SoftTimeLimitExceeded)


class DomainError(Exception):
    """A request that the rules refuse: a code for machines, a sentence for people."""

    status = 409

    def __init__(
        self,
        code: str,
        message: "str | Promise",
        *,
        status: int | None = None,
        fields: Mapping[str, Sequence["str | Promise"]] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.extra = dict(extra or {})
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotFound(DomainError):
    """Absent and forbidden are the same answer."""

    status = 404

    def __init__(self) -> None:
        super().__init__("not_found", _("There is nothing here that you may see."))


class Refused(DomainError):
    """A policy said no to something that the actor may see."""

    status = 403


class Invalid(DomainError):
    """The input cannot be understood; `fields` says what to mend."""

    status = 400

    def __init__(
        self,
        fields: Mapping[str, Sequence["str | Promise"]],
        code: str = "invalid",
        message: "str | Promise" = "",
    ) -> None:
        super().__init__(code, message or _("Some entries need a correction."), fields=fields)


class Stale(DomainError):
    """The row has changed since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            "stale",
            _(
                "Somebody changed this while you were writing."
                " Your text is kept: compare and send again."
            ),
        )
