"""Plans drawn at random around the nights that a careless rule gets wrong."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.core.clock_oracle import EXACT, TROUBLE
from tests.duty.oracle import DAY, anchor, written

__all__ = ["EXACT", "desks", "plans", "spans"]

Plan = dict[str, Any]

_times = st.builds(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}", st.integers(0, 95))
_days = st.one_of(
    st.just([0, 1, 2, 3, 4, 5, 6]), st.just([0, 1, 2, 3, 4]), st.lists(st.integers(0, 6))
)
_windows = st.fixed_dictionaries(
    {"days": _days, "start": _times, "end": st.one_of(_times, st.just("24:00"))}
)
ZONES = sorted({tz for tz, _ in TROUBLE})


@st.composite
def desks(draw: st.DrawFn, name: str, tz: str, day: date) -> Plan:
    near = st.integers(-4, 4).map(lambda d: (day + timedelta(days=d)).isoformat())
    desk = {
        "id": name,
        "tz": tz,
        "windows": draw(st.lists(_windows, max_size=3)),
        "holidays": draw(st.lists(near, max_size=2)),
    }
    for exception in ("closures", "extra", "imported"):
        if draw(st.booleans()):
            desk[exception] = draw(st.lists(spans(day), max_size=2))
    return desk


@st.composite
def spans(draw: st.DrawFn, day: date, longest: int = 2 * DAY) -> list[str]:
    start = anchor(day) + draw(st.integers(-2 * DAY, 2 * DAY))
    return [written(start), written(start + draw(st.integers(0, longest)))]


@st.composite
def plans(draw: st.DrawFn, kind: str) -> Plan:
    tz, day = draw(st.sampled_from(TROUBLE))
    zones = [tz, *draw(st.lists(st.sampled_from([tz, "UTC", "Asia/Shanghai"]), max_size=3))]
    start = anchor(day) - DAY + draw(st.integers(0, 47)) * 30
    plan = {
        "kind": kind,
        "range": [written(start), written(start + draw(st.integers(0, 3 * DAY)))],
        "desks": [draw(desks(f"desk-{i}", zone, day)) for i, zone in enumerate(zones)],
    }
    if kind == "handover":
        plan["initial_holder"] = f"desk-{draw(st.integers(0, len(zones) - 1))}"
    return plan
