"""A room writes the file: commands, and messages that become evidence, tasks and decisions."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.chat import selectors, services
from apps.chat.models import Message, Reminder, Room
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.ids import uuid7
from apps.core.models import Due, Event
from apps.evidence import services as evidence
from apps.handovers import briefing
from apps.handovers.models import Handover
from apps.investigations.models import Investigation, Task
from apps.sharing import services as sharing
from tests.handovers.conftest import MORNING as NOON
from tests.handovers.conftest import fire, make_desk, open_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]

JSON = "application/json"


@pytest.fixture
def case(mia: Actor, ana: Actor, bo: Actor) -> Investigation:
    """A case of ana's member that bo works on, its next handover planned."""
    made = open_case(ana, make_desk(ana, "Hangzhou", "Asia/Shanghai", "09:00", "18:00"))
    with scope.acting(mia):
        sharing.give_access(
            ("investigation", made.pk),
            owner_id=mia.member_id,
            viewer_id=bo.member_id,
            level=3,
            at=NOON,
            capabilities=("act",),
        )
    return made


@pytest.fixture
def room(case: Investigation, ana: Actor) -> Room:
    with scope.acting(ana):
        return Room.objects.get(root_id=case.pk)


def say(actor: Actor, room: Room, body: str, language: str = "") -> Message:
    with scope.acting(actor):
        return services.post_message(
            room.pk, cid=uuid7(), body=body, language=language, actor=actor, at=NOON
        )[0]


def run(actor: Actor, room: Room, text: str) -> str:
    with scope.acting(actor):
        return services.run_command(room.pk, text, actor=actor, at=NOON).text


def file(actor: Actor, room: Room, message: Message, kind: str) -> Message:
    with scope.acting(actor):
        return services.file_message(room.pk, message.seq, kind=kind, actor=actor, at=NOON)


def notices(actor: Actor, room: Room) -> list[str]:
    with scope.acting(actor):
        rows = selectors.messages_after(actor, room.pk, 0)
        return [row.code for row in rows if row.kind == "notice"]


def test_message_becomes_evidence_with_author_time_language_and_number(
    room: Room, ana: Actor, bo: Actor
) -> None:
    message = say(bo, room, "仓库在宝安区", "zh")

    filed = file(ana, room, message, "evidence")

    with scope.acting(ana):
        kept, stream = evidence.read(
            filed.params["card"]["id"], actor=ana, at=NOON + timedelta(hours=1)
        )
        document = json.load(stream)
    assert kept.root_id == room.root_id
    assert document == {
        "room": str(room.pk),
        "seq": message.seq,
        "author": "Bo Duarte",
        "author_id": str(bo.user_id),
        "member": "Solmara",
        "member_id": str(bo.member_id),
        "posted_at": NOON.isoformat(),
        "language": "zh",
        "body": "仓库在宝安区",
    }
    assert notices(bo, room)[-1] == "evidence.filed"


def test_message_becomes_a_task_and_a_decision_once_each(room: Room, ana: Actor, bo: Actor) -> None:
    message = say(ana, room, "Check the warehouse tonight.", "en")

    first = file(bo, room, message, "task")
    again = file(ana, room, message, "task")
    file(bo, room, message, "decision")

    assert first.seq == again.seq
    with scope.acting(ana):
        assert [t.title for t in Task.objects.filter(investigation_id=room.root_id)] == [
            "Check the warehouse tonight."
        ]
        event = Event.objects.get(subject_id=room.root_id, name="decision.recorded")
        state = selectors.state_of(selectors.entry(ana, room.pk), message.seq)
    assert (event.payload["message_seq"], event.payload["author"]) == (message.seq, "Ana Lin")
    assert [one.code for one in state.filed] == ["task", "decision"]
    assert notices(ana, room)[-2:] == ["task.filed", "decision.filed"]


