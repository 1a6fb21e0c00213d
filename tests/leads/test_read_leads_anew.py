"""An older normaliser is played by rows as it left them."""

from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads import selectors, services
from apps.leads.drafts import Draft
from apps.leads.models import Lead, LeadSelector, SelectorPosting, Sighting
from apps.leads.normalise import VERSION
from apps.leads.services import renormalising
from tests.factories.world import NOON
from tests.leads.conftest import Report

pytestmark = pytest.mark.django_db


def age(lead: Lead, actor: Actor, **changes: Any) -> LeadSelector:
    """Leave a lead as an older version did: one e-mail address read otherwise, or unread."""
    with scope.acting(actor):
        Lead.objects.filter(pk=lead.pk).update(read_version=VERSION - 1)
        lead.selectors.update(norm_version=VERSION - 1)
        row = lead.selectors.get(kind="email", strength__gt=0.5)
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()
        services.repost(actor.member_id, [lead.pk])
    return row


def renormalise(actor: Actor, *, at: Any = NOON) -> None:
    with scope.acting(Actor.system(actor.member_id)):
        services.renormalise_member(actor.member_id, at)


@pytest.fixture
def old(report: Report, ana: Actor) -> tuple[Lead, LeadSelector]:
    lead = report(ana, "Fake serum", email="Lumi@Lumi.Example")
    return lead, age(lead, ana, norm="Lumi@lumi.example", key=UUID(int=7))


def test_row_keeps_its_id_and_what_was_written(old: tuple[Lead, LeadSelector], ana: Actor) -> None:
    lead, before = old

    renormalise(ana)

    with scope.acting(ana):
        after = lead.selectors.get()
        lead.refresh_from_db()
    assert (after.pk, after.raw) == (before.pk, "Lumi@Lumi.Example")
    assert (after.norm, after.norm_version) == ("lumi@lumi.example", VERSION)
    assert lead.read_version == VERSION


def test_link_to_a_lead_read_by_the_new_version_comes_back(
    old: tuple[Lead, LeadSelector], report: Report, ana: Actor
) -> None:
    other = report(ana, "Fresh", email="lumi@lumi.example")

    renormalise(ana)

    with scope.acting(ana):
        keys = set(LeadSelector.objects.filter(lead__in=[old[0], other]).values_list("key"))
    assert len(keys) == 1


def test_postings_and_sightings_follow_the_new_name(
    old: tuple[Lead, LeadSelector], ana: Actor
) -> None:
    lead, row = old
    with scope.acting(ana):
        before = bytes(SelectorPosting.objects.get(lead_id=lead.pk).digest)
        services.observe(lead.pk, row.pk, services.Observation(), actor=ana, at=NOON)

    renormalise(ana)

    with scope.acting(ana):
        assert Sighting.objects.get(lead=lead).norm == "lumi@lumi.example"
        assert bytes(SelectorPosting.objects.get(lead_id=lead.pk).digest) != before


def test_value_that_the_older_version_could_not_read_is_read_in_its_row(
    report: Report, ana: Actor
) -> None:
    lead = report(ana, "Fake serum", email="lumi@lumi.example")
    row = age(lead, ana, norm="", key=None)

    renormalise(ana)

    with scope.acting(ana):
        assert lead.selectors.get().pk == row.pk
        assert lead.selectors.get().is_read


def test_work_goes_on_where_it_stopped_and_ends(
    report: Report, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renormalising, "STRETCH", 2)
    leads = [report(ana, f"Lead {n}", email=f"n{n}@lumi.example") for n in range(3)]
    for lead in leads:
        age(lead, ana)

    renormalise(ana)

    with scope.acting(ana):
        assert services.renormalise_progress(ana.member_id).waiting == 1
        assert due.is_planned(ana.member_id, services.RENORMALISE_KIND)
    renormalise(ana)
    with scope.acting(ana):
        assert services.renormalise_progress(ana.member_id).is_done


@pytest.mark.usefixtures("old")
def test_command_reads_everything_and_says_so() -> None:
    told = StringIO()

    call_command("renormalise", "--work", stdout=told)

    assert "0 of 1 leads are read anew" in told.getvalue()
    assert told.getvalue().strip().endswith("Everything is read.")


def test_bank_account_is_sealed_then_masked_and_never_whole_without_a_reason(
    report: Report, share: Any, ana: Actor, bo: Actor
) -> None:
    number = "NL91ABNA0417164300"
    with scope.acting(ana):
        draft = Draft(title="Fake serum", values={"bank_account": (number,)})
        lead = services.create_lead(draft, actor=ana, at=NOON)
    seen = []
    for level in (Level.SELECTORS, Level.CASE, Level.FULL):
        share(lead, owner=ana, ally=bo, level=level)
        with scope.acting(bo):
            seen.append([one.norm for one in selectors.view(bo, lead).selectors])

    assert seen == [[], ["…00"], ["…00"]]
