"""The briefing: drafted from the record, completed by the sender, compared, and read back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.chat import services as chat
from apps.chat.models import Room
from apps.core import outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Refused, Stale
from apps.core.ids import uuid7
from apps.duty.models import Desk
from apps.handovers import briefing, selectors, services
from apps.handovers.models import Handover
from apps.investigations import services as cases
from apps.investigations.models import Investigation, Task
from apps.notifications.models import Notification
from tests.handovers.conftest import MORNING, offered, read_back, reload

OFFER_AT = MORNING + timedelta(hours=3, minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=5)


@pytest.fixture
def task(case: Investigation, ana: Actor) -> Task:
    new = cases.NewTask(title="Call Prato", due_at=OFFER_AT + timedelta(hours=4))
    with scope.acting(ana):
        return cases.add_task(case.pk, new, actor=ana, at=MORNING)


@pytest.fixture
def offer(case: Investigation, task: Task, ana: Actor) -> Handover:
    return offered(case, ana, at=OFFER_AT)


def amend(handover: Handover, actor: Actor, *, version: int = 1, **changes: Any) -> None:
    with scope.acting(actor):
        services.amend_briefing(
            handover.pk, changes=changes, version=version, actor=actor, at=OFFER_AT
        )


def accept(handover: Handover, actor: Actor, at: datetime = ANSWER_AT, **said: Any) -> Handover:
    words = replace(read_back(handover, actor), **said)
    with scope.acting(actor):
        return services.accept_handover(handover.pk, read_back=words, actor=actor, at=at)


def content(handover: Handover, actor: Actor) -> dict[str, Any]:
    with scope.acting(actor):
        reading = selectors.read_briefing(actor, selectors.find(actor, handover.pk))
    assert reading is not None
    return reading.content


def planned(case: Investigation, actor: Actor) -> Handover:
    with scope.acting(actor):
        return Handover.objects.get(investigation=case, state__in=["planned", "drafted"])


def test_draft_says_what_the_record_knows(
    case: Investigation, task: Task, ana: Actor, aurelis: Any
) -> None:
    with scope.acting(ana):
        room = Room.objects.get(root_id=case.pk)
        chat.post_message(
            room.pk, cid=uuid7(), body="Prato 在等", language="zh-Hans", actor=ana, at=MORNING
        )
        cases.set_status(
            case.pk, status="waiting", reason="The platform answers", actor=ana, at=MORNING
        )

    said = content(offered(case, ana, at=OFFER_AT), ana)

    assert said["subject"]["reference"] == case.reference
    assert [a["what"] for a in said["actions"]] == ["Call Prato"]
    assert said["no_actions"] is False
    assert said["waits"] == [{"id": "1", "who": "", "what": "The platform answers", "until": None}]
    assert [(m["body"], m["language"]) for m in said["chat"]] == [("Prato 在等", "zh-Hans")]
    assert {e["name"] for e in said["done"]} >= {"task.added", "investigation.status_changed"}
    assert said["wake"] == [str(ana.user_id)]
    assert said["previous"] is None


def test_next_draft_carries_the_read_back_and_what_is_still_open(
    offer: Handover, case: Investigation, ana: Actor, mia: Actor
) -> None:
    until = (OFFER_AT + timedelta(days=2)).isoformat()
    amend(
        offer,
        ana,
        questions=[{"text": "Who pays for the test?"}, {"text": "Which court?"}],
        waits=[{"who": "Customs", "what": "The seal", "until": until}],
        restrictions="Do not call the shop.",
    )
    accept(offer, mia, questions={"1": "", "2": "Prato's"})

    said = content(offered(case, mia, at=OFFER_AT + timedelta(hours=7)), mia)

    assert [q["text"] for q in said["questions"]] == ["Who pays for the test?"]
    assert [w["who"] for w in said["waits"]] == ["Customs"]
    assert said["restrictions"] == "Do not call the shop."
    assert said["previous"]["text"].startswith("Four shops")
    assert said["previous"]["by"] == str(mia.user_id)


def test_undone_acceptance_does_not_shorten_the_shift(
    offer: Handover, case: Investigation, ana: Actor, mia: Actor
) -> None:
    taken = accept(offer, mia)
    with scope.acting(mia):
        services.undo_acceptance(taken.pk, actor=mia, at=ANSWER_AT + timedelta(seconds=30))
    with scope.acting(ana):
        drafted = briefing.draft_all([reload(case)], at=ANSWER_AT + timedelta(minutes=1))[case.pk]

    assert "task.added" in {event["name"] for event in drafted["done"]}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("severity", "awful"),
        ("summary", "x" * 4001),
        ("note", ["a list"]),
        ("contingencies", "a text"),
        ("contingencies", [{"if": "it burns", "then": ""}]),
        ("contingencies", [{"then": "x"}] * 21),
        ("questions", [{"text": "x" * 1001}]),
        ("questions", [{"id": "1", "text": "a"}, {"id": "1", "text": "b"}]),
        ("questions", [{"id": "../etc", "text": "a"}]),
        ("waits", [{"who": "Customs", "until": "tomorrow"}]),
        ("waits", [{"who": "Customs", "until": "2026-11-25T10:00"}]),
        ("no_actions", "yes"),
        ("language", "<script>"),
        ("wake", ["somebody"]),
        ("actions", []),
        ("done", []),
    ],
)
def test_part_that_cannot_be_taken_is_refused_by_name(
    offer: Handover, ana: Actor, part: str, value: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        amend(offer, ana, **{part: value})

    assert list(refused.value.fields) == [part]


def test_stranger_is_not_named_to_be_woken(offer: Handover, ana: Actor, cy: Actor) -> None:
    with pytest.raises(Invalid):
        amend(offer, ana, wake=[str(cy.user_id)])


def test_colleague_is_named_to_be_woken(offer: Handover, ana: Actor, mia: Actor) -> None:
    amend(offer, ana, wake=[str(mia.user_id)])

    assert content(offer, mia)["wake"] == [str(mia.user_id)]


def test_rows_keep_their_numbers_so_that_an_answer_stays_with_its_question(
    offer: Handover, ana: Actor
) -> None:
    amend(offer, ana, questions=[{"text": "First"}, {"text": "Second"}])
    amend(offer, ana, version=2, questions=[{"id": "2", "text": "Second"}, {"text": "Third"}])

    assert [(q["id"], q["text"]) for q in content(offer, ana)["questions"]] == [
        ("2", "Second"),
        ("3", "Third"),
    ]


def test_receiver_who_had_read_an_older_one_sees_what_changed(
    offer: Handover, ana: Actor, mia: Actor
) -> None:
    with scope.acting(mia):
        services.note_reading(offer, 1, actor=mia, at=OFFER_AT)
    amend(offer, ana, severity="urgent", questions=[{"text": "Who pays?"}])

    with scope.acting(mia):
        handover = selectors.find(mia, offer.pk)
        reading = selectors.read_briefing(mia, handover)
        assert reading is not None
        before = selectors.version_before(mia, handover)
        changes = selectors.changes_since(mia, handover, reading, before)

    assert before == 1
    assert [(c.part, c.kind) for c in changes] == [("severity", "changed"), ("questions", "added")]
    assert (changes[0].before, changes[0].after) == ("stable", "urgent")


def test_older_version_read_later_does_not_count(offer: Handover, ana: Actor, mia: Actor) -> None:
    amend(offer, ana, note="More")
    with scope.acting(mia):
        services.note_reading(offer, 2, actor=mia, at=OFFER_AT)
        services.note_reading(offer, 1, actor=mia, at=OFFER_AT)

        assert selectors.version_before(mia, offer) == 2


def test_version_that_was_replaced_cannot_be_accepted(
    offer: Handover, ana: Actor, mia: Actor
) -> None:
    said = read_back(offer, mia)
    amend(offer, ana, note="One more shop")

    with pytest.raises(Stale), scope.acting(mia):
        services.accept_handover(offer.pk, read_back=said, actor=mia, at=ANSWER_AT)


def test_open_question_is_answered_or_taken_over(offer: Handover, ana: Actor, mia: Actor) -> None:
    amend(offer, ana, questions=[{"text": "Who pays?"}])
    for said in ({}, {"1": "", "2": ""}, {"1": "x" * 1001}):
        with pytest.raises(Invalid):
            accept(offer, mia, questions=said)

    assert accept(offer, mia, questions={"1": "Aurelis"}).question_answers == {"1": "Aurelis"}


def test_missing_part_blocks_acceptance_and_never_the_offer(
    case: Investigation, ana: Actor, mia: Actor
) -> None:
    amend(planned(case, ana), ana, no_actions=False, contingencies=[])
    offer = offered(case, ana, at=OFFER_AT)

    assert offer.state == Handover.State.OFFERED
    with pytest.raises(DomainError) as refused:
        accept(offer, mia)
    assert refused.value.extra == {"missing": ["actions", "contingencies"]}


def test_sender_of_an_incomplete_offer_is_told_once(case: Investigation, ana: Actor) -> None:
    amend(planned(case, ana), ana, contingencies=[])
    offered(case, ana, at=OFFER_AT)
    outbox.drain()
    outbox.drain()

    with scope.acting(ana):
        told = Notification.objects.filter(user_id=ana.user_id, kind="briefing.incomplete")
        assert told.count() == 1


def test_complete_offer_tells_nobody_of_gaps(offer: Handover, ana: Actor) -> None:
    outbox.drain()

    with scope.acting(ana):
        assert not Notification.objects.filter(kind="briefing.incomplete").exists()


def test_returned_action_stays_with_the_sending_desk(
    offer: Handover, task: Task, ana: Actor, mia: Actor, hangzhou: Desk
) -> None:
    accept(offer, mia, answers={str(task.pk): "return"}, reasons={str(task.pk): "No login here."})
    outbox.drain()

    with scope.acting(ana):
        kept = Task.objects.get(pk=task.pk)
        told = Notification.objects.filter(user_id=ana.user_id, kind="handover.returned")
        assert told.count() == 1
    assert (kept.returned_to_desk_id, kept.return_reason) == (hangzhou.pk, "No login here.")
    assert not kept.is_done


def test_next_receiver_who_takes_a_returned_action_has_it(
    offer: Handover, task: Task, ana: Actor, mia: Actor, bo: Actor
) -> None:
    accept(offer, mia, answers={str(task.pk): "return"}, reasons={str(task.pk): "No login."})
    later = OFFER_AT + timedelta(hours=7)
    second = offered(task.investigation, mia, at=later)
    assert content(second, bo)["actions"][0]["return_reason"] == "No login."

    accept(second, bo, at=later + timedelta(minutes=5))

    with scope.acting(ana):
        assert Task.objects.get(pk=task.pk).returned_to_desk_id is None


def test_undone_acceptance_has_returned_nothing(
    offer: Handover, task: Task, ana: Actor, mia: Actor
) -> None:
    taken = accept(
        offer, mia, answers={str(task.pk): "return"}, reasons={str(task.pk): "No login."}
    )
    with scope.acting(mia):
        services.undo_acceptance(taken.pk, actor=mia, at=ANSWER_AT + timedelta(seconds=30))

    with scope.acting(ana):
        assert Task.objects.get(pk=task.pk).returned_to_desk_id is None


def test_sender_corrects_and_the_receiver_is_told(offer: Handover, ana: Actor, mia: Actor) -> None:
    accept(offer, mia)
    with scope.acting(ana):
        services.correct_read_back(offer.pk, text="Three shops, not four.", actor=ana, at=ANSWER_AT)
    outbox.drain()

    with scope.acting(mia):
        told = Notification.objects.filter(user_id=mia.user_id, kind="handover.corrected")
        assert told.count() == 1
        assert [c.text for c in selectors.corrections(offer)] == ["Three shops, not four."]


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\x00b"])
def test_correction_says_something(offer: Handover, ana: Actor, mia: Actor, text: str) -> None:
    accept(offer, mia)

    with pytest.raises(Invalid), scope.acting(ana):
        services.correct_read_back(offer.pk, text=text, actor=ana, at=ANSWER_AT)


def test_only_the_sender_corrects(
    case: Investigation, mia: Actor, bo: Actor, offer: Handover
) -> None:
    accept(offer, mia)
    second = offered(case, mia, at=OFFER_AT + timedelta(hours=7))
    accept(second, bo, at=OFFER_AT + timedelta(hours=7, minutes=5))

    with pytest.raises(Refused) as refused, scope.acting(bo):
        services.correct_read_back(second.pk, text="Mine", actor=bo, at=ANSWER_AT)
    assert refused.value.code == "handover.sender_corrects"


def test_read_back_is_not_corrected_after_the_overlap(
    offer: Handover, ana: Actor, mia: Actor
) -> None:
    accept(offer, mia)
    with scope.acting(Actor.system(offer.member_id)):
        services.complete_handovers([offer.pk], ANSWER_AT + timedelta(minutes=20))

    with pytest.raises(Refused) as refused, scope.acting(ana):
        services.correct_read_back(offer.pk, text="Late", actor=ana, at=ANSWER_AT)
    assert refused.value.code == "handover.overlap_over"
