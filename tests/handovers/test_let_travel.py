"""A member's policy: how its cases travel, when its silence is a yes, who its duty managers are."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.models import Due, Event
from apps.duty.models import Closure, Desk
from apps.handovers import briefing, services
from apps.handovers.models import Handover
from apps.investigations.models import Investigation
from tests.factories.world import make_person
from tests.handovers.conftest import MORNING, fire, offered, open_case, reload, the_handover

END = MORNING + timedelta(hours=11)
OFFER_AT = END - timedelta(minutes=30)
SILENT = OFFER_AT + timedelta(minutes=10)
URL = "/api/v1/handovers/policy/"


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


@pytest.fixture
def says_yes(bo: Actor, solmara: object) -> Actor:
    """São Paulo's member takes ten minutes of silence for a yes."""
    sol = make_person("Sol Reis", solmara, role="manager")
    set_policy(sol, auto_accept_after=timedelta(minutes=10))
    return sol


def set_policy(actor: Actor, **changes: object) -> None:
    with scope.acting(actor):
        services.set_policy(actor=actor, at=MORNING, **changes)


def keep_silent(case: Investigation, *, at=SILENT) -> None:
    row = Due.objects.filter(kind="handover.auto_accept").get()
    fire(case, row.kind, row.ref, at)


def test_silence_of_a_member_that_said_so_moves_custody(
    milans: Investigation, says_yes: Actor, mia: Actor, sao_paulo: Desk
) -> None:
    offer = offered(milans, mia, at=OFFER_AT)
    assert Due.objects.get(kind="handover.auto_accept").due_at == SILENT

    keep_silent(milans)

    assert reload(milans).accountable_desk_id == sao_paulo.pk
    with scope.acting(mia):
        taken = Handover.objects.get(pk=offer.pk)
        told = Event.objects.get(name="handover.accepted").payload
    assert taken.is_automatic
    assert taken.read_back == ""
    assert taken.decided_by is None
    assert told["automatic"] is True


def test_silence_alone_moves_nothing(milans: Investigation, mia: Actor) -> None:
    offered(milans, mia, at=OFFER_AT)

    assert not Due.objects.filter(kind="handover.auto_accept").exists()


def test_owners_own_rule_says_nothing_about_the_allys_silence(
    milans: Investigation, mia: Actor
) -> None:
    set_policy(mia, auto_accept_after=timedelta(minutes=5))
    offered(milans, mia, at=OFFER_AT)

    assert not Due.objects.filter(kind="handover.auto_accept").exists()


def test_rule_that_was_taken_back_moves_nothing(
    milans: Investigation, says_yes: Actor, mia: Actor
) -> None:
    offered(milans, mia, at=OFFER_AT)
    set_policy(says_yes, auto_accept_after=None)

    keep_silent(milans)

    assert reload(milans).accountable_member_id == mia.member_id


def test_incomplete_briefing_is_accepted_by_no_rule(
    milans: Investigation, says_yes: Actor, mia: Actor
) -> None:
    offer = offered(milans, mia, at=OFFER_AT)
    with scope.acting(mia):
        content = {**offer.briefing.content, "contingencies": []}
        briefing.write(offer, content, by=mia.user_id, at=OFFER_AT)

    keep_silent(milans)

    assert reload(milans).accountable_member_id == mia.member_id


def test_desk_that_is_off_duty_accepts_by_no_rule(
    milans: Investigation, says_yes: Actor, mia: Actor, sao_paulo: Desk
) -> None:
    offered(milans, mia, at=OFFER_AT)
    with scope.acting(says_yes):
        Closure.objects.create(
            member_id=says_yes.member_id, desk=sao_paulo, starts_at=OFFER_AT, ends_at=END
        )

    keep_silent(milans)

    assert reload(milans).accountable_member_id == mia.member_id


def test_answer_before_the_time_is_the_answer(
    milans: Investigation, says_yes: Actor, mia: Actor
) -> None:
    offered(milans, mia, at=OFFER_AT)

    keep_silent(milans, at=SILENT - timedelta(seconds=1))

    assert reload(milans).accountable_member_id == mia.member_id


