"""What was given to a person by name stands in that person's lists, and in nobody else's."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound, Refused
from apps.leads import selectors, services
from apps.leads.models import Lead
from apps.leads.selectors import Wanted
from apps.leads.triaging import searches
from apps.sharing import selectors as selectors_of_sharing
from apps.sharing import services as sharing
from tests.factories.world import client_of, make_person
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db


def give(
    lead: Lead, owner: Actor, to: Actor, *, level: int, kind: str = "person", may: Any = ()
) -> None:
    ident = to.user_id if kind == "person" else to.member_id
    terms = sharing.Terms(level=level, purpose="Raid", capabilities=tuple(may))
    one = services.Share(to=sharing.Grantee(kind=kind, id=ident), terms=terms)
    with scope.acting(owner):
        services.share_lead(lead.pk, [one], actor=owner, at=clock.now())


def titles(client: Client, **asked: Any) -> list[str]:
    rows = client.get("/api/v1/leads/", asked).json()["results"]
    return [row["title"] or f"L{row['level']}" for row in rows]


@pytest.fixture
def sol(solmara: Any, circle: object) -> Actor:
    return make_person("Sol Reis", solmara, role="manager")


@pytest.fixture
def named(mia: Actor, bo: Actor, report: Report) -> list[Lead]:
    """One to bo alone, one to bo and less of it to all of Solmara, one to all of Solmara."""
    leads = [report(mia, name, brand="Lumen", tlp="amber") for name in ("Alone", "Both", "All")]
    give(leads[0], mia, bo, level=4)
    give(leads[1], mia, bo, level=2, kind="member")
    give(leads[1], mia, bo, level=4)
    give(leads[2], mia, bo, level=3, kind="member")
    return leads


def test_named_leads_are_listed_found_and_counted(bo: Actor, sol: Actor, named: list[Lead]) -> None:
    as_bo, as_sol = client_of(bo), client_of(sol)

    assert titles(as_bo) == ["All", "Both", "Alone"]
    assert titles(as_bo, tab="allies", q="brand:lumen status:new") == ["All", "Both", "Alone"]
    assert titles(as_sol) == ["All", "L2"]
    assert titles(as_sol, q="status:new") == ["All"]
    hits = as_bo.get("/api/v1/search/", {"q": "alone"}).json()
    assert [hit["title"] for hit in hits] == ["Alone"]
    assert as_sol.get("/api/v1/search/", {"q": "alone"}).json() == []
    with scope.acting(bo):
        assert selectors.counts(bo)["allies"] == 3
        kept = services.save_search(
            services.Search(name="n", text="alone"), actor=bo, at=clock.now()
        )
        assert searches.count(bo, kept, at=clock.now()) == 1
    with scope.acting(sol):
        assert selectors.counts(sol)["allies"] == 2
        assert searches.count(sol, kept, at=clock.now()) == 0
    assert b"Alone" in as_bo.get("/leads/?tab=allies").content
    assert b"Alone" not in as_sol.get("/leads/?tab=allies").content


def test_pages_neither_skip_nor_repeat_a_named_lead(
    bo: Actor, mia: Actor, named: list[Lead], report: Report
) -> None:
    give(report(mia, "Later"), mia, bo, level=3, kind="member")
    client, seen, cursor = client_of(bo), [], ""
    for _page in range(9):
        asked = {"page_size": 1, **({"cursor": cursor} if cursor else {})}
        answer = client.get("/api/v1/leads/", asked).json()
        seen += [row["title"] for row in answer["results"]]
        cursor = answer["next"]
        if not cursor:
            break

    assert seen == ["Later", "All", "Both", "Alone"]


def test_lists_and_walls_agree_for_everybody(
    bo: Actor, sol: Actor, cy: Actor, mia: Actor, named: list[Lead]
) -> None:
    wrong = []
    for actor in (bo, sol, cy, mia, Actor.system(bo.member_id)):
        with scope.acting(actor):
            listed = {view.id: view for view in selectors.page(actor, Wanted()).leads}
            for lead in named:
                try:
                    level = selectors.view(actor, selectors.find(actor, lead.pk)).level
                except NotFound:
                    level = 0
                told = listed[lead.pk].level if lead.pk in listed else 0
                if told != level:
                    wrong.append((actor, lead.title, told, level))

    assert wrong == []


def test_list_of_who_was_named_nothing_costs_one_statement_more(
    sol: Actor, cy: Actor, named: list[Lead]
) -> None:
    def asked(actor: Actor) -> list[str]:
        with scope.acting(actor), CaptureQueriesContext(connection) as told:
            selectors.page(actor, Wanted(), links=False)
        return [one["sql"] for one in told if "set_config" not in one["sql"]]

    assert len(asked(sol)) == len(asked(Actor.system(sol.member_id))) + 1
    assert len(asked(cy)) == len(asked(sol))


def exported(actor: Actor, lead: Lead) -> bytes | None:
    with scope.acting(actor):
        made = services.start_export("jsonl", lead_ids=[lead.pk], actor=actor, at=clock.now())
        file = services.deliver_export(made.pk, actor=actor, at=clock.now())
    return file.data if file else None


def test_copy_of_a_named_lead_is_taken_by_whoever_was_named(
    bo: Actor, sol: Actor, mia: Actor, report: Report
) -> None:
    lead = report(mia, "Fake serum", domain="named.example", tlp="amber")
    give(lead, mia, bo, level=2, kind="member", may=["export"])
    give(lead, mia, bo, level=3, may=["export"])
    kept = report(mia, "No copies", domain="kept.example", tlp="amber")
    give(kept, mia, bo, level=4)

    assert b"Fake serum" in (exported(bo, lead) or b"")
    by_member = exported(sol, lead) or b""
    assert b"named.example" in by_member
    assert b"Fake serum" not in by_member
    with pytest.raises(Refused, match="take copies"):
        exported(bo, kept)
    with pytest.raises(NotFound):
        exported(sol, kept)


def test_list_is_copied_with_what_was_named_and_stopped_when_that_ends(
    bo: Actor, sol: Actor, mia: Actor, report: Report
) -> None:
    lead = report(mia, "Fake serum", domain="named.example", tlp="amber")
    give(lead, mia, bo, level=3, may=["export"])

    with scope.acting(bo):
        made = services.start_export("csv", actor=bo, at=clock.now())
    with scope.acting(sol), pytest.raises(Invalid):
        services.start_export("csv", actor=sol, at=clock.now())
    with scope.acting(mia):
        [grant] = selectors_of_sharing.grants_on(mia, "lead", lead.pk)
        services.revoke_share(lead.pk, grant.pk, reason="Ended", actor=mia, at=clock.now())
    with scope.acting(bo):
        assert services.deliver_export(made.pk, actor=bo, at=clock.now()) is None
