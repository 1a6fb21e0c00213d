"""The pages of a handover: read, completed, printed, accepted together, drawn around the clock."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import ribbon, selectors, services
from apps.handovers.models import BriefingRead, Handover
from apps.investigations import services as cases
from apps.investigations.models import Investigation, Task
from tests.handovers.conftest import MORNING, WORDS, offered, open_case, read_back, reload

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("apps.core.clock.now", lambda: ANSWER_AT)
    return ANSWER_AT


@pytest.fixture
def task(case: Investigation, ana: Actor) -> Task:
    new = cases.NewTask(title="Call Prato", due_at=OFFER_AT + timedelta(hours=3, minutes=20))
    with scope.acting(ana):
        return cases.add_task(case.pk, new, actor=ana, at=MORNING)


@pytest.fixture
def offer(case: Investigation, task: Task, ana: Actor) -> Handover:
    return offered(case, ana, at=OFFER_AT)


def amend(offer: Handover, actor: Actor, **changes: object) -> None:
    with scope.acting(actor):
        services.amend_briefing(offer.pk, changes=changes, version=1, actor=actor, at=OFFER_AT)


def accept(offer: Handover, actor: Actor) -> None:
    said = read_back(offer, actor)
    with scope.acting(actor):
        services.accept_handover(offer.pk, read_back=said, actor=actor, at=ANSWER_AT)


def typed(**changes: object) -> dict[str, object]:
    """The editor's fields."""
    return {
        "version": "1",
        "severity": "watch",
        "language": "en",
        "contingencies-id": [""],
        "contingencies-if": ["a fifth shop appears"],
        "contingencies-then": ["add it to the notice"],
        "questions-id": ["", ""],
        "questions-text": ["Who pays for the test?", ""],
        "waits-id": [""],
        "waits-who": ["Customs"],
        "waits-what": ["the seal"],
        "waits-until": ["2026-11-25T10:00"],
        **changes,
    }


def test_page_says_both_times_and_working_hours(offer: Handover, as_mia: Client) -> None:
    page = as_mia.get(f"/handovers/{offer.pk}/").content.decode()

    assert "Tue 13:50 Rome (UTC+01:00)" in page
    assert "Tue 20:50 Hangzhou (UTC+08:00)" in page
    assert "in working hours" in page


def test_receiver_is_shown_what_changed_since_he_read(
    offer: Handover, as_mia: Client, ana: Actor
) -> None:
    as_mia.get(f"/handovers/{offer.pk}/")
    amend(offer, ana, severity="urgent")
    page = as_mia.get(f"/handovers/{offer.pk}/").content.decode()

    assert "Changed since you read version 1" in page
    assert '<ins dir="auto">Urgent</ins>' in page


def test_asking_for_the_head_of_a_page_is_no_reading(
    offer: Handover, as_mia: Client, mia: Actor
) -> None:
    as_mia.head(f"/handovers/{offer.pk}/")

    with scope.acting(mia):
        assert not BriefingRead.objects.exists()


def test_refused_acceptance_keeps_every_word(
    offer: Handover, task: Task, as_mia: Client, ana: Actor
) -> None:
    amend(offer, ana, questions=[{"text": "Who pays?"}])
    said = {"version": "1", "read_back": WORDS, "question-1": "reply", "reply-1": "Aurelis pays."}
    said |= {f"answer-{task.pk}": "return", f"reason-{task.pk}": "No login here."}
    answer = as_mia.post(f"/handovers/{offer.pk}/accept/", said)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(words in page for words in (WORDS, "No login here.", "Aurelis pays."))
    assert "Changed since you read version 1" in page


def test_page_accepts_with_reasons_and_questions(
    offer: Handover, task: Task, as_mia: Client, ana: Actor
) -> None:
    amend(offer, ana, questions=[{"text": "Who pays?"}])
    said = {"version": "2", "read_back": WORDS, "question-1": "open"}
    said |= {f"answer-{task.pk}": "return", f"reason-{task.pk}": "No login here."}

    assert as_mia.post(f"/handovers/{offer.pk}/accept/", said).status_code == 302
    with scope.acting(ana):
        taken = Handover.objects.get(pk=offer.pk)
    assert taken.return_reasons == {str(task.pk): "No login here."}
    assert taken.question_answers == {"1": ""}


def test_incomplete_briefing_says_so_to_both_sides(
    offer: Handover, as_mia: Client, as_ana: Client, ana: Actor
) -> None:
    amend(offer, ana, contingencies=[])

    for client in (as_ana, as_mia):
        page = client.get(f"/handovers/{offer.pk}/").content.decode()
        assert "what to do if something happens" in page


