import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.duty.planning import Limits, PlanError, plan, plan_text
from tests.duty.drawing import EXACT, plans

CLOCK = {"kind": "clock", "tz": "America/New_York", "rows": [{"local": "2027-03-14T02:30"}]}
ROTATION = {
    "kind": "rotation",
    "tz": "UTC",
    "start_local": "2027-06-01T00:00",
    "unit": "daily",
    "length": 1,
    "range": ["2027-06-01T00:00Z", "2027-06-02T00:00Z"],
}
DESK = {
    "id": "rome",
    "tz": "Europe/Rome",
    "windows": [{"days": [1], "start": "09:00", "end": "17:00"}],
    "holidays": ["2027-06-02"],
    "closures": [["2027-06-01T08:00Z", "2027-06-01T09:00Z"]],
    "extra": [["2027-06-01T20:00Z", "2027-06-01T21:00Z"]],
    "imported": [["2027-06-01T15:00Z", "2027-06-01T16:00Z"]],
}
COVERAGE = {
    "kind": "coverage",
    "range": ["2027-06-01T00:00Z", "2027-06-02T00:00Z"],
    "desks": [DESK],
}
HANDOVER = COVERAGE | {"kind": "handover", "initial_holder": "rome"}
MISSING = object()


def changed(document: Any, path: str, value: Any) -> Any:
    """A copy of the document with another value, or none, at a path like `desks[0].tz`."""
    copy = json.loads(json.dumps(document))
    *way, last = [
        int(step) if step.isdigit() else step
        for step in path.replace("]", "").replace("[", ".").split(".")
    ]
    place = copy
    for step in way:
        place = place[step]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return copy


def refusal(document: Any) -> PlanError:
    with pytest.raises(PlanError) as caught:
        plan(document)
    return caught.value


def test_each_kind_answers_with_its_fields_in_order():
    answers = plan([COVERAGE, HANDOVER, ROTATION, CLOCK])

    assert json.dumps(answers) == (
        '[{"on_duty": {"rome": [["2027-06-01T07:00Z", "2027-06-01T08:00Z"],'
        ' ["2027-06-01T09:00Z", "2027-06-01T16:00Z"], ["2027-06-01T20:00Z", "2027-06-01T21:00Z"]]},'
        ' "gaps": [["2027-06-01T00:00Z", "2027-06-01T07:00Z"],'
        ' ["2027-06-01T08:00Z", "2027-06-01T09:00Z"], ["2027-06-01T16:00Z", "2027-06-01T20:00Z"],'
        ' ["2027-06-01T21:00Z", "2027-06-02T00:00Z"]], "overlaps": []},'
        ' {"events": [{"at": "2027-06-01T00:00Z", "kind": "hold", "desk": "rome"},'
        ' {"at": "2027-06-01T08:00Z", "kind": "hold", "desk": "rome"},'
        ' {"at": "2027-06-01T16:00Z", "kind": "hold", "desk": "rome"},'
        ' {"at": "2027-06-01T21:00Z", "kind": "hold", "desk": "rome"}]},'
        ' {"handoffs": ["2027-06-01T00:00Z", "2027-06-02T00:00Z"]},'
        ' {"rows": [{"local": "2027-03-14T02:30", "as_start": "2027-03-14T07:00Z",'
        ' "as_end": "2027-03-14T07:00Z"}]}]'
    )


def test_one_plan_has_one_answer_and_an_empty_list_an_empty_one():
    assert plan([CLOCK]) == [plan(CLOCK)]
    assert plan([]) == []


def test_closures_extra_and_imported_may_be_left_out():
    bare = empty = COVERAGE
    for name in ("closures", "extra", "imported"):
        bare = changed(bare, f"desks[0].{name}", MISSING)
        empty = changed(empty, f"desks[0].{name}", [])

    assert plan(bare) == plan(empty)


