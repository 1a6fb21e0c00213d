"""No filter of the application at all: for each table, the stranger has what the database gives."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from apps.core import scope, walls
from apps.core.actor import Actor
from tests.architecture.conftest import Standing
from tests.factories.full_world import SECRET, FullWorld, fingerprint, rows_of

WALLED = [m for m in apps.get_models() if walls.kind_of(m) and walls.kind_of(m).is_walled]
# Its fellow of the circle reads these, and no other table, before anything is shared with it.
# Who stands for a seat is seen by those who vouch.
OF_THE_CIRCLE = {"chat.Room", "sharing.Circle", "sharing.Seat", "sharing.Candidacy", "core.Access"}
OF_THE_CIRCLE |= {"leads.LeadAccess", "core.Event"}
# Desks are seen by every fellow of a circle: when they are on duty, not who sits at them.
OF_THE_DESKS = {
    "duty.Closure",
    "duty.Desk",
    "duty.DutyWindow",
    "duty.ExtraCover",
    "duty.Holiday",
    "duty.ImportedShift",
    "duty.DutyInterval",
    "duty.DutyStamp",
    # Asked of everybody in the circle, and offered to everybody there.
    *{"duty.CoverRequest", "duty.CoverOffer"},
}


@pytest.fixture
def world(standing: Standing, db: None) -> FullWorld:
    return standing.world


@pytest.fixture
def cy(standing: Standing) -> Actor:
    """A manager of a member that sits in no circle with the world's."""
    return standing.cy


@pytest.fixture
def bo(standing: Standing) -> Actor:
    """An analyst of a member that sits in a circle with the world's."""
    return standing.bo


def raw_count(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), max(t.*::text) FROM {model._meta.db_table} t")
        return cursor.fetchone()[0]


def attempts(model: type[models.Model], victim: Any, thief: Actor) -> Iterator[Any]:
    """Each way to change a row of somebody else's: by all, by id, by stealing it, in SQL."""
    rows, column = model._default_manager.all(), walls.kind_of(model).member_column
    yield rows.delete
    yield rows.filter(pk=victim.pk).delete
    yield lambda: rows.update(**{column: thief.member_id})
    yield lambda: rows.filter(pk=victim.pk).update(**{column: thief.member_id})
    yield lambda: victim.save(force_update=True)
    yield lambda: run(f"DELETE FROM {model._meta.db_table}")
    yield lambda: run(f"UPDATE {model._meta.db_table} SET {column} = {column}")
    # Last: deleting forgets the id of the instance.
    yield victim.delete


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def try_all(model: type[models.Model], victims: list[Any], thief: Actor) -> None:
    for victim in victims:
        for attempt in attempts(model, victim, thief):
            with suppress(DatabaseError), scope.acting(thief), transaction.atomic():
                attempt()


def test_every_walled_table_has_a_row_in_the_world(world: FullWorld) -> None:
    empty = [model._meta.label for model in WALLED if not rows_of(model, world)]

    assert not empty, f"tests/factories/full_world.py fills no row of {empty}: give them one"


def test_stranger_finds_no_row_in_any_table(world: FullWorld, cy: Actor) -> None:
    ids = {m: [row.pk for row in rows_of(m, world)] for m in WALLED}

    for actor in (cy, Actor.system(cy.member_id), Actor.public()):
        with scope.acting(actor):
            for model in WALLED:
                name = model._meta.label
                assert not model._default_manager.all().exists(), name
                assert model._default_manager.count() == raw_count(model) == 0, name
                assert not any(model._default_manager.filter(pk=pk).exists() for pk in ids[model])


def test_stranger_changes_no_row_of_any_table(world: FullWorld, cy: Actor) -> None:
    before = fingerprint(world)

    for model in WALLED:
        try_all(model, rows_of(model, world)[:2], cy)

    assert fingerprint(world) == before


def test_fellow_of_the_circle_reads_what_circles_are_for(world: FullWorld, bo: Actor) -> None:
    with scope.acting(bo):
        seen = {m._meta.label for m in WALLED if m._default_manager.exists()}
        told = [
            repr(list(model._default_manager.values()))
            for model in WALLED
            if model._meta.label not in OF_THE_DESKS
        ]

    assert seen <= OF_THE_CIRCLE | OF_THE_DESKS
    assert SECRET not in "".join(told)


def test_fellow_of_the_circle_changes_no_row_of_any_table(world: FullWorld, bo: Actor) -> None:
    before = fingerprint(world)

    for model in WALLED:
        try_all(model, rows_of(model, world)[:2], bo)

    assert fingerprint(world) == before


def test_stranger_writes_no_row_in_the_name_of_another(world: FullWorld, cy: Actor) -> None:
    before = fingerprint(world)

    for model in WALLED:
        for victim in rows_of(model, world)[:1]:
            with suppress(DatabaseError), scope.acting(cy), transaction.atomic():
                if isinstance(model._meta.pk, models.UUIDField):
                    victim.pk = cy.member_id
                model._default_manager.bulk_create([victim])

    assert fingerprint(world) == before
