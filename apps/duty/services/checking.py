"""What a desk and its hours must look like; every refusal names the field and the remedy."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core import walltime
from apps.core.errors import Invalid
from apps.duty.models import TIME_OF_DAY, Desk

MAX_WINDOWS = 50
LONGEST_STRETCH = timedelta(days=366)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_SUBDIVISION = re.compile(r"[A-Z0-9]{1,3}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_TIME = re.compile(TIME_OF_DAY, re.ASCII)
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

Problems = dict[str, list["str | Promise"]]


@dataclass(frozen=True, kw_only=True)
class DeskFacts:
    """What a manager says about a desk."""

    name: str
    tz: str
    country: str = ""
    subdivision: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    languages: Sequence[str] = ()
    jurisdictions: Sequence[str] = ()
    capacity: int = 20
    offer_lead: timedelta = timedelta(minutes=30)
    ack_within: timedelta = timedelta(minutes=15)
    overlap: timedelta = timedelta(minutes=15)
    order: int = 0
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class WindowFacts:
    """One weekly window: the days it starts on (0 is Monday), local HH:MM, its validity."""

    days: Sequence[int]
    start: str
    end: str
    valid_from: date | None = None
    valid_until: date | None = None


FACTS = tuple(field.name for field in fields(DeskFacts))


def facts_of(desk: Desk) -> DeskFacts:
    return DeskFacts(**{name: getattr(desk, name) for name in FACTS})


def check_desk(facts: DeskFacts) -> None:
    """Raise Invalid naming each field that is wrong."""
    problems: Problems = {}
    check_name("name", facts.name, problems, required=True)
    check_name("city", facts.city, problems)
    _check_place(facts, problems)
    _check_codes(facts, problems)
    _check_terms(facts, problems)
    if problems:
        raise Invalid(problems)


def check_name(field: str, value: str, problems: Problems, *, required: bool = False) -> None:
    """Note the problem of a short text that everybody reads."""
    if required and not value.strip():
        problems[field] = [_("A name is needed.")]
    elif len(value) > 80:
        problems[field] = [_("At most %(count)s characters.") % {"count": 80}]
    elif any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in value):
        problems[field] = [_("Invisible characters are not allowed here.")]


def _check_place(facts: DeskFacts, problems: Problems) -> None:
    try:
        walltime.zone(facts.tz)
    except walltime.UnknownZone:
        problems["tz"] = [
            _("“%(zone)s” is not a time zone of the IANA database, such as Asia/Shanghai.")
            % {"zone": facts.tz[:60]}
        ]
    if facts.country and not _COUNTRY.fullmatch(facts.country):
        problems["country"] = [_("A country is two capital letters, such as IT.")]
    if facts.subdivision and not _SUBDIVISION.fullmatch(facts.subdivision):
        problems["subdivision"] = [
            _("A region is the part of its ISO 3166-2 code after the hyphen, such as SP.")
        ]
    if (facts.latitude is None) != (facts.longitude is None):
        problems["latitude"] = [_("Latitude and longitude come together.")]
    if facts.latitude is not None and not -90 <= facts.latitude <= 90:
        problems["latitude"] = [_("A latitude lies between -90 and 90.")]
    if facts.longitude is not None and not -180 <= facts.longitude <= 180:
        problems["longitude"] = [_("A longitude lies between -180 and 180.")]


def _check_codes(facts: DeskFacts, problems: Problems) -> None:
    if not facts.languages:
        problems["languages"] = [_("Name at least one language that the desk works in.")]
    if wrong := _first_wrong(facts.languages, _LANGUAGE):
        problems["languages"] = [
            _("“%(code)s” is not a language code, such as en or zh-Hans.") % {"code": wrong}
        ]
    if wrong := _first_wrong(facts.jurisdictions, _COUNTRY):
        problems["jurisdictions"] = [
            _("“%(code)s” is not a country code, such as BR.") % {"code": wrong}
        ]


def _first_wrong(codes: Iterable[str], pattern: re.Pattern[str]) -> str:
    return next((code[:20] or " " for code in codes if not pattern.fullmatch(code)), "")


def _check_terms(facts: DeskFacts, problems: Problems) -> None:
    if not 1 <= facts.capacity <= 1000:
        problems["capacity"] = [_("A desk holds between 1 and 1000 cases.")]
    if not 0 <= facts.order <= 1000:
        problems["order"] = [_("The order is a number from 0 to 1000.")]
    limits = {
        "offer_lead": (timedelta(0), _DAY),
        "ack_within": (_MINUTE, _DAY),
        "overlap": (timedelta(0), 4 * _HOUR),
    }
    for field, (low, high) in limits.items():
        if not low <= getattr(facts, field) <= high:
            problems[field] = [
                _("Between %(least)d and %(most)d minutes.")
                % {"least": low // _MINUTE, "most": high // _MINUTE}
            ]


def check_windows(windows: Sequence[WindowFacts]) -> None:
    """Raise Invalid naming each window's wrong field, as windows[2].start."""
    problems: Problems = {}
    if len(windows) > MAX_WINDOWS:
        problems["windows"] = [_("A desk has at most %(count)d windows.") % {"count": MAX_WINDOWS}]
    for index, window in enumerate(windows[:MAX_WINDOWS]):
        _check_window(window, f"windows[{index}]", problems)
    if problems:
        raise Invalid(problems)


def _check_window(window: WindowFacts, path: str, problems: Problems) -> None:
    days = list(window.days)
    if not days or len(set(days)) != len(days) or not set(days) <= set(range(7)):
        problems[f"{path}.days"] = [_("Choose each day once, from 0 (Monday) to 6 (Sunday).")]
    for field in ("start", "end"):
        value = getattr(window, field)
        if not _TIME.fullmatch(value):
            problems[f"{path}.{field}"] = [
                _("“%(time)s” is not a time HH:MM from 00:00 to 24:00.") % {"time": value[:20]}
            ]
    if window.valid_from and window.valid_until and window.valid_until < window.valid_from:
        problems[f"{path}.valid_until"] = [_("The last day is before the first.")]


def check_stretch(starts_at: datetime, ends_at: datetime) -> None:
    """Raise Invalid unless the stretch runs forward and is not endless."""
    if ends_at <= starts_at:
        raise Invalid({"ends_at": [_("The end must be after the start.")]})
    if ends_at - starts_at > LONGEST_STRETCH:
        raise Invalid({"ends_at": [_("This is longer than a year: close the desk instead.")]})


def whole_minutes(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """The stretch in whole minutes; a part of a minute counts as the whole."""
    first = starts_at.replace(second=0, microsecond=0)
    last = ends_at.replace(second=0, microsecond=0)
    return first, last if last == ends_at else last + _MINUTE
