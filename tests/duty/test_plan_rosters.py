"""Rotas, swaps and leave give, in every minute, the people whom the rule names."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.walltime import instant_at, minute_of
from apps.duty.planning import RosterRule, Rota, RotaRule, SwapRule, Unit, roster
from tests.core.clock_oracle import EXACT
from tests.duty import oracle
from tests.duty.roster_oracle import Drawn, World, answer

PEOPLE = ("ada", "ben", "cleo", "dan")
SPACE = UUID("018f0000-0000-7000-8000-000000000000")
# Spring, autumn, and the half hours of Lord Howe; a zone that never changes its clock.
TROUBLED = [
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Asia/Shanghai", date(2027, 6, 1)),
]
AROUND = timedelta(days=3)


def ident(name: str) -> UUID:
    return uuid5(SPACE, name)


def rule_of(world: World) -> RosterRule:
    """The drawn world in the product's own words."""
    leave: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for person, start, end in world.leave:
        leave.setdefault(ident(person), []).append((instant_at(start), instant_at(end)))
    return RosterRule(
        seated=tuple(map(ident, world.seated)),
        rotas=tuple(rota_of(drawn, world.desk["tz"]) for drawn in world.rotas),
        swaps=tuple(
            SwapRule(ident(rota), ident(asker), ident(taker), instant_at(start), instant_at(end))
            for rota, asker, taker, start, end in world.swaps
        ),
        leave=leave,
    )


def rota_of(drawn: Drawn, tz: str) -> RotaRule:
    turns = Rota(tz, drawn.start, Unit(drawn.unit), drawn.length)
    people = tuple(map(ident, drawn.people))
    return RotaRule(ident(drawn.ident), turns, people, drawn.valid_from, drawn.valid_until)


def planned(world: World, a: int, b: int) -> tuple[set, set, set]:
    """What the product says, minute by minute."""
    names = {ident(name): name for name in (*PEOPLE, *(r.ident for r in world.rotas))}
    minutes = oracle.duty_minutes(world.desk, a, b)
    spans = [tuple(map(oracle.read, span)) for span in oracle.ranges(minutes)]
    found = roster(rule_of(world), spans, a, b)
    expanded = [
        {
            (m, names.get(turn.rota_id, ""), names[turn.person], turn.is_swap)
            for turn in turns
            for m in range(turn.start, turn.end)
        }
        for turns in (found.turns, found.holes)
    ]
    everybody = {m for start, end in found.everybody for m in range(start, end)}
    return expanded[0], expanded[1], everybody


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, int, int]:
    tz, day = draw(st.sampled_from(TROUBLED))
    a, b = oracle.anchor(day - AROUND), oracle.anchor(day + AROUND)
    window = {
        "days": draw(st.sets(st.integers(0, 6), min_size=2)),
        "start": draw(st.sampled_from(["00:00", "01:30", "09:00", "22:00"])),
        "end": draw(st.sampled_from(["02:00", "06:00", "17:30", "24:00"])),
    }
    rotas = draw(st.lists(drawn_rotas(day), max_size=3))
    named = tuple(
        Drawn(str(n), r.start, r.unit, r.length, r.people, r.valid_from, r.valid_until)
        for n, r in enumerate(rotas)
    )
    minute = st.integers(a - 600, b + 600)
    person = st.sampled_from(PEOPLE)
    stretch = st.tuples(minute, st.integers(1, 3000)).map(lambda s: (s[0], s[0] + s[1]))
    swap = st.tuples(st.sampled_from([r.ident for r in named] or ["-"]), person, person, stretch)
    swaps = [
        (rota, asker, taker, *span)
        for rota, asker, taker, span in draw(st.lists(swap, max_size=5))
        if asker != taker
    ]
    leave = [(who, *span) for who, span in draw(st.lists(st.tuples(person, stretch), max_size=4))]
    desk = {"tz": tz, "windows": [window], "holidays": []}
    return World(desk, named, PEOPLE, tuple(swaps), tuple(leave)), a, b


@st.composite
def drawn_rotas(draw: st.DrawFn, day: date) -> Drawn:
    unit = draw(st.sampled_from(["hourly", "daily", "weekly", "monthly"]))
    start = day + timedelta(days=draw(st.integers(-20, 20)))
    near = st.none() | st.integers(-4, 4).map(lambda days: day + timedelta(days=days))
    first, last = draw(near), draw(near)
    if first and last and last < first:
        first, last = last, first
    return Drawn(
        ident="",
        start=datetime(
            start.year,
            start.month,
            start.day,
            draw(st.sampled_from([0, 1, 2, 3, 9, 23])),
            draw(st.sampled_from([0, 15, 30])),
        ),
        unit=unit,
        length=draw(st.integers(1, 40 if unit == "hourly" else 2)),
        people=tuple(draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4))),
        valid_from=first,
        valid_until=last,
    )


