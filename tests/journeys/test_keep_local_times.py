"""A form opened and sent again as it is changes nothing, whatever the language and the zone."""

import re
from datetime import UTC, datetime

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.leads import services
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from apps.members.models import User
from tests.factories.world import NOON, client_of

SEEN_AT = datetime(2026, 11, 23, 15, 24, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_instant_of_a_lead_survives_its_form(ana: Actor, language: str) -> None:
    User.objects.filter(pk=ana.user_id).update(language=language)
    with scope.acting(ana):
        draft = Draft(title="Serum", seen_at=SEEN_AT)
        lead = services.create_lead(draft, actor=ana, at=NOON)
    browser, page = client_of(ana), f"/leads/{lead.pk}/change/"

    form = browser.get(page).content.decode()
    shown = re.search(r'name="seen_at" value="([^"]+)"', form)
    assert shown is not None
    assert shown[1] == "2026-11-23T23:24", "the input takes this form alone, in Hangzhou's time"
    told = {"title": "Serum", "seen_at": shown[1], "version": lead.version, "tlp": "amber"}
    answer = browser.post(page, {**told, "severity": "stable"})

    assert answer.status_code == 302, answer.content.decode()
    with scope.acting(ana):
        assert Lead.objects.get(pk=lead.pk).seen_at == SEEN_AT