def test_owners_times_go_before_the_desks(milans: Investigation, mia: Actor, bo: Actor) -> None:
    set_policy(
        mia,
        offer_lead=timedelta(minutes=50),
        ack_within=timedelta(minutes=7),
        overlap=timedelta(minutes=40),
    )
    with scope.acting(Actor.system(mia.member_id)):
        services.retry_handover(milans.pk, OFFER_AT)
    case = open_case(mia, Desk(pk=milans.accountable_desk_id, member_id=mia.member_id), at=OFFER_AT)

    planned = the_handover(mia, case, "planned")
    assert planned.offer_at == max(OFFER_AT, END - timedelta(minutes=50))
    assert offered(case, mia, at=OFFER_AT).ack_deadline == OFFER_AT + timedelta(minutes=7)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ally_level", 9),
        ("offer_lead", timedelta(days=2)),
        ("ack_within", timedelta(seconds=5)),
        ("overlap", timedelta(minutes=-1)),
        ("auto_accept_after", timedelta(0)),
        ("colour", "red"),
    ],
)
def test_policy_has_bounds(mia: Actor, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        set_policy(mia, **{field: value})
    assert set(refused.value.fields) == {field}


def test_duty_managers_are_people_of_ones_own(mia: Actor, cy: Actor) -> None:
    with pytest.raises(Invalid):
        set_policy(mia, duty_managers=[cy.user_id])


def test_what_is_not_named_stays(as_mia: Client, mia: Actor) -> None:
    send = {"content_type": "application/json"}
    first = as_mia.put(URL, {"to_allies": False, "overlap": "00:20:00"}, **send)
    second = as_mia.put(URL, {"allow_translation": True}, **send)

    assert first.status_code == second.status_code == 200
    kept = as_mia.get(URL).json()
    assert (kept["to_allies"], kept["overlap"], kept["allow_translation"]) == (
        False,
        "00:20:00",
        True,
    )
    with scope.acting(mia):
        told = Event.objects.filter(name="handover.policy_changed").order_by("seq")
        assert [e.payload["fields"] for e in told] == [
            ["overlap", "to_allies"],
            ["allow_translation"],
        ]


def test_stranger_has_a_policy_of_her_own(as_mia: Client, as_cy: Client) -> None:
    as_mia.put(URL, {"to_allies": False}, content_type="application/json")

    assert as_cy.get(URL).json()["to_allies"] is True


def test_nothing_is_due_for_an_offer_that_was_answered(
    milans: Investigation, says_yes: Actor, mia: Actor
) -> None:
    offer = offered(milans, mia, at=OFFER_AT)
    with scope.acting(mia):
        services.cancel_handover(offer.pk, actor=mia, at=OFFER_AT)

    keep_silent(milans)

    assert reload(milans).accountable_member_id == mia.member_id
    assert not due.is_planned(offer.pk, "handover.expire")


FORM = {"to_allies": "on", "ally_level": "2", "ack_within": "20", "auto_accept_after": ""}


def test_page_keeps_the_choices(as_mia: Client, mia: Actor) -> None:
    sent = as_mia.post("/handovers/policy/", {**FORM, "duty_managers": [str(mia.user_id)]})

    assert sent.status_code == 302
    kept = as_mia.get(URL).json()
    assert (kept["ally_level"], kept["ack_within"]) == (2, "00:20:00")
    assert kept["duty_managers"] == [str(mia.user_id)]
    assert 'value="20"' in as_mia.get("/handovers/policy/").content.decode()


def test_page_shows_a_wrong_choice_with_what_was_typed(as_mia: Client) -> None:
    answer = as_mia.post("/handovers/policy/", {**FORM, "ack_within": "9999"})

    assert answer.status_code == 400
    assert 'value="9999"' in answer.content.decode()


def test_page_tells_an_analyst_why_she_cannot_save(as_ana: Client) -> None:
    page = as_ana.get("/handovers/policy/").content.decode()
    assert 'aria-disabled="true"' in page
    assert "A manager or an admin decides how cases travel." in page

    answer = as_ana.post("/handovers/policy/", FORM)
    assert answer.status_code == 400
    assert "A manager or an admin decides" in answer.content.decode()
