"""Many leads in one request: each judged alone, known ones named, a repeat answered alike."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Event
from apps.leads.models import ImportBatch, Lead, LeadSelector
from tests.factories.world import client_of, make_person

pytestmark = pytest.mark.django_db
URL = "/api/v1/leads/batch/"


def send(client: Client, leads: Any, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = json.dumps({"leads": leads})
    return client.post(URL, body, content_type="application/json", headers=headers)


def told(answer: Any, *names: str) -> list[Any]:
    rows = [tuple(item[name] for name in names) for item in answer.json()["results"]]
    return [row[0] for row in rows] if len(names) == 1 else rows


def test_each_item_is_judged_alone_and_says_where_it_is_wrong(as_dee: Client) -> None:
    items = [
        {"title": "One", "source_kind": "authority", "source_reliability": "b", "credibility": 2},
        {"title": ""},
        "nonsense",
        None,
        {"domains": ["a.example", "not a domain"]},
        {"urls": ["https://b.example/", {"no": "text"}]},
        {"title": "Two", "source_reliability": "z"},
        {"title": "Three", "seen_at": "2999-01-01T00:00:00Z"},
        {"brand": "Lumi"},
    ]

    answer = send(as_dee, items)

    assert answer.status_code == 207
    assert told(answer, "outcome", "status", "reference", "code", "pointer") == [
        ("created", 201, "LD-1", "", ""),
        ("error", 400, "", "invalid", "/leads/1/title"),
        ("error", 400, "", "invalid", "/leads/2"),
        ("error", 400, "", "invalid", "/leads/3"),
        ("created", 201, "LD-2", "row.unread_value", "/leads/4"),
        ("error", 400, "", "invalid", "/leads/5/urls/1"),
        ("error", 400, "", "invalid", "/leads/6/source_reliability"),
        ("error", 400, "", "invalid", "/leads/7/seen_at"),
        ("error", 400, "", "invalid", "/leads/8/title"),
    ]
    assert all(told(answer, "message")[1:])
    assert [answer.json()[name] for name in ("created", "known", "errors")] == [2, 0, 7]


def test_field_that_does_not_exist_is_refused_by_name(as_dee: Client) -> None:
    wrong = {"title": "Serum", "url": "https://a.example/"}

    alone = as_dee.post("/api/v1/leads/", json.dumps(wrong), content_type="application/json")
    together = send(as_dee, [wrong, {"title": "Cream"}])

    assert (alone.status_code, list(alone.json()["fields"])) == (400, ["url"])
    assert told(together, "outcome", "pointer") == [("error", "/leads/0/url"), ("created", "")]


def test_leads_of_a_batch_are_those_of_the_form(as_dee: Client, ana: Actor) -> None:
    item = {
        "title": "Serum", "domains": ["a.example"], "phones": ["+86 571 5550 1001"],
        "brand": "Lumi",
        "source": "Partner feed", "source_kind": "partner", "source_reliability": "b",
        "credibility": 2, "their_reference": "P-1", "country": "CN", "severity": "urgent",
        "tlp": "green", "seen_at": "2026-11-20T08:00:00Z", "description": "Seen at c.example",
    }  # fmt: skip
    alone = as_dee.post("/api/v1/leads/", json.dumps(item), content_type="application/json")
    together = send(as_dee, [item])

    with scope.acting(ana):
        first, second = (
            Lead.objects.get(pk=pk) for pk in (alone.json()["id"], *told(together, "id"))
        )
        for name in ("values", "locator", "title", "seen_at", "severity", "tlp", *item):
            if hasattr(first, name):
                assert getattr(first, name) == getattr(second, name), name
        keys = [
            set(LeadSelector.objects.filter(lead=lead).values_list("key", flat=True))
            for lead in (first, second)
        ]
    assert keys[0] == keys[1] != set()
    assert [hit["id"] for hit in as_dee.get("/api/v1/search/", {"q": "c.example"}).json()] == [
        str(second.pk),
        str(first.pk),
    ]


def test_known_item_names_its_lead_and_is_not_kept_twice(as_dee: Client, ana: Actor) -> None:
    item, other = {"title": "One", "source": "A"}, {"title": "One", "source": "B"}
    first = send(as_dee, [item, item, other])
    assert told(first, "outcome", "reference") == [
        ("created", "LD-1"),
        ("known", "LD-1"),
        ("created", "LD-2"),
    ]

    again = send(as_dee, [other, {"title": "New"}, item])

    assert told(again, "outcome", "status", "reference") == [
        ("known", 200, "LD-2"),
        ("created", 201, "LD-3"),
        ("known", 200, "LD-1"),
    ]
    with scope.acting(ana):
        assert Lead.objects.count() == 3


def test_repeat_under_a_key_gets_the_same_answer_and_adds_nothing(
    as_dee: Client, ana: Actor
) -> None:
    first, second = (send(as_dee, [{"title": "One"}, {"title": ""}], "k-1") for _ in range(2))

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    with scope.acting(ana):
        assert (Lead.objects.count(), ImportBatch.objects.count()) == (1, 1)


def test_other_body_under_a_key_is_refused(as_dee: Client, ana: Actor) -> None:
    send(as_dee, [{"title": "One"}], "k-1")

    answer = send(as_dee, [{"title": "Two"}], "k-1")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.key_reused")
    with scope.acting(ana):
        assert [lead.title for lead in Lead.objects.all()] == ["One"]


def test_what_became_of_the_items_stays_to_be_read(as_dee: Client, as_ana: Client) -> None:
    answer = send(as_dee, [{"title": "One"}, {"title": ""}]).json()
    url = f"/api/v1/imports/{answer['import_id']}/"

    batch, rows = as_ana.get(url).json(), as_ana.get(f"{url}rows/").json()["results"]

    assert (batch["state"], batch["format"], batch["added"], batch["errors"]) == (
        "done",
        "api",
        1,
        1,
    )
    assert [(row["number"], row["outcome"]) for row in rows] == [(1, "added"), (2, "error")]
    assert rows[1]["message"].startswith("title: ")
    assert "Partner API" in as_ana.get("/leads/imports/").content.decode()
    assert as_ana.get(f"/leads/imports/{answer['import_id']}/").status_code == 200


def test_batch_is_one_event_and_as_many_queries_whatever_its_size(
    as_dee: Client, ana: Actor
) -> None:
    asked = []
    for count in (1, 2, 60):
        items = [
            {"title": f"{count}-{n}", "domains": [f"{count}-{n}.example"]} for n in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert send(as_dee, items).json()["created"] == count
        asked.append(len(queries))

    assert asked[1] == asked[2]
    with scope.acting(ana):
        assert Event.objects.filter(name="leads.imported").count() == 3
        assert not Event.objects.filter(name="lead.created").exists()


def test_too_many_and_none_are_refused_whole(as_dee: Client, ana: Actor) -> None:
    for leads in ([], [{"title": "x"}] * 1_001, "nonsense", None):
        answer = send(as_dee, leads)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["leads"])
    with scope.acting(ana):
        assert not ImportBatch.objects.exists()


def test_observer_and_stranger_add_nothing_to_a_member(
    as_dee: Client, as_cy: Client, aurelis: Any, ana: Actor
) -> None:
    observer = client_of(make_person("Oda Reader", aurelis, role="observer"))
    send(as_dee, [{"title": "One"}])

    assert send(observer, [{"title": "Two"}]).status_code == 403
    theirs = send(as_cy, [{"title": "One"}])

    # The same item of another member is new there: nothing says that it is known here.
    assert told(theirs, "outcome", "reference") == [("created", "LD-1")]
    with scope.acting(ana):
        assert Lead.objects.count() == 1
