"""Signing in and out: who gets in, how often one may try, what ends a session."""

import pytest
from django.conf import settings
from django.test import Client

from apps.core.actor import Actor
from apps.core.seats import Seat
from apps.members import services
from apps.members.actors import resolve_sockets
from apps.members.models import Member, User
from tests.factories.world import PASSWORD, client_of, make_person

ANA = "ana.lin@aur.example"


def sign_in(client: Client, email: str = ANA, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"username": email, "password": password, **more})


def test_person_signs_in_by_e_mail_in_any_case(ana: Actor, client: Client) -> None:
    answer = sign_in(client, "Ana.Lin@AUR.example")

    assert answer.status_code == 302
    assert client.get("/settings/").status_code == 200


def test_wrong_password_and_unknown_address_answer_alike(ana: Actor, client: Client) -> None:
    wrong = sign_in(client, password="not the password")
    unknown = sign_in(client, "nobody@aur.example")

    assert wrong.status_code == unknown.status_code == 200
    assert "sessionid" not in client.cookies
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_person_returns_to_the_page_she_wanted(ana: Actor, client: Client) -> None:
    assert sign_in(client, next="/people/")["Location"] == "/people/"


def test_sign_in_leads_to_no_other_site(ana: Actor, client: Client) -> None:
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


def test_session_known_before_sign_in_is_worth_nothing(ana: Actor, client: Client) -> None:
    client.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = client.session.session_key

    sign_in(client)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/settings/").status_code == 302


def test_sixth_try_is_locked_out_even_with_the_password(ana: Actor, client: Client) -> None:
    for _try in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(client, password="not the password")

    assert last.status_code == 429
    assert sign_in(client).status_code == 429
    assert b"paused for 15 minutes" in sign_in(client).content


def test_lock_of_one_account_leaves_others_alone(ana: Actor, bo: Actor, client: Client) -> None:
    for _try in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, password="not the password")

    assert sign_in(client, "bo.duarte@sol.example").status_code == 302


def test_session_of_a_closed_account_is_nobodys(ana: Actor, as_ana: Client) -> None:
    assert as_ana.get("/people/").status_code == 200
    User.objects.filter(pk=ana.user_id).update(is_active=False)

    assert as_ana.get("/people/")["Location"].startswith("/sign-in/")


def test_inactive_person_stays_out(ana: Actor, client: Client) -> None:
    User.objects.filter(pk=ana.user_id).update(is_active=False)

    assert sign_in(client).status_code == 200
    assert client.get("/settings/").status_code == 302


def test_sign_in_without_the_csrf_token_is_refused(ana: Actor) -> None:
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.parametrize("path", ["/sign-out/", "/settings/everywhere/", "/switch/", "/language/"])
def test_post_of_a_page_without_the_csrf_token_is_refused(ana: Actor, path: str) -> None:
    client = client_of(ana, enforce_csrf_checks=True)

    assert client.post(path).status_code == 403
    assert client.get("/settings/").status_code == 200


def test_sign_out_needs_a_post_and_ends_the_session(as_ana: Client) -> None:
    assert as_ana.get("/sign-out/").status_code == 405
    assert as_ana.get("/settings/").status_code == 200

    as_ana.post("/sign-out/")

    assert as_ana.get("/settings/").status_code == 302


def test_sign_out_everywhere_ends_every_session_and_socket(ana: Actor) -> None:
    phone, desk = client_of(ana), client_of(ana)
    assert resolve_sockets([phone.session.session_key]) == [Seat(ana)]

    desk.post("/settings/everywhere/")

    assert desk.get("/settings/").status_code == 302
    assert phone.get("/settings/").status_code == 302
    assert resolve_sockets([phone.session.session_key]) == [None]


def test_suspended_member_opens_nothing(ana: Actor, dee: str, aurelis: Member) -> None:
    browser = client_of(ana)
    partner = Client(headers={"Authorization": f"Bearer {dee}"})
    assert partner.get("/api/v1/me/").status_code == 200

    services.suspend_member(aurelis.pk, by=None, at=aurelis.created_at)

    assert browser.get("/people/")["Location"] == "/nowhere/"
    assert browser.get("/api/v1/me/").status_code == 401
    assert partner.get("/api/v1/me/").status_code == 401
    assert resolve_sockets([browser.session.session_key]) == [None]


def test_reinstated_member_works_again(ana: Actor, aurelis: Member) -> None:
    services.suspend_member(aurelis.pk, by=None, at=aurelis.created_at)
    services.reinstate_member(aurelis.pk, by=None, at=aurelis.created_at)

    assert client_of(ana).get("/people/").status_code == 200


def test_language_is_chosen_before_signing_in(client: Client) -> None:
    answer = client.post("/language/", {"language": "zh-hans", "next": "/sign-in/"})

    assert answer["Location"] == "/sign-in/"
    assert client.get("/sign-in/")["Content-Language"] == "zh-hans"


def test_unknown_language_and_foreign_target_are_ignored(client: Client) -> None:
    answer = client.post("/language/", {"language": "tlh", "next": "https://evil.example/"})

    assert answer["Location"] == "/sign-in/"
    assert "al-lang" not in answer.cookies


def test_language_of_a_person_is_her_own(as_ana: Client, ana: Actor) -> None:
    as_ana.post("/language/", {"language": "zh-hans"})

    assert User.objects.get(pk=ana.user_id).language == "zh-hans"
    assert as_ana.get("/settings/")["Content-Language"] == "zh-hans"


def test_person_of_two_members_acts_visibly_for_one(ana: Actor, kitefin: Member) -> None:
    make_person("Kit Twin", kitefin)
    user = User.objects.get(pk=ana.user_id)
    services.join(kitefin, user, "analyst", at=kitefin.created_at)
    client = client_of(ana)
    assert b"You act for Aurelis" in client.get("/people/").content

    client.post("/switch/", {"member": str(kitefin.pk)})

    page = client.get("/people/").content
    assert b"You act for Kitefin" in page
    assert b"Kit Twin" in page


def test_nobody_switches_to_a_member_of_others(as_ana: Client, kitefin: Member) -> None:
    assert as_ana.post("/switch/", {"member": str(kitefin.pk)}).status_code == 404
    assert as_ana.post("/switch/", {"member": "nonsense"}).status_code == 404
    assert b"You act for Aurelis" in as_ana.get("/people/").content


def test_member_of_others_in_a_session_counts_for_nothing(ana: Actor, kitefin: Member) -> None:
    client = client_of(Actor(member_id=kitefin.pk, user_id=ana.user_id))

    assert client.get("/api/v1/me/").json()["member"]["name"] == "Aurelis"
