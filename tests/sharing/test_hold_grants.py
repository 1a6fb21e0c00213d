"""Grants: the highest level, every capability, to the second, and a tombstone afterwards."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from apps.core import access, due, scope, stream
from apps.core.actor import Actor
from apps.core.errors import DomainError, Refused
from apps.core.models import Access, Event
from apps.sharing import selectors
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant, Tombstone
from tests.factories.world import NOON, client_of, make_person
from tests.sharing.conftest import Subject, give, send

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOON)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Both clocks: the application's and the one that the walls read."""
    monkeypatch.setattr("apps.core.clock.now", lambda: at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_clock SET moved_by = %s - clock_timestamp()", [at + timedelta(0)]
        )


def level(actor: Actor, subject: Subject) -> int:
    with scope.acting(actor):
        return access.level(actor, *subject)


def end(given: Grant, actor: Actor, at: datetime = NOON) -> None:
    with scope.acting(actor):
        sharing.revoke(given, actor=actor, at=at, reason="done")


def test_grant_ends_to_the_second_though_nothing_has_fired(
    subject: Subject, mia: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = NOON + timedelta(hours=2)
    give(subject, mia, bo, expires_at=until)
    seen = []
    for moment in (-SECOND, timedelta(0), SECOND):
        set_clock(monkeypatch, until + moment)
        seen.append(level(bo, subject))

    assert seen == [3, 0, 0]


def test_wall_ends_with_the_grant_too(
    subject: Subject, mia: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = NOON + timedelta(hours=2)
    give(subject, mia, bo, expires_at=until)
    with scope.acting(mia):
        sharing.index(subject, {3: "mercury serum"}, member_id=mia.member_id, at=NOON)
    hits = []
    for moment in (-SECOND, SECOND):
        set_clock(monkeypatch, until + moment)
        with scope.acting(bo):
            hits.append(len(selectors.search(bo, "mercury", types=("dossier",))))

    assert hits == [1, 0]


def test_two_grants_give_the_higher_level_and_both_capabilities(
    subject: Subject, mia: Actor, bo: Actor
) -> None:
    give(subject, mia, bo, level=1, capabilities=("comment",))
    give(subject, mia, bo, level=3, capabilities=("act",))

    with scope.acting(bo):
        row = access.row(bo, *subject)
    assert row is not None
    assert (row.level, row.capabilities) == (3, ["act", "comment"])


def test_one_of_two_grants_that_ends_leaves_the_other(
    subject: Subject, mia: Actor, bo: Actor
) -> None:
    give(subject, mia, bo, level=1)
    end(give(subject, mia, bo, level=3), mia)

    assert level(bo, subject) == 1
    with scope.acting(bo):
        assert not Tombstone.objects.exists()


def test_higher_of_two_grants_closes_on_time_though_nothing_has_fired(
    subject: Subject, mia: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = NOON + timedelta(hours=2)
    give(subject, mia, bo, level=1)
    high = give(subject, mia, bo, level=3, expires_at=until)
    assert level(bo, subject) == 3

    set_clock(monkeypatch, until + SECOND)
    assert level(bo, subject) == 0
    with scope.acting(Actor.system(mia.member_id)):
        sharing.expire_grant(high.pk, until + SECOND)

    assert level(bo, subject) == 1


def test_longer_of_two_equal_grants_counts(
    subject: Subject, mia: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(subject, mia, bo, expires_at=NOON + timedelta(hours=1))
    give(subject, mia, bo, expires_at=NOON + timedelta(hours=3))
    set_clock(monkeypatch, NOON + timedelta(hours=2))

    assert level(bo, subject) == 3


def test_expired_grant_is_not_counted_again(subject: Subject, mia: Actor, bo: Actor) -> None:
    """Its row still says active until it fires; a second grant's end must not revive it."""
    give(subject, mia, bo, level=4, expires_at=NOON + SECOND)
    second = give(subject, mia, bo, level=1)

    end(second, mia, at=NOON + 2 * SECOND)

    assert level(bo, subject) == 0


def test_expiry_is_due_and_leaves_a_tombstone(subject: Subject, mia: Actor, bo: Actor) -> None:
    given = give(subject, mia, bo, expires_at=NOON + SECOND)
    assert due.is_planned(given.pk, "sharing.expire_grant")
    with scope.acting(Actor.system(mia.member_id)):
        sharing.expire_grant(given.pk, NOON)
        assert Grant.objects.get(pk=given.pk).state == Grant.State.ACTIVE
        sharing.expire_grant(given.pk, NOON + SECOND)

    with scope.acting(bo):
        assert Tombstone.objects.get().reason == "expired"


def test_revoked_ally_keeps_a_tombstone_and_nothing_else(
    subject: Subject, mia: Actor, bo: Actor
) -> None:
    end(give(subject, mia, bo), mia)

    assert level(bo, subject) == 0
    with scope.acting(bo):
        assert selectors.tombstone(bo, *subject) is not None
        assert not Event.objects.filter(root_id=subject[1]).exists()


def test_sockets_are_told_when_access_ends(
    subject: Subject,
    mia: Actor,
    bo: Actor,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks,
) -> None:
    told: list[tuple[object, list[object]]] = []
    monkeypatch.setattr(stream, "revoke", lambda ref, members: told.append((ref, list(members))))
    given = give(subject, mia, bo)
    with django_capture_on_commit_callbacks(execute=True):
        end(given, mia)

    assert told == [(subject, [bo.member_id])]


def test_grant_ends_once(subject: Subject, mia: Actor, bo: Actor) -> None:
    given = give(subject, mia, bo)
    end(given, mia)

    with pytest.raises(DomainError, match="already ended"):
        end(given, mia)


def test_stale_copy_cannot_end_what_was_activated_since(
    subject: Subject, mia: Actor, bo: Actor
) -> None:
    """Revoked while it was being accepted: the access must go, whatever the caller had read."""
    with scope.acting(mia):
        dormant = sharing.propose_grant(
            subject,
            owner_id=mia.member_id,
            grantee_id=bo.member_id,
            terms=sharing.Terms(level=3, purpose="custody"),
            actor=mia,
            at=NOON,
        )
        sharing.activate(Grant.objects.get(pk=dormant.pk), actor=mia, at=NOON)
    end(dormant, mia)

    assert level(bo, subject) == 0


def test_dormant_grant_gives_nothing_and_is_activated_once(
    subject: Subject, mia: Actor, bo: Actor
) -> None:
    with scope.acting(mia):
        given = sharing.propose_grant(
            subject,
            owner_id=mia.member_id,
            grantee_id=bo.member_id,
            terms=sharing.Terms(level=3, purpose="custody"),
            actor=mia,
            at=NOON,
        )
    assert level(bo, subject) == 0
    end(given, mia)

    with scope.acting(mia), pytest.raises(DomainError, match="already ended"):
        sharing.activate(Grant.objects.get(pk=given.pk), actor=mia, at=NOON)


@pytest.mark.parametrize("wanted", [3, 4])
def test_analyst_shares_selectors_at_most(
    subject: Subject, ana: Actor, bo: Actor, wanted: int
) -> None:
    give(subject, ana, bo, level=2)

    with pytest.raises(Refused):
        give(subject, ana, bo, level=wanted)


def test_red_is_shared_with_nobody(subject: Subject, mia: Actor, bo: Actor) -> None:
    with pytest.raises(Refused):
        give(subject, mia, bo, tlp="red")


def test_nothing_is_shared_outside_the_circles(subject: Subject, mia: Actor, cy: Actor) -> None:
    with pytest.raises(DomainError, match="circles"):
        give(subject, mia, cy)


def test_ally_cannot_pass_on_what_it_was_given(
    subject: Subject, mia: Actor, sol: Actor, cy: Actor
) -> None:
    give(subject, mia, sol, level=4, capabilities=("act",))
    with scope.acting(sol), pytest.raises(Refused):
        sharing.grant(
            subject,
            owner_id=mia.member_id,
            grantee_id=cy.member_id,
            terms=sharing.Terms(level=1, purpose="x"),
            tlp="amber",
            actor=sol,
            at=NOON,
        )


def test_observer_gives_nothing_back(subject: Subject, mia: Actor, bo: Actor, solmara) -> None:
    given = give(subject, mia, bo)
    watcher = make_person("Ola Paz", solmara, role="observer")

    with pytest.raises(Refused):
        end(given, watcher)
    end(given, bo)
    assert level(bo, subject) == 0


def test_analyst_ends_only_what_she_has_shared(
    subject: Subject, mia: Actor, ana: Actor, bo
) -> None:
    with pytest.raises(Refused):
        end(give(subject, mia, bo), ana)
    end(give(subject, ana, bo, level=1), ana)


def test_stranger_reads_no_grant(subject: Subject, mia: Actor, bo: Actor, as_cy, as_bo) -> None:
    give(subject, mia, bo)
    path = f"grants/?subject=dossier:{subject[1]}"

    assert send(as_cy, "get", path).json()["results"] == []
    assert len(send(as_bo, "get", path).json()["results"]) == 1
    assert send(as_bo, "get", "grants/?subject=nonsense").status_code == 400


def test_grantee_sees_its_own_grant_alone(
    subject: Subject, mia: Actor, bo: Actor, cy: Actor, circle: Circle
) -> None:
    with scope.acting(mia):
        sharing.join_circle(circle, cy.member_id, actor=mia, at=NOON)
    give(subject, mia, bo, level=1)
    give(subject, mia, cy, level=2)

    rows = send(client_of(bo), "get", f"grants/?subject=dossier:{subject[1]}").json()["results"]

    assert [row["grantee_id"] for row in rows] == [str(bo.member_id)]
    with scope.acting(bo):
        assert not Access.objects.filter(viewer_id=cy.member_id).exists()


def test_manager_of_another_member_ends_nothing(
    subject: Subject, mia: Actor, bo: Actor, cy: Actor
) -> None:
    given = give(subject, mia, bo)

    with pytest.raises(Refused):
        end(given, cy)
    assert level(bo, subject) == 3


def test_revoked_grant_does_not_expire_as_well(subject: Subject, mia: Actor, bo: Actor) -> None:
    given = give(subject, mia, bo, expires_at=NOON + SECOND)
    end(given, mia)
    assert not due.is_planned(given.pk, "sharing.expire_grant")

    with scope.acting(Actor.system(mia.member_id)):
        sharing.expire_grant(given.pk, NOON + SECOND)
        assert Grant.objects.get(pk=given.pk).state == Grant.State.REVOKED
