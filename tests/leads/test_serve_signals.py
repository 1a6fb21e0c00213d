"""Signals over API and pages: what is in them, what is not, and what a stranger gets."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import scope
from apps.core.actor import Actor
from apps.leads import services
from apps.leads.correlating.models import Quarantine, Sighting, SignalTry, Standing
from apps.leads.models import Lead, LeadSelector
from apps.members.models import Member, User
from apps.sharing import services as sharing
from tests.factories.world import NOON, client_of, make_person
from tests.leads.conftest import Report
from tests.leads.signalling import PHONE, Ring, make_ring, report, run_batch

pytestmark = pytest.mark.django_db
Share = Callable[..., None]
LATER = NOON + timedelta(minutes=30)
PAYLOAD = {"id", "lead_id", "kinds", "confidence", "age", "named", "is_active", "on", "verdict"}


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture
def ring(db: None) -> Ring:
    """Five members of which the first two know one seller."""
    made = make_ring()
    report(made[0], phone=PHONE)
    report(made[1], phone=PHONE, title="Tamarisk stall", brand="Tamarisk")
    run_batch(LATER)
    return made


def send(client: Client, url: str, data: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(url, data or {}, content_type="application/json")


def first(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/signals/").json()["results"][0]
    return found


def test_signal_carries_its_own_lead_kinds_and_bands_and_nothing_else(ring: Ring) -> None:
    client = client_of(ring[0])

    listed = first(client)
    one = client.get(f"/api/v1/signals/{listed['id']}/").json()
    page = client.get("/leads/signals/").content.decode()

    assert one == listed
    assert set(one) == PAYLOAD
    assert (one["kinds"], one["on"], one["named"]) == (["phone"], "2026-11-24", [])
    hidden = [ring[1].member_id, ring[1].user_id, "Tamarisk", "Solmara", "5550", "12:30", "13:30"]
    for text in (json.dumps(one), page):
        assert [str(value) for value in hidden if str(value) in text] == []


def test_reader_of_another_zone_or_language_reads_the_same_day(ring: Ring) -> None:
    """Row 48: rendered in UTC bands, whatever the zone of the reader or of the holder."""
    told, pages = [], []
    for zone, language in (("Pacific/Kiritimati", "en"), ("Pacific/Pago_Pago", "en")):
        User.objects.filter(pk=ring[0].user_id).update(time_zone=zone, language=language)
        client = client_of(ring[0])
        told.append(first(client))
        page = client.get("/leads/signals/").content.decode()
        pages.append(page[page.index('id="signal-') : page.index("Your judgement")])

    assert told[0] == told[1]
    assert pages[0].split("csrf")[0] == pages[1].split("csrf")[0]


def test_post_of_a_known_value_answers_as_one_of_an_unknown_value(ring: Ring) -> None:
    """Row 12, as far as an answer tells it; time is reported by `make bench-signals`."""
    client, told = client_of(ring[2]), []
    for phone in ("+86 571 5550 1001", "+86 571 5550 1002"):
        body = {"title": "Stall", "phones": [phone]}
        with CaptureQueriesContext(connection) as asked:
            answer = send(client, "/api/v1/leads/", body)
        text = answer.content.decode().replace("1002", "1001")
        told.append((answer.status_code, len(text), sorted(answer.json()), len(asked)))

    assert told[0] == told[1]
    assert client.get("/api/v1/signals/").json()["results"] == []


def test_ended_signal_reads_the_same_whatever_ended_it(ring: Ring) -> None:
    """Row 13: hidden, dismissed, left or run out."""
    bodies = []
    report(ring[0], phone="+86 571 5550 1002")
    report(ring[2], phone="+86 571 5550 1002")
    other = report(ring[3], domain="third.example")
    report(ring[0], domain="third.example")
    run_batch(LATER)
    with scope.acting(ring[1]):
        services.set_signal_policy("hidden", actor=ring[1], at=NOON)
    with scope.acting(ring[3]):
        services.dismiss(other.pk, reason="", actor=ring[3], at=NOON)
    with scope.acting(ring[2]):
        sharing.leave_circle(ring.circle, ring[2].member_id, actor=ring[2], at=NOON)

    run_batch(LATER + timedelta(minutes=30))

    client = client_of(ring[0])
    for row in client.get("/api/v1/signals/").json()["results"]:
        assert row["is_active"] is False
        bodies.append({k: v for k, v in row.items() if k not in {"id", "lead_id", "kinds"}})
    ends = [{k: v for k, v in body.items() if k != "confidence"} for body in bodies]
    assert len(ends) == 3
    assert ends[0] == ends[1] == ends[2]
    assert client.get("/leads/signals/").content.decode().count("No longer available<") == 3


def test_judging_and_withdrawing_work_by_page_and_by_api(ring: Ring) -> None:
    api, page = client_of(ring[0]), client_of(ring[1])
    mine, theirs = first(api), first(page)

    judged = send(api, f"/api/v1/signals/{mine['id']}/judge/", {"verdict": "same"})
    page.post(f"/leads/signals/{theirs['id']}/judge/", {"verdict": "different"})
    refused = send(api, f"/api/v1/signals/{mine['id']}/judge/", {"verdict": "maybe"})
    gone = send(api, f"/api/v1/signals/{mine['id']}/withdraw/")

    assert judged.json()["verdict"] == "same"
    assert first(page)["verdict"] == "different"
    assert "Muted" in page.get("/leads/signals/").content.decode()
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == ["verdict"]
    assert gone.json()["is_active"] is False
    assert first(page)["is_active"] is True
    page.post(f"/leads/signals/{theirs['id']}/withdraw/")
    assert first(page)["is_active"] is False


def test_observer_judges_nothing(ring: Ring) -> None:
    observer = make_person("Obi", _member(ring[0]), role="observer")
    client = client_of(observer)
    signal = first(client)

    answer = send(client, f"/api/v1/signals/{signal['id']}/judge/", {"verdict": "same"})

    assert (answer.status_code, answer.json()["code"]) == (403, "lead.observer")
    assert client.get("/leads/signals/").content.decode().count('aria-disabled="true"') >= 4


def _member(actor: Actor) -> Any:
    return Member.objects.get(pk=actor.member_id)


def test_reader_of_a_lead_sees_nothing_of_its_signals(ring: Ring, share: Share) -> None:
    with scope.acting(ring[0]):
        lead = Lead.objects.get(selectors__kind="phone", member_id=ring[0].member_id)
    share(lead, owner=ring[0], ally=ring[4], level=4)
    client = client_of(ring[4])

    page = client.get(f"/leads/{lead.pk}/").content.decode()
    events = client.get(f"/api/v1/subjects/lead/{lead.pk}/events/").json()

    assert "knows this seller" not in page
    assert "What others may learn" not in page
    assert not [row for row in events if "signal" in row["name"]]
    assert client.get(f"/api/v1/leads/{lead.pk}/").json()["discoverability"] == ""
    assert client.get("/api/v1/signals/").json()["results"] == []


THEIRS = [
    ("get", "/api/v1/signals/{signal_id}/", {}),
    ("post", "/api/v1/signals/{signal_id}/judge/", {"verdict": "same"}),
    ("post", "/api/v1/signals/{signal_id}/withdraw/", {}),
    ("put", "/api/v1/leads/{lead_id}/discoverability/", {"discoverability": "hidden"}),
    ("put", "/api/v1/leads/{lead_id}/links/{other_id}/", {"verdict": "same"}),
    ("get", "/api/v1/leads/{lead_id}/sightings/", {}),
    ("post", "/api/v1/leads/{lead_id}/sightings/", {"selector_id": str(uuid4())}),
    ("get", "/api/v1/leads/{lead_id}/known/", {}),
    ("delete", "/api/v1/own-selectors/{other_id}/", {}),
]


@pytest.mark.parametrize(("method", "url", "body"), THEIRS)
def test_stranger_gets_nothing_and_changes_nothing(
    ana: Actor, as_cy: Client, report: Report, *, method: str, url: str, body: Any
) -> None:
    lead = report(ana, phone=PHONE)
    wrong = {"signal_id": uuid4(), "lead_id": uuid4(), "other_id": uuid4()}
    right = {**wrong, "lead_id": lead.pk}
    asked = []
    for ids in (right, wrong):
        with CaptureQueriesContext(connection) as taken:
            answer = send(as_cy, url.format(**ids), body, method)
        asked.append((answer.status_code, answer.json()["code"], len(taken)))

    assert asked[0] == asked[1]
    assert asked[0][:2] == (404, "not_found")


def test_limit_of_a_member_is_kept_by_its_managers_alone(as_ana: Client, as_mia: Client) -> None:
    url = "/api/v1/signal-policy/"

    refused = send(as_ana, url, {"most": "hidden"}, "put")
    kept = send(as_mia, url, {"most": "hidden"}, "put")

    assert (refused.status_code, refused.json()["code"]) == (403, "signals.managers_only")
    assert kept.json() == as_ana.get(url).json() == {"most": "hidden"}
    assert "Only a manager" in as_ana.get("/leads/signals/").content.decode()


def test_own_values_are_kept_by_page_and_api_and_what_cannot_be_read_is_said(
    as_mia: Client, as_ana: Client
) -> None:
    made = send(as_mia, "/api/v1/own-selectors/", {"kind": "email", "value": "Hi@Aurelis.example"})
    as_mia.post("/leads/own-values/", {"kind": "domain", "value": "aurelis.example"})
    typo = as_mia.post("/leads/own-values/", {"kind": "phone", "value": "call me", "note": "ours"})
    refused = send(as_ana, "/api/v1/own-selectors/", {"kind": "email", "value": "b@c.example"})

    assert made.status_code == 201
    assert made.json()["norm"] == "hi@aurelis.example"
    listed = as_ana.get("/api/v1/own-selectors/").json()["results"]
    assert [row["kind"] for row in listed] == ["domain", "email"]
    assert typo.status_code == 400
    assert "cannot be read" in typo.content.decode()
    assert 'value="ours"' in typo.content.decode()
    assert refused.json()["code"] == "own_selectors.managers_only"
    gone = as_mia.delete(f"/api/v1/own-selectors/{made.json()['id']}/")
    assert gone.status_code == 204
    as_mia.post(f"/leads/own-values/{listed[0]['id']}/remove/")
    assert as_ana.get("/api/v1/own-selectors/").json()["results"] == []


def test_same_value_may_be_the_own_one_of_two_members(as_mia: Client, as_cy: Client) -> None:
    """Row 30: unique within a member, so that no error tells of another."""
    body = {"kind": "domain", "value": "shared.example"}

    assert [send(one, "/api/v1/own-selectors/", body).status_code for one in (as_mia, as_cy)] == [
        201,
        201,
    ]


def test_ally_adds_a_sighting_with_its_capability_and_reads_its_own_alone(
    ana: Actor, bo: Actor, cy: Actor, report: Report
) -> None:
    lead = report(ana, phone=PHONE, domain="lumi-serum.example")
    with scope.acting(ana):
        phone = LeadSelector.objects.get(lead=lead, kind="phone")
        for ally, level, may in ((bo, 2, ["sight"]), (cy, 3, [])):
            sharing.give_access(
                ("lead", lead.pk), owner_id=ana.member_id, viewer_id=ally.member_id,
                level=level, capabilities=may, at=NOON,
            )  # fmt: skip
    url, seen = f"/api/v1/leads/{lead.pk}/sightings/", {"kind": "seen", "note": "On page 2"}
    as_bo, as_cy, as_ana = client_of(bo), client_of(cy), client_of(ana)

    shown = as_bo.get(f"/api/v1/leads/{lead.pk}/selectors/").json()
    domain = next(row for row in shown if row["kind"] == "domain")
    kept = send(as_bo, url, {"selector_id": domain["id"], **seen})
    masked = send(as_bo, url, {"selector_id": str(phone.pk), **seen})
    without = send(as_cy, url, {"selector_id": str(phone.pk), **seen})
    as_ana.post(f"/leads/{lead.pk}/selectors/{phone.pk}/sighting/", {"kind": "false"})

    assert kept.status_code == 201
    assert masked.status_code == 404
    assert (without.status_code, without.json()["code"]) == (403, "lead.no_sightings")
    assert [len(one.get(url).json()["results"]) for one in (as_ana, as_bo, as_cy)] == [2, 1, 0]
    with scope.acting(cy):
        assert not Sighting.objects.exists()
    assert "Found false once." in as_ana.get(f"/leads/{lead.pk}/").content.decode()


def test_links_are_judged_on_the_page_of_a_lead(as_ana: Client, ana: Actor, report: Report) -> None:
    one, other = report(ana, phone=PHONE), report(ana, "Twin", phone=PHONE)

    as_ana.post(f"/leads/{one.pk}/links/{other.pk}/", {"verdict": "different"})
    shown = as_ana.get(f"/api/v1/leads/{one.pk}/known/").json()["results"]
    judged = send(as_ana, f"/api/v1/leads/{one.pk}/links/{other.pk}/", {"verdict": "unsure"}, "put")

    assert [(row["lead"]["id"], row["verdict"]) for row in shown] == [(str(other.pk), "different")]
    assert judged.json()["verdict"] == "unsure"
    assert "Linked leads" in as_ana.get(f"/leads/{one.pk}/").content.decode()


def test_lead_is_reported_as_hidden_and_only_a_manager_reports_it_named(
    as_ana: Client, as_mia: Client
) -> None:
    body = {"title": "Stall", "phones": [PHONE]}

    hidden = send(as_ana, "/api/v1/leads/", {**body, "discoverability": "hidden"})
    refused = send(as_ana, "/api/v1/leads/", {**body, "discoverability": "named"})
    named = send(as_mia, "/api/v1/leads/", {**body, "discoverability": "named"})
    lead_id = hidden.json()["id"]
    smuggled = send(as_ana, f"/api/v1/leads/{lead_id}/", {"discoverability": "named"}, "patch")

    assert hidden.json()["discoverability"] == "hidden"
    assert (refused.status_code, refused.json()["code"]) == (403, "lead.managers_loosen")
    assert named.json()["discoverability"] == "named"
    assert smuggled.json()["discoverability"] == "hidden"
    loosened = send(
        as_mia, f"/api/v1/leads/{lead_id}/discoverability/", {"discoverability": "blind"}, "put"
    )
    assert loosened.json() == {"discoverability": "blind"}


def test_ledger_tells_when_and_for_which_lead_and_never_the_answer(ring: Ring) -> None:
    rows = client_of(ring[0]).get("/api/v1/signal-tries/").json()["results"]

    assert len(rows) == 1
    assert {tuple(sorted(row)) for row in rows} == {("lead_id", "tried_at")}


def test_staff_judge_what_too_many_know_and_see_no_value(ring: Ring, settings: Any) -> None:
    settings.SIGNAL_QUARANTINE_MEMBERS = 2
    staff = ring[4]
    User.objects.filter(pk=staff.user_id).update(is_staff=True)
    report(ring[3], phone=PHONE)
    run_batch(LATER)
    row = Quarantine.objects.get()
    Standing.objects.filter(member_id=ring[2].member_id).update(frozen_at=NOON, frozen_for="misses")
    client = client_of(staff)

    page = client.get("/staff/signals/").content.decode()
    client.post(f"/staff/signals/{row.pk}/", {"verdict": "stop"})
    client.post(f"/staff/signals/members/{ring[2].member_id}/")

    assert "Telephone number" in page
    assert "5550" not in page
    assert bytes(row.digest).hex() not in page
    row.refresh_from_db()
    assert (row.state, row.judged_by) == ("stopped", staff.user_id)
    assert not Standing.objects.get(member_id=ring[2].member_id).is_frozen
    assert SignalTry.objects.filter(member_id=ring[3].member_id, hit_at__isnull=False).count() == 0
    outsider = client_of(ring[0])
    assert outsider.get("/staff/signals/").status_code == 404
    assert outsider.post(f"/staff/signals/{row.pk}/", {"verdict": "clear"}).status_code == 404


def test_frozen_member_reads_that_its_signals_rest(ring: Ring) -> None:
    Standing.objects.filter(member_id=ring[0].member_id).update(frozen_at=NOON)

    assert "Signals rest" in client_of(ring[0]).get("/leads/signals/").content.decode()
    assert "Signals rest" not in client_of(ring[1]).get("/leads/signals/").content.decode()


def test_installation_with_lowered_limits_says_so(as_ana: Client, settings: Any) -> None:
    assert "In production it is five" not in as_ana.get("/leads/signals/").content.decode()

    settings.SIGNAL_LEAST_MEMBERS = 3

    assert "In production it is five" in as_ana.get("/leads/signals/").content.decode()
