"""Leads over the API: own, allied at each level, and strangers."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.leads import selectors, services
from apps.leads.models import Lead
from tests.factories.world import NOON, client_of, make_person
from tests.leads.conftest import Import, Report, upload, work

pytestmark = pytest.mark.django_db
Share = Callable[..., None]
LIST = "/api/v1/leads/"


def send(client: Client, url: str, data: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(url, data or {}, content_type="application/json")


def test_reported_lead_carries_its_selectors(as_ana: Client) -> None:
    body = {"title": "Fake serum", "urls": ["https://lumi-serum.example/i/1"], "phones": ["x"]}

    answer = send(as_ana, LIST, body)

    assert answer.status_code == 201
    lead = answer.json()
    assert (lead["reference"], lead["status"], lead["locator"]) == (
        "LD-1", "new", "https://lumi-serum.example/i/1",
    )  # fmt: skip
    unread = [s["raw"] for s in lead["selectors"] if not s["is_read"]]
    assert unread == ["x"]


def test_empty_report_is_refused_with_the_field(as_ana: Client) -> None:
    answer = send(as_ana, LIST, {"brand": "Aurelis"})

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["title"]


def test_own_lead_with_the_same_selector_is_shown_and_not_merged(
    as_ana: Client, ana: Actor, bo: Actor, report: Report
) -> None:
    first = report(ana, "Shop", email="Sales@Shop.example")
    second = report(ana, "Phone book", description="mail sales@shop.example today")
    report(bo, "Theirs", email="sales@shop.example")

    found = as_ana.get(f"{LIST}{second.pk}/known/").json()["results"]

    assert [match["lead"]["id"] for match in found] == [str(first.pk)]
    assert found[0]["kinds"] == ["email"]


def test_pages_follow_the_cursor_without_repeating_or_skipping(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    made = {str(report(ana, f"Lead {n}").pk) for n in range(5)}

    seen: list[str] = []
    cursor = ""
    for _page in range(3):
        answer = as_ana.get(
            LIST, {"page_size": 2, "cursor": cursor} if cursor else {"page_size": 2}
        )
        body = answer.json()
        seen += [lead["id"] for lead in body["results"]]
        cursor = body["next"]

    assert cursor is None
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize("count", [10, 50])
def test_list_takes_the_same_few_statements_for_any_length(
    as_dee: Client, ana: Actor, report: Report, count: int
) -> None:
    for n in range(count):
        report(ana, f"Lead {n}", domain=f"shop-{n % 3}.example")

    with CaptureQueriesContext(
        connection,
    ) as taken:
        body = as_dee.get(LIST).json()

    assert len(body["results"]) == count
    statements = [q for q in taken if "SAVEPOINT" not in q["sql"] and "set_config" not in q["sql"]]
    assert len(statements) <= 6


def test_stranger_finds_no_lead_by_any_route(as_cy: Client, ana: Actor, report: Report) -> None:
    lead = report(ana, "Secret serum", domain="secret.example")
    for verb in ("triage", "dismiss", "restore"):
        body = {"severity": "urgent"} if verb == "triage" else {}
        assert send(as_cy, f"{LIST}{lead.pk}/{verb}/", body).status_code == 404
    for path in ("", "known/", "selectors/"):
        hidden, absent = (as_cy.get(f"{LIST}{i}/{path}") for i in (lead.pk, uuid7()))
        assert hidden.status_code == 404
        assert hidden.content == absent.content
    assert send(as_cy, f"{LIST}{lead.pk}/", {"title": "Mine"}, "patch").status_code == 404
    assert as_cy.get(LIST).json()["results"] == []
    assert as_cy.get("/api/v1/search/", {"q": "secret"}).json() == []
    assert "Secret" not in "".join(
        chunk.decode() for chunk in as_cy.get(f"{LIST}export.csv").streaming_content
    )
    with scope.acting(ana):
        kept = Lead.objects.get(pk=lead.pk)
    assert (kept.title, kept.status, kept.version) == ("Secret serum", "new", 1)


LEVELS = {
    1: {"title": "", "locator": "", "description": "", "source": "", "reference": ""},
    2: {"title": "", "locator": "s…@shop.example", "description": "", "source": ""},
    3: {"title": "Serum", "locator": "sales@shop.example", "description": "Text", "source": ""},
    4: {"title": "Serum", "source": "", "dismissed_reason": ""},
}
SHOWN = {1: set(), 2: {"s…@shop.example"}, 3: {"sales@shop.example"}, 4: {"sales@shop.example"}}


@pytest.mark.parametrize("level", LEVELS)
def test_ally_sees_what_the_level_gives(
    ana: Actor, bo: Actor, report: Report, share: Share, level: int
) -> None:
    lead = report(
        ana, "Serum", email="sales@shop.example", description="Text", source="Hotline", country="CN"
    )
    share(lead, owner=ana, ally=bo, level=level)

    body = client_of(bo).get(f"{LIST}{lead.pk}/").json()

    assert (body["level"], body["country"], body["created_by"]) == (level, "CN", None)
    assert {name: body[name] for name in LEVELS[level]} == LEVELS[level]
    assert {s["raw"] for s in body["selectors"] if s["kind"] == "email"} == SHOWN[level]


def test_ally_cannot_filter_or_search_by_what_is_withheld(
    as_bo: Client, ana: Actor, bo: Actor, report: Report, share: Share
) -> None:
    lead = report(
        ana, "Serum", brand="Aurelis", email="sales@shop.example", domain="serum-shop.example"
    )
    share(lead, owner=ana, ally=bo, level=1)

    for wish in ({"brand": "Aurelis"}, {"status": "new"}, {"severity": "stable"}):
        assert as_bo.get(LIST, wish).json()["results"] == []
    for query in ("serum", "sales@shop.example", "serum-shop.example"):
        assert as_bo.get("/api/v1/search/", {"q": query}).json() == []
    share(lead, owner=ana, ally=bo, level=2)
    assert as_bo.get("/api/v1/search/", {"q": "sales@shop.example"}).json() == []
    assert len(as_bo.get("/api/v1/search/", {"q": "serum-shop.example"}).json()) == 1


def test_ally_may_not_change_a_lead_that_it_reads(
    as_bo: Client, ana: Actor, bo: Actor, report: Report, share: Share
) -> None:
    lead = report(ana)
    share(lead, owner=ana, ally=bo, level=4)

    answer = send(as_bo, f"{LIST}{lead.pk}/dismiss/", {"reason": "no"})

    assert (answer.status_code, answer.json()["code"]) == (403, "lead.owner_only")


def test_dismissed_lead_comes_back_as_it_was(as_ana: Client, ana: Actor, report: Report) -> None:
    lead = report(ana)
    send(as_ana, f"{LIST}{lead.pk}/triage/", {"severity": "watch"})
    gone = send(as_ana, f"{LIST}{lead.pk}/dismiss/", {"reason": "Genuine"}).json()

    back = send(as_ana, f"{LIST}{lead.pk}/restore/").json()

    assert (gone["status"], gone["dismissed_reason"]) == ("dismissed", "Genuine")
    assert (back["status"], back["severity"], back["dismissed_reason"]) == ("triaged", "watch", "")


def test_stale_change_is_refused(as_ana: Client, ana: Actor, report: Report) -> None:
    lead = report(ana)
    send(as_ana, f"{LIST}{lead.pk}/", {"title": "One", "version": 1}, "patch")

    answer = send(as_ana, f"{LIST}{lead.pk}/", {"title": "Two", "version": 1}, "patch")

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_change_moves_the_selectors_and_the_search(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    lead = report(ana, "Serum", domain="old-shop.example")

    send(as_ana, f"{LIST}{lead.pk}/", {"domains": ["new-shop.example"], "title": "霜"}, "patch")

    norms = {s["norm"] for s in as_ana.get(f"{LIST}{lead.pk}/selectors/").json()}
    assert norms == {"new-shop.example"}
    assert as_ana.get("/api/v1/search/", {"q": "old-shop"}).json() == []
    assert len(as_ana.get("/api/v1/search/", {"q": "霜"}).json()) == 1


@pytest.mark.parametrize("sent_back", [{}, {"title": "https://worng.example/1"}, {"title": ""}])
def test_title_taken_from_a_value_goes_where_the_value_goes(
    as_ana: Client, sent_back: dict[str, str]
) -> None:
    lead = send(as_ana, LIST, {"urls": ["https://worng.example/1"]}).json()

    body = {"urls": ["https://right.example/1"], **sent_back}
    changed = send(as_ana, f"{LIST}{lead['id']}/", body, "patch").json()

    assert (lead["title"], changed["title"]) == (
        "https://worng.example/1", "https://right.example/1",
    )  # fmt: skip
    assert {s["norm"] for s in changed["selectors"]} == {
        "https://right.example/1", "right.example",
    }  # fmt: skip


def test_change_of_one_kind_undoes_no_change_of_another(
    as_ana: Client, ana: Actor, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = report(ana, "Serum", domain="a.example", phone="+86 571 5550 1001")
    find = selectors.find

    def slowly(actor: Actor, lead_id: UUID) -> Lead:
        found = find(actor, lead_id)
        monkeypatch.setattr(selectors, "find", find)
        faster = {**found.values, "phone": ("+86 571 5550 2002",)}
        services.change_lead(lead_id, {"values": faster}, version=None, actor=ana, at=NOON)
        return found

    monkeypatch.setattr(selectors, "find", slowly)
    overtaken = send(as_ana, f"{LIST}{lead.pk}/", {"domains": ["b.example"]}, "patch")

    assert (overtaken.status_code, overtaken.json().get("code")) == (409, "stale")


def test_title_that_was_given_stays_whatever_changes(as_ana: Client) -> None:
    lead = send(as_ana, LIST, {"title": "Serum", "urls": ["https://a.example/"]}).json()

    changed = send(as_ana, f"{LIST}{lead['id']}/", {"urls": ["https://b.example/"]}, "patch").json()

    assert changed["title"] == "Serum"


@pytest.mark.parametrize("field", ["member_id", "id", "reference", "created_by", "status"])
def test_request_cannot_set_what_is_not_its_to_set(
    as_ana: Client, ana: Actor, report: Report, field: str
) -> None:
    lead = report(ana)

    send(as_ana, f"{LIST}{lead.pk}/", {field: str(uuid7()), "title": "New"}, "patch")

    with scope.acting(ana):
        kept = Lead.objects.get(pk=lead.pk)
    assert getattr(kept, field) == getattr(lead, field)


def test_export_starts_no_formula_and_leaves_red_leads_out(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    report(ana, "=HYPERLINK(1)")
    report(ana, "Named people", tlp="red")

    answer = as_ana.get(f"{LIST}export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert [row["title"] for row in csv.DictReader(io.StringIO(text))] == ["'=HYPERLINK(1)"]


def test_phone_and_chinese_are_found_however_they_are_typed(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    report(ana, "假冒精华液检出汞", phone="+86 571 8888 1001")

    for query in ("精华", "检出汞", "+8657188881001", "+86 (571) 8888-1001"):
        found = as_ana.get("/api/v1/search/", {"q": query}).json()
        assert [hit["title"] for hit in found] == ["假冒精华液检出汞"], query
    assert as_ana.get("/api/v1/search/", {"q": "华精"}).json() == []


def test_import_walks_from_upload_to_rows(as_ana: Client, ana: Actor) -> None:
    file = SimpleUploadedFile("shops.csv", b"domain\na.example\nnot a domain\n")
    batch = as_ana.post("/api/v1/imports/", {"file": file, "source": "Hotline"}).json()
    url = f"/api/v1/imports/{batch['id']}/"

    assert batch["mapping"] == {"domain": "domain"}
    assert send(as_ana, f"{url}check/", {"mapping": batch["mapping"]}).status_code == 202
    _finish(batch["id"], ana)
    assert send(as_ana, f"{url}run/").status_code == 202
    _finish(batch["id"], ana)
    rows = as_ana.get(f"{url}rows/").json()["results"]

    assert as_ana.get(url).json()["state"] == "done"
    assert [row["outcome"] for row in rows] == ["added", "added"]
    assert rows[1]["message"].startswith("“not” could not be read")


def _finish(batch_id: str, actor: Actor) -> None:
    from apps.leads.models import ImportBatch

    with scope.acting(actor):
        batch = ImportBatch.objects.get(pk=batch_id)
    work(batch)


def test_stranger_finds_no_import_by_any_route(
    as_cy: Client, as_bo: Client, ana: Actor, import_file: Import
) -> None:
    import_file(ana, b"domain\na.example\n")
    batch = upload(ana, b"domain\nb.example\n")
    url = f"/api/v1/imports/{batch.pk}/"

    for client in (as_cy, as_bo):
        assert client.get("/api/v1/imports/").json()["results"] == []
        assert client.get(url).status_code == client.get(f"{url}rows/").status_code == 404
        for verb, body in (
            ("check", {"mapping": {"domain": "domain"}}),
            ("run", {}),
            ("cancel", {}),
        ):
            assert send(client, f"{url}{verb}/", body).status_code == 404
    with scope.acting(ana):
        batch.refresh_from_db()
    assert batch.state == "uploaded"


def test_observer_reads_and_adds_nothing(as_ana: Client, aurelis: Any) -> None:
    observer = client_of(make_person("Oda Reader", aurelis, role="observer"))

    answer = send(observer, LIST, {"title": "Mine"})

    assert (answer.status_code, answer.json()["code"]) == (403, "lead.observer")
    assert observer.get(LIST).status_code == 200
