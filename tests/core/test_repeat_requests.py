"""Idempotency keys: a repeated request acts once and hears the first answer again."""

import json
from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Idempotency
from apps.members.models import Brand, Member
from tests.core.parallel import at_once
from tests.factories.world import client_of, make_member, make_person

pytestmark = pytest.mark.django_db


def add(client: Client, name: str = "Lumen", key: str = "k-1", **more: Any) -> Any:
    return client.post(
        "/api/v1/brands/",
        json.dumps({"name": name}),
        content_type="application/json",
        headers={"Idempotency-Key": key, **more},
    )


def brands(actor: Actor) -> list[str]:
    with scope.acting(actor):
        return list(Brand.objects.values_list("name", flat=True))


def test_repeated_request_acts_once_and_answers_alike(as_mia: Client, mia: Actor) -> None:
    first, second = add(as_mia), add(as_mia)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert brands(mia) == ["Lumen"]


def test_key_with_another_body_is_refused(as_mia: Client, mia: Actor) -> None:
    add(as_mia)

    answer = add(as_mia, "Umbra")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.key_reused")
    assert brands(mia) == ["Lumen"]


def test_refused_request_leaves_its_key_free(as_ana: Client, as_mia: Client, mia: Actor) -> None:
    assert add(as_mia, "").status_code == 400

    assert add(as_mia, "Lumen").status_code == 201
    assert brands(mia) == ["Lumen"]


def test_keys_of_two_people_do_not_meet(as_mia: Client, aurelis: Member, mia: Actor) -> None:
    other = client_of(make_person("Mo Keane", aurelis, role="manager"))

    assert add(as_mia, "Lumen").status_code == add(other, "Umbra").status_code == 201
    assert sorted(brands(mia)) == ["Lumen", "Umbra"]


def test_answer_is_never_told_to_another_member(as_mia: Client, as_cy: Client) -> None:
    ours = add(as_mia).json()

    theirs = add(as_cy)

    assert theirs.status_code == 201
    assert theirs.json()["id"] != ours["id"]


def test_overlong_key_is_refused(as_mia: Client, mia: Actor) -> None:
    assert add(as_mia, key="k" * 201).status_code == 400
    assert brands(mia) == []


def test_reading_needs_no_key(as_mia: Client) -> None:
    as_mia.get("/api/v1/brands/", headers={"Idempotency-Key": "k-1"})

    with scope.acting(Actor(Member.objects.get().pk)):
        assert not Idempotency.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_same_request_twice_at_once_acts_once() -> None:
    actor = make_person("Mia Twin", make_member("Twinfold", "TWI"), role="manager")
    one, other = client_of(actor), client_of(actor)

    answers = at_once(lambda: add(one), lambda: add(other))

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert brands(actor) == ["Lumen"]