def test_sender_completes_the_briefing_on_a_page(
    offer: Handover, as_ana: Client, ana: Actor
) -> None:
    assert as_ana.post(f"/handovers/{offer.pk}/briefing/", typed()).status_code == 302

    with scope.acting(ana):
        reading = selectors.read_briefing(ana, offer)
    assert reading is not None
    assert reading.content["severity"] == "watch"
    assert [q["text"] for q in reading.content["questions"]] == ["Who pays for the test?"]
    # Typed in Hangzhou's time, kept as an instant.
    assert reading.content["waits"][0]["until"] == "2026-11-25T02:00:00Z"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"waits-until": ["tomorrow"]}, 400),
        ({"severity": "awful"}, 400),
        ({"contingencies-then": [""]}, 400),
        ({"version": "9"}, 409),
        ({"version": "x"}, 409),
    ],
)
def test_editor_keeps_what_was_typed_when_it_is_refused(
    offer: Handover, as_ana: Client, changes: dict[str, object], status: int
) -> None:
    answer = as_ana.post(f"/handovers/{offer.pk}/briefing/", typed(**changes))

    assert answer.status_code == status
    assert "Who pays for the test?" in answer.content.decode()


def test_editor_tells_the_receiver_who_writes(
    sao_paulo: Desk, milan: Desk, as_bo: Client, mia: Actor
) -> None:
    milans = open_case(mia, milan, at=MORNING + timedelta(hours=3))
    second = offered(milans, mia, at=OFFER_AT + timedelta(hours=7))
    page = as_bo.get(f"/handovers/{second.pk}/briefing/").content.decode()

    assert "Only the desk that hands over writes its briefing." in page
    assert "aria-disabled" in page


def test_sheet_of_paper_names_version_digest_and_reader(
    offer: Handover, as_mia: Client, mia: Actor
) -> None:
    page = as_mia.get(f"/handovers/{offer.pk}/print/").content.decode()

    with scope.acting(mia):
        reading = selectors.read_briefing(mia, offer)
    assert reading is not None
    assert reading.briefing.digest in page
    assert "Printed for Mia Ferrante of Aurelis, who reads it at level L4." in page


def test_reader_is_told_that_the_handover_has_moved_on(
    offer: Handover, as_mia: Client, ana: Actor
) -> None:
    url, as_read = f"/handovers/{offer.pk}/news/", {"version": "1", "state": "offered"}

    assert as_mia.get(url, as_read).content.strip() == b""
    amend(offer, ana, note="More")
    assert b"The briefing has changed" in as_mia.get(url, as_read).content
    assert b"moved on" in as_mia.get(url, {"version": "2", "state": "drafted"}).content


def test_sender_corrects_on_the_page(
    offer: Handover, as_ana: Client, as_mia: Client, mia: Actor
) -> None:
    accept(offer, mia)
    url = f"/handovers/{offer.pk}/correct/"

    assert as_ana.post(url, {"text": "Three shops."}).status_code == 302
    assert "Three shops." in as_mia.get(f"/handovers/{offer.pk}/").content.decode()
    refused = as_ana.post(url, {"text": "x" * 2001})
    assert refused.status_code == 400
    assert "x" * 2001 in refused.content.decode()


def test_receiver_gives_back_on_the_page(
    offer: Handover, case: Investigation, as_mia: Client, mia: Actor, hangzhou: Desk
) -> None:
    accept(offer, mia)
    url = f"/handovers/{offer.pk}/bounce/"

    assert as_mia.post(url, {"reason": " "}).status_code == 400
    assert as_mia.post(url, {"reason": "Wrong language."}).status_code == 302
    assert reload(case).accountable_desk_id == hangzhou.pk


def test_owner_sees_who_will_be_asked_and_why_not(offer: Handover, as_ana: Client) -> None:
    page = as_ana.get(f"/handovers/{offer.pk}/").content.decode()

    assert "Who will be asked" in page
    assert "São Paulo is off duty then." in page


def test_inbox_shows_one_list_at_a_time(offer: Handover, as_mia: Client) -> None:
    waiting = as_mia.get("/handovers/").content.decode()
    answered = as_mia.get("/handovers/?tab=answered").content.decode()

    assert str(offer.pk) in waiting
    assert str(offer.pk) not in answered


@pytest.mark.parametrize("query", ["tab=x", "severity=x", "desk=x"])
def test_filter_that_does_not_exist_is_refused(as_mia: Client, query: str) -> None:
    assert as_mia.get(f"/handovers/?{query}").status_code == 400


