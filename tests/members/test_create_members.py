"""Creating members: the staff's page and the console."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from apps.core.actor import Actor
from apps.members.models import Invitation, Member, Membership, User
from tests.factories.world import client_of
from tests.members.conftest import tell_readers

CARD = {"name": "Pavonne", "code": "PAV", "kind": "brand", "country": "FR"}
FORM = {**CARD, "admin_email": "eva@pav.example", "language": "en"}
CONSOLE = {"name": "Pavonne", "code": "PAV", "admin_email": "eva@pav.example"}


@pytest.fixture
def staff(ana: Actor) -> Client:
    User.objects.filter(pk=ana.user_id).update(is_staff=True)
    return client_of(ana)


def test_staff_creates_a_member_and_invites_its_admin(staff: Client) -> None:
    page = staff.post("/staff/", FORM)
    tell_readers()

    invitation = Invitation.objects.get(member__name="Pavonne")
    assert (invitation.email, invitation.role) == ("eva@pav.example", "admin")
    assert page.context["link"] in mail.outbox[0].body


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "P1"), ("country", "F1"), ("admin_email", "eva"), ("kind", "club"), ("name", " ")],
)
def test_wrong_card_makes_nothing(staff: Client, field: str, value: str) -> None:
    answer = staff.post("/staff/", {**FORM, field: value})

    assert answer.status_code == 400
    assert not Member.objects.filter(code="PAV").exists()
    assert not Invitation.objects.exists()


def test_name_and_code_are_given_once(staff: Client) -> None:
    answer = staff.post("/staff/", {**FORM, "code": "AUR"})

    assert answer.status_code == 400
    assert b"already a member with this name or code" in answer.content


def test_staff_page_counts_people_and_shows_no_case(staff: Client, bo: Actor) -> None:
    rows = {row.name: row.people_count for row in staff.get("/staff/").context["rows"]}

    assert rows["Solmara"] == 1


def test_staff_suspends_and_reinstates(staff: Client, bo: Actor) -> None:
    browser = client_of(bo)
    staff.post(f"/staff/{bo.member_id}/suspend/")
    assert browser.get("/api/v1/me/").status_code == 401

    staff.post(f"/staff/{bo.member_id}/reinstate/")
    assert browser.get("/api/v1/me/").status_code == 200


def test_nobody_else_suspends(as_ada: Client, bo: Actor) -> None:
    assert as_ada.post(f"/staff/{bo.member_id}/suspend/").status_code == 404
    assert Member.objects.get(pk=bo.member_id).is_active


def test_console_prints_the_invitation(db: None) -> None:
    said = StringIO()

    call_command("create_member", **CONSOLE, stdout=said)

    path = said.getvalue().split("http://127.0.0.1:8000")[1].strip()
    assert Client().get(path).status_code == 200


def test_console_makes_the_admin_with_a_password(db: None, client: Client) -> None:
    admin = {"admin_name": "Eva Roux", "admin_password": "a phrase of her own"}
    call_command("create_member", **CONSOLE, **admin, stdout=StringIO())

    assert Membership.objects.get(user__email="eva@pav.example").role == "admin"
    form = {"username": "eva@pav.example", "password": "a phrase of her own"}
    assert client.post("/sign-in/", form).status_code == 302


@pytest.mark.parametrize("wrong", [{"code": "1"}, {"admin_email": "eva"}, {"admin_password": "x"}])
def test_console_names_what_is_wrong_and_makes_nothing(db: None, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_member", **{**CONSOLE, **wrong}, stdout=StringIO())

    assert not Member.objects.exists()


def test_console_makes_staff_who_choose_their_password(db: None) -> None:
    said = StringIO()

    call_command("create_staff", email="sam@alliance.example", name="Sam Poe", stdout=said)

    assert User.objects.get().is_staff
    path = said.getvalue().split("http://127.0.0.1:8000")[1].strip()
    assert b"Choose a password" in Client().get(path, follow=True).content


def test_console_refuses_a_second_account_for_an_address(ana: Actor) -> None:
    with pytest.raises(CommandError, match="email"):
        call_command("create_staff", email="ANA.LIN@aur.example", name="Ana", stdout=StringIO())
