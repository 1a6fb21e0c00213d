"""Admiralty grades: as people write them, by every door, and never outside the lists."""

import pytest
from django.db import IntegrityError, transaction

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.leads import services
from apps.leads.importing.grading import read_grade
from apps.leads.models import ImportRow, Lead
from tests.factories.world import NOON
from tests.leads.conftest import Report, check, run, upload

GRADES = [
    ("B2", ("b", 2)),
    (" b / 2 ", ("b", 2)),
    ("A-1", ("a", 1)),
    ("F6", ("f", 6)),
    ("c", ("c", None)),
    ("3", ("", 3)),
    ("B - Usually reliable", ("b", None)),
    ("2: probably true", ("", 2)),
    ("Usually  reliable", ("b", None)),
    ("Confirmed by other sources", ("", 1)),
    ('admiralty-scale:source-reliability="b"', ("b", None)),
    (
        'admiralty-scale:source-reliability="a", admiralty-scale:information-credibility="3"',
        ("a", 3),
    ),
    # MISP's seventh letter (deliberately deceptive) is none of the scale.
    ('admiralty-scale:source-reliability="g"', None),
    ("G2", None),
    ("B7", None),
    ("0", None),
    ("12", None),
    ("cannot be judged", None),
    ("good", None),
    ("Aurelis", None),
    ("", None),
]


def test_grade_is_read_as_people_write_it() -> None:
    wrong = {text: read_grade(text) for text, grade in GRADES if read_grade(text) != grade}

    assert wrong == {}


@pytest.mark.django_db
def test_grades_of_a_file_come_from_its_columns_and_else_from_the_upload(ana: Actor) -> None:
    rows = ("domain,reliability,credibility", "a.example,B,2", "b.example,C3,", "c.example,,")
    data = "\n".join((*rows, "d.example,good,")).encode()
    batch = upload(ana, data)
    assert batch.mapping["reliability"] == batch.mapping["credibility"] == "grading"
    batch.source_kind, batch.source_reliability, batch.credibility = "authority", "a", 5
    with scope.acting(ana):
        batch.save()

    run(check(batch, ana), ana)

    with scope.acting(ana):
        leads = Lead.objects.order_by("reference")
        graded = [(lead.source_reliability, lead.credibility, lead.source_kind) for lead in leads]
        remarks = list(ImportRow.objects.order_by("number").values_list("code", flat=True))
    assert [one[:2] for one in graded] == [("b", 2), ("c", 3), ("a", 5), ("a", 5)]
    assert {one[2] for one in graded} == {"authority"}
    assert remarks == ["", "", "", "row.unread_grade"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [("source_reliability", "g"), ("credibility", 7), ("source_kind", "rumour"), ("tlp", "pink")],
)
def test_grade_outside_the_lists_is_refused_by_service_and_database(
    field: str, value: object, ana: Actor, report: Report
) -> None:
    lead = report(ana)

    with scope.acting(ana):
        with pytest.raises(Invalid) as refused:
            services.change_lead(lead.pk, {field: value}, version=None, actor=ana, at=NOON)
        assert list(refused.value.fields) == [field]
        if field != "tlp":
            with pytest.raises(IntegrityError), transaction.atomic():
                Lead.objects.filter(pk=lead.pk).update(**{field: value})
