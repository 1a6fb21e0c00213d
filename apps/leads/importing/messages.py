"""What is said about a row of an import, in the reader's language."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.leads.reading import ReadError

NOTHING_USABLE: Final = "row.nothing_usable"
FORMULA: Final = "row.formula"
TOO_LONG: Final = "row.too_long"
TOO_MANY: Final = "row.too_many"
UNREAD_VALUE: Final = "row.unread_value"
UNREAD_DATE: Final = "row.unread_date"
UNREAD_GRADE: Final = "row.unread_grade"
UNREAD_LIGHT: Final = "row.unread_light"
REFUSED: Final = "row.refused"

_SENTENCES: Final[dict[str, Promise]] = {
    NOTHING_USABLE: _("None of the mapped columns holds anything in this row."),
    FORMULA: _(
        "The cell in column %(column)s holds a formula. Replace it with its value and try again."
    ),
    TOO_LONG: _("The cell in column %(column)s is longer than %(limit)s characters."),
    TOO_MANY: _(
        "Column %(column)s holds %(found)s values, and a lead has at most %(limit)s of a kind."
        " Make several rows of it."
    ),
    UNREAD_VALUE: _("“%(value)s” could not be read. It is kept and never matched."),
    UNREAD_DATE: _("“%(value)s” is not clearly a date. The lead is added without it."),
    UNREAD_GRADE: _("“%(value)s” is no grade from A to F or 1 to 6. The lead is added without it."),
    UNREAD_LIGHT: _(
        "“%(value)s” is no traffic light. The lead is added under the light of the whole file."
    ),
    REFUSED: _("%(field)s: %(reason)s"),
}


Remark = tuple[str, dict[str, Any]]
_MOST_REMARKS: Final = 6


def unread(values: Iterable[tuple[str, str]]) -> list[Remark]:
    """A remark for each value that could not be read."""
    return [(UNREAD_VALUE, {"value": value[:80]}) for _kind, value in values]


def together(remarks: Sequence[Remark]) -> Remark:
    """Several remarks as one: the first with its code, the others beside it."""
    if not remarks:
        return "", {}
    (code, params), *others = remarks[:_MOST_REMARKS]
    return code, params | ({"more": others} if others else {})


def sentence(code: str, params: dict[str, Any]) -> str:
    """The message behind a code, empty where there is none; each remark in a sentence."""
    if not code:
        return ""
    known = _SENTENCES.get(code)
    first = str(known) % params if known else ReadError(code, **params).message
    return " ".join([first, *(sentence(*more) for more in params.get("more", ()))])
