"""Field classes: one table decides what each level reads, and everything else is denied."""

from dataclasses import fields

from apps.core.ids import uuid7
from apps.core.models import Level
from apps.leads import field_classes
from apps.leads.models import Lead, LeadSelector
from apps.leads.projecting import LeadView, SelectorView, project
from tests.factories.world import NOON

# What each level sees of each kind: absent, masked or whole.
KINDS = {
    "shop": {1: "absent", 2: "whole", 3: "whole", 4: "whole"},
    "url": {1: "absent", 2: "whole", 3: "whole", 4: "whole"},
    "phone": {1: "absent", 2: "masked", 3: "whole", 4: "whole"},
    "wechat": {1: "absent", 2: "masked", 3: "whole", 4: "whole"},
    "bank_account": {1: "absent", 2: "absent", 3: "masked", 4: "masked"},
    "person": {1: "absent", 2: "absent", 3: "masked", 4: "masked"},
    "a-kind-of-tomorrow": {1: "absent", 2: "absent", 3: "masked", 4: "masked"},
}
VALUE = "GB33BUKB20201555555555"
SEEN = {
    1: {"country", "locator_kind", "tlp", "pap"},
    2: {"reference", "brand"},
    3: {"title", "description", "severity", "language", "status", "seen_at"},
    4: {"source_kind", "source_reliability", "credibility"},
}
NAMED = {"source", "their_reference"}
INTERNAL = {"discoverability", "dismissed_reason", "created_by", "batch_id", "version"}


def whole_lead() -> Lead:
    """A lead with something in every field."""
    texts = {
        f.attname: f"<{f.attname}>"
        for f in Lead._meta.fields
        if f.get_internal_type() == "TextField"
    }
    return Lead(
        **texts,
        created_by=uuid7(),
        batch_id=uuid7(),
        created_at=NOON,
        seen_at=NOON,
        credibility=1,
        version=9,
    )


def told(level: int, **more: bool) -> set[str]:
    view = project(whole_lead(), level, **{"is_owner": False, **more})
    always = {"id", "member_id", "level", "created_at", "selectors", "locator"}
    return {f.name for f in fields(LeadView) if getattr(view, f.name)} - always


def shown(kind: str, level: int, **more: bool) -> tuple[str, SelectorView | None]:
    row = LeadSelector(kind=kind, raw=VALUE, norm=VALUE, key=whole_lead().pk, norm_version=1)
    found = project(whole_lead(), level, **{"is_owner": False, **more}, selectors=[row]).selectors
    if not found:
        return "absent", None
    return ("whole" if VALUE in (found[0].raw, found[0].norm) else "masked"), found[0]


def test_each_level_reads_its_own_classes_and_those_below() -> None:
    expected: set[str] = set()
    for level in Level.values:
        expected |= SEEN[level]
        # The columns that other classes hold are in none of these.
        assert told(level) & (NAMED | INTERNAL) == set()
        assert expected <= told(level)
        assert told(level) - expected == set()


def test_source_is_read_by_a_named_person_alone() -> None:
    assert told(Level.FULL, is_named=True) >= NAMED
    assert not NAMED & told(Level.CASE, is_named=True)
    assert not INTERNAL & told(Level.FULL, is_named=True)


def test_internal_fields_never_leave_the_member() -> None:
    assert told(Level.FULL, is_owner=True) >= INTERNAL | NAMED


def test_every_column_of_a_lead_is_in_a_class_or_denied() -> None:
    for column in Lead._meta.fields:
        level = field_classes.level_of(column.attname)
        assert level in {*Level.values, field_classes.NAMED_PERSON, field_classes.OWNER_ONLY}
    assert field_classes.level_of("a_column_of_tomorrow") == field_classes.OWNER_ONLY


def test_each_kind_is_absent_masked_or_whole_as_the_table_says() -> None:
    wrong = [
        (kind, level, expected)
        for kind, by_level in KINDS.items()
        for level, expected in by_level.items()
        if shown(kind, level)[0] != expected
    ]

    assert not wrong


def test_what_is_sealed_is_whole_for_a_reason_or_for_the_owner() -> None:
    assert shown("bank_account", Level.FULL, is_disclosed=True)[0] == "whole"
    assert shown("bank_account", Level.FULL, is_owner=True)[0] == "whole"
    assert shown("bank_account", Level.CASE, is_disclosed=True)[0] == "masked"


def test_masked_value_gives_back_nothing_of_what_it_hides() -> None:
    for kind in KINDS:
        word, row = shown(kind, KINDS_LEVEL.get(kind, 2))
        if word == "masked" and row is not None:
            assert row.is_masked
            assert len(row.norm) <= len("GB3…55")


KINDS_LEVEL = {"bank_account": 3, "person": 3, "a-kind-of-tomorrow": 3}