BAD = [
    (COVERAGE, "kind", MISSING),
    (COVERAGE, "kind", "cover"),
    (COVERAGE, "kind", ["coverage"]),
    (COVERAGE, "kind", None),
    (COVERAGE, "range", MISSING),
    (COVERAGE, "range", ["2027-06-01T00:00Z"]),
    (COVERAGE, "range", ["2027-06-02T00:00Z", "2027-06-01T00:00Z"]),
    (COVERAGE, "range", ["1900-01-01T00:00Z", "2100-01-01T00:00Z"]),
    (COVERAGE, "range", "2027-06-01T00:00Z"),
    (COVERAGE, "range[0]", "2027-06-01T00:00"),
    (COVERAGE, "range[0]", "2027-06-01T00:00:00Z"),
    (COVERAGE, "range[0]", "2027-06-01T00:00+00:00"),
    (COVERAGE, "range[0]", "2027-06-01 00:00Z"),
    (COVERAGE, "range[0]", "2027-06-01T00:00Z\n"),
    (COVERAGE, "range[0]", "2027-06-01T24:00Z"),
    (COVERAGE, "range[0]", "2027-06-31T00:00Z"),
    (COVERAGE, "range[0]", "0000-06-30T00:00Z"),
    (COVERAGE, "range[0]", "\u0662027-06-01T00:00Z"),
    (COVERAGE, "range[1]", 1790000000),
    (COVERAGE, "desks", MISSING),
    (COVERAGE, "desks", {}),
    (COVERAGE, "desks[0]", "rome"),
    (COVERAGE, "desks[0].id", MISSING),
    (COVERAGE, "desks[0].id", ""),
    (COVERAGE, "desks[0].id", 7),
    (COVERAGE, "desks[0].id", "\ud800"),
    (COVERAGE, "desks[0].tz", MISSING),
    (COVERAGE, "desks[0].tz", "europe/rome"),
    (COVERAGE, "desks[0].tz", "../Europe/Rome"),
    (COVERAGE, "desks[0].tz", ["Europe/Rome"]),
    (COVERAGE, "desks[0].name", "Rome"),
    (COVERAGE, "desks[0].windows", None),
    (COVERAGE, "desks[0].windows[0]", []),
    (COVERAGE, "desks[0].windows[0].days", 1),
    (COVERAGE, "desks[0].windows[0].days", MISSING),
    (COVERAGE, "desks[0].windows[0].days[0]", True),
    (COVERAGE, "desks[0].windows[0].days[0]", 1.0),
    (COVERAGE, "desks[0].windows[0].days[0]", "1"),
    (COVERAGE, "desks[0].windows[0].days[0]", 7),
    (COVERAGE, "desks[0].windows[0].days[0]", -1),
    (COVERAGE, "desks[0].windows[0].start", "24:01"),
    (COVERAGE, "desks[0].windows[0].start", "9:00"),
    (COVERAGE, "desks[0].windows[0].start", "09:00:00"),
    (COVERAGE, "desks[0].windows[0].start", 540),
    (COVERAGE, "desks[0].windows[0].end", "17:60"),
    (COVERAGE, "desks[0].windows[0].end", MISSING),
    (COVERAGE, "desks[0].windows[0].until", "17:00"),
    (COVERAGE, "desks[0].holidays", MISSING),
    (COVERAGE, "desks[0].holidays", {"2027-06-02": "Festa"}),
    (COVERAGE, "desks[0].holidays[0]", "2027-02-29"),
    (COVERAGE, "desks[0].holidays[0]", "20270602"),
    (COVERAGE, "desks[0].holidays[0]", "2027-6-2"),
    (COVERAGE, "desks[0].holidays[0]", None),
    (COVERAGE, "desks[0].closures", None),
    (COVERAGE, "desks[0].closures[0]", ["2027-06-02T00:00Z", "2027-06-01T00:00Z"]),
    (COVERAGE, "desks[0].closures[0]", []),
    (COVERAGE, "desks[0].extra[0][1]", "tomorrow"),
    (COVERAGE, "desks[0].imported[0]", "2027-06-01T22:00Z"),
    (COVERAGE, "initial_holder", "rome"),
    (HANDOVER, "initial_holder", MISSING),
    (HANDOVER, "initial_holder", "milan"),
    (HANDOVER, "initial_holder", 0),
    (ROTATION, "tz", "Nowhere"),
    (ROTATION, "start_local", "2027-06-01T00:00Z"),
    (ROTATION, "start_local", "2027-06-01T24:00"),
    (ROTATION, "start_local", "2027-02-30T00:00"),
    (ROTATION, "unit", "yearly"),
    (ROTATION, "unit", "DAILY"),
    (ROTATION, "length", 0),
    (ROTATION, "length", -1),
    (ROTATION, "length", True),
    (ROTATION, "length", 1.5),
    (ROTATION, "length", "1"),
    (ROTATION, "desks", []),
    (CLOCK, "rows", {}),
    (CLOCK, "rows[0]", "2027-03-14T02:30"),
    (CLOCK, "rows[0].local", MISSING),
    (CLOCK, "rows[0].local", "2027-03-14T02:30Z"),
    (CLOCK, "rows[0].local", "9999-12-31T23:00"),
    (CLOCK, "rows[0].at", "2027-03-14T02:30"),
    (CLOCK, "range", ["2027-06-01T00:00Z", "2027-06-02T00:00Z"]),
]


