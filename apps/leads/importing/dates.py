"""Dates as people write them in files; what could be two dates is none."""

import re
from datetime import UTC, datetime
from typing import Final

_ORDINAL: Final = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_SPACES: Final = re.compile(r"[\s,，]+")
_FORMS: Final = (
    "%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d",
    "%d.%m.%Y", "%Y年%m月%d日",
)  # fmt: skip
# Behind the date, as spreadsheets show an instant: "2024/3/5 14:30".
_TIMES: Final = ("", " %H:%M", " %H:%M:%S")


def read_date(written: str) -> datetime | None:
    """The instant, a date without a zone being its midnight in UTC; None where it is not sure."""
    text = _SPACES.sub(" ", _ORDINAL.sub("", written)).strip()
    if len(text) > 60:
        return None
    try:
        return _aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    time = _TIMES[min(text.count(":"), 2)]
    for form in _FORMS:
        try:
            return datetime.strptime(text, f"{form}{time}").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _aware(found: datetime) -> datetime:
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
