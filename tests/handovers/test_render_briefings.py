"""A briefing said to one reader: language, zone, both clocks, level."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import selectors, services
from apps.handovers.models import Handover, Policy
from apps.handovers.rendering import Rendered, briefing_for
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from tests.handovers.conftest import MORNING, offered, open_case

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)


@pytest.fixture
def offer(case: Investigation, ana: Actor) -> Handover:
    due_at = OFFER_AT + timedelta(hours=3, minutes=20)
    with scope.acting(ana):
        cases.add_task(
            case.pk, cases.NewTask(title="Call Prato", due_at=due_at), actor=ana, at=MORNING
        )
        late = due_at + timedelta(hours=6)
        cases.add_task(case.pk, cases.NewTask(title="Wait", due_at=late), actor=ana, at=MORNING)
    return offered(case, ana, at=OFFER_AT)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.clock.now", lambda: OFFER_AT)


def said_to(actor: Actor, offer: Handover, zone: str, language: str = "en") -> Rendered:
    with scope.acting(actor), translation.override(language):
        handover = selectors.find(actor, offer.pk)
        reading = selectors.read_briefing(actor, handover)
        assert reading is not None
        return briefing_for(actor, handover, reading, zone=zone, at=OFFER_AT)


def test_deadline_is_said_at_both_places_with_weekday_and_offset(
    offer: Handover, mia: Actor
) -> None:
    times = said_to(mia, offer, "Europe/Rome").actions[0].times

    assert times is not None
    assert times.here == "Tue 13:50 Rome (UTC+01:00)"
    assert list(times.there) == ["Tue 20:50 Hangzhou (UTC+08:00)"]
    assert times.left == "in 3 hrs, 20 mins"


def test_deadline_says_whether_the_receiver_works_then(offer: Handover, mia: Actor) -> None:
    first, second = said_to(mia, offer, "Europe/Rome").actions

    assert first.times is not None
    assert second.times is not None
    assert (first.times.is_working, second.times.is_working) == (True, False)


def test_sender_reads_his_own_place_first(offer: Handover, ana: Actor) -> None:
    times = said_to(ana, offer, "Asia/Shanghai").actions[0].times

    assert times is not None
    assert times.here == "Tue 20:50 Shanghai (UTC+08:00)"
    assert list(times.there) == ["Tue 13:50 Milan (UTC+01:00)"]


def test_machine_words_follow_the_reader_and_peoples_words_stay(
    offer: Handover, mia: Actor
) -> None:
    english = said_to(mia, offer, "Europe/Rome")
    chinese = said_to(mia, offer, "Europe/Rome", "zh-hans")

    assert english.actions[0].text == chinese.actions[0].text == "Call Prato"
    assert english.done[0].text != chinese.done[0].text
    assert english.contingencies[0].act != chinese.contingencies[0].act


def test_dates_that_differ_are_said(offer: Handover, mia: Actor) -> None:
    with scope.acting(mia):
        handover = selectors.find(mia, offer.pk)
        reading = selectors.read_briefing(mia, handover)
        assert reading is not None
        night = OFFER_AT + timedelta(hours=8)
        same = briefing_for(mia, handover, reading, zone="UTC", at=OFFER_AT)
        later = briefing_for(mia, handover, reading, zone="UTC", at=night)

    assert same.clock.two_dates == ""
    assert "Wednesday" in later.clock.two_dates
    assert "Tuesday" in later.clock.two_dates


def test_reader_at_a_lower_level_learns_what_is_withheld_and_whom_to_ask(
    milan: Desk, sao_paulo: Desk, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        Policy.objects.create(member_id=mia.member_id, ally_level=2)
    milans = open_case(mia, milan, at=MORNING + timedelta(hours=3))
    with scope.acting(mia):
        cases.add_task(milans.pk, cases.NewTask(title="Call"), actor=mia, at=OFFER_AT)
    said = said_to(bo, offered(milans, mia, at=OFFER_AT + timedelta(hours=7)), "UTC")

    assert "In one line" in said.withheld
    assert said.summary == ""
    assert [row.text for row in said.actions] == [""]
    assert [person.name for person in said.givers] == ["Mia Ferrante"]


def test_traffic_light_says_what_it_forbids(offer: Handover, mia: Actor) -> None:
    assert said_to(mia, offer, "UTC").tlp_words.startswith("It stays with your member")


def test_api_says_it_in_the_zone_asked_for(offer: Handover, as_mia: Client, now: None) -> None:
    url = f"/api/v1/handovers/{offer.pk}/briefing/rendered/"
    answer = as_mia.get(url, {"zone": "America/Sao_Paulo"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["actions"][0]["times"]["here"] == "Tue 09:50 Sao Paulo (UTC-03:00)"


@pytest.mark.parametrize("query", [{"zone": "Mars/Base"}, {"since": "x"}, {"since": "٣"}])
def test_odd_question_is_refused(
    offer: Handover, as_mia: Client, now: None, query: dict[str, str]
) -> None:
    answer = as_mia.get(f"/api/v1/handovers/{offer.pk}/briefing/rendered/", query)

    assert answer.status_code == 400


def test_api_says_what_changed_since_a_version(
    offer: Handover, as_mia: Client, ana: Actor, now: None
) -> None:
    with scope.acting(ana):
        services.amend_briefing(
            offer.pk, changes={"severity": "watch"}, version=1, actor=ana, at=OFFER_AT
        )

    url = f"/api/v1/handovers/{offer.pk}/briefing/rendered/"
    assert as_mia.get(url, {"since": 1}).json()["changes"] == [
        {
            "part": "severity",
            "kind": "changed",
            "label": "How bad",
            "before": "Stable",
            "after": "Watch",
        }
    ]
    assert as_mia.get(url).json()["changes"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "briefing/rendered/"), ("get", "corrections/"), ("post", "corrections/")],
)
def test_stranger_finds_no_handover(
    offer: Handover, as_cy: Client, now: None, method: str, path: str
) -> None:
    url = f"/api/v1/handovers/{offer.pk}/{path}"
    answer = getattr(as_cy, method)(url, {"text": "x"}, content_type="application/json")

    assert answer.status_code == 404
