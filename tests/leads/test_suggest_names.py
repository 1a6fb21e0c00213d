"""Names as suggestions: in every script, with a reason, and inside what one may see."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.leads import services
from apps.leads.drafts import Draft
from apps.leads.models import Lead, NameKey
from apps.leads.names import finding
from apps.leads.names.keys import LONGEST_KEY, read_name
from apps.leads.names.scoring import LEAST, compare
from tests.factories.world import NOON, client_of

GOLDEN = Path(__file__).parent / "golden" / "names.csv"


def rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_pair_of_the_golden_file_is_judged_as_written() -> None:
    wrong = []
    for row in rows():
        one, other = read_name(row["one"]), read_name(row["other"])
        score = compare(one, other)
        if score.reason != row["verdict"] or (score.points >= LEAST) != (row["verdict"] != "none"):
            wrong.append((row["one"], row["other"], row["verdict"], score))

    assert wrong == []


def test_names_that_are_alike_share_a_key_to_be_found_by() -> None:
    lost = [
        (row["one"], row["other"])
        for row in rows()
        if row["verdict"] != "none"
        and not set(read_name(row["one"]).keys) & set(read_name(row["other"]).keys)
    ]

    assert lost == []


@given(one=st.text(max_size=60), other=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_two_texts_are_compared_the_same_both_ways(one: str, other: str) -> None:
    first, second = read_name(one), read_name(other)

    assert compare(first, second) == compare(second, first)
    assert 0 <= compare(first, second).points <= 100
    assert all(2 < len(key) <= LONGEST_KEY for key in first.keys)


@pytest.fixture
def named() -> Callable[..., Lead]:
    def _named(actor: Actor, *names: str) -> Lead:
        with scope.acting(actor):
            draft = Draft(title=names[0] if names else "x", values={"seller_name": names})
            return services.create_lead(draft, actor=actor, at=NOON)

    return _named


def suggested(actor: Actor, lead: Lead, **more: Any) -> list[tuple[str, int, str]]:
    with scope.acting(actor):
        found = finding.suggestions(actor, lead, **more)
        return [(one.lead.title, one.points, one.reason) for one in found]


@pytest.mark.django_db
def test_most_alike_name_comes_first(ana: Actor, named: Callable[..., Lead]) -> None:
    for name in ("露米旗舰店", "Lu Mi Mao Yi Ltd", "露米貿易", "Kitefin"):
        named(ana, name)

    lead = named(ana, "露米贸易有限公司")

    assert suggested(ana, lead) == [
        ("露米貿易", 95, "sound"),
        ("Lu Mi Mao Yi Ltd", 92, "letters"),
        ("露米旗舰店", 85, "telling"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_name_of_another_member_is_suggested_from_the_level_of_the_case(
    ana: Actor,
    bo: Actor,
    named: Callable[..., Lead],
    share: Callable[..., None],
    level: int,
) -> None:
    theirs, mine = named(ana, "Norrvik Down"), named(bo, "NORRVIK DOWN GmbH")
    if level:
        share(theirs, owner=ana, ally=bo, level=level)

    found = client_of(bo).get(f"/api/v1/leads/{mine.pk}/similar/").json()

    assert [twin["lead"]["id"] for twin in found] == ([str(theirs.pk)] if level >= 3 else [])
    with scope.acting(bo):
        assert (NameKey.objects.filter(lead_id=theirs.pk).count() > 0) == (level >= 3)


@pytest.mark.django_db
def test_source_that_names_hidden_leads_shows_none(
    ana: Actor, cy: Actor, named: Callable[..., Lead]
) -> None:
    hidden, mine = named(ana, "Norrvik Down"), named(cy, "Norrvik Down")

    class Careless:
        def near(self, actor: Actor, lead_id: object, names: object) -> list[object]:
            return [hidden.pk]

    assert suggested(cy, mine, source=Careless()) == []


@pytest.mark.django_db
def test_judged_different_is_suggested_no_more(ana: Actor, named: Callable[..., Lead]) -> None:
    one, other = named(ana, "Norrvik Down"), named(ana, "Norrvik Downs")
    with scope.acting(ana):
        services.judge_pair(one.pk, other.pk, "different", actor=ana, at=NOON)

    assert suggested(ana, one) == []
    assert len(suggested(ana, one, muted=True)) == 1


@pytest.mark.django_db
def test_keys_follow_the_names_of_a_lead(ana: Actor, named: Callable[..., Lead]) -> None:
    lead = named(ana, "Norrvik Down")
    with scope.acting(ana):
        changes = {"values": {"seller_name": ("Lumi",)}}
        services.change_lead(lead.pk, changes, version=1, actor=ana, at=NOON)
        keys = set(NameKey.objects.values_list("key", flat=True))

    assert keys == set(read_name("Lumi").keys)


@pytest.mark.django_db
def test_two_leads_stand_side_by_side(ana: Actor, named: Callable[..., Lead]) -> None:
    one, other = named(ana, "Norrvik Down"), named(ana, "Norrvik Downs")
    client = client_of(ana)

    page = client.get(f"/leads/{one.pk}/compare/{other.pk}/").content.decode()
    body = client.get(f"/api/v1/leads/{one.pk}/compare/{other.pk}/").json()
    listed = client.get(f"/leads/{one.pk}/similar/").content.decode()
    merged = client.post(f"/leads/{one.pk}/repeats/{other.pk}/")

    assert f"Keep {one.reference} as a duplicate of {other.reference}" in page
    fields = {row["field"]: row["is_same"] for row in body["fields"]}
    assert (fields["title"], fields["severity"]) == (False, True)
    assert other.reference in listed
    assert merged["Location"] == f"/leads/{other.pk}/"
    with scope.acting(ana):
        assert Lead.objects.get(pk=one.pk).duplicate_of_id == other.pk


@pytest.mark.django_db
def test_stranger_compares_nothing(ana: Actor, cy: Actor, named: Callable[..., Lead]) -> None:
    one, other = named(ana, "Norrvik Down"), named(ana, "Norrvik Downs")
    client = client_of(cy)

    for first, second in ((one.pk, other.pk), (one.pk, uuid7())):
        for path in (f"/leads/{first}/compare/{second}/", f"/leads/{first}/similar/"):
            assert client.get(path).status_code == 404
            assert client.get(f"/api/v1{path}").status_code == 404
        assert client.post(f"/leads/{first}/repeats/{second}/").status_code == 404
