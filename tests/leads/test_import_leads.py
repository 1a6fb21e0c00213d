"""One importer: dry run, run, known rows, killed runs."""

from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.leads import selectors, services
from apps.leads.models import ImportBatch, ImportRow, Lead, LeadSelector
from apps.leads.services import imports
from tests.factories.world import NOON
from tests.leads.conftest import Import, Report, check, run, upload, work

pytestmark = pytest.mark.django_db

SHOPS = b"""shop,url,phone,country
Serum Store,https://lumi-serum.example/item/1,+86 571 5550 1001,CN
Silk Live,https://live-silk.example/,,IN
Silk Live,https://live-silk.example/,,IN
=cmd|'/c calc'!A1,https://bad.example/,,
,,,
Broken,not an address,,
"""


def outcomes(batch: ImportBatch, actor: Actor) -> list[str]:
    with scope.acting(actor):
        return list(selectors.batch_rows(batch).values_list("outcome", flat=True))


def state_of(actor: Actor) -> list[tuple[Any, ...]]:
    """Everything an import leaves behind, without ids."""
    with scope.acting(actor):
        leads = Lead.objects.order_by("reference").values_list(
            "reference", "title", "locator", "source", "country"
        )
        named = LeadSelector.objects.order_by("lead__reference", "position").values_list(
            "lead__reference", "kind", "norm"
        )
        return [*leads, *named]


def test_dry_run_says_per_row_what_would_happen_and_writes_no_lead(ana: Actor) -> None:
    batch = check(upload(ana, SHOPS), ana)

    assert batch.state == "checked"
    assert outcomes(batch, ana) == ["added", "added", "duplicate", "error", "added"]
    assert (batch.total, batch.added, batch.duplicates, batch.errors) == (5, 3, 1, 1)
    with scope.acting(ana):
        assert not Lead.objects.exists()


def test_dry_run_names_the_known_lead_that_shares_a_selector(ana: Actor, report: Report) -> None:
    known = report(ana, domain="live-silk.example")

    batch = check(upload(ana, SHOPS), ana)

    with scope.acting(ana):
        matched = selectors.batch_rows(batch, matched=True)
        assert [row.match_reference for row in matched] == [known.reference]
    assert batch.matches == 1


def test_run_adds_leads_with_their_selectors(ana: Actor, import_file: Import) -> None:
    batch = import_file(ana, SHOPS)

    assert batch.state == "done"
    with scope.acting(ana):
        lead = Lead.objects.get(title="Serum Store")
        kinds = set(lead.selectors.values_list("kind", flat=True))
    assert lead.reference == "LD-1"
    assert (lead.source, lead.country, lead.created_by) == ("shops", "CN", ana.user_id)
    assert {"url", "domain", "phone"} <= kinds


def test_second_import_adds_nothing_and_says_so_per_row(ana: Actor, import_file: Import) -> None:
    import_file(ana, SHOPS)
    before = state_of(ana)

    again = import_file(ana, SHOPS)

    assert outcomes(again, ana) == ["known", "known", "known", "error", "known"]
    assert (again.added, again.known) == (0, 4)
    assert state_of(ana) == before


def test_another_members_same_row_is_not_known(ana: Actor, bo: Actor, import_file: Import) -> None:
    import_file(ana, SHOPS)

    theirs = import_file(bo, SHOPS)

    assert (theirs.added, theirs.known, theirs.matches) == (3, 0, 0)


def test_same_rows_from_another_source_are_other_leads(ana: Actor, import_file: Import) -> None:
    import_file(ana, SHOPS)

    other = import_file(ana, SHOPS, source="Customs hotline")

    assert (other.added, other.known, other.matches) == (3, 0, 2)


def test_import_killed_in_the_middle_ends_as_if_it_had_not_been(
    ana: Actor, bo: Actor, import_file: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports.Rows.after, "__defaults__", (2,))
    straight = import_file(bo, SHOPS)

    batch = run(check(upload(ana, SHOPS), ana), ana, stretches=1)
    assert (batch.state, batch.processed, batch.added) == ("running", 2, 2)
    with pytest.raises(RuntimeError, match="killed"):
        _advance_and_die(batch)
    batch = work(batch)

    assert batch.state == "done"
    assert state_of(ana) == state_of(bo)
    assert outcomes(batch, ana) == outcomes(straight, bo)
    assert (batch.added, batch.duplicates, batch.errors) == (3, 1, 1)


def _advance_and_die(batch: ImportBatch) -> None:
    with scope.acting(system := Actor.system(batch.member_id)):
        services.advance(batch.pk, services.Rows(), actor=system, at=NOON)
        raise RuntimeError("killed before the commit")


def test_file_of_a_killed_import_uploaded_again_adds_only_the_rest(
    ana: Actor, import_file: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports.Rows.after, "__defaults__", (2,))
    run(check(upload(ana, SHOPS), ana), ana, stretches=1)

    again = import_file(ana, SHOPS)

    assert outcomes(again, ana) == ["known", "known", "known", "error", "added"]


