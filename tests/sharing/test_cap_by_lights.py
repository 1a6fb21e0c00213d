"""TLP 2.0 as a cap: after the union of grants, in the transaction in which the light changes."""

from dataclasses import dataclass

from apps.sharing import caps
from apps.sharing.models import Tlp


@dataclass
class Given:
    """A grant as far as a light asks."""

    level: int
    member_id: int = 1
    grantee_kind: str = "member"
    via_id: int | None = None


WAYS = {
    "member": Given(3),
    "seat": Given(3, via_id=7),
    "person": Given(3, grantee_kind="person"),
}
COUNTS = {
    "red": {"person"},
    "amber+strict": {"member", "person"},
    "amber": {"member", "person"},
    "green": {"member", "seat", "person"},
    "clear": {"member", "seat", "person"},
}
LEFT = {
    "red": {"comment", "act"},
    "amber+strict": {"comment", "act", "export"},
    "amber": {"comment", "act", "export", "reshare"},
    "green": {"comment", "act", "export", "reshare"},
    "clear": {"comment", "act", "export", "reshare"},
}


def test_each_light_reaches_whom_it_names() -> None:
    wrong = [
        (tlp, way)
        for tlp in Tlp.values
        for way, given in WAYS.items()
        if bool(caps.counting([given], tlp)) != (way in COUNTS[tlp])
    ]

    assert not wrong


def test_each_light_takes_away_what_it_forbids() -> None:
    every = {"comment", "act", "export", "reshare"}

    assert {tlp: caps.allowed(every, tlp) for tlp in Tlp.values} == LEFT


def test_lights_are_in_one_order() -> None:
    looser = [(a, b) for a in Tlp.values for b in Tlp.values if caps.is_tighter(a, than=b)]

    assert len(looser) == 10
    assert ("red", "amber+strict") in looser
    assert ("clear", "green") not in looser
    assert [tlp for tlp in Tlp.values if not caps.may_leave(tlp)] == ["red"]
    assert caps.is_tighter_pap("red", than="amber")
    assert not caps.is_tighter_pap("clear", than="green")
