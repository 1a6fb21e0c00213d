"""An audience from the first instant, and what it would read: of a draft and of many leads."""

from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.leads import kinds
from apps.leads.drafts import VALUE_KINDS
from apps.leads.models import Lead
from apps.leads.normalise import KINDS
from apps.leads.reading import FIELDS, guess_mapping
from apps.leads.triaging.query import parse
from apps.leads.web.forms import LeadForm
from apps.leads.web.importing import FIELD_NAMES
from apps.sharing.models import Circle, Grant, ShareRun
from tests.factories.world import NOON, client_of, make_person
from tests.leads.conftest import Report
from tests.leads.test_share_leads import send, to_member

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "Fake serum",
    "phone": "+86 571 5550 1001",
    "url": "https://a.example/x",
    "brand": "Lumen",
    "severity": "stable",
    "tlp": "amber",
}


def sharing_with(ally: Actor, *, level: int = 2, purpose: str = "Same seller") -> dict[str, Any]:
    return {
        "share-audience": [f"member:{ally.member_id}"],
        "share-level": str(level),
        "share-purpose": purpose,
    }


def test_form_shares_a_lead_from_its_first_instant(
    as_mia: Client, as_bo: Client, bo: Actor
) -> None:
    answer = as_mia.post("/leads/new/", {**FACTS, **sharing_with(bo)})

    assert answer.status_code == 302
    shown = as_bo.get(f"/api/v1{answer['Location']}").json()
    assert (shown["level"], shown["brand"], shown["title"]) == (2, "Lumen", "")


def test_form_without_an_audience_shares_with_nobody(as_mia: Client, mia: Actor, bo: Actor) -> None:
    for more in ({}, {"share-level": "4", "share-purpose": "For nobody"}):
        assert as_mia.post("/leads/new/", {**FACTS, **more}).status_code == 302

    with scope.acting(mia):
        assert not Grant.objects.filter(subject_type="lead").exists()


def test_unsound_audience_keeps_what_was_typed_and_nothing_else(
    as_mia: Client, as_ana: Client, mia: Actor, bo: Actor, cy: Actor
) -> None:
    cases = (
        (as_mia, sharing_with(bo, purpose=""), "characters what it is shared for"),
        (as_mia, sharing_with(cy), "is not one of the available choices"),
        (as_ana, sharing_with(bo, level=3), "needs a manager or an admin"),
        (as_mia, {"share-email": "nobody@sol.example", "share-purpose": "x"}, "none of your"),
    )
    for client, more, said in cases:
        page = client.post("/leads/new/", {**FACTS, **more})
        assert page.status_code == 200
        assert said in page.content.decode()
        assert "5550 1001" in page.content.decode()

    with scope.acting(mia):
        assert not Lead.objects.exists()


def test_draft_is_previewed_as_it_will_be_read(
    as_mia: Client, as_bo: Client, mia: Actor, bo: Actor
) -> None:
    body = {"title": "Serum", "phones": [FACTS["phone"]], "urls": [FACTS["url"]], "brand": "Lumen"}
    for level in (1, 2, 3, 4):
        told = {**body, "audience": [to_member(bo, level=level)]}
        shown = send(as_mia, "leads/preview/", told).json()[0]
        with scope.acting(mia):
            assert Lead.objects.count() == level - 1
        lead = send(as_mia, "leads/", told).json()
        seen = as_bo.get(f"/api/v1/leads/{lead['id']}/").json()

        given_later = {"id", "reference", "created_at"}
        assert shown["fields_shown"]
        assert {k: v for k, v in shown["lead"].items() if k not in given_later} == {
            k: v for k, v in seen.items() if k not in given_later
        }
        assert bool(shown["lead"]["reference"]) == bool(seen["reference"])
        assert (shown["leaves"], shown["enters"]) == ("CN", ["BR"])


def test_page_previews_a_draft_and_keeps_nothing(as_mia: Client, mia: Actor, bo: Actor) -> None:
    text = as_mia.post(
        "/leads/new/", {**FACTS, **sharing_with(bo), "preview": "1"}
    ).content.decode()
    empty = as_mia.post("/leads/new/", {**FACTS, "preview": "1"}).content.decode()

    assert "Solmara" in text
    assert "+86…01" in text
    assert "It leaves CN for BR" in text
    assert "Choose at least one circle or ally" in empty
    with scope.acting(mia):
        assert not Lead.objects.exists()


