"""Facts change in the open: by the owner, never over somebody else's change, always announced."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused, Stale
from apps.core.models import Event
from apps.duty.models import Desk
from apps.investigations import services
from apps.investigations.models import Investigation
from apps.sharing import selectors as sharing
from tests.investigations.conftest import MORNING, reload

pytestmark = pytest.mark.django_db


def change(case: Investigation, actor: Actor, version: int = 1, **facts: str) -> Investigation:
    with scope.acting(actor):
        return services.change_facts(case.pk, facts, version=version, actor=actor, at=MORNING)


def test_owner_changes_facts_and_the_change_is_announced(case: Investigation, ana: Actor) -> None:
    changed = change(case, ana, title="Serum ring", severity="urgent")

    assert (changed.title, changed.severity, changed.version) == ("Serum ring", "urgent", 2)
    with scope.acting(ana):
        event = Event.objects.get(subject_id=case.pk, name="investigation.facts_changed")
        assert sharing.search(ana, "ring", types=("investigation",))
    assert event.payload["fields"] == ["severity", "title"]


def test_stale_change_is_refused_and_nothing_is_written(case: Investigation, ana: Actor) -> None:
    change(case, ana, title="First")

    with pytest.raises(Stale):
        change(case, ana, title="Second")
    assert reload(case).title == "First"


def test_change_to_the_same_is_no_change(case: Investigation, ana: Actor) -> None:
    assert change(case, ana, title=case.title).version == 1


def test_ally_reads_and_cannot_change(
    case: Investigation, bo: Actor, share: Callable[..., Any]
) -> None:
    share(level=4)

    with pytest.raises(Refused, match="owner_only"):
        change(case, bo, title="Mine now")
    assert reload(case).title == "Serum with mercury"


def test_stranger_finds_nothing_to_change(case: Investigation, cy: Actor) -> None:
    with pytest.raises(NotFound):
        change(case, cy, title="Mine now")


@pytest.mark.parametrize(
    "facts",
    [
        {"title": " "},
        {"title": "x" * 201},
        {"severity": "dreadful"},
        {"tlp": "mauve"},
        {"summary": "nul \x00"},
        {"member_id": "x"},
        {"accountable_desk_id": "x"},
    ],
)
def test_fact_that_cannot_be_is_refused(
    case: Investigation, ana: Actor, facts: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        change(case, ana, **facts)
    assert set(refusal.value.fields) == set(facts)


def test_shared_case_cannot_become_red(
    case: Investigation, ana: Actor, share: Callable[..., Any]
) -> None:
    share()

    with pytest.raises(Refused, match="shared_red"):
        change(case, ana, tlp="red")


def test_status_needs_a_reason_and_is_announced(case: Investigation, ana: Actor) -> None:
    with scope.acting(ana):
        with pytest.raises(Invalid):
            services.set_status(case.pk, status="waiting", reason=" ", actor=ana, at=MORNING)
        services.set_status(
            case.pk, status="waiting", reason="The platform answers", actor=ana, at=MORNING
        )
        event = Event.objects.get(subject_id=case.pk, name="investigation.status_changed")
    assert event.payload == {"status": "waiting", "reason": "The platform answers"}


def test_status_is_not_the_way_to_close(case: Investigation, ana: Actor) -> None:
    with scope.acting(ana), pytest.raises(Invalid):
        services.set_status(case.pk, status="closed", reason="done", actor=ana, at=MORNING)


def test_closed_case_changes_no_more_until_a_manager_reopens_it(
    case: Investigation, ana: Actor, mia: Actor, hangzhou: Desk
) -> None:
    with scope.acting(ana):
        services.close_investigation(
            case.pk, outcome="seizure", reason="Warehouse", actor=ana, at=MORNING
        )
    with pytest.raises(DomainError, match=r"investigation\.closed"):
        change(case, ana, version=2, title="After")

    with scope.acting(mia):
        services.reopen_investigation(
            case.pk, desk=hangzhou, reason="More shops", actor=mia, at=MORNING
        )
    assert change(case, ana, version=3, title="After").title == "After"
