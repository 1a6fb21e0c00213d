"""Cover: asked of a circle, offered by allies, accepted once, and nothing else shared by it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.models import Access, Due, Event
from apps.duty import selectors, services
from apps.duty.models import CoverOffer, CoverRequest, Desk, ExtraCover
from apps.sharing import selectors as circles
from apps.sharing import services as sharing
from tests.duty.conftest import NOON, analyst_of, desk_of

FROM = datetime(2027, 3, 9, 0, tzinfo=UTC)
UNTIL = FROM + timedelta(hours=2)
MIDDLE = FROM + timedelta(hours=1)


@pytest.fixture
def circle_id(ana: Actor, allied: None) -> UUID:
    with scope.acting(ana):
        return circles.circles(ana).get().pk


@pytest.fixture
def recife(bo: Actor) -> Desk:
    return desk_of(bo, "Recife", "America/Recife", "09:00", "17:00")


@pytest.fixture
def asked(ana: Actor, circle_id: UUID) -> CoverRequest:
    with scope.acting(ana):
        return services.ask_cover(circle_id, FROM, UNTIL, note="Please.", actor=ana, at=NOON)


def answer(actor: Actor, asked: CoverRequest, desk: Desk, a=None, b=None) -> CoverOffer:
    with scope.acting(actor):
        return services.answer_request(
            asked.pk, desk.pk, starts_at=a, ends_at=b, actor=actor, at=NOON
        )


def accept(actor: Actor, offer: CoverOffer, *, at: datetime = NOON) -> CoverOffer:
    with scope.acting(actor):
        return services.accept_offer(offer.pk, actor=actor, at=at)


def state_of(actor: Actor, thing: CoverOffer | CoverRequest) -> str:
    with scope.acting(actor):
        return str(type(thing).objects.get(pk=thing.pk).state)


def extra_of(actor: Actor, desk: Desk) -> list[tuple[datetime, datetime]]:
    with scope.acting(actor):
        return [(row.starts_at, row.ends_at) for row in desk.extra_cover.order_by("starts_at")]


def test_circle_reads_the_request_and_the_stranger_does_not(
    bo: Actor, cy: Actor, asked: CoverRequest
) -> None:
    with scope.acting(bo):
        assert selectors.cover_request(bo, asked.pk).note == "Please."
    with scope.acting(cy):
        assert not selectors.cover_requests(cy).exists()
        with pytest.raises(NotFound):
            selectors.cover_request(cy, asked.pk)


def test_accepted_offer_puts_the_allys_desk_on_duty(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = answer(bo, asked, recife)

    accept(ana, offer)

    assert extra_of(ana, recife) == [(FROM, UNTIL)]
    assert state_of(bo, offer) == "accepted"
    assert state_of(ana, asked) == "covered"
    with scope.acting(ana):
        assert selectors.is_on_duty(recife, FROM)
        cached = selectors.known_duty([recife], FROM, UNTIL)[1][str(recife.pk)]
        assert len(cached) == 1


def test_acceptance_is_announced_with_the_change_of_duty(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = answer(bo, asked, recife)

    accept(ana, offer)

    names = Event.objects.filter(actor_member_id=ana.member_id).values_list("name", flat=True)
    with scope.acting(bo):
        assert {"cover.accepted", "duty.changed"} <= set(names)


def test_cover_shares_nothing_else(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    def seen() -> set[tuple[UUID, str, UUID]]:
        rows = set()
        for actor in (ana, bo):
            with scope.acting(actor):
                kinds = ("cover_request", "cover_offer")
                rows |= set(
                    Access.objects.exclude(subject_type__in=kinds).values_list(
                        "viewer_id", "subject_type", "subject_id"
                    )
                )
        return rows

    before = seen()

    accept(ana, answer(bo, asked, recife))

    assert seen() == before


def test_part_that_is_covered_leaves_the_rest_open(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = answer(bo, asked, recife, FROM, MIDDLE)

    accept(ana, offer)

    assert state_of(ana, asked) == "open"
    with scope.acting(ana):
        book = selectors.cover_book(ana, NOON)
    assert book.asked[0].left == [(MIDDLE, UNTIL)]


def test_second_part_closes_the_request(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    for part in ((FROM, MIDDLE), (MIDDLE, UNTIL)):
        accept(ana, answer(bo, asked, recife, *part))

    assert state_of(ana, asked) == "covered"


def test_first_acceptance_wins_and_answers_the_others(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    natal = desk_of(bo, "Natal", "America/Recife", "09:00", "17:00")
    first, second = answer(bo, asked, recife), answer(bo, asked, natal)

    accept(ana, first)

    assert state_of(bo, second) == "declined"
    with pytest.raises(DomainError) as refusal:
        accept(ana, second)
    assert refusal.value.code == "cover.not_open"
    assert extra_of(bo, natal) == []


def test_offer_for_hours_that_are_covered_is_refused(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    natal = desk_of(bo, "Natal", "America/Recife", "09:00", "17:00")
    first = answer(bo, asked, recife, FROM, MIDDLE)
    second = answer(bo, asked, natal, FROM, MIDDLE)
    accept(ana, first)

    with pytest.raises(DomainError) as refusal:
        accept(ana, second)

    assert refusal.value.code == "cover.already_covered"


def test_accepting_twice_is_refused_and_covers_once(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = answer(bo, asked, recife, FROM, MIDDLE)
    accept(ana, offer)

    with pytest.raises(DomainError):
        accept(ana, offer)

    assert extra_of(bo, recife) == [(FROM, MIDDLE)]


def test_only_who_asked_answers(ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk) -> None:
    offer = answer(bo, asked, recife)

    with pytest.raises(Refused):
        accept(bo, offer)
    with pytest.raises(Refused):
        accept(analyst_of(ana), offer)
    assert state_of(bo, offer) == "offered"


def test_declined_offer_covers_nothing(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = answer(bo, asked, recife)

    with scope.acting(ana):
        services.decline_offer(offer.pk, reason="We manage.", actor=ana, at=NOON)

    assert state_of(bo, offer) == "declined"
    assert state_of(ana, asked) == "open"
    assert extra_of(bo, recife) == []


def test_promised_cover_ends_with_a_reason_and_opens_the_gap_again(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = accept(ana, answer(bo, asked, recife))

    with scope.acting(bo), pytest.raises(Invalid):
        services.withdraw_offer(offer.pk, actor=bo, at=NOON)
    with scope.acting(bo):
        services.withdraw_offer(offer.pk, reason="Two are ill.", actor=bo, at=NOON)

    assert extra_of(bo, recife) == []
    assert state_of(ana, asked) == "open"
    with scope.acting(ana):
        assert CoverOffer.objects.get(pk=offer.pk).reason == "Two are ill."
        assert not selectors.is_on_duty(recife, FROM)


def test_promised_cover_cannot_end_once_it_has_begun(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = accept(ana, answer(bo, asked, recife))

    with scope.acting(bo), pytest.raises(DomainError) as refusal:
        services.withdraw_offer(offer.pk, reason="Ill.", actor=bo, at=FROM)

    assert refusal.value.code == "cover.begun"
    assert extra_of(bo, recife) == [(FROM, UNTIL)]


def test_promised_cover_is_not_removed_behind_the_allys_back(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = accept(ana, answer(bo, asked, recife))

    with scope.acting(bo):
        cover = ExtraCover.objects.get(offer=offer)
    with scope.acting(bo), pytest.raises(DomainError) as refusal:
        services.remove_extra_cover(recife.pk, cover.pk, actor=bo, at=NOON)

    assert refusal.value.code == "cover.promised"


def test_unasked_offer_is_the_firsts_who_takes_it(
    ana: Actor, bo: Actor, cy: Actor, circle_id: UUID, recife: Desk
) -> None:
    with scope.acting(ana):
        circle = circles.circle(ana, circle_id)
        sharing.join_circle(circle, cy.member_id, actor=ana, at=NOON)
    with scope.acting(bo):
        offer = services.offer_cover(recife.pk, FROM, UNTIL, circle_id=circle_id, actor=bo, at=NOON)

    accept(cy, offer)

    with pytest.raises(DomainError) as refusal:
        accept(ana, offer)
    assert refusal.value.code == "cover.not_open"
    assert extra_of(bo, recife) == [(FROM, UNTIL)]


def test_unasked_offer_cannot_be_declined_for_the_others(
    ana: Actor, bo: Actor, circle_id: UUID, recife: Desk
) -> None:
    with scope.acting(bo):
        offer = services.offer_cover(recife.pk, FROM, UNTIL, circle_id=circle_id, actor=bo, at=NOON)

    with scope.acting(ana), pytest.raises(Refused):
        services.decline_offer(offer.pk, actor=ana, at=NOON)


def test_offer_passes_at_its_start(bo: Actor, asked: CoverRequest, recife: Desk) -> None:
    offer = answer(bo, asked, recife)
    row = Due.objects.get(kind="cover.expire", ref=offer.pk)
    assert row.due_at == FROM
    Due.objects.filter(pk=row.pk).update(due_at=NOON - timedelta(days=400))

    with scope.acting(Actor.system(bo.member_id)):
        services.expire_offer(offer.pk, FROM - timedelta(minutes=1))
        assert state_of(bo, offer) == "offered"
        services.expire_offer(offer.pk, FROM)
        services.expire_offer(offer.pk, FROM)

    assert state_of(bo, offer) == "expired"
    with scope.acting(bo):
        assert Event.objects.filter(name="cover.expired").count() == 1


def test_request_passes_at_its_end(ana: Actor, asked: CoverRequest) -> None:
    assert Due.objects.get(kind="cover.close", ref=asked.pk).due_at == UNTIL

    with scope.acting(Actor.system(ana.member_id)):
        services.close_request(asked.pk, UNTIL)

    assert state_of(ana, asked) == "expired"


def test_due_rows_of_cover_fire(ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk) -> None:
    answer(bo, asked, recife)
    Due.objects.filter(kind__startswith="cover.").update(due_at=NOON - timedelta(days=400))

    due.run()

    rows = Due.objects.filter(kind__startswith="cover.")
    assert set(rows.values_list("state", "error")) == {("done", "")}


def test_withdrawn_request_answers_who_waits_and_keeps_what_is_promised(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    promised = accept(ana, answer(bo, asked, recife, FROM, MIDDLE))
    waiting = answer(bo, asked, recife, MIDDLE, UNTIL)

    with scope.acting(ana):
        services.withdraw_request(asked.pk, actor=ana, at=NOON)

    assert state_of(bo, waiting) == "declined"
    assert state_of(bo, promised) == "accepted"
    assert extra_of(bo, recife) == [(FROM, MIDDLE)]


@pytest.mark.parametrize(
    ("a", "b", "field"),
    [
        (NOON - timedelta(hours=1), UNTIL, "starts_at"),
        (UNTIL, FROM, "ends_at"),
        (FROM + timedelta(days=398), FROM + timedelta(days=401), "ends_at"),
    ],
)
def test_hours_that_cannot_be_covered_are_refused_by_field(
    ana: Actor, circle_id: UUID, a: datetime, b: datetime, field: str
) -> None:
    with scope.acting(ana), pytest.raises(Invalid) as refusal:
        services.ask_cover(circle_id, a, b, actor=ana, at=NOON)

    assert set(refusal.value.fields) == {field}


def test_asking_twice_is_refused(ana: Actor, asked: CoverRequest) -> None:
    with scope.acting(ana), pytest.raises(DomainError) as refusal:
        services.ask_cover(asked.circle_id, FROM, UNTIL, actor=ana, at=NOON)

    assert refusal.value.code == "cover.asked_already"


def test_offer_reaches_no_further_than_the_request(
    bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    with pytest.raises(Invalid):
        answer(bo, asked, recife, FROM, UNTIL + timedelta(hours=1))


def test_analyst_asks_and_offers_nothing(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    analyst = analyst_of(ana)
    with scope.acting(analyst), pytest.raises(Refused):
        services.ask_cover(asked.circle_id, FROM, MIDDLE, actor=analyst, at=NOON)
    with pytest.raises(Refused):
        answer(analyst_of(bo), asked, recife)


def test_desk_of_another_member_is_no_desk_to_offer(
    ana: Actor, bo: Actor, cy: Actor, asked: CoverRequest, hangzhou: Desk
) -> None:
    oslo = desk_of(cy, "Oslo", "Europe/Oslo", "09:00", "17:00")
    with pytest.raises(NotFound):
        answer(bo, asked, oslo)
    with pytest.raises(Refused):
        answer(bo, asked, hangzhou)


def test_stranger_can_neither_ask_nor_answer_nor_take_back(
    bo: Actor, cy: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = answer(bo, asked, recife)
    oslo = desk_of(cy, "Oslo", "Europe/Oslo", "09:00", "17:00")

    for act in (
        lambda: services.ask_cover(asked.circle_id, FROM, UNTIL, actor=cy, at=NOON),
        lambda: services.answer_request(asked.pk, oslo.pk, actor=cy, at=NOON),
        lambda: services.accept_offer(offer.pk, actor=cy, at=NOON),
        lambda: services.decline_offer(offer.pk, actor=cy, at=NOON),
        lambda: services.withdraw_offer(offer.pk, actor=cy, at=NOON),
        lambda: services.withdraw_request(asked.pk, actor=cy, at=NOON),
    ):
        with scope.acting(cy), pytest.raises(NotFound):
            act()


def test_who_joins_reads_what_is_asked(ana: Actor, cy: Actor, asked: CoverRequest) -> None:
    with scope.acting(ana):
        sharing.join_circle(circles.circle(ana, asked.circle_id), cy.member_id, actor=ana, at=NOON)

    with scope.acting(cy):
        assert selectors.cover_request(cy, asked.pk) == asked


def test_who_leaves_takes_the_offers_along_and_reads_no_more(
    ana: Actor, bo: Actor, asked: CoverRequest, recife: Desk
) -> None:
    offer = accept(ana, answer(bo, asked, recife))

    with scope.acting(bo):
        sharing.leave_circle(circles.circle(bo, asked.circle_id), bo.member_id, actor=bo, at=NOON)

    assert extra_of(bo, recife) == []
    assert state_of(bo, offer) == "withdrawn"
    assert state_of(ana, asked) == "open"
    with scope.acting(bo):
        assert not selectors.cover_requests(bo).exists()
    with scope.acting(ana):
        assert not selectors.cover_offers(ana).exists()