def test_run_is_previewed_by_light_kind_and_sample(
    ana: Actor, mia: Actor, bo: Actor, report: Report, circle: Circle
) -> None:
    for n in range(4):
        report(ana, f"Serum {n}", brand="Lumen", phone=f"+86 571 5550 100{n}", tlp="green")
    report(ana, "Amber", brand="Lumen", domain="amber.example")
    to_circle = {"kind": "circle", "id": str(circle.pk), "level": 2, "purpose": "Same seller"}
    body = {"chosen": {"brand": "Lumen"}, "audience": [to_member(bo), to_circle]}

    member, ring = send(client_of(ana), "share-runs/preview/", body).json()

    assert (member["total"], member["shared"], member["refused"]) == (5, 5, [])
    assert (ring["shared"], [row["leads"] for row in ring["refused"]]) == (4, [1])
    assert "TLP:GREEN" in ring["refused"][0]["reason"]
    assert [row["kind"] for row in member["kinds"]] == ["domain", "phone"]
    assert [row["is_masked"] for row in member["kinds"]] == [False, True]
    assert [row["kind"] for row in ring["kinds"]] == ["phone"]
    assert "title" not in member["fields_shown"]
    assert {"brand", "country"} <= set(member["fields_shown"])
    assert len(member["samples"]) == 3
    assert member["samples"][0]["lead"]["brand"] == "Lumen"
    page = client_of(ana).post(
        "/leads/share/",
        {"brand": "Lumen", "audience": [f"circle:{circle.pk}"], "level": "2", "purpose": "x",
         "preview": "1"},
    ).content.decode()  # fmt: skip
    assert "will read <b>4</b> of 5 chosen leads" in page
    with scope.acting(mia):
        assert not ShareRun.objects.exists()


def test_preview_of_a_run_knows_own_leads_alone(
    cy: Actor, bo: Actor, mia: Actor, report: Report
) -> None:
    lead = report(mia, "Serum", brand="Lumen")
    as_cy = client_of(cy)
    for chosen in ({"brand": "Lumen"}, {"lead_ids": [str(lead.pk)]}):
        body = {"chosen": chosen, "audience": [to_member(cy)]}
        assert send(as_cy, "share-runs/preview/", body).status_code == 400
    told = {"title": "x", "audience": [to_member(bo)]}
    assert send(as_cy, "leads/preview/", told).status_code == 400


def test_copies_are_in_one_ledger_for_owner_and_taker(
    ana: Actor, mia: Actor, bo: Actor, cy: Actor, report: Report
) -> None:
    lead = report(mia, "Serum")
    grants = f"leads/{lead.pk}/grants/"
    told = {"audience": [to_member(bo, level=3, capabilities=["export"])]}
    assert send(client_of(mia), grants, told).status_code == 201

    for client, name in ((client_of(bo), "jsonl"), (client_of(ana), "stix")):
        made = send(client, "leads/exports/", {"format": name, "lead_ids": [str(lead.pk)]}).json()
        assert client.get(f"/api/v1/leads/exports/{made['id']}/file/").status_code == 200
    assert client_of(mia).get("/api/v1/leads/export.csv").status_code == 200

    copies = client_of(ana).get(f"/api/v1/leads/{lead.pk}/copies/").json()["results"]
    taken = client_of(bo).get("/api/v1/copies/").json()["results"]
    people = {(row["user_id"], row["format"]) for row in copies}
    assert people == {
        (str(bo.user_id), "jsonl"), (str(ana.user_id), "stix"), (str(mia.user_id), "csv"),
    }  # fmt: skip
    assert [(row["lead_id"], row["owner_id"], row["level"]) for row in taken] == [
        (str(lead.pk), str(mia.member_id), 3)
    ]
    assert b"JSONL" in client_of(bo).get("/leads/shared/").content
    assert client_of(mia).get("/api/v1/copies/").json()["results"] == []
    assert client_of(cy).get("/api/v1/copies/").json()["results"] == []


def test_observer_takes_no_table(aurelis: Any, mia: Actor, report: Report) -> None:
    report(mia, "Serum")
    observer = client_of(make_person("Oz Ray", aurelis, role="observer"))

    assert observer.get("/api/v1/leads/export.csv").status_code == 403


def test_every_kind_has_a_name_a_column_and_a_filter() -> None:
    assert set(kinds.REGISTRY) == set(KINDS)
    assert set(VALUE_KINDS) <= set(FIELDS)
    assert set(FIELD_NAMES) == set(FIELDS)
    assert set(VALUE_KINDS) <= set(LeadForm.base_fields)
    # What people call a shop or a listing is more often its name or its address.
    named = [kind for kind in VALUE_KINDS if guess_mapping([kind]) != {kind: kind}]
    assert named == ["shop", "listing"]
    assert guess_mapping(["shop id", "listing id"]) == {"shop id": "shop", "listing id": "listing"}
    assert [
        kind for kind in KINDS if parse(f"kind:{kind}", at=NOON).filters != {"kind": kind}
    ] == []
