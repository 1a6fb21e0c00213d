"""Pins and legal locks: a manager's to set, with a reason, read by those who read the case."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Refused, Stale
from apps.core.models import Due, Event
from apps.duty.models import Desk
from apps.investigations import services
from apps.investigations.models import Investigation
from tests.factories.world import NOON, client_of
from tests.investigations.conftest import make_desk, open_case

SAY = {"reason": "Only they know the shops."}


@pytest.fixture
def milan(mia: Actor) -> Desk:
    desk = make_desk(mia, "Milan", "Europe/Rome")
    with scope.acting(mia):
        Desk.objects.filter(pk=desk.pk).update(country="IT")
        return Desk.objects.get(pk=desk.pk)


@pytest.fixture
def case(mia: Actor, milan: Desk) -> Investigation:
    return open_case(mia, milan)


def pin(case: Investigation, desk: Desk, actor: Actor, **more: object) -> Investigation:
    with scope.acting(actor):
        return services.pin_case(
            case.pk, **{"desk_id": desk.pk, **SAY, **more}, actor=actor, at=NOON
        )


def lock(case: Investigation, country: str, actor: Actor, **more: object) -> Investigation:
    with scope.acting(actor):
        return services.lock_custody(
            case.pk, **{"country": country, **SAY, **more}, actor=actor, at=NOON
        )


def names(case: Investigation, actor: Actor) -> list[str]:
    with scope.acting(actor):
        rows = Event.objects.filter(subject_id=case.pk, name__startswith="custody.")
        return list(rows.order_by("seq").values_list("name", flat=True))


def test_pin_names_desk_reason_and_end(case: Investigation, mia: Actor, milan: Desk) -> None:
    until = NOON + timedelta(days=2)
    kept = pin(case, milan, mia, until=until)

    assert (kept.keep_with, kept.keep_reason, kept.keep_until) == (
        milan.pk,
        SAY["reason"],
        until,
    )
    assert kept.pinned_to(until - timedelta(seconds=1)) == milan.pk
    assert kept.pinned_to(until) is None
    assert Due.objects.get(kind="custody.unpin").due_at == until
    assert names(case, mia) == ["custody.pinned"]


def test_unpinned_case_waits_for_no_end(case: Investigation, mia: Actor, milan: Desk) -> None:
    pin(case, milan, mia, until=NOON + timedelta(days=2))
    with scope.acting(mia):
        freed = services.unpin_case(case.pk, actor=mia, at=NOON)

    assert freed.keep_with is None
    assert freed.keep_reason == ""
    assert not Due.objects.filter(kind="custody.unpin", state="planned").exists()
    with scope.acting(mia), pytest.raises(DomainError):
        services.unpin_case(case.pk, actor=mia, at=NOON)


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", " "), ("reason", "x" * 1001), ("until", NOON)],
)
def test_wrong_pin_is_refused_beside_its_field(
    case: Investigation, mia: Actor, milan: Desk, field: str, value: object
) -> None:
    with pytest.raises(Invalid) as refused:
        pin(case, milan, mia, **{field: value})
    assert set(refused.value.fields) == {field}


def test_desk_that_one_does_not_see_is_unknown(
    case: Investigation, mia: Actor, milan: Desk, cy: Actor
) -> None:
    with pytest.raises(Invalid) as refused:
        pin(case, make_desk(cy, "Oslo", "Europe/Oslo"), mia)
    assert set(refused.value.fields) == {"desk_id"}


def test_analyst_and_key_bind_nothing(case: Investigation, ana: Actor, milan: Desk) -> None:
    with pytest.raises(Refused):
        pin(case, milan, ana)
    with pytest.raises(Refused):
        lock(case, "IT", ana)


def test_old_page_changes_nothing(case: Investigation, mia: Actor, milan: Desk) -> None:
    pin(case, milan, mia)
    with pytest.raises(Stale):
        lock(case, "IT", mia, version=case.version)


def test_law_keeps_custody_in_a_country(case: Investigation, mia: Actor) -> None:
    kept = lock(case, " it ", mia)

    assert (kept.custody_country, kept.custody_country_reason) == ("IT", SAY["reason"])
    with scope.acting(mia):
        freed = services.unlock_custody(case.pk, actor=mia, at=NOON)
    assert freed.custody_country == ""
    assert names(case, mia) == ["custody.locked", "custody.unlocked"]
    with scope.acting(mia), pytest.raises(DomainError):
        services.unlock_custody(case.pk, actor=mia, at=NOON)


@pytest.mark.parametrize("country", ["", "I", "ITA", "1T"])
def test_country_has_two_letters(case: Investigation, mia: Actor, country: str) -> None:
    with pytest.raises(Invalid):
        lock(case, country, mia)


def test_desk_elsewhere_hands_over_before_the_lock(case: Investigation, mia: Actor) -> None:
    with pytest.raises(DomainError) as refused:
        lock(case, "CN", mia)
    assert refused.value.code == "investigation.outside_country"


def test_pin_and_lock_agree(case: Investigation, mia: Actor) -> None:
    lock(case, "IT", mia)
    with pytest.raises(DomainError) as refused:
        pin(case, make_desk(mia, "Lagos", "Africa/Lagos"), mia)
    assert refused.value.code == "investigation.outside_country"


def test_manager_pins_and_locks_through_the_api(
    case: Investigation, as_mia: Client, milan: Desk
) -> None:
    base, send = f"/api/v1/investigations/{case.pk}", {"content_type": "application/json"}
    pinned = as_mia.put(f"{base}/pin/", {"desk_id": str(milan.pk), **SAY}, **send)
    locked = as_mia.put(f"{base}/legal-lock/", {"country": "IT", **SAY}, **send)

    assert pinned.json()["keep_with"] == str(milan.pk)
    assert locked.json()["custody_country"] == "IT"
    assert as_mia.delete(f"{base}/pin/").json()["keep_with"] is None
    assert as_mia.delete(f"{base}/legal-lock/").json()["custody_country"] == ""


@pytest.mark.parametrize("path", ["pin", "legal-lock"])
@pytest.mark.parametrize("method", ["put", "delete"])
def test_stranger_finds_nothing_to_bind(
    case: Investigation, as_cy: Client, milan: Desk, path: str, method: str
) -> None:
    body = {"desk_id": str(milan.pk), "country": "IT", **SAY}
    url = f"/api/v1/investigations/{case.pk}/{path}/"
    answer = getattr(as_cy, method)(url, body, content_type="application/json")

    assert answer.status_code == 404


def test_ally_that_reads_the_case_binds_nothing(
    case: Investigation, mia: Actor, bo: Actor, milan: Desk
) -> None:
    share = services.Share(grantee_id=bo.member_id, level=3, purpose="Help", capabilities=("act",))
    with scope.acting(mia):
        services.share_investigation(case.pk, share, actor=mia, at=NOON)
    url = f"/api/v1/investigations/{case.pk}/legal-lock/"

    body = {"country": "IT", **SAY}
    assert client_of(bo).put(url, body, content_type="application/json").status_code == 403


def test_manager_pins_on_the_page_and_the_room_says_so(
    case: Investigation, as_mia: Client, milan: Desk
) -> None:
    base = f"/investigations/{case.pk}"
    sent = as_mia.post(f"{base}/pin/", {"desk": str(milan.pk), **SAY})
    assert sent.status_code == 302

    facts = as_mia.get(f"{base}/part/facts/").content.decode()
    assert "Kept with" in facts
    assert SAY["reason"] in facts
    as_mia.post(f"{base}/unpin/")
    assert "Kept with" not in as_mia.get(f"{base}/part/facts/").content.decode()


def test_manager_locks_on_the_page(case: Investigation, as_mia: Client) -> None:
    base = f"/investigations/{case.pk}"
    as_mia.post(f"{base}/lock/", {"country": "IT", **SAY})
    assert "Custody stays in" in as_mia.get(f"{base}/part/facts/").content.decode()

    as_mia.post(f"{base}/unlock/")
    assert "Custody stays in" not in as_mia.get(f"{base}/part/facts/").content.decode()


@pytest.mark.parametrize(
    ("path", "body"),
    [("pin", {"reason": "Typed."}), ("lock", {"country": "CN", "reason": "Typed."})],
)
def test_refused_page_keeps_what_was_typed(
    case: Investigation, as_mia: Client, path: str, body: dict[str, str]
) -> None:
    answer = as_mia.post(f"/investigations/{case.pk}/{path}/", body)

    assert answer.status_code == 400
    assert "Typed." in answer.content.decode()


@pytest.mark.parametrize("path", ["pin", "unpin", "lock", "unlock"])
def test_stranger_has_no_such_page(case: Investigation, as_cy: Client, path: str) -> None:
    body = {"desk": str(case.accountable_desk_id), "country": "IT", **SAY}

    assert as_cy.post(f"/investigations/{case.pk}/{path}/", body).status_code == 404


def test_analyst_reads_why_she_cannot_bind(case: Investigation, as_ana: Client) -> None:
    page = as_ana.get(f"/investigations/{case.pk}/facts/").content.decode()

    assert "A manager or an admin decides where a case must stay." in page