@pytest.mark.parametrize(("document", "path", "value"), BAD)
def test_bad_field_is_refused_by_its_path(document, path, value):
    assert refusal(changed(document, path, value)).path == path


def test_bad_item_of_a_list_is_refused_by_its_index():
    bad = changed(COVERAGE, "desks[0].windows[0].start", "24:01")

    error = refusal([CLOCK, ROTATION, COVERAGE, bad])

    assert error.path == "[3].desks[0].windows[0].start"
    assert str(error) == (
        '[3].desks[0].windows[0].start: "24:01" is not a time HH:MM from 00:00 to 24:00.'
    )


def test_second_desk_of_one_id_is_refused():
    assert refusal(COVERAGE | {"desks": [DESK, DESK]}).path == "desks[1].id"


@pytest.mark.parametrize("document", [None, 3, "coverage", True])
def test_document_that_is_neither_object_nor_list_is_refused(document):
    assert "is not an object or a list of objects" in str(refusal(document))


@pytest.mark.parametrize("item", [None, 3, "coverage", []])
def test_item_that_is_no_object_is_refused(item):
    assert refusal([CLOCK, item]).path == "[1]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[] []", "not JSON"),
        (b"\xff\xfe[\x00]\x00", "not UTF-8"),
        ('[{"kind": "Zürich"}]'.encode("latin-1"), "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[NaN]", "not a JSON number"),
        (b"[" + b"9" * 5000 + b"]", "not a JSON number"),
        (b'[{"kind": "clock", "kind": "clock"}]', "[0].kind: is given twice"),
        (b'[{"kind": "clock", "\\ud800": 1, "tz": "UTC", "rows": []}]', "is not a known field"),
    ],
)
def test_text_that_is_no_plan_is_refused(text, reason):
    with pytest.raises(PlanError) as caught:
        plan_text(text)
    assert reason in str(caught.value)
    assert str(caught.value).encode("utf-8")


def test_byte_order_mark_is_forgiven():
    assert plan_text(b"\xef\xbb\xbf[]") == []


@pytest.mark.parametrize(
    ("limits", "path"),
    [(Limits(max_bytes=10), ""), (Limits(steps=1), "[0].range"), (Limits(years=0), "[0].range")],
)
def test_document_that_asks_too_much_is_refused(limits, path):
    with pytest.raises(PlanError) as caught:
        plan_text(json.dumps([COVERAGE, HANDOVER]).encode(), limits)
    assert caught.value.path == path


def _refusals(document: Any) -> list[PlanError]:
    try:
        plan(document)
    except PlanError as error:
        return [error]
    return []


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    return [path, *(place for key in keys for place in _places(value[key], (*path, key)))]


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@EXACT
@given(st.data(), st.sampled_from(["coverage", "handover"]))
def test_anything_in_any_place_is_answered_or_refused_with_a_sentence(data, kind):
    document = deepcopy(data.draw(plans(kind)))
    *way, last = data.draw(st.sampled_from([p for p in _places(document) if p]))
    place = document
    for step in way:
        place = place[step]
    place[last] = data.draw(_junk)

    with suppress(PlanError):
        assert json.dumps(plan([document])) == json.dumps([plan(document)])
    for refused in _refusals([document]):
        assert refused.path.startswith("[0].")
        assert str(refused).endswith(".")
