"""Sharing on pages: a preview before anything is shared, who reads, what ended, what is asked."""

import pytest
from django.test import Client

from apps.core import access, clock, scope
from apps.core.actor import Actor
from apps.leads import services
from apps.leads.models import Lead
from apps.leads.services import proposing, resharing
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant, Proposal, ShareRun
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(mia: Actor, bo: Actor, report: Report) -> Lead:
    return report(mia, "Fake serum", domain="serum.example", tlp="green")


@pytest.fixture
def kite(cy: Actor, mia: Actor, circle: Circle) -> Actor:
    """Kitefin's analyst, whose member sits in the circle."""
    with scope.acting(mia):
        sharing.join_circle(circle, cy.member_id, actor=mia, at=clock.now())
    return cy


def give(lead: Lead, owner: Actor, ally: Actor) -> Grant:
    to = sharing.Grantee(kind="member", id=ally.member_id)
    terms = sharing.Terms(level=3, purpose="Raid", capabilities=("propose", "reshare"))
    with scope.acting(owner):
        shares = [services.Share(to=to, terms=terms)]
        return services.share_lead(lead.pk, shares, actor=owner, at=clock.now())[0]


def test_page_shows_what_they_will_read_before_it_is_shared(
    as_mia: Client, as_bo: Client, bo: Actor, circle: Circle, lead: Lead
) -> None:
    sent = {"audience": [f"member:{bo.member_id}"], "level": "3", "purpose": "Raid"}

    shown = as_mia.post(f"/leads/{lead.pk}/share/", sent).content.decode()

    assert "will see these" in shown
    # The reader, and a screen reader, go on where the answer is.
    assert 'id="share-preview" tabindex="-1" autofocus' in shown
    assert "It leaves CN for BR." in shown
    assert "serum.example" in shown
    assert as_bo.get(f"/leads/{lead.pk}/").status_code == 404
    assert as_mia.post(f"/leads/{lead.pk}/share/", {**sent, "confirm": "1"}).status_code == 302
    assert b"Fake serum" in as_bo.get(f"/leads/{lead.pk}/").content
    page = as_mia.get(f"/leads/{lead.pk}/share/").content.decode()
    assert "Bo Duarte" in page
    assert "Solmara" in page


def test_unsound_form_keeps_what_was_typed(as_mia: Client, circle: Circle, lead: Lead) -> None:
    answer = as_mia.post(f"/leads/{lead.pk}/share/", {"level": "2", "purpose": "Seizure at noon"})

    assert b"Choose at least one circle or ally." in answer.content
    assert b"Seizure at noon" in answer.content


def test_terms_are_changed_and_access_ended_on_pages(
    as_mia: Client, mia: Actor, bo: Actor, as_bo: Client, lead: Lead
) -> None:
    given = give(lead, mia, bo)
    with scope.acting(bo):
        changes = {"title": "Fake cream"}
        proposing.propose(lead.pk, changes, note="", actor=bo, at=clock.now())
    assert as_bo.get("/leads/shared/").status_code == 200
    change = f"/leads/{lead.pk}/share/{given.pk}/"
    assert as_mia.get(change).status_code == 200
    assert as_mia.post(change, {"level": "1", "purpose": "Less"}).status_code == 302
    with scope.acting(bo):
        assert access.level(bo, "lead", lead.pk) == 1
    with scope.acting(mia):
        now = Grant.objects.get(state="active")

    assert as_mia.post(f"/leads/{lead.pk}/share/{now.pk}/end/").status_code == 302
    tomb = as_bo.get(f"/leads/{lead.pk}/").content.decode()
    assert "Your access to this lead has ended" in tomb
    assert "Fake cream" in tomb
    assert "Fake serum" not in tomb
    assert b"Access that has ended" in as_bo.get("/leads/shared/").content


def test_ally_proposes_and_asks_to_pass_on_from_the_page(
    as_mia: Client, mia: Actor, bo: Actor, as_bo: Client, lead: Lead
) -> None:
    give(lead, mia, bo)
    page = as_bo.get(f"/leads/{lead.pk}/").content.decode()
    assert f"/leads/{lead.pk}/propose/" in page
    assert f"/leads/{lead.pk}/pass-on/" in page
    typed = {"title": "Fake cream", "description": "", "brand": "", "country": ""}
    assert as_bo.get(f"/leads/{lead.pk}/propose/").status_code == 200
    assert as_bo.post(f"/leads/{lead.pk}/propose/", typed).status_code == 302
    assert as_bo.get(f"/leads/{lead.pk}/pass-on/").status_code == 200

    asked = as_mia.get("/leads/requests/").content.decode()

    assert "Fake serum</del> <ins>Fake cream</ins>" in asked
    with scope.acting(mia):
        found = Proposal.objects.get().pk
    assert as_mia.post(f"/leads/proposals/{found}/accept/").status_code == 302
    assert b"Fake cream" in as_bo.get(f"/leads/{lead.pk}/").content


def test_why_one_may_not_answer_is_said_where_something_waits_for_an_answer(
    mia: Actor, bo: Actor, as_ana: Client, kite: Actor, lead: Lead
) -> None:
    why = "Only a manager or an admin of your member answers"
    assert why not in as_ana.get("/leads/requests/").content.decode()
    give(lead, mia, bo)
    with scope.acting(bo):
        resharing.ask_reshare(
            lead.pk, kite.member_id, level=1, purpose="Raid", actor=bo, at=clock.now()
        )

    assert why in as_ana.get("/leads/requests/").content.decode()


def test_many_leads_are_shared_from_the_page(
    as_mia: Client, bo: Actor, mia: Actor, lead: Lead
) -> None:
    sent = {
        "audience": [f"member:{bo.member_id}"],
        "level": "1",
        "purpose": "Raid",
        "tlp": "green",
    }
    assert as_mia.get("/leads/share/").status_code == 200
    shown = as_mia.post("/leads/share/", sent).content.decode()
    assert "will read <b>1</b> of 1 chosen lead." in shown
    with scope.acting(mia):
        assert not ShareRun.objects.exists()
    answer = as_mia.post("/leads/share/", {**sent, "confirm": "1"})
    assert answer.status_code == 302
    with scope.acting(mia):
        run = ShareRun.objects.get()
    with scope.acting(Actor.system(mia.member_id)):
        services.advance_share_run(run.pk, clock.now())

    page = as_mia.get(f"/leads/share/{run.pk}/").content.decode()

    assert lead.reference in page
    assert "Done" in page


def test_circle_is_kept_on_its_page(
    as_mia: Client, as_bo: Client, circle: Circle, mia: Actor, bo: Actor
) -> None:
    place = f"/circles/{circle.pk}"
    rules = {"sponsors_needed": "2", "lists_members": "on"}
    assert as_mia.post(f"{place}/rules/", rules).status_code == 302
    seat = f"{place}/seats/{bo.member_id}"
    assert as_mia.post(f"{seat}/suspend/").status_code == 302
    assert b"Suspended" in as_mia.get("/circles/").content
    assert b"Silk Road" not in as_bo.get("/circles/").content
    assert b"A circle of Aurelis" in as_bo.get("/circles/").content
    assert as_mia.post(f"{seat}/restore/").status_code == 302

    assert b"Silk Road" in as_bo.get("/circles/").content
    assert as_mia.post(f"{seat}/unheard/").status_code == 404
