"""The lights that a row carries: they tighten what holds for the file and never loosen it. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from apps.sharing import caps
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

_TAG: Final = re.compile(r"(?:(?:tlp|pap)\s*[:=_-]\s*)?[\"']?([a-z]+(?:[+ _-]strict)?)[\"']?")
# TLP 1.0 called the loosest light white, and so does PAP.
_EARLIER: Final = {"white": "clear"}


def read_lights(
    tlp_cells: Iterable[str], pap_cells: Iterable[str], *, tlp: str, pap: str
) -> tuple[str, str, str]:
    """The tightest of each light with the file's own, and the first cell that is none."""
    unread = ""
    for cell in (part for written in tlp_cells for part in written.splitlines()):
        light = _read(cell)
        if light not in Tlp.values:
            unread = unread or cell
        elif caps.is_tighter(light, than=tlp):
            tlp = light
    for cell in (part for written in pap_cells for part in written.splitlines()):
        light = _read(cell)
        if light not in Pap.values:
            unread = unread or cell
        elif caps.is_tighter_pap(light, than=pap):
            pap = light
    return tlp, pap, unread


def _read(cell: str) -> str:
    match = _TAG.fullmatch(cell.strip().lower())
    if match is None:
        return ""
    light = re.sub(r"[ _-]strict$", "+strict", match[1])
    return _EARLIER.get(light, light)
