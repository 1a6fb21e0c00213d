"""The leads of a case: only those that the actor may read, each linked once."""

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import NotFound, Refused
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.investigations import selectors, services
from apps.investigations.models import Investigation
from apps.leads import services as leads
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from tests.factories.world import client_of
from tests.investigations.conftest import MORNING

pytestmark = pytest.mark.django_db


def make_lead(actor: Actor) -> Lead:
    with scope.acting(actor):
        draft = Draft(title="Lumi shop", values={"url": ("https://lumi-serum.example/a",)})
        return leads.create_lead(draft, actor=actor, at=MORNING)


def linked(case: Investigation, actor: Actor) -> list[object]:
    with scope.acting(actor):
        return [link.lead_id for link in selectors.linked_leads(case)]


def test_case_opened_from_a_lead_takes_it_up(ana: Actor, hangzhou: Desk) -> None:
    lead = make_lead(ana)
    opening = services.Opening(title="Ring", lead_ids=[lead.pk, lead.pk])
    with scope.acting(ana):
        case = services.open_case(opening, desk=hangzhou, actor=ana, at=MORNING)
        assert Lead.objects.get(pk=lead.pk).status == Lead.Status.LINKED

    assert linked(case, ana) == [lead.pk]


def test_lead_is_linked_once_and_taken_out(case: Investigation, ana: Actor) -> None:
    lead = make_lead(ana)
    with scope.acting(ana):
        for _attempt in range(2):
            services.link_leads(case.pk, [lead.pk], actor=ana, at=MORNING)
        assert selectors.linked_leads(case).count() == 1
        services.unlink_lead(case.pk, lead.pk, actor=ana, at=MORNING)

    assert linked(case, ana) == []


def test_foreign_lead_in_a_list_is_an_unknown_lead(
    case: Investigation, ana: Actor, cy: Actor
) -> None:
    mine, foreign = make_lead(ana), make_lead(cy)

    for unknown in (foreign.pk, uuid7()):
        with scope.acting(ana), pytest.raises(NotFound):
            services.link_leads(case.pk, [mine.pk, unknown], actor=ana, at=MORNING)
    assert linked(case, ana) == []


def test_ally_cannot_link(case: Investigation, bo: Actor, share: object) -> None:
    share()
    lead = make_lead(bo)

    with scope.acting(bo), pytest.raises(Refused, match="owner_only"):
        services.link_leads(case.pk, [lead.pk], actor=bo, at=MORNING)


def test_case_shows_the_leads_outside_it_that_share_a_value(
    case: Investigation, ana: Actor, cy: Actor
) -> None:
    inside, outside = make_lead(ana), make_lead(ana)
    make_lead(cy)
    with scope.acting(ana):
        services.link_leads(case.pk, [inside.pk], actor=ana, at=MORNING)
    client, stranger = client_of(ana), client_of(cy)
    url = f"/api/v1/investigations/{case.pk}/links/"

    told = client.get(url).json()
    page = client.get(f"/investigations/{case.pk}/").content.decode()

    assert [match["lead"]["id"] for match in told["results"]] == [str(outside.pk)]
    assert f"/leads/{outside.pk}/" in page
    assert stranger.get(url).status_code == 404
