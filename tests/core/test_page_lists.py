"""Cursors: made by us, sent back by anybody; a forged one is a refusal, never a failure."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest
from django.test import Client

from apps.core.actor import Actor
from apps.sharing.models import Circle
from tests.factories.world import client_of

pytestmark = pytest.mark.django_db
LISTS = ["circles", "handovers", "investigations", "leads", "people", "events"]


def forged(**tokens: str) -> str:
    return b64encode(urlencode(tokens).encode()).decode()


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "position", ["garbage", "9999-99-99", "\x00", "9" * 400, "2026-11-24", "-5", ""]
)
def test_forged_cursor_is_a_refusal_or_a_page(mia: Actor, path: str, position: str) -> None:
    client = client_of(mia)

    for cursor in (forged(p=position), forged(p=position, r="1"), forged(o="1000000", p=position)):
        answer = client.get(f"/api/v1/{path}/", {"cursor": cursor})
        assert answer.status_code in {200, 400, 404}


def second_page(client: Client, path: str = "people") -> str:
    return client.get(f"/api/v1/{path}/", {"page_size": 1}).json()["next"] or ""


def test_pages_follow_one_another(as_mia: Client, ana: Actor) -> None:
    first = as_mia.get("/api/v1/people/", {"page_size": 1}).json()
    second = as_mia.get(first["next"]).json()
    back = as_mia.get(second["previous"]).json()

    assert len({str(page["results"]) for page in (first, second)}) == 2
    assert second["next"] is None
    assert back["results"] == first["results"]


def test_cursor_of_another_listing_or_member_is_not_found(
    as_mia: Client, as_bo: Client, ana: Actor
) -> None:
    theirs = second_page(as_mia)

    assert as_mia.get(theirs).status_code == 200
    assert as_bo.get(theirs).status_code == 404
    assert as_mia.get(theirs.replace("/people/", "/circles/")).status_code == 404


def test_catching_up_after_any_number_is_answered(as_mia: Client, circle: Circle) -> None:
    path = f"/api/v1/subjects/circle/{circle.pk}/events/"
    for after in ("0", "-1", "9" * 30, "-" + "9" * 30):
        assert as_mia.get(path, {"after": after}).status_code in {200, 400, 404}
