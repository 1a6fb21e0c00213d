"""Two answers at one instant: one counts, the other is told so, custody stays whole."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from apps.investigations import services as cases
from apps.investigations.models import Custody, Investigation
from apps.sharing.models import Grant
from tests.core.parallel import at_once
from tests.handovers.conftest import MORNING, offered, open_case, read_back, reload

pytestmark = pytest.mark.django_db(transaction=True)
OFFER_AT = MORNING + timedelta(hours=10, minutes=30)
ANSWER_AT = OFFER_AT + timedelta(minutes=4)
LATE = OFFER_AT + timedelta(hours=1)


@pytest.fixture
def milans(mia: Actor, hangzhou: Desk, milan: Desk, sao_paulo: Desk) -> Investigation:
    return open_case(mia, milan, at=MORNING + timedelta(hours=3))


@pytest.fixture
def offer(milans: Investigation, mia: Actor) -> Handover:
    return offered(milans, mia, at=OFFER_AT)


@pytest.fixture
def accept(offer: Handover, bo: Actor) -> Callable[[], Any]:
    words = read_back(offer, bo)
    return lambda: act(
        bo,
        lambda: services.accept_handover(offer.pk, read_back=words, actor=bo, at=ANSWER_AT),
    )


def act(actor: Actor, work: Callable[[], Any]) -> Any:
    with scope.acting(actor):
        return work()


def is_whole(case: Investigation, mia: Actor) -> bool:
    """The chain ends at the accountable desk, and its member's access and grant agree."""
    now = reload(case)
    with scope.acting(mia):
        chain = list(Custody.objects.filter(investigation=case).order_by("seq"))
        held = Grant.objects.filter(subject_id=case.pk, state="active", for_custody=True)
        grantees = list(held.values_list("grantee_id", flat=True))
    ends = [c.ended_at for c in chain[:-1]] == [c.started_at for c in chain[1:]]
    is_allys = now.is_open and now.accountable_member_id != case.member_id
    return (
        ends
        and (chain[-1].ended_at is None) == now.is_open
        and chain[-1].desk_id == now.accountable_desk_id
        and grantees == ([now.accountable_member_id] if is_allys else [])
    )


def test_one_of_two_acceptances_counts(
    accept: Callable[[], Any], milans: Investigation, mia: Actor
) -> None:
    results = at_once(accept, accept)

    refused = [r for r in results if isinstance(r, DomainError)]
    assert [r.code for r in refused] == ["handover.not_open"]
    assert is_whole(milans, mia)


def test_acceptance_and_expiry_at_once(
    accept: Callable[[], Any], offer: Handover, milans: Investigation, mia: Actor
) -> None:
    system = Actor.system(mia.member_id)
    results = at_once(
        accept, lambda: act(system, lambda: services.expire_handovers([offer.pk], LATE))
    )

    assert all(r is None or isinstance(r, Handover | DomainError) for r in results)
    assert is_whole(milans, mia)


def test_acceptance_and_closing_at_once(
    accept: Callable[[], Any], milans: Investigation, mia: Actor, bo: Actor
) -> None:
    say = {"outcome": "takedown", "reason": "Done.", "actor": mia, "at": ANSWER_AT}
    results = at_once(accept, lambda: act(mia, lambda: cases.close_investigation(milans.pk, **say)))

    assert all(isinstance(r, Handover | Investigation | DomainError) for r in results)
    assert is_whole(milans, mia)
    with scope.acting(bo):
        assert access.level(bo, "investigation", milans.pk) == 0


def test_acceptance_and_revocation_at_once(
    accept: Callable[[], Any], offer: Handover, milans: Investigation, mia: Actor, bo: Actor
) -> None:
    say = {"reason": "second thoughts", "actor": mia, "at": ANSWER_AT}
    results = at_once(
        accept, lambda: act(mia, lambda: cases.revoke_share(milans.pk, offer.grant_id, **say))
    )

    assert all(r is None or isinstance(r, Handover | DomainError) for r in results)
    assert is_whole(milans, mia)
    with scope.acting(bo):
        assert access.level(bo, "investigation", milans.pk) == 0


def test_two_emergencies_at_once_leave_one_offer(milans: Investigation, mia: Actor) -> None:
    def emergency() -> Handover:
        return services.hand_over_now(milans.pk, situation="", actor=mia, at=OFFER_AT)

    results = at_once(lambda: act(mia, emergency), lambda: act(mia, emergency))

    assert all(isinstance(r, Handover) for r in results)
    with scope.acting(mia):
        assert Handover.objects.filter(investigation=milans, state="offered").count() == 1
