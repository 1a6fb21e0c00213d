"""STIX 2.1 bundles and MISP events as leads: through the one importer, file or body."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.leads.exchange import misp, stix
from apps.leads.exchange.formats import FORMATS
from apps.leads.exchange.outgoing import Outgoing
from apps.leads.models import ImportBatch, Lead
from apps.leads.projecting import LeadView, SelectorView
from apps.leads.reading import ReadError, guess_mapping, open_table
from apps.leads.reading.cells import COLUMNS, KIND_COLUMNS
from tests.factories.world import NOON, client_of, make_person
from tests.leads.conftest import Import

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
MAKER = {"type": "identity", "id": "identity--1", "name": "Customs Watch"}
BUNDLE = {
    "type": "bundle",
    "id": "bundle--1",
    "objects": [
        MAKER,
        {"type": "url", "id": "url--1", "value": "https://shop.example/item/1"},
        {"type": "email-addr", "id": "email-addr--1", "value": "sales@shop.example"},
        {"type": "domain-name", "id": "domain-name--9", "value": "alone.example"},
        {"type": "user-account", "id": "user-account--1", "account_type": "telegram",
         "account_login": "lumi_shop"},
        {"type": "report", "id": "report--1", "name": "Fake serum", "description": "Seen twice.",
         "created_by_ref": "identity--1", "published": "2026-11-20T08:00:00Z",
         "object_refs": ["url--1", "email-addr--1", "user-account--1", "url--missing"],
         "object_marking_refs": [RED]},
        {"type": "indicator", "id": "indicator--1", "name": "Fake coats",
         "pattern": "[url:value = 'https://coats.example/\\'x'] OR"
         " [domain-name:value = 'coats.example']",
         "valid_from": "2026-11-21T08:00:00Z"},
        {"type": "relationship", "id": "relationship--1", "source_ref": "indicator--1"},
        "nonsense",
    ],
}  # fmt: skip
EVENT = {
    "Event": {
        "uuid": "5f0e9d54-0f5f-4f8a-9b11-5c0a3e6d7a3e",
        "info": "Fake soap",
        "date": "2026-11-19",
        "Orgc": {"name": "CERT Example"},
        "Tag": [
            {"name": "tlp:amber+strict"},
            {"name": "PAP:RED"},
            {"name": 'admiralty-scale:source-reliability="b"'},
            {"name": 'admiralty-scale:information-credibility="2"'},
        ],
        "Attribute": [
            {"type": "url", "value": "https://soap.example/1"},
            {"type": "domain|ip", "value": "soap.example|192.0.2.1"},
            {"type": "phone-number", "value": "+86 571 5550 1001"},
            {"type": "md5", "value": "0" * 32},
            {"type": "email-src", "value": "gone@soap.example", "deleted": True},
            {"type": "text", "value": "Two shops."},
        ],
        "Object": [
            {"name": "shop", "Attribute": [{"type": "iban", "value": "DE75512108001245126199"}]}
        ],
    }
}


def rows(written: object) -> list[dict[str, str]]:
    table = open_table(json.dumps(written).encode(), "x.json")
    return [{k: v for k, v in row.cells.items() if v} for row in table if not row.problem]


def test_columns_of_a_bundle_are_guessed_surely() -> None:
    guessed = guess_mapping(COLUMNS)

    assert [one for one in COLUMNS if guessed[one] == "ignore"] == []
    wrong = {k: c for k, c in KIND_COLUMNS.items() if guessed[c] != k.removeprefix("raw_")}
    assert wrong == {}


def test_stix_report_is_a_row_with_what_it_is_about() -> None:
    report, alone, indicator = sorted(rows(BUNDLE), key=lambda row: row["reference"], reverse=True)[
        :1
    ] + [row for row in rows(BUNDLE) if row["reference"] in {"domain-name--9", "indicator--1"}]

    assert report == {
        "title": "Fake serum", "description": "Seen twice.", "url": "https://shop.example/item/1",
        "email": "sales@shop.example", "telegram": "lumi_shop", "source": "Customs Watch",
        "seen at": "2026-11-20T08:00:00Z", "tlp": "red", "reference": "report--1",
    }  # fmt: skip
    assert alone["domain"] == "alone.example"
    assert indicator["url"] == "https://coats.example/'x"
    assert indicator["domain"] == "coats.example"


def test_misp_event_is_a_row_with_its_attributes() -> None:
    expected = {
        "title": "Fake soap", "url": "https://soap.example/1", "domain": "soap.example",
        "phone": "+86 571 5550 1001", "bank account": "DE75512108001245126199",
        "description": "Two shops.", "source": "CERT Example", "seen at": "2026-11-19",
        "tlp": "tlp:amber+strict", "pap": "PAP:RED", "reference": EVENT["Event"]["uuid"],
        "grading": 'admiralty-scale:source-reliability="b"\n'
        'admiralty-scale:information-credibility="2"',
    }  # fmt: skip

    for written in (EVENT, [EVENT], {"response": [EVENT]}, {"response": EVENT}):
        assert rows(written) == [expected]


def test_remark_on_an_attribute_does_not_change_what_it_is() -> None:
    written = [
        ("url", "https://soap.example/1", "shop found by a customer"),
        ("domain", "soap.example", "address"),
        ("email-src", "sales@soap.example", "email of the seller"),
        ("text", "12345678", "shop taobao"),
        ("text", "Closed on Monday", "shop was closed"),
    ]
    attributes = [{"type": kind, "value": value, "comment": c} for kind, value, c in written]

    [row] = rows({"Event": {"info": "Fake soap", "Attribute": attributes}})

    assert row == {
        "title": "Fake soap", "url": "https://soap.example/1", "domain": "soap.example",
        "email": "sales@soap.example", "shop id": "taobao:12345678",
        "description": "Closed on Monday",
    }  # fmt: skip


def test_broken_bundle_is_refused_and_a_broken_part_is_named() -> None:
    for text in ('{"type": "bundle", "objects": [', '{"type": "bundle", "objects": 7}'):
        with pytest.raises(ReadError):
            open_table(text.encode(), "x.json")
    table = open_table(json.dumps(BUNDLE).encode(), "x.json")
    assert [row.problem.code for row in table if row.problem] == ["row.not_json"]


DAY = timedelta(days=1)
RAW = {"lumi silk": "Silk & Lumi Co., Ltd."}
VALUES = (
    ("url", "", "https://a.example/x"), ("domain", "", "a.example"), ("shop", "taobao", "12345678"),
    ("email", "", "sales@a.example"), ("phone", "", "+8657155501001"),
    ("whatsapp", "", "+8613800138000"), ("wechat", "", "lumi_888"),
    ("listing", "amazon", "B0ABCDEFGH"), ("container", "", "CSQU3054383"),
    ("bank_account", "iban", "DE75512108001245126199"),
    ("bank_account", "CN/card", "6222021234567890128"), ("seller_name", "Latn", "lumi silk"),
    ("image_hash", "sha256", "ab" * 32),
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["stix", "misp"])
def test_what_was_exported_comes_back_with_the_same_selectors(
    name: str, mia: Actor, import_file: Import
) -> None:
    selectors = tuple(
        SelectorView(kind=kind, namespace=ns, raw=RAW.get(norm, norm), norm=norm, is_read=True)
        for kind, ns, norm in VALUES
    )
    lead = LeadView(
        id=uuid7(), member_id=uuid7(), level=3, country="CN", tlp="amber+strict", pap="amber",
        created_at=NOON, seen_at=NOON - DAY, title="Fake serum", brand="Lumen", description="Seen.",
        selectors=selectors,
    )  # fmt: skip
    kind = FORMATS[name]
    data = (
        kind.head(uuid7())
        + kind.leads([Outgoing(lead, "Norrvik", NOON)], is_first=True)
        + kind.tail()
    )

    batch = import_file(mia, kind.whole(data), name=f"leads.{name}.json")

    assert (batch.format, batch.added, batch.errors) == (name, 1, 0)
    with scope.acting(mia):
        made = Lead.objects.get()
        found = set(made.selectors.exclude(key=None).values_list("kind", "namespace", "norm"))
    assert (made.title, made.brand, made.country) == ("Fake serum", "Lumen", "CN")
    assert (made.tlp, made.pap, made.source) == ("amber+strict", "amber", "Norrvik")
    assert sorted(set(VALUES) - found) == []
    assert made.values["seller_name"] == ["Silk & Lumi Co., Ltd."]
    assert made.seen_at is not None
    assert made.seen_at.date() == (NOON - DAY).date()


def test_lead_that_was_changed_is_a_newer_version_of_the_same() -> None:
    lead = LeadView(
        id=uuid7(), member_id=uuid7(), level=3, country="CN", tlp="amber", pap="amber",
        created_at=NOON - DAY, title="Fake serum",
    )  # fmt: skip

    first, second = (Outgoing(lead, "Norrvik", at) for at in (NOON, NOON + DAY))

    reports = [json.loads(stix.objects_of([one])[-1]) for one in (first, second)]
    assert [one["id"] for one in reports] == [f"report--{lead.id}"] * 2
    assert reports[0]["created"] < reports[0]["modified"] < reports[1]["modified"]
    assert misp.event_of(first).timestamp < misp.event_of(second).timestamp


def post(client: Client, body: object, query: str = "") -> Any:
    return client.post(
        f"/api/v1/leads/bundle/{query}", json.dumps(body), content_type="application/stix+json"
    )


@pytest.mark.django_db
def test_bundle_in_a_body_gives_a_result_for_each_and_once(
    as_dee: Client, mia: Actor, cy: Actor
) -> None:
    first, again = post(as_dee, BUNDLE), post(as_dee, BUNDLE)

    assert first.status_code == 207
    assert [row["outcome"] for row in first.json()["results"]].count("created") == 3
    assert (first.json()["errors"], again.json()["known"]) == (1, 3)
    with scope.acting(mia):
        red = Lead.objects.get(title="Fake serum")
        assert (red.tlp, Lead.objects.get(title="Fake coats").tlp) == ("red", "amber")
    assert post(as_dee, EVENT, "?tlp=green&source_kind=authority").json()["created"] == 1
    with scope.acting(mia):
        soap = Lead.objects.get(title="Fake soap")
    lit = (soap.tlp, soap.pap, soap.source_kind, soap.source_reliability, soap.credibility)
    assert lit == ("amber+strict", "red", "authority", "b", 2)
    path = f"/api/v1/imports/{first.json()['import_id']}/rows/"
    assert len(as_dee.get(path).json()["results"]) == 4
    assert client_of(cy).get(path).status_code == 404
    assert client_of(cy).get("/api/v1/leads/").json()["results"] == []


@pytest.mark.django_db
def test_what_is_no_bundle_is_refused_and_nothing_is_kept(
    as_dee: Client, mia: Actor, aurelis: Any
) -> None:
    for body in ({"title": "x"}, [1], "x", {"type": "bundle", "objects": 7}):
        assert post(as_dee, body).status_code == 400
    assert post(as_dee, BUNDLE, "?tlp=purple").status_code == 400
    observer = client_of(make_person("Oz Ray", aurelis, role="observer"))
    assert post(observer, BUNDLE).status_code == 403
    with scope.acting(mia):
        assert not ImportBatch.objects.exists()
