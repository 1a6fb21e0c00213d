"""Every page of people and members opens, and for whom."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.actor import Actor
from apps.members.backends import BACKEND
from apps.members.models import User
from tests.factories.world import client_of

OPEN = ["members:sign_in", "members:password_reset", "members:password_reset_done"]
MINE = ["members:settings", "members:people", "members:password_change"]


@pytest.mark.parametrize("name", OPEN)
def test_door_is_open_to_everybody(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", MINE)
def test_page_needs_a_signed_in_person(client: Client, as_ana: Client, name: str) -> None:
    refused = client.get(reverse(name))

    assert refused.status_code == 302
    assert refused["Location"].startswith("/sign-in/?next=")
    assert as_ana.get(reverse(name)).status_code == 200


def test_page_read_while_signed_in_is_not_kept_by_the_browser(as_ana: Client) -> None:
    assert "no-store" in as_ana.get("/settings/")["Cache-Control"]


def test_fragment_sends_the_whole_page_to_the_door(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desks/"}

    answer = client.get("/people/", headers=headers)

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=/desks/"


def test_admin_sees_the_forms_and_others_the_reason(as_ana: Client, as_ada: Client) -> None:
    assert b"Send the invitation" in as_ada.get("/people/").content

    analyst = as_ana.get("/people/").content
    assert b"Send the invitation" not in analyst
    assert b"Only an admin of your member" in analyst


def test_people_page_shows_one_member_only(ana: Actor, as_cy: Client) -> None:
    assert b"Ana Lin" not in as_cy.get("/people/").content


def test_staff_page_exists_for_staff_only(client: Client, as_ada: Client, ada: Actor) -> None:
    assert client.get("/staff/").status_code == 404
    assert as_ada.get("/staff/").status_code == 404

    User.objects.filter(pk=ada.user_id).update(is_staff=True)
    assert client_of(ada).get("/staff/").status_code == 200


def test_person_of_no_member_is_told_so(client: Client, ana: Actor) -> None:
    user = User.objects.get(pk=ana.user_id)
    user.memberships.all().delete()
    client.force_login(user, backend=BACKEND)

    assert client.get("/people/")["Location"] == "/nowhere/"
    assert b"belongs to no active member" in client.get("/nowhere/").content


def test_staff_of_no_member_is_taken_to_its_page(client: Client, ana: Actor) -> None:
    user = User.objects.get(pk=ana.user_id)
    user.memberships.all().delete()
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user, backend=BACKEND)

    assert client.get("/nowhere/")["Location"] == "/staff/"
    page = client.get("/staff/")
    assert page.status_code == 200
    # Without a member the bell would answer with this very page, again and again.
    assert b"/notifications/bell/" not in page.content
