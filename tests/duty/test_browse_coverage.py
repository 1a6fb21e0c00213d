"""Coverage as pages: the week with causes, 400 days, what-ifs, cover and the quality report."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.duty import selectors, services
from apps.duty.models import CoverOffer, CoverRequest, Desk, DutyWindow
from apps.sharing import selectors as circles
from tests.duty.conftest import NOON, analyst_of, desk_of
from tests.factories.world import client_of

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
PAGES = ["coverage", "coverage_year", "what_if", "quality", "quality_csv"]


@pytest.fixture
def three(ana: Actor) -> list[Desk]:
    return [
        desk_of(ana, "Los Angeles", "America/Los_Angeles", "09:00", "17:00", days=EVERY_DAY),
        desk_of(ana, "London", "Europe/London", "09:00", "17:00", days=EVERY_DAY),
        desk_of(ana, "Shanghai", "Asia/Shanghai", "09:00", "17:00", days=EVERY_DAY),
    ]


@pytest.fixture
def circle_id(ana: Actor, allied: None) -> UUID:
    with scope.acting(ana):
        return circles.circles(ana).get().pk


@pytest.fixture
def recife(bo: Actor) -> Desk:
    return desk_of(bo, "Recife", "America/Recife", "09:00", "17:00")


def text(client: Client, name: str, **query: object) -> str:
    answer = client.get(reverse(f"duty:{name}"), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_with_desks_and_without(ana: Actor, cy: Actor, name: str, three: list) -> None:
    assert text(client_of(ana), name)
    assert "London" not in text(client_of(cy), name)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", ["desk", "member"])
def test_scope_of_a_stranger_is_not_found(
    ana: Actor, cy: Actor, name: str, kind: str, hangzhou: Desk
) -> None:
    ident = hangzhou.pk if kind == "desk" else ana.member_id

    answer = client_of(cy).get(reverse(f"duty:{name}"), {"scope": f"{kind}:{ident}"})

    assert answer.status_code == 404


def test_week_says_why_and_what_would_close_it(ana: Actor, three: list[Desk]) -> None:
    page = text(client_of(ana), "coverage", week="2027-03-15")

    assert "Los Angeles moves its clock forward by 1 hour on 14 March 2027" in page
    assert "Los Angeles ends at 18:00" in page
    assert "closes all 7" in page


def test_week_of_one_desk_shows_that_desk_alone(ana: Actor, three: list[Desk]) -> None:
    answer = client_of(ana).get(reverse("duty:coverage"), {"scope": f"desk:{three[0].pk}"})

    assert [desk.name for desk, _share in answer.context["week"].desks] == ["Los Angeles"]


def test_year_tells_the_clocks_gap_before_it_happens(ana: Actor, three: list[Desk]) -> None:
    page = text(client_of(ana), "coverage_year")

    assert "00:00–01:00 UTC" in page
    assert "moves its clock forward by 1 hour" in page


def test_year_offers_cover_with_one_click(ana: Actor, circle_id: UUID, three: list[Desk]) -> None:
    answer = client_of(ana).get(reverse("duty:coverage_year"))
    _line, span = answer.context["rows"][0]

    done = client_of(ana).post(
        reverse("duty:cover_offer"),
        {
            "desk_id": str(three[1].pk),
            "circle_id": str(circle_id),
            "starts_at": max(span[0], clock.now() + timedelta(minutes=2)).isoformat(),
            "ends_at": span[1].isoformat(),
        },
    )

    assert done.status_code == 302
    with scope.acting(ana):
        assert CoverOffer.objects.get().desk == three[1]


def what_if(client: Client, desk: Desk, **changes: object) -> str:
    windows = {
        "windows-TOTAL_FORMS": 1,
        "windows-INITIAL_FORMS": 0,
        "windows-0-days": list(EVERY_DAY),
        "windows-0-start": "09:00",
        "windows-0-end": "17:00",
    }
    query = {"desk": str(desk.pk), "week": "2027-03-15", **windows, **changes}
    answer = client.get(reverse("duty:what_if"), query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_if_tells_the_difference_and_writes_nothing(ana: Actor, three: list[Desk]) -> None:
    page = what_if(client_of(ana), three[0], **{"windows-0-end": "18:00"})

    assert "<html" not in page
    assert "0 gaps instead of 7" in page
    assert "more</b> would be covered" in page
    with scope.acting(ana):
        assert set(DutyWindow.objects.values_list("end", flat=True)) == {"17:00"}


def test_what_if_of_an_allys_desk_cannot_be_kept(
    ana: Actor, bo: Actor, allied: None, recife: Desk
) -> None:
    page = what_if(client_of(ana), recife, **{"windows-0-end": "18:00"})

    assert "Only the desk&#x27;s own member can change it." in page
    assert "Keep" not in page


def test_what_if_of_a_strangers_desk_is_not_found(cy: Actor, ana: Actor, hangzhou: Desk) -> None:
    desk_of(cy, "Oslo", "Europe/Oslo", "09:00", "17:00")

    answer = client_of(cy).get(reverse("duty:what_if"), {"desk": str(hangzhou.pk)})

    assert answer.status_code == 404


def test_what_if_says_what_is_wrong_and_changes_nothing(ana: Actor, three: list[Desk]) -> None:
    page = what_if(client_of(ana), three[0], **{"windows-0-end": "25:00"})

    assert "cannot be tried" in page
    assert "As it is" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2027-03-14T02:30", "is skipped in"), ("2027-11-07T01:30", "comes twice in")],
)
def test_time_that_a_clock_change_skips_or_repeats_is_explained(
    ana: Actor, three: list[Desk], typed: str, said: str
) -> None:
    page = what_if(client_of(ana), three[0], closed_from=typed, closed_to="2027-12-01T10:00")

    assert said in page


def test_keeping_opens_the_desks_form_with_what_was_tried(ana: Actor, three: list[Desk]) -> None:
    client = client_of(ana)
    what = client.get(
        reverse("duty:what_if"),
        {
            "desk": str(three[0].pk),
            "windows-TOTAL_FORMS": 1,
            "windows-INITIAL_FORMS": 0,
            "windows-0-days": [0],
            "windows-0-start": "10:00",
            "windows-0-end": "18:30",
            "extra_from": "2027-03-14T02:30",
            "extra_to": "2027-03-14T05:00",
        },
    )

    page = client.get(what.context["keep"]).content.decode()

    assert 'value="18:30"' in page
    assert 'value="2027-03-14T05:00"' in page


def test_cover_goes_through_its_pages(ana: Actor, bo: Actor, circle_id: UUID, recife: Desk) -> None:
    asker, giver = client_of(ana), client_of(bo)
    day = (clock.now() + timedelta(days=2)).date()
    asked = asker.post(
        reverse("duty:cover_ask"),
        {
            "circle_id": str(circle_id),
            "starts_at": f"{day}T08:00",
            "ends_at": f"{day}T10:00",
            "note": "Please.",
        },
    )
    assert asked.status_code == 302
    with scope.acting(ana):
        request = CoverRequest.objects.get()
    assert "Please." in text(giver, "cover")

    giver.post(reverse("duty:cover_answer", args=[request.pk]), {"desk_id": str(recife.pk)})
    assert "1 offer</b> waits" in text(asker, "cover")
    with scope.acting(bo):
        offer = CoverOffer.objects.get()
    asker.post(reverse("duty:cover_accept", args=[offer.pk]))

    with scope.acting(bo):
        assert selectors.cover_offer(bo, offer.pk).is_promised
    assert "Withdraw the promise" in text(giver, "cover")
    giver.post(reverse("duty:cover_withdraw", args=[offer.pk]), {"reason": "Ill."})
    assert "Ill." in text(asker, "cover")


def test_refused_form_keeps_what_was_typed(ana: Actor, circle_id: UUID) -> None:
    answer = client_of(ana).post(
        reverse("duty:cover_ask"),
        {
            "circle_id": str(circle_id),
            "starts_at": "2020-01-01T08:00",
            "ends_at": "2020-01-01T10:00",
            "note": "Kept.",
        },
    )

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "These hours have begun" in page
    assert "Kept." in page


def test_gaps_link_fills_the_form_in_the_readers_time(ana: Actor, circle_id: UUID) -> None:
    start = datetime(2027, 3, 16, 0, tzinfo=UTC)
    query = {"from": int(start.timestamp()), "to": int(start.timestamp()) + 3600}

    page = text(client_of(ana), "cover", **query)

    assert "2027-03-16T08:00" in page


def test_stranger_sees_no_cover(ana: Actor, cy: Actor, circle_id: UUID) -> None:
    at = clock.now()
    span = (at + timedelta(days=1), at + timedelta(days=2))
    with scope.acting(ana):
        services.ask_cover(circle_id, *span, note="Tamarisk", actor=ana, at=at)

    assert "Tamarisk" not in text(client_of(cy), "cover")


def test_quality_counts_what_hangs_on_one(ana: Actor, three: list[Desk]) -> None:
    with scope.acting(ana):
        services.put_person(three[0].pk, ana.user_id, actor=ana, at=NOON)
        a = datetime(2027, 4, 5, tzinfo=UTC)
        found = selectors.quality(ana, selectors.scoped(ana, "all"), a, a + timedelta(days=1))

    # London covers 08-16, Los Angeles 16-24, Shanghai 01-09.
    hour = timedelta(hours=1)
    assert found.percent == 95.8
    assert found.one_desk == 22 * hour
    assert found.one_person == 8 * hour
    assert found.nobody_seated == 15 * hour
    # Her zone is Shanghai's: 16:00 to 24:00 UTC is midnight to 08:00 of a Tuesday.
    (mine,) = found.people
    assert (mine.total, mine.night, mine.weekend) == (8 * hour, 6 * hour, timedelta(0))
    assert found.shares.fairness == "alone"


def test_quality_tells_an_ally_nothing_of_people(
    ana: Actor, bo: Actor, allied: None, three: list[Desk]
) -> None:
    with scope.acting(ana):
        services.put_person(three[0].pk, ana.user_id, actor=ana, at=NOON)

    assert "Aurelis Hangzhou" in text(client_of(ana), "quality")
    assert "Aurelis Hangzhou" not in text(client_of(bo), "quality")
    assert "Aurelis Hangzhou" not in text(client_of(bo), "quality_csv")


def test_analyst_reads_why_he_cannot_ask(ana: Actor, circle_id: UUID) -> None:
    analyst = analyst_of(ana)

    with scope.acting(analyst):
        assert not selectors.cover_book(analyst, NOON).asked


@pytest.fixture
def offer(ana: Actor, bo: Actor, circle_id: UUID, recife: Desk) -> CoverOffer:
    """Bo offers Recife, which Ana had asked for."""
    at = clock.now()
    span = (at + timedelta(days=1), at + timedelta(days=2))
    with scope.acting(ana):
        asked = services.ask_cover(circle_id, *span, actor=ana, at=at)
    with scope.acting(bo):
        return services.answer_request(asked.pk, recife.pk, actor=bo, at=at)


@pytest.mark.parametrize("name", ["answer", "withdraw_request", "accept", "decline", "withdraw"])
def test_strangers_cover_is_unknown_cover(
    bo: Actor, cy: Actor, offer: CoverOffer, name: str
) -> None:
    oslo = desk_of(cy, "Oslo", "Europe/Oslo", "09:00", "17:00")
    thing_id = offer.request_id if name in {"answer", "withdraw_request"} else offer.pk

    body = {"desk_id": str(oslo.pk), "reason": "Mine now."}
    answer = client_of(cy).post(reverse(f"duty:cover_{name}", args=[thing_id]), body)

    assert answer.status_code == 404
    with scope.acting(bo):
        assert selectors.cover_offer(bo, offer.pk).is_open