@EXACT
@given(worlds())
def test_every_minute_has_the_people_whom_the_rule_names(drawn: tuple[World, int, int]) -> None:
    world, a, b = drawn

    assert planned(world, a, b) == answer(world, a, b)


ALWAYS = {"days": {0, 1, 2, 3, 4, 5, 6}, "start": "00:00", "end": "24:00"}


def shifts(world: World, a: datetime, b: datetime) -> list[tuple[str, str, str]]:
    names = {ident(name): name for name in PEOPLE}
    found = roster(rule_of(world), [(minute_of(a), minute_of(b))], minute_of(a), minute_of(b))
    return [
        (names[t.person], f"{instant_at(t.start):%d %H:%M}", f"{instant_at(t.end):%d %H:%M}")
        for t in found.turns
    ]


def world_of(tz: str, *rotas: Drawn, **more: tuple) -> World:
    return World({"tz": tz, "windows": [ALWAYS], "holidays": []}, rotas, PEOPLE, **more)


def test_night_that_repeats_an_hour_is_one_longer_turn() -> None:
    rota = Drawn("r", datetime(2027, 11, 6, 1, 30), "daily", 1, ("ada", "ben"))

    found = shifts(
        world_of("America/New_York", rota),
        datetime(2027, 11, 6, 5, 30, tzinfo=UTC),
        datetime(2027, 11, 8, 6, 30, tzinfo=UTC),
    )

    # The first 01:30 of Sunday counts, and Sunday's turn lasts 25 hours.
    assert found == [("ada", "06 05:30", "07 05:30"), ("ben", "07 05:30", "08 06:30")]


def test_turn_whose_time_is_skipped_gives_way_to_the_next() -> None:
    # On Lord Howe 02:00 goes to 02:30 on 3 October: the quarter past does not exist.
    rota = Drawn("r", datetime(2027, 10, 3, 1, 45), "hourly", 1, ("ada", "ben", "cleo"))

    found = shifts(
        world_of("Australia/Lord_Howe", rota),
        datetime(2027, 10, 2, 15, 15, tzinfo=UTC),
        datetime(2027, 10, 2, 17, 0, tzinfo=UTC),
    )

    assert found == [
        ("ada", "02 15:15", "02 15:45"),
        ("ben", "02 15:45", "02 16:45"),
        ("cleo", "02 16:45", "02 17:00"),
    ]


def test_who_takes_over_can_pass_it_on() -> None:
    rota = Drawn("r", datetime(2027, 6, 1, 9, 0), "daily", 1, ("ada", "ben"))
    day = oracle.anchor(date(2027, 6, 1))
    swaps = (("r", "ada", "cleo", day, day + 1440), ("r", "cleo", "dan", day + 720, day + 1440))

    found = shifts(
        world_of("UTC", rota, swaps=swaps),
        datetime(2027, 6, 1, 9, 0, tzinfo=UTC),
        datetime(2027, 6, 2, 9, 0, tzinfo=UTC),
    )

    assert found == [
        ("cleo", "01 09:00", "01 12:00"),
        ("dan", "01 12:00", "02 00:00"),
        ("ada", "02 00:00", "02 09:00"),
    ]


def test_desk_whose_rota_has_nobody_left_keeps_everybody_on() -> None:
    rota = Drawn("r", datetime(2027, 6, 1, 9, 0), "weekly", 1, ("ada",))
    a = oracle.anchor(date(2027, 6, 1))
    world = world_of("UTC", rota, leave=(("ada", a, a + 60), ("dan", a, a + 60)))

    on, holes, everybody = planned(world, a, a + 60)

    assert {(rota, person) for _m, rota, person, _swap in on} == {("", "ben"), ("", "cleo")}
    assert {person for _m, _rota, person, _swap in holes} == {"ada"}
    assert everybody == set(range(a, a + 60))


@pytest.mark.parametrize("unit", list(Unit))
def test_turns_go_back_before_the_start(unit: Unit) -> None:
    drawn = Drawn("r", datetime(2027, 6, 1, 9, 0), unit, 1, ("ada", "ben"))
    start = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)

    found = shifts(
        world_of("UTC", drawn), start - timedelta(minutes=30), start + timedelta(minutes=30)
    )

    assert [name for name, _a, _b in found] == ["ben", "ada"]
