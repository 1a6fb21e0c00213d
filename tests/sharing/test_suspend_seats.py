"""Seats: vouched for, admitted by the keeper, suspended and restored, with what they carry."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound, Refused
from apps.sharing import selectors
from apps.sharing import services as sharing
from apps.sharing.models import Candidacy, Circle, Grant, Seat
from tests.factories.world import NOON, client_of, make_member, make_person
from tests.sharing.conftest import Subject, send

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def share_with_circle(subject: Subject, circle: Circle, owner: Actor, *, level: int = 2) -> Grant:
    to = sharing.Grantee(kind="circle", id=circle.pk)
    terms = sharing.Terms(level=level, purpose="Same seller")
    with scope.acting(owner):
        return sharing.share(subject, [to], terms, tlp="green", actor=owner, at=NOON)[0]


def level(actor: Actor, subject: Subject) -> int:
    with scope.acting(actor):
        return access.level(actor, *subject)


def code_of(circle: Circle, giver: Actor, *, recommends: bool = False) -> str:
    make = sharing.recommend_to_circle if recommends else sharing.invite_to_circle
    with scope.acting(giver):
        return make(circle.pk, actor=giver, at=NOON)


def use(code: str, actor: Actor) -> None:
    with scope.acting(actor):
        sharing.join_by_code(code, actor=actor, at=NOON)


def standing(actor: Actor) -> Candidacy:
    with scope.acting(actor):
        return selectors.candidacies(actor).get()


def seat(circle: Circle, keeper: Actor, member: Actor) -> None:
    with scope.acting(keeper):
        sharing.join_circle(circle, member.member_id, actor=keeper, at=NOON)


def ask_for_sponsors(circle: Circle, keeper: Actor, needed: int) -> None:
    with scope.acting(keeper):
        sharing.change_circle(
            circle.pk, sponsors_needed=needed, lists_members=True, actor=keeper, at=NOON
        )


def test_recommended_member_waits_for_the_keeper(
    circle: Circle, mia: Actor, sol: Actor, cy: Actor
) -> None:
    use(code_of(circle, sol, recommends=True), cy)
    candidacy = standing(cy)

    assert (candidacy.origin, candidacy.sponsors) == ("requested", [sol.member_id])
    with scope.acting(cy):
        assert not selectors.circles(cy).exists()
    for stranger in (sol, cy):
        with scope.acting(stranger), pytest.raises(NotFound):
            sharing.admit(candidacy.pk, actor=stranger, at=NOON)
    with scope.acting(mia):
        sharing.admit(candidacy.pk, actor=mia, at=NOON)
        assert cy.member_id in selectors.fellow_ids(mia)


def test_keeper_admits_once_enough_vouch(circle: Circle, mia: Actor, sol: Actor, cy: Actor) -> None:
    ask_for_sponsors(circle, mia, 2)
    use(code_of(circle, mia), cy)
    candidacy = standing(cy)
    with scope.acting(mia), pytest.raises(DomainError, match="sponsors_missing"):
        sharing.admit(candidacy.pk, actor=mia, at=NOON)
    with scope.acting(cy), pytest.raises(NotFound):
        sharing.vouch(candidacy.pk, actor=cy, at=NOON)
    for sponsor in (mia, sol):
        with scope.acting(sponsor):
            sharing.vouch(candidacy.pk, actor=sponsor, at=NOON)
        with scope.acting(sponsor), pytest.raises(DomainError, match="vouched"):
            sharing.vouch(candidacy.pk, actor=sponsor, at=NOON)

    with scope.acting(mia):
        sharing.admit(candidacy.pk, actor=mia, at=NOON)
    with scope.acting(cy):
        assert selectors.circles(cy).exists()


def test_sponsor_that_has_left_counts_no_more(
    circle: Circle, mia: Actor, sol: Actor, cy: Actor
) -> None:
    ask_for_sponsors(circle, mia, 1)
    use(code_of(circle, sol, recommends=True), cy)
    with scope.acting(sol):
        sharing.leave_circle(circle, sol.member_id, actor=sol, at=NOON)

    with scope.acting(mia), pytest.raises(DomainError, match="1 more sponsor is needed first"):
        sharing.admit(standing(cy).pk, actor=mia, at=NOON)


def test_page_says_what_became_of_an_answer(circle: Circle, mia: Actor, sol: Actor) -> None:
    ask_for_sponsors(circle, mia, 1)
    ida = make_person("Ida Roth", make_member("Rothe", "ROT"), role="manager")
    use(code_of(circle, mia), ida)
    path = f"/circles/candidacies/{standing(ida).pk}"

    vouched = client_of(sol).post(f"{path}/vouch/", follow=True).content.decode()
    refused = client_of(mia).post(f"{path}/refuse/", follow=True).content.decode()

    assert "Your member vouches for it." in vouched
    assert "The member is not admitted" in refused


def test_answered_candidacy_is_over(circle: Circle, mia: Actor, sol: Actor, cy: Actor) -> None:
    use(code_of(circle, sol, recommends=True), cy)
    candidacy = standing(cy)
    with scope.acting(mia):
        sharing.refuse(candidacy.pk, actor=mia, at=NOON)

    for act, who in ((sharing.admit, mia), (sharing.vouch, sol), (sharing.withdraw, cy)):
        with scope.acting(who), pytest.raises(DomainError, match="candidacy_over"):
            act(candidacy.pk, actor=who, at=NOON)


def test_suspended_seat_reads_and_gives_nothing_until_it_is_restored(
    subject: Subject, circle: Circle, mia: Actor, sol: Actor, cy: Actor
) -> None:
    seat(circle, mia, cy)
    share_with_circle(subject, circle, mia)
    theirs = ("dossier", mia.member_id)
    with scope.acting(sol):
        sharing.own_subject(theirs, member_id=sol.member_id, at=NOON)
    share_with_circle(theirs, circle, sol)
    before = [level(a, s) for a in (sol, cy, mia) for s in (subject, theirs)]
    assert before == [2, 4, 2, 2, 4, 2]

    with scope.acting(mia):
        sharing.suspend_seat(circle.pk, sol.member_id, reason="Audit", actor=mia, at=NOON)
        assert sol.member_id not in selectors.fellow_ids(mia)
    suspended = [level(a, s) for a in (sol, cy, mia) for s in (subject, theirs)]
    with scope.acting(sol):
        assert not selectors.circles(sol).exists()
        assert selectors.closed_circles(sol).get().reason == "suspended"

    with scope.acting(mia):
        sharing.restore_seat(circle.pk, sol.member_id, actor=mia, at=NOON + DAY)
    restored = [level(a, s) for a in (sol, cy, mia) for s in (subject, theirs)]
    assert (suspended, restored) == ([0, 4, 2, 0, 4, 0], before)


def test_suspension_outlives_no_grant(
    subject: Subject, circle: Circle, mia: Actor, sol: Actor
) -> None:
    given = share_with_circle(subject, circle, mia)
    with scope.acting(mia):
        sharing.suspend_seat(circle.pk, sol.member_id, reason="", actor=mia, at=NOON)
        sharing.revoke(given, actor=mia, at=NOON, reason="done")
        sharing.restore_seat(circle.pk, sol.member_id, actor=mia, at=NOON)

    assert level(sol, subject) == 0


def test_who_leaves_loses_what_the_circle_gave(
    subject: Subject, circle: Circle, mia: Actor, sol: Actor
) -> None:
    share_with_circle(subject, circle, mia)
    with scope.acting(sol):
        sharing.leave_circle(circle, sol.member_id, actor=sol, at=NOON)
        assert level(sol, subject) == 0
        assert selectors.tombstone(sol, *subject).reason == "left_circle"


@pytest.fixture(params=[False, True])
def may_backfill(request: pytest.FixtureRequest, circle: Circle, sol: Actor, cy: Actor) -> bool:
    """Kitefin stands for a seat, recommended by Solmara."""
    use(code_of(circle, sol, recommends=True), cy)
    return request.param


def test_newcomer_reads_what_came_before_only_with_backfill(
    subject: Subject, circle: Circle, mia: Actor, cy: Actor, may_backfill: bool
) -> None:
    share_with_circle(subject, circle, mia)
    with scope.acting(mia):
        sharing.admit(standing(cy).pk, may_backfill=may_backfill, actor=mia, at=NOON + DAY)
    later = ("dossier", cy.member_id)
    with scope.acting(mia):
        sharing.own_subject(later, member_id=mia.member_id, at=NOON + DAY)
    share_with_circle(later, circle, mia)

    assert [level(cy, subject), level(cy, later)] == [2 if may_backfill else 0, 2]
    if not may_backfill:
        with scope.acting(mia):
            sharing.let_backfill(circle.pk, cy.member_id, actor=mia, at=NOON + DAY)
        assert level(cy, subject) == 2


def test_renouncing_one_seat_leaves_the_others(
    subject: Subject, circle: Circle, mia: Actor, sol: Actor, cy: Actor
) -> None:
    seat(circle, mia, cy)
    share_with_circle(subject, circle, mia)
    with scope.acting(sol):
        carried = selectors.grants_on(sol, *subject).get()
        sharing.revoke(carried, actor=sol, at=NOON, reason="not ours")

    assert [level(sol, subject), level(cy, subject)] == [0, 2]


@pytest.mark.parametrize("tlp", ["red", "amber+strict", "amber"])
def test_circle_gets_green_and_clear_alone(
    subject: Subject, circle: Circle, mia: Actor, tlp: str
) -> None:
    to = sharing.Grantee(kind="circle", id=circle.pk)
    terms = sharing.Terms(level=1, purpose="Same seller")
    with scope.acting(mia), pytest.raises(Refused):
        sharing.share(subject, [to], terms, tlp=tlp, actor=mia, at=NOON)


def test_unlisted_members_do_not_learn_of_each_other(mia: Actor, sol: Actor, cy: Actor) -> None:
    with scope.acting(mia):
        hidden = sharing.found_circle("Quiet", lists_members=False, actor=mia, at=NOON)
        for one in (sol, cy):
            sharing.join_circle(hidden, one.member_id, actor=mia, at=NOON)

    with scope.acting(cy):
        assert selectors.fellow_ids(cy) == {mia.member_id}
        shown = selectors.seats_by_circle(cy)[hidden.pk]
        assert {one.seated_member_id for one in shown} == {mia.member_id, cy.member_id}
    with scope.acting(mia):
        assert selectors.fellow_ids(mia) >= {sol.member_id, cy.member_id}


def test_stranger_and_member_change_nothing_of_a_circle(
    circle: Circle, mia: Actor, sol: Actor, as_cy: Client
) -> None:
    place = f"circles/{circle.pk}"
    here = f"{place}/seats/{sol.member_id}"
    paths = [f"{place}/rules/", *(f"{here}/{v}/" for v in ("suspend", "restore", "backfill"))]
    for client in (as_cy, client_of(sol)):
        for path in paths:
            assert send(client, "post", path, {"sponsors_needed": 1}).status_code == 404
    assert send(as_cy, "post", f"{place}/recommendations/").status_code == 404
    with scope.acting(mia):
        assert Seat.objects.taken().count() == 2


def test_circle_is_run_over_the_api(
    circle: Circle, as_mia: Client, sol: Actor, cy: Actor, as_cy: Client
) -> None:
    place = f"circles/{circle.pk}"
    rules = send(as_mia, "post", f"{place}/rules/", {"sponsors_needed": 1}).json()
    assert rules["sponsors_needed"] == 1
    code = send(as_mia, "post", f"{place}/invitations/").json()["code"]
    assert send(as_cy, "post", "circles/seats/", {"code": code}).status_code == 202
    waiting = send(as_cy, "get", "circles/candidacies/").json()["results"][0]
    at = f"circles/candidacies/{waiting['id']}"
    assert send(as_mia, "post", f"{at}/admit/").status_code == 409
    assert send(client_of(sol), "post", f"{at}/vouch/").json()["sponsor_count"] == 1

    assert send(as_mia, "post", f"{at}/admit/").json()["state"] == "admitted"
    seated = f"{place}/seats/{cy.member_id}"
    assert send(as_mia, "post", f"{seated}/suspend/").status_code == 204
    assert send(as_cy, "get", "circles/").json()["results"] == []
    assert send(as_mia, "post", f"{seated}/restore/").status_code == 204
    assert len(send(as_cy, "get", "circles/").json()["results"]) == 1


def test_third_party_reads_no_candidacy(circle: Circle, mia: Actor, sol: Actor, cy: Actor) -> None:
    use(code_of(circle, sol, recommends=True), cy)
    candidacy = standing(cy)
    zed = make_person("Zed Moor", make_member("Zed", "ZED"), role="manager")

    with scope.acting(zed):
        assert not Candidacy.objects.exists()
        with pytest.raises(NotFound):
            sharing.vouch(candidacy.pk, actor=zed, at=NOON)
