"""Resetting and changing passwords: the letter, its link, what ends with the old password."""

import re

import pytest
from django.core import mail
from django.test import Client

from apps.core import due
from apps.core.actor import Actor
from apps.core.models import Due
from apps.members.actors import resolve_sockets
from apps.members.models import User
from apps.notifications import services as notifications
from tests.factories.world import PASSWORD, client_of

NEW = "an entirely different phrase"
ANA = "ana.lin@aur.example"


def reset_link(client: Client) -> str:
    client.post("/password/reset/", {"email": ANA})
    due.run()
    notifications.deliver()
    found = re.search(r"http://127.0.0.1:8000(\S+)", mail.outbox[-1].body)
    assert found is not None
    return found.group(1)


def choose(client: Client, link: str, password: str = NEW) -> object:
    form = client.get(link, follow=True)
    if not form.redirect_chain:
        return form
    path = form.redirect_chain[-1][0]
    return client.post(path, {"new_password1": password, "new_password2": password})


def test_letter_sets_a_new_password(ana: Actor, client: Client) -> None:
    choose(client, reset_link(client))

    assert User.objects.get(pk=ana.user_id).check_password(NEW)
    assert mail.outbox[0].to == [ANA]


def test_letter_is_in_the_persons_language(ana: Actor, client: Client) -> None:
    User.objects.filter(pk=ana.user_id).update(language="zh-hans")
    reset_link(client)

    assert "Ana Lin" in mail.outbox[0].body


def test_unknown_address_gets_the_same_answer_and_no_letter(ana: Actor, client: Client) -> None:
    known = client.post("/password/reset/", {"email": ANA})
    unknown = client.post("/password/reset/", {"email": "nobody@aur.example"})
    due.run()
    notifications.deliver()

    assert known["Location"] == unknown["Location"] == "/password/reset/sent/"
    assert known.content == unknown.content
    assert len(mail.outbox) == 1


def test_many_requests_send_one_letter(ana: Actor, client: Client) -> None:
    for _try in range(5):
        client.post("/password/reset/", {"email": ANA})

    assert Due.objects.filter(ref=ana.user_id).count() <= 2


def test_link_works_once(ana: Actor, client: Client) -> None:
    link = reset_link(client)
    choose(client, link)

    again = Client().get(link)

    assert b"used already or is too old" in again.content


def test_link_ends_with_the_password_it_would_replace(ana: Actor, client: Client) -> None:
    link = reset_link(client)
    user = User.objects.get(pk=ana.user_id)
    user.set_password("changed meanwhile, elsewhere")
    user.save()

    assert b"used already or is too old" in Client().get(link).content


def test_new_password_ends_the_sessions_of_the_old(ana: Actor, client: Client) -> None:
    elsewhere = client_of(ana)

    choose(client, reset_link(client))

    assert elsewhere.get("/settings/").status_code == 302
    assert resolve_sockets([elsewhere.session.session_key]) == [None]


@pytest.mark.parametrize("weak", ["short", "password1234", "ana.lin@aur.example"])
def test_weak_password_is_refused(ana: Actor, client: Client, weak: str) -> None:
    answer = choose(client, reset_link(client), weak)

    assert answer.status_code == 200
    assert User.objects.get(pk=ana.user_id).check_password(PASSWORD)


def test_change_keeps_this_session_and_ends_the_others(ana: Actor) -> None:
    here, elsewhere = client_of(ana), client_of(ana)
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}

    here.post("/password/change/", form)

    assert here.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302


def test_change_needs_the_old_password(as_ana: Client, ana: Actor) -> None:
    form = {"old_password": "a guess", "new_password1": NEW, "new_password2": NEW}

    assert as_ana.post("/password/change/", form).status_code == 200
    assert User.objects.get(pk=ana.user_id).check_password(PASSWORD)


def test_letter_of_a_closed_account_is_not_sent(ana: Actor, client: Client) -> None:
    client.post("/password/reset/", {"email": ANA})
    User.objects.filter(pk=ana.user_id).update(is_active=False)

    due.run()
    notifications.deliver()

    assert mail.outbox == []
    assert Due.objects.get(ref=ana.user_id).state == Due.State.DONE