def test_message_becomes_a_line_of_the_briefing_that_is_planned(
    room: Room, ana: Actor, mia: Actor
) -> None:
    message = say(ana, room, "Lorry leaves\nat 15:00.", "en")

    file(mia, room, message, "briefing")

    with scope.acting(mia):
        handover = Handover.objects.get(investigation_id=room.root_id)
        last = briefing.latest(handover)
    assert last is not None
    assert last.content["note"] == (
        f"“Lorry leaves at 15:00.” (Ana Lin, Aurelis, {NOON:%Y-%m-%d %H:%M} UTC,"
        f" en, #{message.seq})"
    )


def test_what_may_not_be_filed_leaves_nothing(
    room: Room, ana: Actor, mia: Actor, bo: Actor, cy: Actor
) -> None:
    message = say(ana, room, "Just this.")
    with scope.acting(ana):
        services.delete_message(room.pk, message.seq, actor=ana, at=NOON)
    spoken = say(ana, room, "Still here.")
    with scope.acting(mia):
        sharing.give_access(
            room.root,
            owner_id=mia.member_id,
            viewer_id=bo.member_id,
            level=3,
            at=NOON,
            capabilities=("comment",),
        )

    for actor, one, kind, error in (
        (ana, message, "task", DomainError),
        (ana, spoken, "nonsense", Invalid),
        (ana, spoken, "/who", Invalid),
        (bo, spoken, "task", Refused),
        (bo, spoken, "evidence", Refused),
        (cy, spoken, "task", NotFound),
    ):
        with pytest.raises(error):
            file(actor, room, one, kind)

    with scope.acting(ana):
        assert not Task.objects.exists()
        assert not Message.objects.filter(room=room, kind="filed").exists()


def test_commands_do_what_the_services_do_and_tell_the_room(
    room: Room, ana: Actor, mia: Actor, bo: Actor, case: Investigation
) -> None:
    say(bo, room, "hello")

    said = run(ana, room, "/task Call customs")
    assert "Call customs" in said
    run(ana, room, "/assign @ana-lin customs")
    run(mia, room, "/share Solmara to check the warehouse")
    run(mia, room, "/close seizure 1,200 pieces seized")

    with scope.acting(mia):
        task = Task.objects.get(investigation=case)
        case.refresh_from_db()
    assert (task.title, task.assignee_id) == ("Call customs", ana.user_id)
    assert (case.outcome, case.is_open) == ("seizure", False)
    assert {"task.said", "task.given", "share.given"} <= set(notices(mia, room))


def test_refusals_are_said_to_the_sender_alone(
    room: Room, ana: Actor, bo: Actor, cy: Actor
) -> None:
    say(ana, room, "hello")

    for actor, text, error in (
        (bo, "/close seizure done", Refused),
        (bo, "/share Kitefin for nothing", DomainError),
        (ana, "/close", DomainError),
        (ana, "/nonsense", Invalid),
        (ana, "hello", Invalid),
        (ana, "/assign @bo-duarte nothing", DomainError),
        (ana, "/time nowhere-at-all 09:00", DomainError),
        (ana, "/remind soon", DomainError),
        (cy, "/who", NotFound),
    ):
        with pytest.raises(error):
            run(actor, room, text)

    assert all(not code.startswith(("task", "share")) for code in notices(ana, room))


def test_time_is_told_at_the_place_of_a_desk_a_person_and_a_city(
    room: Room, ana: Actor, bo: Actor
) -> None:
    say(bo, room, "hello")

    for place in ("bo-duarte", "São Paulo", "sao-paulo", "America/Sao_Paulo"):
        said = run(ana, room, f"/time {place} 09:00")
        assert "09:00" in said
        assert "20:00" in said
        assert "America/Sao_Paulo>" in said


def test_reminder_is_due_work_that_calls_whoever_asked(room: Room, bo: Actor) -> None:
    run(bo, room, "/remind 2h Call customs")
    with scope.acting(bo):
        reminder = Reminder.objects.get()
        row = Due.objects.get(kind="chat.remind", ref=reminder.pk)
    assert row.due_at == NOON + timedelta(hours=2)

    fire(bo, "chat.remind", reminder.pk, NOON + timedelta(hours=2))

    with scope.acting(bo):
        last = selectors.messages_after(bo, room.pk, 0)[-1]
        assert not Reminder.objects.exists()
    assert (last.code, last.mentions) == ("reminder.due", [f"person:{bo.user_id}"])
    assert last.params == {"who": "Bo Duarte", "text": "Call customs"}


