"""Roles and memberships: who changes them, and what an end ends."""

import contextlib
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Refused
from apps.members import selectors, services
from apps.members.actors import resolve_sockets
from apps.members.models import Member, Membership
from tests.core.parallel import at_once
from tests.factories.world import NOON, client_of, make_member, make_person


def role_of(actor: Actor) -> str:
    return Membership.objects.get(user_id=actor.user_id, ended_at=None).role


def test_admin_changes_a_role_and_it_counts_at_once(ada: Actor, ana: Actor) -> None:
    browser = client_of(ana)

    client_of(ada).post(f"/people/{ana.user_id}/role/", {"role": "observer"})

    assert browser.get("/api/v1/me/").json()["roles"] == ["observer"]


@pytest.mark.parametrize("role", ["analyst", "manager", "observer"])
def test_only_an_admin_changes_people(ana: Actor, aurelis: Member, role: str) -> None:
    actor = make_person("Rae Moss", aurelis, role=role)

    answer = client_of(actor).post(f"/people/{ana.user_id}/role/", {"role": "admin"})

    assert answer.status_code == 403
    assert role_of(ana) == "analyst"


def test_ended_membership_loses_pages_api_and_socket(ada: Actor, ana: Actor) -> None:
    browser = client_of(ana)

    client_of(ada).post(f"/people/{ana.user_id}/end/")

    assert browser.get("/people/")["Location"] == "/nowhere/"
    assert browser.get("/api/v1/me/").status_code == 401
    assert resolve_sockets([browser.session.session_key]) == [None]


def test_ended_membership_leaves_the_other_one(ada: Actor, ana: Actor, kitefin: Member) -> None:
    make_person("Ana Lin", kitefin)
    user_id = ana.user_id
    Membership.objects.create(member=kitefin, user_id=user_id, role="observer", joined_at=NOON)
    browser = client_of(ana)

    client_of(ada).post(f"/people/{user_id}/end/")

    assert browser.get("/api/v1/me/").json()["member"]["name"] == "Kitefin"


def test_last_admin_stays(ada: Actor) -> None:
    with scope.acting(ada):
        with pytest.raises(DomainError, match=r"people\.last_admin"):
            services.change_role(ada.user_id, "analyst", actor=ada, at=NOON)
        with pytest.raises(DomainError, match=r"people\.last_admin"):
            services.end_membership(ada.user_id, actor=ada, at=NOON)
    assert role_of(ada) == "admin"


def test_second_admin_may_let_the_first_go(ada: Actor, aurelis: Member) -> None:
    second = make_person("Ben Roth", aurelis, role="admin")

    with scope.acting(second):
        services.end_membership(ada.user_id, actor=second, at=NOON)

    assert selectors.people_with_role(aurelis.pk, "admin") == [second.user_id]


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever counts the admins waits for another to count them too, if one can."""
    both, count = Barrier(2), selectors.people_with_role

    def count_together(*args: Any) -> list[Any]:
        found = count(*args)
        with contextlib.suppress(BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(selectors, "people_with_role", count_together)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one(meeting: None) -> None:
    member = make_member("Twinfold", "TWI")
    one = make_person("Ada One", member, role="admin")
    two = make_person("Ben Two", member, role="admin")

    def remove(actor: Actor, other: Actor) -> str:
        try:
            with scope.acting(actor):
                services.end_membership(other.user_id, actor=actor, at=NOON)
        except DomainError as error:
            return error.code
        return "ended"

    results = at_once(lambda: remove(one, two), lambda: remove(two, one))

    assert sorted(map(str, results)) == ["ended", "people.last_admin"]
    assert Membership.objects.filter(member=member, ended_at=None).count() == 1


def test_stranger_is_an_unknown_person(ada: Actor, cy: Actor) -> None:
    with scope.acting(ada), pytest.raises(NotFound):
        services.end_membership(cy.user_id, actor=ada, at=NOON)
    assert role_of(cy) == "manager"


def test_unknown_role_is_refused(as_ada: Client, ana: Actor) -> None:
    assert as_ada.post(f"/people/{ana.user_id}/role/", {"role": "king"}).status_code == 400
    assert role_of(ana) == "analyst"


def test_system_and_keys_keep_no_people(ada: Actor, ana: Actor) -> None:
    for actor in (Actor.system(ada.member_id), Actor(ada.member_id, None, ada.roles, "api_key")):
        with scope.acting(actor), pytest.raises(Refused):
            services.end_membership(ana.user_id, actor=actor, at=NOON)
