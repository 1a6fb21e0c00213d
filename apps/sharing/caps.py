"""What the lights allow: TLP 2.0 says who may read, PAP what a reader may do with it. Pure.

A light is a cap: it is applied after the union of all grants, and only takes away.
"""

from collections.abc import Iterable
from typing import Any, Final, Protocol, TypeVar

from django.db import models

from apps.sharing.models import Tlp


class Pap(models.TextChoices):
    """Permissible Actions Protocol: what a reader may do, and so show the other side."""

    RED = "red", "PAP:RED"
    AMBER = "amber", "PAP:AMBER"
    GREEN = "green", "PAP:GREEN"
    CLEAR = "clear", "PAP:CLEAR"


# From the loosest to the tightest.
TLP_ORDER: Final = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED)
PAP_ORDER: Final = (Pap.CLEAR, Pap.GREEN, Pap.AMBER, Pap.RED)

# How access comes about: straight to a member, through a circle's seat, to one named person.
MEMBER, SEAT, PERSON = "member", "seat", "person"
_REACHES: Final = {
    Tlp.RED: frozenset({PERSON}),
    Tlp.AMBER_STRICT: frozenset({MEMBER, PERSON}),
    Tlp.AMBER: frozenset({MEMBER, PERSON}),
    Tlp.GREEN: frozenset({MEMBER, SEAT, PERSON}),
    Tlp.CLEAR: frozenset({MEMBER, SEAT, PERSON}),
}
# Copies of RED are made by nobody, and it goes no further; strict amber stays with who has it.
_TAKES_AWAY: Final = {
    Tlp.RED: frozenset({"export", "reshare"}),
    Tlp.AMBER_STRICT: frozenset({"reshare"}),
}


class Given(Protocol):
    """What a light asks of a grant."""

    member_id: Any
    level: int


G = TypeVar("G", bound=Given)


def is_tighter(wanted: str, *, than: str) -> bool:
    """Whether fewer may read under one traffic light than under the other."""
    return TLP_ORDER.index(Tlp(wanted)) > TLP_ORDER.index(Tlp(than))


def is_tighter_pap(wanted: str, *, than: str) -> bool:
    """Whether less may be done under one light than under the other."""
    return PAP_ORDER.index(Pap(wanted)) > PAP_ORDER.index(Pap(than))


def reaches(tlp: str, way: str) -> bool:
    """Whether access that came about in this way counts under the light."""
    return way in _REACHES[Tlp(tlp)]


def way_of(given: Given) -> str:
    """How the access of a grant comes about."""
    if getattr(given, "grantee_kind", MEMBER) == PERSON:
        return PERSON
    return SEAT if getattr(given, "via_id", None) else MEMBER


def counting(grants: Iterable[G], tlp: str) -> list[G]:
    """The grants that give anything under the light."""
    return [given for given in grants if reaches(tlp, way_of(given))]


def allowed(capabilities: Iterable[str], tlp: str) -> frozenset[str]:
    """The capabilities that are left under the light."""
    return frozenset(capabilities) - _TAKES_AWAY.get(Tlp(tlp), frozenset())


def may_leave(tlp: str) -> bool:
    """Whether a copy may be made at all: no export, no signal, no match of what is RED."""
    return Tlp(tlp) != Tlp.RED
