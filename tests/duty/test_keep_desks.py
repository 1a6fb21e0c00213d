"""Desks are kept by their own managers, seen by allies and by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Refused, Stale
from apps.core.ids import uuid7
from apps.core.models import Event
from apps.duty import selectors, services
from apps.duty.models import Desk, DeskPerson, DutyWindow, Reason
from apps.duty.services import DeskFacts, WindowFacts
from apps.members.models import Membership
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.duty.conftest import NOON, analyst_of, desk_of

FACTS = DeskFacts(name="Milan", tz="Europe/Rome", country="IT", languages=["it", "en"])


def test_manager_opens_a_desk(ana: Actor) -> None:
    with scope.acting(ana):
        desk = services.create_desk(FACTS, actor=ana, at=NOON)

        assert list(selectors.desks(ana)) == [desk]
        assert Event.objects.filter(name="desk.changed", subject_id=desk.pk).exists()


def test_analyst_may_not_open_a_desk(ana: Actor) -> None:
    analyst = analyst_of(ana)

    with scope.acting(analyst), pytest.raises(Refused):
        services.create_desk(FACTS, actor=analyst, at=NOON)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "Mi\u202elan"),
        ("tz", "Mars/Base"),
        ("tz", "europe/rome"),
        ("country", "Italy"),
        ("languages", []),
        ("languages", ["italian!"]),
        ("jurisdictions", ["it"]),
        ("capacity", 0),
        ("latitude", 12.0),
        ("ack_within", timedelta(0)),
    ],
)
def test_wrong_fact_is_refused_by_its_field(ana: Actor, field: str, value: object) -> None:
    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.create_desk(replace(FACTS, **{field: value}), actor=ana, at=NOON)

    assert list(refusal.value.fields) == [field]


def test_two_desks_of_a_member_have_different_names(ana: Actor, bo: Actor) -> None:
    with scope.acting(bo):
        services.create_desk(FACTS, actor=bo, at=NOON)
    with scope.acting(ana):
        services.create_desk(FACTS, actor=ana, at=NOON)
        with pytest.raises(Invalid) as refusal:
            services.create_desk(FACTS, actor=ana, at=NOON)

    assert "name" in refusal.value.fields


def test_stale_form_changes_nothing(ana: Actor, hangzhou: Desk) -> None:
    opened = hangzhou.version
    with scope.acting(ana):
        services.change_desk(hangzhou.pk, {"capacity": 7}, version=opened, actor=ana, at=NOON)
        with pytest.raises(Stale):
            services.change_desk(hangzhou.pk, {"capacity": 9}, version=opened, actor=ana, at=NOON)

        assert selectors.desk(ana, hangzhou.pk).capacity == 7


def test_change_of_zone_moves_duty(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        before = selectors.next_start(hangzhou, NOON)
        changes = {"tz": "Asia/Tokyo"}
        desk = services.change_desk(
            hangzhou.pk, changes, version=hangzhou.version, actor=ana, at=NOON
        )

        assert before is not None
        assert selectors.next_start(desk, NOON) == before - timedelta(hours=1)
        assert Event.objects.filter(name="duty.changed").count() == 2


def test_ally_reads_name_card_and_hours_only(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk
) -> None:
    with scope.acting(ana):
        services.put_person(hangzhou.pk, ana.user_id, actor=ana, at=NOON)
        services.add_closure(
            hangzhou.pk, NOON, NOON + timedelta(hours=1), reason="Raid", actor=ana, at=NOON
        )

    with scope.acting(bo):
        assert [desk.name for desk in selectors.desks(bo)] == ["Hangzhou"]
        assert selectors.next_start(hangzhou, NOON) is not None
        assert DutyWindow.objects.exists()
        assert not DeskPerson.objects.exists()
        assert not Reason.objects.exists()
        assert selectors.people(hangzhou) == []


def test_ally_may_not_change_a_desk_it_sees(bo: Actor, allied: None, hangzhou: Desk) -> None:
    with scope.acting(bo), pytest.raises(Refused):
        services.set_windows(hangzhou.pk, [], actor=bo, at=NOON)


def test_unallied_member_finds_nothing_and_changes_nothing(cy: Actor, hangzhou: Desk) -> None:
    with scope.acting(cy):
        assert not selectors.desks(cy).exists()
        assert not Desk.objects.exists()
        assert not DutyWindow.objects.exists()
        for act in (
            lambda: selectors.desk(cy, hangzhou.pk),
            lambda: services.set_windows(hangzhou.pk, [], actor=cy, at=NOON),
            lambda: services.put_person(hangzhou.pk, cy.user_id, actor=cy, at=NOON),
        ):
            with pytest.raises(NotFound):
                act()


def test_desks_older_than_the_alliance_are_shared_on_joining(
    ana: Actor, bo: Actor, hangzhou: Desk
) -> None:
    desk_of(bo, "Milan", "Europe/Rome", "09:00", "17:00")

    with scope.acting(ana):
        circle = sharing.found_circle("Sunrise", actor=ana, at=NOON)
        sharing.join_circle(circle, bo.member_id, actor=ana, at=NOON)

    for reader in (ana, bo):
        with scope.acting(reader):
            assert {desk.name for desk in selectors.desks(reader)} == {"Hangzhou", "Milan"}


def test_leaving_the_last_common_circle_hides_the_desks(
    ana: Actor, bo: Actor, allied: None, hangzhou: Desk
) -> None:
    milan = desk_of(bo, "Milan", "Europe/Rome", "09:00", "17:00")
    with scope.acting(ana):
        second = sharing.found_circle("Sunset", actor=ana, at=NOON)
        sharing.join_circle(second, bo.member_id, actor=ana, at=NOON)
        sharing.leave_circle(second, bo.member_id, actor=ana, at=NOON)
        assert milan in selectors.desks(ana)

    with scope.acting(bo):
        first = Circle.objects.get()
        sharing.leave_circle(first, bo.member_id, actor=bo, at=NOON)
        assert list(selectors.desks(bo)) == [milan]
    with scope.acting(ana):
        assert list(selectors.desks(ana)) == [hangzhou]


def test_stranger_cannot_be_seated(ana: Actor, hangzhou: Desk, bo: Actor) -> None:
    with scope.acting(ana):
        for person in (bo.user_id, uuid7()):
            with pytest.raises(Invalid):
                services.put_person(hangzhou.pk, person, actor=ana, at=NOON)


def test_person_is_on_duty_while_the_desk_is(ana: Actor, hangzhou: Desk) -> None:
    working = NOON - timedelta(hours=4)
    with scope.acting(ana):
        services.put_person(hangzhou.pk, ana.user_id, actor=ana, at=NOON - timedelta(days=1))

        assert selectors.people_on_duty(hangzhou, working) == [ana.user_id]
        assert selectors.people_on_duty(hangzhou, NOON) == []
        assert selectors.person_is_on_duty(ana, ana.user_id, working)
        services.remove_person(hangzhou.pk, ana.user_id, actor=ana, at=working)
        assert not selectors.person_is_on_duty(ana, ana.user_id, working)


def test_who_has_left_the_member_sits_nowhere(ana: Actor, hangzhou: Desk) -> None:
    with scope.acting(ana):
        services.put_person(hangzhou.pk, ana.user_id, actor=ana, at=NOON)
        Membership.objects.filter(user_id=ana.user_id).update(ended_at=NOON)

        assert selectors.people(hangzhou) == []
        assert selectors.people_by_desk([hangzhou]) == {hangzhou.pk: []}


def test_windows_are_refused_by_place(ana: Actor, hangzhou: Desk) -> None:
    wrong = [
        WindowFacts(days=[0], start="09:00", end="24:00"),
        WindowFacts(days=[0, 7], start="25:00", end="9:00"),
    ]
    with scope.acting(ana):
        with pytest.raises(Invalid) as refusal:
            services.set_windows(hangzhou.pk, wrong, actor=ana, at=NOON)

        assert set(refusal.value.fields) == {
            "windows[1].days",
            "windows[1].start",
            "windows[1].end",
        }
        assert DutyWindow.objects.get().start == "09:00"
