"""A member leaves for good: its people, keys, invitations and circles end with it."""

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.ids import uuid7
from apps.core.models import Event
from apps.members import services
from apps.members.models import ApiKey, Invitation, Member, Membership, User
from apps.sharing import selectors as circles
from apps.sharing import services as sharing
from apps.sharing.models import Circle
from tests.factories.world import NOON, client_of, make_person


@pytest.fixture
def staff(ana: Actor) -> Client:
    User.objects.filter(pk=ana.user_id).update(is_staff=True)
    return client_of(ana)


def leave(member: Member) -> Member:
    return services.end_member(member.pk, by=None, at=NOON)


def test_nobody_acts_for_it_any_more(bo: Actor, solmara: Member) -> None:
    browser = client_of(bo)
    leave(solmara)

    assert browser.get("/api/v1/me/").status_code == 401
    assert not Membership.objects.filter(member=solmara, ended_at__isnull=True).exists()
    assert Member.objects.get(pk=solmara.pk).state == "left"


def test_keys_and_invitations_open_nothing(aurelis: Member, mia: Actor, as_dee: Client) -> None:
    admin = make_person("Ada Rey", aurelis, role="admin")
    with scope.acting(admin):
        services.invite("new@aur.example", "analyst", "en", actor=admin, at=NOON)
    leave(aurelis)

    assert as_dee.get("/api/v1/me/").status_code == 401
    assert ApiKey.objects.get(member=aurelis).revoked_at == NOON
    assert Invitation.objects.get(member=aurelis).withdrawn_at == NOON


def test_seats_end_in_both_directions(
    circle: Circle, bo: Actor, mia: Actor, solmara: Member
) -> None:
    leave(solmara)

    with scope.acting(mia):
        assert circles.fellow_ids(mia) == set()
    with scope.acting(Actor.system(solmara.pk)):
        assert not Circle.objects.exists()


def test_circle_that_it_kept_is_dissolved(
    circle: Circle, bo: Actor, mia: Actor, cy: Actor, aurelis: Member
) -> None:
    with scope.acting(mia):
        sharing.join_circle(circle, cy.member_id, actor=mia, at=NOON)
    leave(aurelis)

    for actor in (bo, cy):
        with scope.acting(actor):
            assert circles.fellow_ids(actor) == set()
            assert not Circle.objects.exists()


def test_leaving_twice_changes_nothing(solmara: Member, bo: Actor) -> None:
    leave(solmara)
    leave(solmara)

    with scope.acting(Actor.system(solmara.pk)):
        assert Event.objects.filter(name="member.left").count() == 1


def test_who_has_left_is_neither_suspended_nor_reinstated(solmara: Member) -> None:
    leave(solmara)

    for act in (services.suspend_member, services.reinstate_member):
        with pytest.raises(DomainError) as refused:
            act(solmara.pk, by=None, at=NOON)
        assert refused.value.code == "member.left"


def test_unknown_member_cannot_leave(db: None) -> None:
    with pytest.raises(NotFound):
        services.end_member(uuid7(), by=None, at=NOON)


def test_staff_ends_a_membership_by_typing_its_code(staff: Client, solmara: Member) -> None:
    url = f"/staff/{solmara.pk}/leave/"
    staff.post(url, {"code": "AUR"})
    assert Member.objects.get(pk=solmara.pk).is_active

    staff.post(url, {"code": "sol"})
    assert Member.objects.get(pk=solmara.pk).state == "left"
    assert staff.get("/staff/").status_code == 200


def test_nobody_else_ends_a_membership(as_cy: Client, solmara: Member) -> None:
    assert as_cy.post(f"/staff/{solmara.pk}/leave/", {"code": "SOL"}).status_code == 404
    assert Member.objects.get(pk=solmara.pk).is_active