def test_filters_narrow_the_list(offer: Handover, as_mia: Client, milan: Desk) -> None:
    found = as_mia.get(f"/handovers/?severity=stable&desk={milan.pk}").content.decode()
    urgent = as_mia.get("/handovers/?severity=urgent").content.decode()

    assert str(offer.pk) in found
    assert str(offer.pk) not in urgent


def test_emergency_stands_first(
    offer: Handover, ana: Actor, mia: Actor, hangzhou: Desk, milan: Desk
) -> None:
    case = open_case(ana, hangzhou, title="Parcels leave")
    with scope.acting(ana):
        urgent = services.hand_over_now(
            case.pk, situation="Now.", desk_id=milan.pk, actor=ana, at=ANSWER_AT
        )
    with scope.acting(mia):
        Handover.objects.filter(pk=urgent.pk).update(ack_deadline=ANSWER_AT + timedelta(days=1))

        assert [row.pk for row in selectors.inbox(mia)] == [urgent.pk, offer.pk]


def test_quiet_queue_on_a_page_keeps_the_words_of_a_refused_one(
    offer: Handover, task: Task, as_mia: Client, ana: Actor, hangzhou: Desk
) -> None:
    second = offered(open_case(ana, hangzhou, title="Shop 2"), ana, at=OFFER_AT)
    said = {f"{offer.pk}:version": "1", f"{offer.pk}:read_back": WORDS}
    said |= {f"{offer.pk}:answer-{task.pk}": "take"}
    said |= {f"{second.pk}:version": "1", f"{second.pk}:read_back": "Too short."}
    answer = as_mia.post("/handovers/quiet/", said)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "You hold 1 more case now." in page
    assert "Too short." in page
    assert str(offer.pk) not in page


def test_quiet_queue_that_is_all_accepted_leads_back(
    offer: Handover, task: Task, as_mia: Client
) -> None:
    said = {f"{offer.pk}:version": "1", f"{offer.pk}:read_back": WORDS, "junk:read_back": WORDS}
    said |= {f"{offer.pk}:answer-{task.pk}": "take"}

    assert as_mia.post("/handovers/quiet/", said).status_code == 302
    assert as_mia.post("/handovers/quiet/", {}).status_code == 400


def test_ribbon_tells_who_held_it_and_what_was_declined(
    offer: Handover, case: Investigation, ana: Actor, mia: Actor, as_ana: Client
) -> None:
    with scope.acting(mia):
        services.decline_handover(
            offer.pk, reason_code="no_capacity", reason="", actor=mia, at=ANSWER_AT
        )
    with scope.acting(ana):
        found = ribbon.read(ana, reload(case), ANSWER_AT, zone="Asia/Shanghai")

    assert [s.name for s in found.stretches] == ["Hangzhou"]
    assert [m.kind for m in found.marks] == ["declined"]
    assert "declined" in as_ana.get(f"/handovers/of/{case.pk}/ribbon/").content.decode()
    told = as_ana.get(f"/api/v1/investigations/{case.pk}/ribbon/").json()
    assert [m["kind"] for m in told["marks"]] == ["declined"]


def test_day_of_a_clock_change_has_its_own_length(case: Investigation, ana: Actor) -> None:
    later = datetime.fromisoformat("2027-03-29T12:00:00+00:00")
    with scope.acting(ana):
        found = ribbon.read(ana, reload(case), later, zone="Europe/Rome", days=3)

    assert [day.hours for day in found.days] == [24, 23, 24]


@pytest.mark.parametrize("path", ["", "briefing/", "print/", "news/", "peek/"])
def test_stranger_finds_no_page(offer: Handover, as_cy: Client, path: str) -> None:
    hidden = as_cy.get(f"/handovers/{offer.pk}/{path}")
    unknown = as_cy.get(f"/handovers/{uuid4()}/{path}")

    assert hidden.status_code == unknown.status_code == 404


@pytest.mark.parametrize("path", ["correct", "bounce", "briefing", "accept"])
def test_stranger_changes_nothing(offer: Handover, as_cy: Client, path: str) -> None:
    answer = as_cy.post(f"/handovers/{offer.pk}/{path}/", {"text": "x", "reason": "x"})

    assert answer.status_code == 404


def test_stranger_sees_no_ribbon_and_an_empty_queue(
    offer: Handover, case: Investigation, as_cy: Client
) -> None:
    assert as_cy.get(f"/handovers/of/{case.pk}/ribbon/").status_code == 404
    assert as_cy.get(f"/api/v1/investigations/{case.pk}/ribbon/").status_code == 404
    assert "Serum" not in as_cy.get("/handovers/quiet/").content.decode()
