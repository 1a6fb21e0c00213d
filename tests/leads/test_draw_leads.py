"""Where a lead points to and when it was seen: drawn, listed, and no more than may be read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.leads import selectors, services
from apps.leads.projecting import LeadView, SelectorView
from apps.leads.triaging import places
from apps.leads.triaging.timeline import timeline_of
from tests.factories.world import NOON, client_of
from tests.leads.conftest import Report


def view(*values: tuple[str, str, str], country: str = "") -> LeadView:
    shown = tuple(
        SelectorView(kind=kind, namespace=space, raw=norm, norm=norm, is_read=True)
        for kind, space, norm in values
    )
    return LeadView(
        id=uuid7(), member_id=uuid7(), level=4, country=country, tlp="amber", created_at=NOON,
        selectors=shown,
    )  # fmt: skip


POINTS = {
    ("phone", "", "+8657188881001"): ["CN"],
    ("phone", "", "+390212345678"): ["IT"],
    ("phone", "", "+80012345678"): [],
    ("phone", "", "+86…01"): [],
    ("company", "BR/cnpj", "11222333000181"): ["BR"],
    ("company", "lei", "5493001KJTIIGC8Y1R12"): [],
    ("domain", "", "shop.co.uk"): ["GB"],
    ("domain", "", "shop.io"): [],
    ("domain", "", "shop.example"): [],
    ("url", "", "https://shop.it/item/1"): ["IT"],
    ("email", "", "a@shop.it"): [],
}


def test_a_value_points_to_the_country_that_it_says() -> None:
    found = {one: [spot.country for spot in places.spots_of(view(one))] for one in POINTS}

    assert found == POINTS


def test_most_pointed_to_comes_first_and_is_on_the_map() -> None:
    found = places.spots_of(
        view(("phone", "", "+8657188881001"), ("domain", "", "a.cn"), country="IT")
    )

    assert [(s.country, s.kinds) for s in found] == [
        ("CN", ("phone", "domain")),
        ("IT", ("country",)),
    ]
    # Shanghai: 31 degrees north, 121 east.
    assert (found[0].x, found[0].y) == (301.5, 52.8)
    assert places.spots_of(view(country="XX")) == []


def test_every_city_of_the_table_is_on_the_drawing_or_below_it() -> None:
    cities = places._cities()

    assert len(cities) > 240
    assert all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in cities.values())
    assert cities["BR"] == (pytest.approx(-23.5, abs=0.1), pytest.approx(-46.6, abs=0.1))


@pytest.mark.django_db
def test_timeline_has_what_happened_and_where_else_the_value_is(ana: Actor, report: Report) -> None:
    other = report(ana, "Other", domain="twin.example", seen_at=NOON - timedelta(days=3))
    lead = report(ana, "Mine", domain="twin.example", seen_at=NOON - timedelta(days=9))
    with scope.acting(ana):
        services.triage(lead.pk, severity="urgent", actor=ana, at=NOON + timedelta(days=1))
        lead.refresh_from_db()
        drawn = timeline_of(ana, lead, selectors.view(ana, lead), selectors.links_of(ana, lead.pk))

    assert [(m.what, m.reference) for m in drawn.moments] == [
        ("seen", ""), ("elsewhere", other.reference), ("arrived", ""), ("lead.triaged", ""),
    ]  # fmt: skip
    assert [line.value for line in drawn.lines] == ["", "twin.example"]
    xs = [m.x for m in drawn.moments]
    assert xs == sorted(xs)
    assert (xs[0], xs[-1]) == (4, 96)


@pytest.mark.django_db
def test_lead_page_draws_and_lists_both(as_ana: Client, ana: Actor, report: Report) -> None:
    lead = report(ana, phone="+86 571 8888 1001", seen_at=NOON - timedelta(days=1))

    page = as_ana.get(f"/leads/{lead.pk}/").content.decode()
    body = as_ana.get(f"/api/v1/leads/{lead.pk}/timeline/").json()

    assert "land.svg#land" in page
    assert 'class="al-when"' in page
    assert [spot["country"] for spot in body["countries"]] == ["CN"]
    assert [moment["what"] for moment in body["moments"]] == ["seen", "arrived"]


@pytest.mark.django_db
@pytest.mark.parametrize("level", [1, 2, 3])
def test_ally_reads_no_decision_and_no_withheld_time(
    ana: Actor, bo: Actor, report: Report, share: Callable[..., None], level: int
) -> None:
    lead = report(ana, phone="+86 571 8888 1001", seen_at=NOON - timedelta(days=1))
    with scope.acting(ana):
        services.triage(lead.pk, severity="urgent", actor=ana, at=NOON)
    share(lead, owner=ana, ally=bo, level=level)

    body = client_of(bo).get(f"/api/v1/leads/{lead.pk}/timeline/").json()

    whats = {1: [], 2: ["arrived"], 3: ["seen", "arrived"]}
    assert [moment["what"] for moment in body["moments"]] == whats[level]
    assert [spot["country"] for spot in body["countries"]] == (["CN"] if level == 3 else [])


@pytest.mark.django_db
def test_stranger_sees_no_timeline(as_cy: Client, ana: Actor, report: Report) -> None:
    lead = report(ana)

    for key in (lead.pk, uuid7()):
        assert as_cy.get(f"/api/v1/leads/{key}/timeline/").status_code == 404
