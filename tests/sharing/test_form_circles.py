"""Circles by code: nobody is seated unasked, a code works once, strangers see nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Refused
from apps.members.models import Member
from apps.sharing import selectors
from apps.sharing import services as sharing
from apps.sharing.models import Circle, CircleInvitation, Seat
from tests.factories.world import NOON, client_of, make_person
from tests.sharing.conftest import send

pytestmark = pytest.mark.django_db


def code_for(circle: Circle, keeper: Actor) -> str:
    with scope.acting(keeper):
        return sharing.invite_to_circle(circle.pk, actor=keeper, at=NOON)


def allies(actor: Actor) -> set[object]:
    with scope.acting(actor):
        return selectors.fellow_ids(actor)


def join(code: str, actor: Actor, *, at=NOON) -> Circle:
    with scope.acting(actor):
        return sharing.join_by_code(code, actor=actor, at=at)


def test_code_seats_the_member_that_brings_it(circle: Circle, mia: Actor, cy: Actor) -> None:
    join(code_for(circle, mia), cy)

    assert mia.member_id in allies(cy)
    assert cy.member_id in allies(mia)


def test_code_alone_seats_nobody(circle: Circle, mia: Actor, cy: Actor) -> None:
    code = code_for(circle, mia)
    with scope.acting(cy):
        assert sharing.peek_circle(code, actor=cy, at=NOON).name == "Silk Road"

    assert allies(cy) == set()
    with scope.acting(cy):
        assert not Circle.objects.exists()


def test_code_works_once(circle: Circle, mia: Actor, cy: Actor) -> None:
    code = code_for(circle, mia)
    join(code, cy)
    zed = make_person(
        "Zed Moor", Member.objects.create(name="Zed", code="ZED", created_at=NOON), role="admin"
    )

    with pytest.raises(DomainError, match="opens no circle"):
        join(code, zed)
    assert allies(zed) == set()


def test_old_code_opens_nothing(circle: Circle, mia: Actor, cy: Actor) -> None:
    code = code_for(circle, mia)

    with pytest.raises(DomainError, match="opens no circle"):
        join(code, cy, at=NOON + timedelta(days=7))


def test_code_is_kept_as_a_digest(circle: Circle, mia: Actor) -> None:
    code = code_for(circle, mia)

    assert code not in str(CircleInvitation.objects.values_list().get())


def test_only_the_keeper_gives_codes(circle: Circle, sol: Actor) -> None:
    with scope.acting(sol), pytest.raises(NotFound):
        sharing.invite_to_circle(circle.pk, actor=sol, at=NOON)


def test_analyst_neither_founds_nor_joins(circle: Circle, mia: Actor, ana: Actor) -> None:
    code = code_for(circle, mia)
    with scope.acting(ana):
        for act in (
            lambda: sharing.found_circle("Ours", actor=ana, at=NOON),
            lambda: sharing.invite_to_circle(circle.pk, actor=ana, at=NOON),
            lambda: sharing.peek_circle(code, actor=ana, at=NOON),
            lambda: sharing.join_by_code(code, actor=ana, at=NOON),
        ):
            with pytest.raises(Refused):
                act()


def test_member_leaves_and_is_nobodys_ally(circle: Circle, mia: Actor, sol: Actor) -> None:
    with scope.acting(sol):
        sharing.leave_circle(circle, sol.member_id, actor=sol, at=NOON)

    assert allies(mia) == allies(sol) == set()
    with scope.acting(sol):
        assert not Seat.objects.exists()


def test_seat_that_is_not_there_cannot_end(circle: Circle, mia: Actor, cy: Actor) -> None:
    with scope.acting(mia), pytest.raises(NotFound):
        sharing.leave_circle(circle, cy.member_id, actor=mia, at=NOON)


def test_keeper_stays(circle: Circle, mia: Actor) -> None:
    with scope.acting(mia), pytest.raises(DomainError, match="keeper"):
        sharing.leave_circle(circle, mia.member_id, actor=mia, at=NOON)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
def test_circle_needs_a_plain_name(mia: Actor, name: str) -> None:
    with scope.acting(mia), pytest.raises(DomainError):
        sharing.found_circle(name, actor=mia, at=NOON)


def test_two_members_ally_over_the_api(as_cy: Client, as_mia: Client, cy: Actor) -> None:
    founded = send(as_mia, "post", "circles/", {"name": "Harbour"})
    assert founded.status_code == 201
    code = send(as_mia, "post", f"circles/{founded.json()['id']}/invitations/").json()["code"]

    joined = send(as_cy, "post", "circles/seats/", {"code": code})

    assert joined.status_code == 201
    assert {s["member_name"] for s in joined.json()["seats"]} == {"Aurelis", "Kitefin"}
    shown = send(as_cy, "get", "circles/").json()["results"]
    assert [c["name"] for c in shown] == ["Harbour"]


def test_seat_ends_over_the_api(as_mia: Client, circle: Circle, solmara: Member) -> None:
    path = f"circles/{circle.pk}/seats/{solmara.pk}/"

    assert send(as_mia, "delete", path).status_code == 204
    assert send(as_mia, "delete", path).status_code == 404


def test_stranger_sees_no_circle(
    as_cy: Client, circle: Circle, solmara: Member, mia: Actor
) -> None:
    assert send(as_cy, "get", "circles/").json()["results"] == []
    paths = [
        ("post", f"circles/{circle.pk}/invitations/"),
        ("delete", f"circles/{circle.pk}/seats/{solmara.pk}/"),
    ]
    for method, path in paths:
        assert send(as_cy, method, path).status_code == 404
    assert send(as_cy, "post", "circles/seats/", {"code": str(circle.pk)}).status_code == 400
    assert allies(mia) == {solmara.pk}


def test_member_of_a_row_is_not_the_bodys_to_choose(as_cy: Client, mia: Actor) -> None:
    body = {"name": "Mine", "member_id": str(mia.member_id), "keeper_id": str(mia.member_id)}

    made = send(as_cy, "post", "circles/", body).json()

    assert made["keeper_id"] != str(mia.member_id)


def test_key_of_a_partner_forms_no_circle(as_dee: Client, circle: Circle) -> None:
    assert send(as_dee, "post", "circles/", {"name": "Keyed"}).status_code == 403
    assert send(as_dee, "post", f"circles/{circle.pk}/invitations/").status_code == 403


def test_newcomers_ally_on_the_page(as_mia: Client, cy: Actor, circle: Circle) -> None:
    shown = as_mia.post(f"/circles/{circle.pk}/invite/").content.decode()
    code = re.search(r"data-secret>([^<]+)<", shown)[1]
    as_cy = client_of(cy)

    preview = as_cy.post("/circles/join/", {"code": code})
    assert b"Silk Road" in preview.content
    assert allies(cy) == set()
    as_cy.post("/circles/join/", {"code": code, "confirm": "1"})

    assert b"Silk Road" in as_cy.get("/circles/").content
    assert len(allies(cy)) == 2


def test_page_says_why_a_code_fails(as_cy: Client) -> None:
    answer = as_cy.post("/circles/join/", {"code": "nothing"})

    assert answer.status_code == 400
    assert b"opens no circle" in answer.content


def test_page_founds_and_gives_up(as_mia: Client, circle: Circle, solmara: Member) -> None:
    assert as_mia.post("/circles/found/", {"name": "Second"}).status_code == 302
    assert as_mia.post("/circles/found/", {"name": " "}).status_code == 400
    leave = f"/circles/{circle.pk}/seats/{solmara.pk}/leave/"
    assert "Only a new code brings it back." in as_mia.get("/circles/").content.decode()
    assert as_mia.post(leave).status_code == 302
    assert b"Solmara" not in as_mia.get("/circles/").content


def test_analyst_reads_the_page_and_forms_nothing(as_ana: Client, circle: Circle) -> None:
    page = as_ana.get("/circles/").content.decode()

    assert "Solmara" in page
    assert "data-secret" not in page
    assert "/circles/found/" not in page


def test_stranger_meets_no_circle_on_pages(as_cy: Client, circle: Circle, solmara: Member) -> None:
    assert b"Silk Road" not in as_cy.get("/circles/").content
    assert as_cy.post(f"/circles/{circle.pk}/invite/").status_code == 404
    assert as_cy.post(f"/circles/{circle.pk}/seats/{solmara.pk}/leave/").status_code == 404


def test_seated_member_ends_its_own_seat_alone(
    circle: Circle, mia: Actor, sol: Actor, cy: Actor
) -> None:
    join(code_for(circle, mia), cy)
    with scope.acting(sol), pytest.raises(NotFound):
        sharing.leave_circle(circle, cy.member_id, actor=sol, at=NOON)

    assert cy.member_id in allies(mia)


def test_seated_member_seats_nobody(circle: Circle, sol: Actor, cy: Actor) -> None:
    with scope.acting(sol), pytest.raises(NotFound):
        sharing.join_circle(circle, cy.member_id, actor=sol, at=NOON)
