"""Leads as files: valid where they go, harmless, and nothing in them that one may not read."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pymisp
import pytest
import stix2
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Refused
from apps.core.ids import uuid7
from apps.leads import services
from apps.leads.exchange import exporting, models, stix
from apps.leads.exchange.formats import FORMATS
from apps.leads.exchange.models import Export
from apps.leads.exchange.outgoing import Outgoing
from apps.leads.models import Lead
from apps.leads.projecting import LeadView, SelectorView
from apps.members.actors import digest
from apps.members.models import ApiKey
from apps.sharing import services as sharing
from apps.sharing.models import Circle, ExportEntry
from tests.factories.world import NOON, client_of
from tests.leads.conftest import Report

EXPORTS = "/api/v1/leads/exports/"
EVIL = ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1")


def one(**more: Any) -> Outgoing:
    told: dict[str, Any] = {
        "id": uuid7(), "member_id": uuid7(), "level": 3, "country": "CN", "tlp": "amber+strict",
        "pap": "amber", "created_at": NOON, "title": "Fake serum", "language": "zh-Hans",
        "description": "Seen in two shops.", "severity": "urgent",
    }  # fmt: skip
    return Outgoing(LeadView(**{**told, **more}), "Aurelis", NOON)


def selector(kind: str, norm: str, namespace: str = "", *, masked: bool = False) -> SelectorView:
    return SelectorView(
        kind=kind, namespace=namespace, raw=norm, norm=norm, is_read=True, is_masked=masked
    )


SELECTORS = (
    selector("url", "https://a.example/x"),
    selector("domain", "a.example"),
    selector("email", "sales@a.example"),
    selector("phone", "+8657155501001"),
    selector("shop", "77", "taobao"),
    selector("bank_account", "DE89370400440532013000", "iban"),
    selector("bank_account", "…00", masked=True),
)


def written(name: str, leads: list[Outgoing]) -> bytes:
    kind = FORMATS[name]
    parts = [kind.leads([lead], is_first=at == 0) for at, lead in enumerate(leads)]
    return kind.whole(kind.head(uuid7()) + b"".join(parts) + kind.tail())


def test_stix_bundle_is_valid_and_carries_both_lights() -> None:
    leads = [one(tlp=tlp, selectors=SELECTORS) for tlp in ("clear", "green", "amber")]
    leads.append(one(selectors=()))
    bundle = stix2.parse(written("stix", leads), allow_custom=True)

    # What the library does not know stays a dict: there is none.
    assert not [made for made in bundle.objects if isinstance(made, dict)]
    reports = [made for made in bundle.objects if made.type == "report"]
    marks = {made.id: made for made in bundle.objects if made.type == "marking-definition"}
    lights = [[marks[ref] for ref in made.object_marking_refs] for made in reports]
    named = [next(iter(tlp.extensions.values()))["tlp_2_0"] for tlp, _pap in lights]
    assert named == ["clear", "green", "amber", "amber+strict"]
    assert {pap.definition.statement for _tlp, pap in lights} == {"PAP:AMBER"}
    known = {made.id for made in bundle.objects}
    assert all(ref in known for made in reports for ref in made.object_refs)
    assert {made.type for made in bundle.objects} >= {
        "url", "domain-name", "email-addr", "x-alliance-selector", "extension-definition",
    }  # fmt: skip
    assert "red" not in stix.TLP_MARKINGS


def test_misp_events_are_valid_and_tagged() -> None:
    read = json.loads(written("misp", [one(selectors=SELECTORS), one()]))["response"]
    described = pymisp.MISPEvent().describe_types

    for row in read:
        event = pymisp.MISPEvent()
        event.from_dict(**row["Event"])
        assert {tag.name for tag in event.tags} == {"tlp:amber+strict", "PAP:AMBER"}
        assert event.distribution in {"0", 0}
        for attribute in event.attributes:
            assert attribute.type in described["category_type_mappings"][attribute.category]
            assert not attribute.to_ids
    assert len(read) == 2


def test_half_a_value_is_in_no_file_for_machines() -> None:
    lead = one(selectors=SELECTORS)

    for name in ("stix", "misp", "jsonl"):
        assert "DE89370400440532013000" in written(name, [lead]).decode()
        assert "\\u2026" not in written(name, [lead]).decode()
        assert "…" not in written(name, [lead]).decode()


def test_no_cell_of_a_table_is_a_formula() -> None:
    leads = [one(title=text, brand=text, reference=text) for text in EVIL]

    read = csv.reader(io.StringIO(written("csv", leads).decode("utf-8-sig"), newline=""))
    rows = [cell for row in read for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", leads)))
    cells = [cell for row in book["Leads"].iter_rows() for cell in row]

    assert not [cell for cell in rows if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_lines_hold_one_lead_each() -> None:
    rows = [json.loads(line) for line in written("jsonl", [one(), one()]).splitlines()]

    assert [row["title"] for row in rows] == ["Fake serum"] * 2
    assert "dismissed_reason" not in rows[0]


@pytest.mark.django_db
class TestExports:
    """What goes into a file of whom, and until when it is given out."""

    @pytest.fixture
    def grant(self, mia: Actor, bo: Actor) -> Callable[..., Any]:
        def _grant(lead: Lead, level: int, *capabilities: str) -> Any:
            terms = sharing.Terms(level=level, purpose="Same seller", capabilities=capabilities)
            with scope.acting(mia):
                return sharing.grant(
                    ("lead", lead.pk),
                    owner_id=mia.member_id,
                    grantee_id=bo.member_id,
                    terms=terms,
                    tlp="amber",
                    actor=mia,
                    at=NOON,
                )

        return _grant

    def test_file_that_takes_no_more_says_so(
        self, as_mia: Client, mia: Actor, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for n in range(3):
            report(mia, f"Lead {n}")
        whole = as_mia.post(EXPORTS, {"format": "csv"}, "application/json").json()
        for module in (exporting, models):
            monkeypatch.setattr(module, "MOST", 2)

        cut = as_mia.post(EXPORTS, {"format": "csv"}, "application/json").json()

        assert (whole["total"], whole["is_full"], cut["total"], cut["is_full"]) == (
            3, False, 2, True,
        )  # fmt: skip
        assert "The newest only" in as_mia.get("/leads/exports/").content.decode()

    def test_ally_takes_only_what_it_reads_and_may_copy(
        self, mia: Actor, bo: Actor, report: Report, grant: Callable[..., Any]
    ) -> None:
        shown, closed = report(mia, "Shown", phone="+86 571 5550 1001"), report(mia, "Closed")
        grant(shown, 2, "export")
        grant(closed, 3)
        client = client_of(bo)

        made = client.post(EXPORTS, {"format": "jsonl"}, "application/json").json()
        lines = client.get(f"{EXPORTS}{made['id']}/file/").content.decode().splitlines()

        assert (made["state"], made["total"], made["left_out"]) == ("ready", 1, 1)
        assert [json.loads(line)["reference"] for line in lines] == [shown.reference]
        assert "5550" not in lines[0]
        assert "Shown" not in lines[0]
        with scope.acting(mia):
            copies = ExportEntry.objects.values_list("subject_id", "exporter_id", "level", "format")
            assert list(copies) == [(shown.pk, bo.member_id, 2, "jsonl")]
        refused = client.post(
            EXPORTS, {"format": "csv", "lead_ids": [str(closed.pk)]}, "application/json"
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "lead.no_export")

    def test_revoked_or_reddened_lead_stops_a_finished_file(
        self, mia: Actor, bo: Actor, report: Report, grant: Callable[..., Any]
    ) -> None:
        def ready(lead: Lead) -> Export:
            with scope.acting(bo):
                return services.start_export("csv", lead_ids=[lead.pk], actor=bo, at=NOON)

        def fetched(made: Export) -> Any:
            with scope.acting(bo):
                return services.deliver_export(made.pk, actor=bo, at=NOON)

        first, second = report(mia, "First"), report(mia, "Second")
        given = grant(first, 3, "export")
        grant(second, 3, "export")
        one_file, other_file = ready(first), ready(second)
        assert fetched(one_file) is not None

        with scope.acting(mia):
            sharing.revoke(given, actor=mia, at=NOON, reason="done")
            services.change_lead(second.pk, {"tlp": "red"}, version=None, actor=mia, at=NOON)

        assert (fetched(one_file), fetched(other_file)) == (None, None)
        with scope.acting(bo):
            assert {made.state for made in Export.objects.all()} == {"stale"}
            with pytest.raises(NotFound):
                services.start_export("csv", lead_ids=[second.pk], actor=bo, at=NOON)

    def test_red_leaves_in_no_file_of_its_owner_either(self, mia: Actor, report: Report) -> None:
        red = report(mia, "Red", tlp="red")
        with scope.acting(mia):
            with pytest.raises(Refused, match="RED"):
                services.start_export("stix", lead_ids=[red.pk], actor=mia, at=NOON)
            with pytest.raises(DomainError):
                services.start_export("stix", actor=mia, at=NOON)

    def test_killed_export_ends_as_an_undisturbed_one(
        self, mia: Actor, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leads = [report(mia, f"Lead {n}", domain=f"a{n}.example").pk for n in range(5)]
        with scope.acting(mia):
            whole = services.start_export("jsonl", lead_ids=leads, actor=mia, at=NOON)
            expected = services.deliver_export(whole.pk, actor=mia, at=NOON)
        monkeypatch.setattr(exporting, "STRETCH", 2)
        with scope.acting(mia):
            made = services.start_export("jsonl", lead_ids=leads, actor=mia, at=NOON)
            with pytest.raises(DomainError, match="still being made"):
                services.deliver_export(made.pk, actor=mia, at=NOON)
            assert services.advance_export(made.pk, actor=mia, at=NOON)
            # The file was written and the transaction was not: its row knows nothing of it.
            made.refresh_from_db()
            exporting.storage.append(mia.member_id, made.pk, b"half a line", after=made.size)
            while services.advance_export(made.pk, actor=mia, at=NOON):
                pass
            found = services.deliver_export(made.pk, actor=mia, at=NOON)

        assert expected is not None
        assert found is not None
        assert found.data == expected.data

    def test_file_is_its_takers_alone_and_unknown_to_others(
        self, ana: Actor, mia: Actor, cy: Actor, circle: Circle, report: Report
    ) -> None:
        lead = report(ana, "Mine")
        with scope.acting(ana):
            made = services.start_export("csv", lead_ids=[lead.pk], actor=ana, at=NOON)

        for other in (mia, cy):
            answer = client_of(other).get(f"{EXPORTS}{made.pk}/file/")
            absent = client_of(other).get(f"{EXPORTS}{uuid7()}/file/")
            assert (answer.status_code, answer.content) == (404, absent.content)
        body = {"format": "csv", "lead_ids": [str(lead.pk)]}
        assert client_of(cy).post(EXPORTS, body, "application/json").status_code == 404

    def test_sealed_value_is_read_for_a_reason_that_the_owner_finds(
        self, mia: Actor, bo: Actor, cy: Actor, report: Report, grant: Callable[..., Any]
    ) -> None:
        lead = report(mia, "Paid")
        with scope.acting(mia):
            lead.selectors.create(
                member_id=mia.member_id, kind="bank_account", namespace="iban", raw="DE89",
                norm="DE89370400440532013000", key=uuid7(), norm_version=1,
            )  # fmt: skip
        grant(lead, 4)
        client, address = client_of(bo), f"/api/v1/leads/{lead.pk}/"
        before = client.get(address).json()["selectors"]
        refused = client.post(f"{address}disclosures/", {"reason": " "}, "application/json")
        told = {"reason": "To freeze the account."}
        given = client.post(f"{address}disclosures/", told, "application/json")
        after = client.get(address).json()["selectors"]

        assert (before[0]["norm"], before[0]["is_masked"]) == ("…00", True)
        assert (refused.status_code, given.status_code) == (400, 201)
        assert after[0]["norm"] == "DE89370400440532013000"
        seen = client_of(mia).get(f"{address}disclosures/").json()["results"]
        assert [row["reason"] for row in seen] == ["To freeze the account."]
        assert client_of(cy).get(f"{address}disclosures/").status_code == 404

    def test_key_takes_copies_only_if_its_scope_says_so(self, mia: Actor, report: Report) -> None:
        report(mia, "Serum")
        could = {}
        for scope_ in ApiKey.Scope.values:
            secret = f"ak_{scope_}"
            ApiKey.objects.create(
                member_id=mia.member_id, name=scope_, prefix="ak", digest=digest(secret),
                scope=scope_, created_at=NOON,
            )  # fmt: skip
            key = Client(headers={"Authorization": f"Bearer {secret}"})
            made = key.post(EXPORTS, {"format": "jsonl"}, "application/json")
            table = key.get("/api/v1/leads/export.csv")
            lead = key.post("/api/v1/leads/", {"title": scope_}, "application/json")
            could[scope_] = (made.status_code, table.status_code, lead.status_code)
            if made.status_code == 201:
                assert key.get(f"{EXPORTS}{made.json()['id']}/file/").status_code == 200

        assert could == {
            "read": (403, 403, 403),
            "write": (403, 403, 201),
            "export": (201, 200, 403),
            "write_export": (201, 200, 201),
        }