def test_reminder_of_one_who_reads_no_longer_says_nothing(
    room: Room, mia: Actor, bo: Actor
) -> None:
    run(bo, room, "/remind 2h Call customs")
    with scope.acting(bo):
        reminder = Reminder.objects.get().pk
    with scope.acting(mia):
        sharing.take_access(room.root, viewer_id=bo.member_id)

    fire(bo, "chat.remind", reminder, NOON + timedelta(hours=3))

    assert "reminder.due" not in notices(mia, room)
    with scope.acting(bo):
        assert not Reminder.objects.exists()


def test_api_and_page_offer_the_same(
    room: Room, ana: Actor, as_ana: Client, as_bo: Client, as_cy: Client
) -> None:
    message = say(ana, room, "Check the warehouse.")
    commands = reverse("api:room-commands", args=[room.pk])
    filing = reverse("api:message-file", args=[room.pk, message.seq])

    names = [one["name"] for one in as_ana.get(commands).json()]
    said = as_ana.post(commands, {"text": "/who"}, content_type=JSON)
    filed = as_bo.post(filing, {"kind": "task"}, content_type=JSON)
    page = as_ana.get(reverse("chat:message", args=[room.pk, message.seq])).content.decode()
    done = as_ana.post(
        reverse("chat:message_file", args=[room.pk, message.seq]), {"kind": "decision"}
    )

    assert names == [
        *("/assign", "/close", "/handover", "/remind", "/share", "/task", "/time", "/who")
    ]
    assert said.status_code == 200
    assert [one["kind"] for one in filed.json()["filed"]] == ["task"]
    assert 'value="briefing"' in page
    assert done.status_code == 302
    for client, url, data in (
        (as_cy, commands, {"text": "/who"}),
        (as_cy, filing, {"kind": "task"}),
    ):
        assert client.post(url, data, content_type=JSON).status_code == 404
    assert as_cy.get(commands).status_code == 404


def test_observer_files_nothing_and_types_no_command_that_speaks(
    room: Room, ana: Actor, case: Investigation
) -> None:
    observer = Actor(ana.member_id, ana.user_id, frozenset({"observer"}))
    message = say(ana, room, "Check the warehouse.")

    for act in (
        lambda: file(observer, room, message, "task"),
        lambda: run(observer, room, "/remind 2h Call customs"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "chat.observer_reads_only"
    assert "Nobody else" in run(observer, room, "/who")
    with scope.acting(ana):
        assert not Task.objects.filter(investigation_id=case.pk).exists()
        assert not Reminder.objects.exists()


def test_what_is_said_directly_goes_into_no_file(room: Room, ana: Actor, mia: Actor) -> None:
    with scope.acting(ana):
        talk = services.open_direct([mia.user_id], actor=ana, at=NOON)
    message = say(ana, talk, "Just us.")

    for kind in ("evidence", "task", "decision", "briefing"):
        with pytest.raises(Refused) as refusal:
            file(ana, talk, message, kind)
        assert refusal.value.code == "chat.direct_is_no_file"


def test_commands_are_typed_no_faster_than_messages(
    room: Room, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.flood.BURST", 1)
    run(ana, room, "/who")

    with pytest.raises(DomainError) as refusal:
        run(ana, room, "/who")

    assert (refusal.value.code, refusal.value.status) == ("chat.flood", 429)


def test_share_is_typed_with_the_permission_of_the_page(room: Room, ana: Actor, mia: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        run(ana, room, "/share Solmara Seizure at the port")

    assert refusal.value.code == "grant.level_too_high"
    assert "Solmara" in run(mia, room, "/share Solmara Seizure at the port")