def test_import_that_stands_still_is_rung_again(ana: Actor) -> None:
    from datetime import timedelta

    batch = run(check(upload(ana, SHOPS), ana), ana, stretches=0)

    with scope.acting(ana):
        assert not services.again(batch.pk, at=NOON + timedelta(seconds=10))
        assert services.again(batch.pk, at=NOON + timedelta(seconds=61))
    work(batch)
    with scope.acting(ana):
        assert not services.again(batch.pk, at=NOON + timedelta(seconds=200))


def test_cancelled_import_keeps_what_was_added_and_drops_the_file(
    ana: Actor, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(imports.Rows.after, "__defaults__", (2,))
    batch = run(check(upload(ana, SHOPS), ana), ana, stretches=1)

    with django_capture_on_commit_callbacks(execute=True), scope.acting(ana):
        services.cancel(batch.pk, actor=ana, at=NOON)

    assert work(batch).state == "cancelled"
    assert not imports.storage.path_of(ana.member_id, batch.pk).exists()
    with scope.acting(ana):
        assert Lead.objects.count() == 2


def test_saved_mapping_is_used_for_the_same_columns(ana: Actor) -> None:
    mapping = {"shop": "brand", "url": "url", "phone": "ignore", "country": "country"}
    with scope.acting(ana):
        services.save_mapping("Weekly list", mapping, actor=ana, at=NOON)

    assert upload(ana, SHOPS).mapping == mapping


def test_mapping_of_an_unknown_column_or_field_is_refused(ana: Actor) -> None:
    batch = upload(ana, SHOPS)

    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.start_check(batch.pk, {"nope": "title", "url": "cash"}, actor=ana, at=NOON)

    assert [str(m) for m in refusal.value.fields["mapping"]] == [
        "The file has no column “nope”.",
        "“cash” is not a field.",
    ]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "reading.empty"),
        (b"%PDF-1.7", "a.csv", "reading.not_a_table"),
        (b"PK\x03\x04 damaged", "a.xlsx", "reading.broken_workbook"),
        (b'title,url\n"open,x\n', "a.csv", "reading.quoting"),
    ],
)
def test_unreadable_file_is_refused_with_its_reason(
    ana: Actor, data: bytes, name: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        upload(ana, data, name)

    assert refusal.value.code == code
    assert refusal.value.fields["file"]


def test_file_cannot_run_unchecked_nor_be_checked_after_it_ran(
    ana: Actor, import_file: Import
) -> None:
    fresh = upload(ana, SHOPS)
    with scope.acting(ana), pytest.raises(DomainError, match=r"import\.not_checked"):
        services.start_run(fresh.pk, actor=ana, at=NOON)

    done = import_file(ana, SHOPS)
    with scope.acting(ana), pytest.raises(DomainError, match=r"import\.past_check"):
        services.start_check(done.pk, done.mapping, actor=ana, at=NOON)


def test_import_of_another_member_does_not_exist(ana: Actor, cy: Actor) -> None:
    batch = upload(ana, SHOPS)

    for act in (
        lambda: services.start_check(batch.pk, batch.mapping, actor=cy, at=NOON),
        lambda: services.start_run(batch.pk, actor=cy, at=NOON),
        lambda: services.cancel(batch.pk, actor=cy, at=NOON),
    ):
        with scope.acting(cy), pytest.raises(NotFound):
            act()


def test_event_per_stretch_not_per_row(ana: Actor, import_file: Import) -> None:
    from apps.core.models import Event

    batch = import_file(ana, SHOPS)

    with scope.acting(ana):
        names = list(
            Event.objects.filter(subject_id=batch.pk).order_by("seq").values_list("name", flat=True)
        )
        assert not Event.objects.filter(subject_type="lead").exists()
        assert ImportRow.objects.count() == 5
    assert names.count("leads.imported") == 1


def test_every_kind_is_read_from_a_column_and_lights_only_tighten(
    mia: Actor, import_file: Import
) -> None:
    header = "title,whatsapp,wechat,iban,container,mrn,sha256,seller,shop id,asin,tlp,pap"
    one = (
        "One,+86 138 0013 8000,lumi_888,DE75512108001245126199,CSQU3054383,US:12345678901,"
        f"{'ab' * 32},露米贸易,taobao:12345678,amazon:B0ABCDEFGH,tlp:red,PAP:RED"
    )
    rest = ["Two", *[""] * 9, "white", "clear"], ["Three", *[""] * 9, "purple", ""]
    data = "\n".join([header, one, *(",".join(row) for row in rest)]).encode()

    batch = import_file(mia, data)

    assert (batch.added, batch.errors) == (3, 0)
    with scope.acting(mia):
        leads = {lead.title: lead for lead in Lead.objects.all()}
        kinds = set(leads["One"].selectors.filter(key__isnull=False).values_list("kind", flat=True))
        codes = set(batch.rows.values_list("title", "code"))
    assert kinds >= {
        "whatsapp", "wechat", "bank_account", "container", "declaration", "image_hash",
        "seller_name", "shop", "listing",
    }  # fmt: skip
    lights = {title: (lead.tlp, lead.pap) for title, lead in leads.items()}
    assert lights == {
        "One": ("red", "red"), "Two": ("amber", "green"), "Three": ("amber", "green"),
    }  # fmt: skip
    assert ("Three", "row.unread_light") in codes
