"""A pinned case is asked of one desk; locked evidence stays in its country; each desk says why."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import due, scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import selecting, services
from apps.handovers.models import Handover
from apps.investigations import services as cases
from apps.investigations.models import Investigation
from tests.handovers.conftest import MORNING, fire, make_desk, offered, open_case, reload

# Milan's duty ends at 17:00 UTC; São Paulo is on until 23:00.
END = MORNING + timedelta(hours=11)
OFFER_AT = END - timedelta(minutes=30)
EARLY = MORNING + timedelta(hours=4)


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


@pytest.fixture
def lagos(mia: Actor) -> Desk:
    """10:00-20:00 there: 09:00-19:00 UTC; less duty left than São Paulo."""
    return make_desk(mia, "Lagos", "Africa/Lagos", "10:00", "20:00")


def pin(case: Investigation, desk: Desk, mia: Actor, *, at=EARLY, **more: object) -> None:
    with scope.acting(mia):
        cases.pin_case(case.pk, desk_id=desk.pk, reason="Only they know.", actor=mia, at=at, **more)


def lock(case: Investigation, country: str, mia: Actor, *, at=EARLY) -> None:
    with scope.acting(mia):
        cases.lock_custody(case.pk, country=country, reason="Seized goods.", actor=mia, at=at)


def in_country(desk: Desk, country: str, actor: Actor) -> None:
    with scope.acting(actor):
        Desk.objects.filter(pk=desk.pk).update(country=country)


def why(case: Investigation, mia: Actor, *, at=END) -> dict[str, str]:
    with scope.acting(mia):
        found = selecting.reasons(Investigation.objects.get(pk=case.pk), at)
        return {desk.name: code for desk, code, _sentence in found}


def test_pinned_desk_alone_is_asked(milans: Investigation, mia: Actor, lagos: Desk) -> None:
    pin(milans, lagos, mia)

    assert offered(milans, mia, at=OFFER_AT).to_desk_id == lagos.pk
    assert why(milans, mia)["São Paulo"] == "pinned"


def test_case_pinned_to_its_holder_rests_there(
    milans: Investigation, mia: Actor, milan: Desk
) -> None:
    pin(milans, milan, mia)
    assert offered(milans, mia, at=OFFER_AT).state == "cancelled"

    fire(milans, "handover.retry", milans.pk, END)

    assert reload(milans).accountable_desk_id == milan.pk
    assert reload(milans).is_held
    with scope.acting(mia):
        # Looked at again when the desk itself is back.
        assert due.is_planned(milans.pk, "handover.retry", by=END + timedelta(hours=15))


def test_pin_withdraws_an_offer_to_another_desk(
    milans: Investigation, mia: Actor, lagos: Desk, sao_paulo: Desk
) -> None:
    first = offered(milans, mia, at=OFFER_AT)
    assert first.to_desk_id == sao_paulo.pk

    pin(milans, lagos, mia, at=OFFER_AT)

    with scope.acting(mia):
        again = Handover.objects.get(investigation=milans, state="offered")
    assert again.to_desk_id == lagos.pk


def test_pin_ends_with_its_time_and_the_case_travels(
    milans: Investigation, mia: Actor, milan: Desk, sao_paulo: Desk
) -> None:
    until = OFFER_AT - timedelta(hours=1)
    pin(milans, milan, mia, until=until)

    fire(milans, "custody.unpin", milans.pk, until)

    assert reload(milans).keep_with is None
    assert offered(milans, mia, at=OFFER_AT).to_desk_id == sao_paulo.pk


def test_pin_renewed_meanwhile_is_not_ended(milans: Investigation, mia: Actor, milan: Desk) -> None:
    pin(milans, milan, mia, until=END)
    pin(milans, milan, mia, until=END + timedelta(days=1))

    fire(milans, "custody.unpin", milans.pk, END)

    assert reload(milans).keep_with == milan.pk


def test_locked_evidence_is_asked_in_its_country_alone(
    milans: Investigation, mia: Actor, milan: Desk, lagos: Desk
) -> None:
    in_country(milan, "IT", mia)
    in_country(lagos, "IT", mia)
    lock(milans, "IT", mia)

    assert offered(milans, mia, at=OFFER_AT).to_desk_id == lagos.pk
    assert why(milans, mia)["São Paulo"] == "outside_country"


def test_lock_withdraws_an_offer_abroad(milans: Investigation, mia: Actor, milan: Desk) -> None:
    in_country(milan, "IT", mia)
    first = offered(milans, mia, at=OFFER_AT)

    lock(milans, "IT", mia, at=OFFER_AT)

    with scope.acting(mia):
        assert Handover.objects.get(pk=first.pk).reason_code == "receiver_changed"


def test_each_desk_that_is_not_asked_says_why(
    milans: Investigation, mia: Actor, bo: Actor, lagos: Desk, sao_paulo: Desk
) -> None:
    with scope.acting(bo):
        Desk.objects.filter(pk=sao_paulo.pk).update(languages=["pt"])
    with scope.acting(mia):
        lagos.people.all().delete()

    assert why(milans, mia) == {
        "Hangzhou": "off_duty",
        "Milan": "holder",
        "São Paulo": "language",
        "Lagos": "unstaffed",
    }


def test_translation_may_be_allowed(
    milans: Investigation, mia: Actor, bo: Actor, sao_paulo: Desk
) -> None:
    with scope.acting(bo):
        Desk.objects.filter(pk=sao_paulo.pk).update(languages=["pt"])
    with scope.acting(mia):
        services.set_policy(allow_translation=True, actor=mia, at=MORNING)

    assert offered(milans, mia, at=OFFER_AT).to_desk_id == sao_paulo.pk


def test_owner_reads_who_would_be_asked_and_why_others_not(
    milans: Investigation, as_mia: Client, lagos: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.clock.now", lambda: OFFER_AT)
    url = f"/api/v1/investigations/{milans.pk}/candidates/"

    found = as_mia.get(url).json()

    assert found["at"] == "2026-11-24T17:00:00Z"
    assert [row["desk"] for row in found["candidates"]] == ["São Paulo", "Lagos"]
    assert {row["desk"]: row["code"] for row in found["others"]} == {
        "Hangzhou": "off_duty",
        "Milan": "holder",
    }
    assert "Hangzhou is off duty then." in {row["reason"] for row in found["others"]}
    assert as_mia.get(url, {"at": "tomorrow"}).status_code == 400
    night = as_mia.get(url, {"at": "2026-11-25T02:00:00Z"}).json()
    assert [row["desk"] for row in night["candidates"]] == ["Hangzhou"]
