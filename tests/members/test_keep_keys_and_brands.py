"""API keys and brands of a member."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.models import Event
from apps.members import services
from apps.members.actors import digest
from apps.members.models import ApiKey, Brand, Member
from tests.factories.world import NOON, client_of
from tests.members.conftest import sent


def make_key(ada: Actor, scope_: str = "read", **more: object) -> tuple[ApiKey, str]:
    with scope.acting(ada):
        return services.create_key(
            "Registry", scope_, **{"expires_at": None, "actor": ada, "at": clock.now(), **more}
        )


def with_key(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_secret_is_shown_once_and_kept_as_a_digest(as_ada: Client) -> None:
    page = as_ada.post("/people/keys/", {"name": "Registry", "scope": "read"})

    secret = page.context["secret"]
    assert ApiKey.objects.get().digest == digest(secret)
    assert secret.encode() in page.content
    assert secret.encode() not in as_ada.get("/people/").content


def test_secret_is_in_no_event(ada: Actor) -> None:
    _key, secret = make_key(ada)

    with scope.acting(ada):
        assert secret not in str(list(Event.objects.values_list("payload", flat=True)))


def test_reading_key_reads_and_never_writes(ada: Actor) -> None:
    partner = with_key(make_key(ada)[1])

    assert partner.get("/api/v1/me/").json()["via"] == "api_key"
    refused = sent(partner, "post", "brands/", {"name": "Lumen"})
    assert refused.status_code == 403


def test_writing_key_still_keeps_no_people_keys_or_brands(ada: Actor) -> None:
    partner = with_key(make_key(ada, "write")[1])

    for path, body in (
        ("invitations/", {"email": "x@aur.example"}),
        ("api-keys/", {"name": "More", "scope": "write"}),
        ("brands/", {"name": "Lumen"}),
    ):
        assert sent(partner, "post", path, body).status_code == 403
    assert ApiKey.objects.count() == 1


def test_key_opens_no_page(ada: Actor) -> None:
    partner = with_key(make_key(ada, "write")[1])

    assert partner.get("/people/").status_code == 302


def test_revoked_key_opens_nothing_at_once(ada: Actor) -> None:
    key, secret = make_key(ada)
    partner = with_key(secret)
    assert partner.get("/api/v1/me/").status_code == 200

    client_of(ada).post(f"/people/keys/{key.pk}/revoke/")

    assert partner.get("/api/v1/me/").status_code == 401


def test_key_of_a_member_that_is_not_active_opens_nothing(ada: Actor) -> None:
    _key, secret = make_key(ada)
    assert with_key(secret).get("/api/v1/leads/").status_code == 200

    Member.objects.filter(pk=ada.member_id).update(state=Member.State.SUSPENDED)

    assert with_key(secret).get("/api/v1/leads/").status_code == 401


def test_expired_key_opens_nothing(ada: Actor) -> None:
    key, secret = make_key(ada, expires_at=clock.now() + timedelta(days=9))
    assert with_key(secret).get("/api/v1/me/").status_code == 200

    ApiKey.objects.filter(pk=key.pk).update(expires_at=clock.now() - timedelta(days=3))

    assert with_key(secret).get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize("secret", ["", "ak_wrong", "ak_test_dee\x00", "ак_ключ"])
def test_unknown_key_opens_nothing(dee: str, secret: str) -> None:
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 401


def test_key_must_expire_in_the_future(ada: Actor) -> None:
    with pytest.raises(Invalid):
        make_key(ada, expires_at=NOON, at=NOON)


def test_key_of_another_member_cannot_be_revoked(ada: Actor, as_cy: Client) -> None:
    key, _secret = make_key(ada)

    assert as_cy.post(f"/people/keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_manager_keeps_brands_and_an_analyst_does_not(as_mia: Client, as_ana: Client) -> None:
    as_mia.post("/people/brands/", {"name": "Lumen"})
    as_ana.post("/people/brands/", {"name": "Umbra"})

    assert b"Lumen" in as_ana.get("/people/").content
    assert b"Umbra" not in as_ana.get("/people/").content


def test_brand_is_renamed_and_removed(mia: Actor) -> None:
    with scope.acting(mia):
        brand = services.add_brand("Lumen", actor=mia, at=NOON)
    client = client_of(mia)

    client.post(f"/people/brands/{brand.pk}/rename/", {"name": "Lumen Nuovo"})
    assert b"Lumen Nuovo" in client.get("/people/").content

    client.post(f"/people/brands/{brand.pk}/remove/")
    with scope.acting(mia):
        assert not Brand.objects.exists()


def test_same_brand_twice_is_refused_beside_the_field(as_mia: Client) -> None:
    as_mia.post("/people/brands/", {"name": "Lumen"})

    answer = as_mia.post("/people/brands/", {"name": " Lumen "})

    assert answer.status_code == 400
    assert b"already has this brand" in answer.content


def test_brand_of_another_member_is_an_unknown_brand(mia: Actor, as_cy: Client) -> None:
    with scope.acting(mia):
        brand = services.add_brand("Lumen", actor=mia, at=NOON)

    assert as_cy.post(f"/people/brands/{brand.pk}/rename/", {"name": "X"}).status_code == 404
    assert as_cy.post(f"/people/brands/{brand.pk}/remove/").status_code == 404
    with scope.acting(mia):
        assert Brand.objects.get().name == "Lumen"
