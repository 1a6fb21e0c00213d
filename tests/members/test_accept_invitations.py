"""Invitations: for one address, once, for seven days, into one member."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.models import Event
from apps.members import services
from apps.members.models import Invitation, Member, Membership, Role, User
from apps.members.services import NewPerson, secret_of
from tests.factories.world import NOON, client_of
from tests.members.conftest import tell_readers

NEW = NewPerson(
    name="Noa Berg", password="a phrase of her own", language="en", time_zone="Europe/Oslo"
)
FORM = {
    "name": "Noa Berg",
    "password": "a phrase of her own",
    "language": "en",
    "time_zone": "Europe/Oslo",
}


def invited(
    ada: Actor, email: str = "noa@aur.example", role: str = Role.ANALYST, at: datetime | None = None
) -> Invitation:
    """Open at the moment unless another instant is named: pages ask the clock."""
    with scope.acting(ada):
        return services.invite(email, role, "en", actor=ada, at=at or clock.now())


def link(invitation: Invitation) -> str:
    return f"/invitation/{secret_of(invitation.pk)}/"


def test_letter_carries_the_link_in_the_invitees_language(ada: Actor, as_ada: Client) -> None:
    form = {"email": "Noa@AUR.example", "role": "analyst", "language": "zh-hans"}

    as_ada.post("/people/invite/", form)
    tell_readers()

    invitation = Invitation.objects.get()
    assert mail.outbox[0].to == ["noa@aur.example"]
    assert f"http://127.0.0.1:8000{link(invitation)}" in mail.outbox[0].body
    assert mail.outbox[0].alternatives == []


def test_letter_is_not_sent_for_a_withdrawn_invitation(ada: Actor) -> None:
    invitation = invited(ada)
    with scope.acting(ada):
        services.withdraw_invitation(invitation.pk, actor=ada, at=NOON)

    tell_readers()

    assert mail.outbox == []


def test_secret_is_neither_stored_nor_announced(ada: Actor) -> None:
    invitation = invited(ada)
    secret = secret_of(invitation.pk)

    with scope.acting(ada):
        told = str(list(Event.objects.values_list("payload", flat=True)))
    assert secret not in told + str(Invitation.objects.values().get())


def test_new_person_joins_and_is_signed_in(ada: Actor, client: Client) -> None:
    invitation = invited(ada, role=Role.MANAGER)

    answer = client.post(link(invitation), FORM)

    membership = Membership.objects.get(user__email="noa@aur.example")
    assert answer["Location"] == "/"
    assert (membership.member_id, membership.role) == (ada.member_id, "manager")
    assert client.get("/api/v1/me/").json()["roles"] == ["manager"]


def test_link_works_once(ada: Actor, client: Client) -> None:
    invitation = invited(ada)
    client.post(link(invitation), FORM)

    assert Client().get(link(invitation)).status_code == 404
    assert Client().post(link(invitation), FORM).status_code == 404


@pytest.mark.parametrize(
    ("state", "value"),
    [("expires_at", NOON), ("withdrawn_at", NOON), ("accepted_at", NOON)],
)
def test_dead_links_and_unknown_ones_answer_alike(
    ada: Actor, client: Client, state: str, value: Any
) -> None:
    invitation = invited(ada)
    Invitation.objects.filter(pk=invitation.pk).update(**{state: value - timedelta(days=400)})

    dead, unknown = client.get(link(invitation)), client.get("/invitation/nonsense/")

    assert dead.status_code == unknown.status_code == 404
    assert b"cannot be used any more" in dead.content
    assert b"cannot be used any more" in unknown.content


def test_link_lasts_seven_days(ada: Actor) -> None:
    secret = secret_of(invited(ada, at=NOON).pk)
    last_moment = NOON + timedelta(days=7)

    services.read_invitation(secret, at=last_moment - timedelta(seconds=1))
    with pytest.raises(DomainError, match=r"invitation\.not_open"):
        services.read_invitation(secret, at=last_moment)


def test_known_person_signs_in_to_accept(ada: Actor, bo: Actor) -> None:
    invitation = invited(ada, "bo.duarte@sol.example")
    assert b"Sign in with it to accept" in Client().get(link(invitation)).content
    client = client_of(bo)

    client.post(link(invitation))

    assert client.get("/api/v1/me/").json()["member"]["name"] == "Aurelis"
    assert Membership.objects.filter(user_id=bo.user_id).count() == 2


def test_account_is_never_made_again_over_a_known_one(ada: Actor, bo: Actor) -> None:
    invitation = invited(ada, "bo.duarte@sol.example")

    Client().post(link(invitation), FORM)

    assert User.objects.get(pk=bo.user_id).name == "Bo Duarte"
    assert Membership.objects.filter(user_id=bo.user_id).count() == 1


def test_another_person_cannot_take_the_place(ada: Actor, cy: Actor) -> None:
    invitation = invited(ada)
    client = client_of(cy)

    answer = client.post(link(invitation))

    assert answer.status_code == 403
    assert Membership.objects.filter(user_id=cy.user_id).count() == 1
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None


def test_member_and_role_come_from_the_invitation_alone(
    ada: Actor, kitefin: Member, client: Client
) -> None:
    invitation = invited(ada)
    more = {"member": str(kitefin.pk), "member_id": str(kitefin.pk), "role": "admin"}

    client.post(link(invitation), {**FORM, **more, "is_staff": "on", "email": "x@kit.example"})

    user = User.objects.get(email="noa@aur.example")
    membership = user.memberships.get()
    assert (membership.member_id, membership.role) == (ada.member_id, "analyst")
    assert not user.is_staff


def test_second_acceptance_is_refused(ada: Actor) -> None:
    secret = secret_of(invited(ada, at=NOON).pk)
    services.accept_as_new_person(secret, NEW, at=NOON)

    with pytest.raises(DomainError, match=r"invitation\.not_open"):
        services.accept_as_new_person(secret, NEW, at=NOON)


def test_new_invitation_replaces_the_old_one(ada: Actor, client: Client) -> None:
    old, new = invited(ada), invited(ada)

    assert client.get(link(old)).status_code == 404
    assert client.get(link(new)).status_code == 200


def test_person_who_works_here_is_not_invited_again(ada: Actor, ana: Actor) -> None:
    with pytest.raises(DomainError, match=r"person\.already_here"):
        invited(ada, "ANA.LIN@aur.example")


@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "short"), ("time_zone", "Mars/Base"), ("language", "tlh"), ("name", "")],
)
def test_wrong_entry_keeps_the_invitation_open(
    ada: Actor, client: Client, field: str, value: str
) -> None:
    invitation = invited(ada)

    answer = client.post(link(invitation), {**FORM, field: value})

    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(email="noa@aur.example").exists()


def test_suspended_member_admits_nobody(ada: Actor, client: Client) -> None:
    invitation = invited(ada)
    services.suspend_member(ada.member_id, by=None, at=NOON)

    assert client.get(link(invitation)).status_code == 404
