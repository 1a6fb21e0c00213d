"""Members and people over the API: what each reader gets, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.members import services
from apps.members.models import Brand, Invitation, Member, Membership, User
from tests.factories.world import NOON, client_of, make_person
from tests.members.conftest import sent

ROUTES = ["me/", "members/", "people/", "invitations/", "brands/", "api-keys/"]


@pytest.mark.parametrize("path", ROUTES)
def test_nobody_is_asked_to_sign_in(client: Client, db: None, path: str) -> None:
    answer = sent(client, "get", path)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"]


def test_me_says_who_asks_for_whom(as_ana: Client, ana: Actor) -> None:
    me = sent(as_ana, "get", "me/").json()

    assert (me["user"]["name"], me["member"]["name"]) == ("Ana Lin", "Aurelis")
    assert (me["roles"], me["via"]) == (["analyst"], "session")
    assert [place["member"]["code"] for place in me["memberships"]] == ["AUR"]


def test_me_of_a_key_has_no_person(as_dee: Client) -> None:
    me = sent(as_dee, "get", "me/").json()

    assert (me["user"], me["member"]["name"], me["via"]) == (None, "Aurelis", "api_key")
    assert sent(as_dee, "patch", "me/", {"name": "x"}).status_code == 403


def test_profile_changes_what_it_names_and_nothing_else(as_ana: Client, ana: Actor) -> None:
    mass = {"is_staff": True, "is_active": False, "session_epoch": 9, "email": "x@kit.example"}

    answer = sent(as_ana, "patch", "me/", {"time_zone": "Asia/Kathmandu", **mass})

    user = User.objects.get(pk=ana.user_id)
    assert answer.json()["user"]["time_zone"] == user.time_zone == "Asia/Kathmandu"
    assert (user.is_staff, user.is_active, user.session_epoch) == (False, True, 0)
    assert (user.name, user.email) == ("Ana Lin", "ana.lin@aur.example")


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("time_zone", ""), ("language", "tlh"), ("name", "  ")],
)
def test_wrong_profile_is_a_problem_at_its_field(as_ana: Client, field: str, value: str) -> None:
    answer = sent(as_ana, "patch", "me/", {field: value})

    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_people_are_those_of_one_member(ada: Actor, ana: Actor, bo: Actor) -> None:
    listed = sent(client_of(ana), "get", "people/").json()["results"]

    assert {row["name"] for row in listed} >= {"Ada Conti", "Ana Lin"}
    assert "Bo Duarte" not in {row["name"] for row in listed}


def test_admin_changes_and_ends_over_the_api(as_ada: Client, ana: Actor) -> None:
    changed = sent(as_ada, "patch", f"people/{ana.user_id}/", {"role": "manager"})
    ended = sent(as_ada, "delete", f"people/{ana.user_id}/")

    assert (changed.status_code, changed.json()["role"]) == (200, "manager")
    assert ended.status_code == 204
    assert Membership.objects.get(user_id=ana.user_id).ended_at is not None


def test_invitation_is_made_listed_and_withdrawn(as_ada: Client) -> None:
    made = sent(as_ada, "post", "invitations/", {"email": "noa@aur.example", "role": "observer"})
    listed = sent(as_ada, "get", "invitations/").json()["results"]
    gone = sent(as_ada, "post", f"invitations/{made.json()['id']}/withdraw/")

    assert made.status_code == 201
    assert [(row["email"], row["role"]) for row in listed] == [("noa@aur.example", "observer")]
    assert gone.status_code == 204
    assert sent(as_ada, "get", "invitations/").json()["results"] == []


def test_invitation_never_takes_its_member_from_the_body(as_ada: Client, cy: Actor) -> None:
    body = {"email": "noa@aur.example", "member": str(cy.member_id), "member_id": str(cy.member_id)}

    sent(as_ada, "post", "invitations/", body)

    assert Invitation.objects.get().member.name == "Aurelis"


def test_brand_is_made_renamed_and_removed(as_mia: Client, kitefin: Member) -> None:
    made = sent(as_mia, "post", "brands/", {"name": "Lumen", "member_id": str(kitefin.pk)})
    path = f"brands/{made.json()['id']}/"

    assert made.status_code == 201
    assert sent(as_mia, "patch", path, {"name": "Umbra"}).json()["name"] == "Umbra"
    assert [row["name"] for row in sent(as_mia, "get", "brands/").json()["results"]] == ["Umbra"]
    assert sent(as_mia, "delete", path).status_code == 204


def test_key_is_made_over_the_api_with_its_secret_once(as_ada: Client) -> None:
    made = sent(as_ada, "post", "api-keys/", {"name": "Registry", "scope": "read"})

    assert made.json()["secret"].startswith("ak_")
    listed = sent(as_ada, "get", "api-keys/").json()["results"]
    assert [set(row) & {"secret", "digest"} for row in listed] == [set()]


def test_key_is_not_made_under_an_idempotency_key(as_ada: Client) -> None:
    body = {"name": "Registry", "scope": "read"}
    answer = sent(as_ada, "post", "api-keys/", body, **{"Idempotency-Key": "k1"})

    assert answer.status_code == 400


def test_person_switches_member_over_the_api(ana: Actor, kitefin: Member) -> None:
    services.join(kitefin, User.objects.get(pk=ana.user_id), "observer", at=NOON)
    client = client_of(ana)

    answer = sent(client, "post", "me/switch/", {"member": str(kitefin.pk)})

    assert answer.status_code == 204
    me = sent(client, "get", "me/").json()
    assert (me["member"]["name"], me["roles"]) == ("Kitefin", ["observer"])
    names = [row["name"] for row in sent(client, "get", "members/").json()["results"]]
    assert names == ["Aurelis", "Kitefin"]


def test_nobody_switches_to_a_member_of_others(as_ana: Client, kitefin: Member) -> None:
    foreign = sent(as_ana, "post", "me/switch/", {"member": str(kitefin.pk)})
    unknown = sent(as_ana, "post", "me/switch/", {"member": str(uuid7())})

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content


def test_session_posts_nothing_without_the_csrf_token(ada: Actor) -> None:
    client = client_of(ada, enforce_csrf_checks=True)

    assert sent(client, "post", "brands/", {"name": "Lumen"}).status_code == 403
    with scope.acting(ada):
        assert not Brand.objects.exists()


def test_session_posts_with_the_csrf_token(ada: Actor) -> None:
    client = client_of(ada, enforce_csrf_checks=True)
    client.get("/settings/")
    token = client.cookies["csrftoken"].value

    answer = sent(client, "post", "brands/", {"name": "Lumen"}, **{"X-CSRFToken": token})

    assert answer.status_code == 201


@pytest.fixture
def theirs(ada: Actor, ana: Actor, mia: Actor) -> dict[str, Any]:
    """Things of Aurelis that nobody else may touch."""
    with scope.acting(ada):
        invitation = services.invite("noa@aur.example", "analyst", "en", actor=ada, at=NOON)
        brand = services.add_brand("Lumen", actor=ada, at=NOON)
        key, _secret = services.create_key("Registry", "read", expires_at=None, actor=ada, at=NOON)
    return {"invitation": invitation.pk, "brand": brand.pk, "key": key.pk, "person": ana.user_id}


CY = [
    ("patch", "people/{person}/", {"role": "observer"}),
    ("delete", "people/{person}/", None),
    ("post", "invitations/{invitation}/withdraw/", None),
    ("patch", "brands/{brand}/", {"name": "Mine"}),
    ("delete", "brands/{brand}/", None),
    ("post", "api-keys/{key}/revoke/", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CY)
def test_stranger_is_told_nothing_and_changes_nothing(
    theirs: dict[str, Any], kitefin: Member, method: str, path: str, body: Any
) -> None:
    stranger = client_of(make_person("Cyd Vale", kitefin, role="admin"))
    before = state_of(theirs)

    foreign = sent(stranger, method, path.format(**theirs), body)
    unknown = sent(stranger, method, path.format(**dict.fromkeys(theirs, uuid7())), body)

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert state_of(theirs) == before


def state_of(theirs: dict[str, Any]) -> list[Any]:
    with scope.acting(Actor.system(Member.objects.get(code="AUR").pk)):
        return [
            Membership.objects.filter(user_id=theirs["person"]).values().get(),
            Invitation.objects.values().get(),
            Brand.objects.values().get(),
            list(Member.objects.get(code="AUR").apikey_set.values_list("revoked_at")),
        ]


@pytest.mark.parametrize("path", ROUTES)
def test_lists_of_a_stranger_hold_nothing_of_ours(
    theirs: dict[str, Any], kitefin: Member, path: str
) -> None:
    stranger = client_of(make_person("Cyd Vale", kitefin, role="admin"))

    text = sent(stranger, "get", path).content.decode()

    assert "Aurelis" not in text
    assert not [ident for ident in theirs.values() if str(ident) in text]
