"""Public holidays of a country or a part of it, from the python-holidays data."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache


class UnknownCalendar(ValueError):
    """There is no holiday calendar for this country or this part of it."""

    def __init__(self, country: str, subdivision: str | None) -> None:
        self.country = country
        self.subdivision = subdivision
        place = f"{country}-{subdivision}" if subdivision else country
        super().__init__(f"There is no holiday calendar for {place!r}.")


def country_holidays(
    country: str, subdivision: str | None, years: Iterable[int]
) -> dict[date, str]:
    """Return the public holidays of the years with their names, in order.

    The country is an ISO 3166-1 alpha-2 code, the subdivision the part of its ISO 3166-2 code
    after the hyphen, or nothing.
    """
    # Importing the library takes more than a second, and most processes never ask.
    import holidays

    wanted = sorted(set(years))
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=wanted)
    except NotImplementedError:
        raise UnknownCalendar(country, subdivision) from None
    return {day: str(name) for day, name in sorted(found.items()) if day.year in wanted}


@lru_cache(maxsize=1)
def calendar_countries() -> tuple[str, ...]:
    """Return the codes of the countries that have a holiday calendar, in order."""
    from holidays.registry import COUNTRIES

    return tuple(sorted({code for names in COUNTRIES.values() for code in names if len(code) == 2}))


@lru_cache(maxsize=64)
def calendar_regions(country: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a country that have a calendar of their own: code and name, in order."""
    if country not in calendar_countries():
        return ()
    import holidays

    found = holidays.country_holidays(country)
    names = {code: name for name, code in found.subdivisions_aliases.items()}
    return tuple((code, names.get(code, "")) for code in sorted(found.subdivisions))
