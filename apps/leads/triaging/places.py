"""Where a lead's selectors point to: countries, each at its principal city.

A country is what a value itself says (the code of a telephone number, the register of a company
number, the ending of a host, the market of a listing), or what was reported. Nothing is looked up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import phonenumbers
from babel import Locale

from apps.core.web import wording
from apps.leads.normalise import COMPANY, DOMAIN, PHONE, URL
from apps.leads.projecting import LeadView, SelectorView

# zone.tab lists several cities of some countries, westernmost or easternmost first: the largest.
_PRINCIPAL: Final = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago",
    "EC": "America/Guayaquil", "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
_PLACE: Final = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?([+-])(\d{3})(\d{2})(?:\d{2})?")
# Endings of hosts that are sold to everybody, whatever country they were made for.
_ANYBODYS: Final = frozenset(
    {
        "ac", "ai", "am", "as", "cc", "cd", "co", "fm", "gg", "io", "la", "ly", "me", "nu", "pw",
        "sc", "sh", "tk", "to", "tv", "vc", "ws",
    }
)  # fmt: skip
# The map goes from 84 degrees north to 56 south, a unit for a degree.
TOP: Final = 84


@dataclass(frozen=True, slots=True)
class Spot:
    """A country on the map, with what points to it; x and y are in the map's own units."""

    country: str
    name: str
    x: float
    y: float
    kinds: tuple[str, ...]

    @property
    def svg_x(self) -> str:
        """Written for a drawing: a point in every language."""
        return f"{self.x:.1f}"

    @property
    def svg_y(self) -> str:
        return f"{self.y:.1f}"


def spots_of(view: LeadView) -> list[Spot]:
    """Every country that the lead points to, as far as it may be read, most pointed to first."""
    found: dict[str, dict[str, None]] = {}
    if view.country:
        found.setdefault(view.country.upper(), {})["country"] = None
    for selector in view.selectors:
        for country in _countries(selector):
            found.setdefault(country, {})[selector.kind] = None
    spots = [_spot(country, tuple(kinds)) for country, kinds in found.items()]
    return sorted((s for s in spots if s), key=lambda spot: (-len(spot.kinds), spot.country))


def _countries(selector: SelectorView) -> Iterator[str]:
    if not selector.is_read:
        return
    market = getattr(selector, "market", "")
    if market:
        yield market.upper()
    if selector.kind == PHONE and selector.norm.startswith("+") and "…" not in selector.norm:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(selector.norm))
        if region and region != "001":
            yield region
    if selector.kind == COMPANY and re.match(r"[A-Z]{2}/", selector.namespace):
        yield selector.namespace[:2]
    if selector.kind in {DOMAIN, URL}:
        host = selector.norm.partition("//")[2].partition("/")[0] or selector.norm
        ending = host.rpartition(".")[2].lower()
        if len(ending) == 2 and ending not in _ANYBODYS:
            yield "GB" if ending == "uk" else ending.upper()


def _spot(country: str, kinds: tuple[str, ...]) -> Spot | None:
    place = _cities().get(country)
    if place is None:
        return None
    latitude, longitude = place
    name = Locale.parse(wording.locale()).territories.get(country, country)
    return Spot(country, name, round(longitude + 180, 1), round(TOP - latitude, 1), kinds)


@cache
def _cities() -> dict[str, tuple[float, float]]:
    """Country to (latitude, longitude), from the pinned time zone database."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[float, float]] = {}
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        country, place, zone = line.split("\t")[:3]
        if country not in found or _PRINCIPAL.get(country) == zone:
            found[country] = _degrees(place)
    return found


def _degrees(place: str) -> tuple[float, float]:
    match = _PLACE.fullmatch(place)
    if match is None:
        raise ValueError(place)
    latitude = int(match[2]) + int(match[3]) / 60
    longitude = int(match[5]) + int(match[6]) / 60
    return (-latitude if match[1] == "-" else latitude), (
        -longitude if match[4] == "-" else longitude
    )
