"""Forms of one class share their fields and nothing else."""

from django.utils.translation import override

from apps.core.api.views import of_known_fields
from apps.leads.api.serializers import LeadReportSerializer

GOOD = {"title": "Serum", "urls": ["https://lumi.example/1"]}
BAD = {"title": "x" * 301, "urls": "no list", "severity": "lukewarm"}


def test_forms_keep_their_own_data_and_say_what_a_new_form_says() -> None:
    good, bad = (of_known_fields(LeadReportSerializer(data=told)) for told in (GOOD, BAD))

    assert good.fields is bad.fields
    assert (good.is_valid(), bad.is_valid()) == (True, False)
    for told, form in ((GOOD, good), (BAD, bad)):
        alone = LeadReportSerializer(data=told)
        alone.is_valid()
        assert (form.errors, form.validated_data) == (alone.errors, alone.validated_data)
    assert set(bad.errors) == {"title", "urls", "severity"}


def test_forms_speak_the_language_of_whoever_reads_them() -> None:
    said = []
    for language in ("en", "zh-hans", "en"):
        with override(language):
            form = of_known_fields(LeadReportSerializer(data={"description": "x" * 20_001}))
            assert not form.is_valid()
            said.append(str(form.errors["description"][0]))

    assert said[0] == said[2] == "Ensure this field has no more than 20000 characters."
    assert "20000" in said[1] != said[0]


def test_defaults_are_made_for_each_form_anew() -> None:
    first, second = (of_known_fields(LeadReportSerializer(data=GOOD)) for _form in range(2))
    assert first.is_valid()
    first.validated_data["audience"].append("somebody")

    assert second.is_valid()
    assert second.validated_data["audience"] == []


def test_body_that_is_nothing_is_refused_as_ever() -> None:
    for told in (None, [], "text"):
        form, alone = (
            of_known_fields(LeadReportSerializer(data=told)),
            LeadReportSerializer(data=told),
        )

        assert (form.is_valid(), alone.is_valid()) == (False, False)
        assert form.errors == alone.errors != {}
