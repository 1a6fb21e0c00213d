"""Searches kept under a name, their counts, and being told of what is new in them."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import due, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.ids import uuid7
from apps.core.models import Due
from apps.leads import services
from apps.leads.models import SavedSearch
from apps.leads.services import Search
from apps.leads.triaging import searches
from apps.notifications.models import Notification
from tests.factories.world import NOON, client_of
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db
URL = "/api/v1/lead-searches/"


def save(actor: Actor, name: str = "Serums", **more: object) -> SavedSearch:
    with scope.acting(actor):
        return services.save_search(Search(name=name, **more), actor=actor, at=NOON)


def test_same_name_of_the_same_person_is_replaced(ana: Actor, mia: Actor) -> None:
    save(ana, text="serum")
    kept = save(ana, text="coats", tab="decide")
    save(mia, text="bags")

    with scope.acting(ana):
        assert SavedSearch.objects.count() == 2
        assert (kept.text, kept.tab) == ("coats", "decide")


def test_colleague_sees_a_shared_search_and_cannot_change_it(ana: Actor, mia: Actor) -> None:
    shared, private = save(ana, "Shared", is_shared=True), save(ana, "Private")

    with scope.acting(mia):
        assert [s.name for s in searches.searches(mia)] == ["Shared"]
        for call in (
            lambda: services.remove_search(shared.pk, actor=mia),
            lambda: services.subscribe(shared.pk, tells=True, actor=mia, at=NOON),
        ):
            with pytest.raises(DomainError) as refusal:
                call()
            assert refusal.value.code == "search.not_yours"
        with pytest.raises(DomainError) as hidden:
            services.remove_search(private.pk, actor=mia)
    assert hidden.value.status == 404


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"tab": "secret"}, "tab"),
        ({"text": "kind:nonsense"}, "text"),
        ({"text": "x" * 501}, "text"),
    ],
)
def test_search_that_could_not_be_run_is_not_kept(ana: Actor, told: dict, field: str) -> None:
    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.save_search(Search(**{"name": "One", **told}), actor=ana, at=NOON)

    assert list(refusal.value.fields) == [field]


def test_count_stops_at_its_limit(ana: Actor, report: Report, monkeypatch: object) -> None:
    monkeypatch.setattr(searches, "COUNTED", 2)
    search = save(ana, text="severity:urgent")
    for n in range(4):
        report(ana, f"Lead {n}", severity="urgent")

    with scope.acting(ana):
        assert searches.count(ana, search, at=NOON) == 3


def told(actor: Actor) -> list[str]:
    with scope.acting(actor):
        return list(Notification.objects.filter(kind="lead.search_news").values_list("token"))


def test_follower_is_told_once_of_what_is_new(ana: Actor, report: Report) -> None:
    report(ana, "Old serum")
    search = save(ana, text="serum", tells=True)
    later = NOON + timedelta(minutes=5)
    system = Actor.system(ana.member_id)

    with scope.acting(system):
        services.tell_searches(ana.member_id, later)
    assert told(ana) == []
    with scope.acting(ana):
        SavedSearch.objects.filter(pk=search.pk).update(told_until=NOON - timedelta(hours=1))
    for _turn in range(2):
        with scope.acting(system):
            services.tell_searches(ana.member_id, later)

    assert len(told(ana)) == 1


def test_news_are_looked_for_once_in_five_minutes(ana: Actor, bo: Actor, report: Report) -> None:
    for n in range(3):
        report(ana, f"Lead {n}")

    outbox.drain()

    rows = Due.objects.filter(kind=services.TELL)
    assert {row.member_id for row in rows} == {ana.member_id}
    assert rows.count() <= 2  # the five minutes may have ended in between
    assert all(row.due_at.minute % 5 == 0 and row.due_at.second == 0 for row in rows)
    assert due.is_planned(ana.member_id, services.TELL)


def test_api_keeps_counts_follows_and_removes(as_ana: Client, ana: Actor, report: Report) -> None:
    report(ana, "Fake serum")
    body = {"name": "Serums", "text": "serum", "tells": True}

    made = as_ana.post(URL, body, content_type="application/json")
    key = made.json()["id"]
    off = as_ana.post(f"{URL}{key}/subscribe/", {"tells": False}, "application/json").json()

    assert made.status_code == 201
    assert (made.json()["count"], made.json()["is_more"], made.json()["is_mine"]) == (
        1,
        False,
        True,
    )
    assert off["tells"] is False
    assert [row["id"] for row in as_ana.get(URL).json()] == [key]
    assert as_ana.delete(f"{URL}{key}/").status_code == 204
    assert as_ana.get(f"{URL}{key}/").status_code == 404


def test_key_keeps_no_search_and_is_told_why(as_dee: Client) -> None:
    answer = as_dee.post(URL, {"name": "Serums"}, content_type="application/json")

    assert answer.status_code == 400
    assert "kept by a person" in answer.json()["title"] + answer.json().get("detail", "")


def test_stranger_finds_no_search(ana: Actor, cy: Actor) -> None:
    search = save(ana, is_shared=True)
    client = client_of(cy)

    assert client.get(URL).json() == []
    for key in (search.pk, uuid7()):
        assert client.get(f"{URL}{key}/").status_code == 404
        assert client.delete(f"{URL}{key}/").status_code == 404
        answer = client.post(f"{URL}{key}/subscribe/", {"tells": True}, "application/json")
        assert answer.status_code == 404
