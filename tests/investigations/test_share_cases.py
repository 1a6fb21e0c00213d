"""Sharing: the owner gives and takes, the ally sees what its level gives and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.models import Event
from apps.investigations import selectors, services
from apps.investigations.models import Investigation
from apps.sharing.models import Grant
from tests.investigations.conftest import MORNING

pytestmark = pytest.mark.django_db


def terms(ally: Actor, **more: Any) -> services.Share:
    return services.Share(**{"grantee_id": ally.member_id, "level": 3, "purpose": "p", **more})


@pytest.mark.parametrize(("level", "title"), [(1, None), (2, None), (3, "Serum with mercury")])
def test_ally_sees_what_its_level_gives(
    case: Investigation, bo: Actor, share: Callable[..., Any], level: int, title: str | None
) -> None:
    share(level=level, capabilities=())

    with scope.acting(bo):
        found = selectors.find(bo, case.pk)
        shown = selectors.project(found, access.level(bo, "investigation", case.pk))
    assert shown["reference"] == case.reference
    assert shown["title"] == title
    # What the case itself leaves empty says nothing about the level.
    filled = [name for name in selectors.CASE_FIELDS if getattr(found, name) is not None]
    assert {shown[name] is None for name in filled} == {title is None}


def test_words_of_the_case_are_not_found_below_its_level(
    case: Investigation, bo: Actor, share: Callable[..., Any]
) -> None:
    from apps.sharing import selectors as sharing

    share(level=2, capabilities=())
    with scope.acting(bo):
        assert not sharing.search(bo, "mercury", types=("investigation",))
        assert sharing.search(bo, case.reference, types=("investigation",))

    share(level=3)
    with scope.acting(bo):
        assert sharing.search(bo, "mercury", types=("investigation",))


def test_new_share_replaces_the_earlier_one(
    case: Investigation, bo: Actor, share: Callable[..., Any]
) -> None:
    wide, narrow = share(level=4), share(level=1, capabilities=())

    with scope.acting(bo):
        assert access.level(bo, "investigation", case.pk) == 1
        states = dict(Grant.objects.values_list("pk", "state"))
    assert states == {wide.pk: "ended", narrow.pk: "active"}


def test_revoked_ally_has_a_tombstone_and_nothing_else(
    case: Investigation, bo: Actor, mia: Actor, share: Callable[..., Any]
) -> None:
    given = share()
    with scope.acting(mia):
        services.revoke_share(case.pk, given.pk, reason="over", actor=mia, at=MORNING)

    with scope.acting(bo):
        assert not Investigation.objects.exists()
        assert selectors.tombstone(bo, case.pk) is not None
        assert not selectors.timeline(bo, case.pk).exists()


def test_ally_renounces_its_access(
    case: Investigation, bo: Actor, share: Callable[..., Any]
) -> None:
    given = share()

    with scope.acting(bo):
        services.revoke_share(case.pk, given.pk, reason="", actor=bo, at=MORNING)
        assert not selectors.visible(bo).exists()


def test_ally_cannot_pass_access_on(
    case: Investigation, bo: Actor, cy: Actor, share: Callable[..., Any]
) -> None:
    share(level=4)

    with scope.acting(bo), pytest.raises(NotFound):
        services.share_investigation(case.pk, terms(cy), actor=bo, at=MORNING)


def test_member_outside_the_circles_cannot_be_given_access(
    case: Investigation, mia: Actor, cy: Actor
) -> None:
    with scope.acting(mia), pytest.raises(DomainError, match="not_allied"):
        services.share_investigation(case.pk, terms(cy), actor=mia, at=MORNING)


def test_analyst_shares_up_to_the_selectors_only(
    case: Investigation, ana: Actor, bo: Actor
) -> None:
    with scope.acting(ana):
        with pytest.raises(Refused, match="level_too_high"):
            services.share_investigation(case.pk, terms(bo), actor=ana, at=MORNING)
        given = services.share_investigation(case.pk, terms(bo, level=2), actor=ana, at=MORNING)
    assert given.level == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": " "},
        {"level": 5},
        {"capabilities": ("own",)},
        {"level": 2, "capabilities": ("act",)},
        {"expires_at": MORNING - timedelta(seconds=1)},
    ],
)
def test_terms_that_make_no_sense_are_refused(
    case: Investigation, mia: Actor, bo: Actor, wrong: dict[str, Any]
) -> None:
    with scope.acting(mia), pytest.raises(Invalid) as refusal:
        services.share_investigation(case.pk, terms(bo, **wrong), actor=mia, at=MORNING)
    assert set(refusal.value.fields) <= set(wrong)


def test_stranger_can_neither_share_nor_revoke(
    case: Investigation, cy: Actor, share: Callable[..., Any]
) -> None:
    given = share()

    with scope.acting(cy):
        with pytest.raises(NotFound):
            services.share_investigation(case.pk, terms(cy), actor=cy, at=MORNING)
        with pytest.raises(NotFound):
            services.revoke_share(case.pk, given.pk, reason="", actor=cy, at=MORNING)


def test_ally_does_not_read_who_else_was_given_access(
    case: Investigation, ana: Actor, bo: Actor, share: Callable[..., Any]
) -> None:
    share(level=3)

    with scope.acting(ana):
        assert selectors.timeline(ana, case.pk).filter(name="grant.activated").exists()
    with scope.acting(bo):
        assert not selectors.timeline(bo, case.pk).filter(name="grant.activated").exists()
        assert Event.objects.filter(subject_id=case.pk).exists()
