"""Who is asked first: the longest duty left, then the least laden, then the order of the desks."""

from datetime import timedelta
from uuid import UUID

from apps.duty.models import Desk
from apps.handovers.models import Policy
from apps.handovers.selecting import Candidate, Survey

HOUR = timedelta(hours=1)


def candidate(name: str, hours: int, load: int, capacity: int = 20, **more: object) -> Candidate:
    pk = UUID(int=sum(name.encode()))
    desk = Desk(pk=pk, name=name, capacity=capacity, order=int(str(more.get("order", 0))))
    return Candidate(desk, hours * HOUR, load, code=str(more.get("code", "")))


def order(*found: Candidate) -> list[str]:
    return [c.desk.name for c in Survey(Policy(), list(found), None, None, False).candidates]


def test_candidates_stand_in_the_order_of_the_specification() -> None:
    table = {
        "the longest duty left, however laden": (
            [candidate("short", 2, 0), candidate("long", 8, 19)],
            ["long", "short"],
        ),
        "as long: the smaller share of what it can hold": (
            [candidate("half", 8, 5, 10), candidate("third", 8, 10, 30)],
            ["third", "half"],
        ),
        "as laden, too: the desks' own order": (
            [candidate("later", 8, 1, order=2), candidate("sooner", 8, 1, order=1)],
            ["sooner", "later"],
        ),
        "who may not be asked is not": (
            [candidate("full", 9, 20, code="capacity"), candidate("free", 1, 0)],
            ["free"],
        ),
    }

    wrong = {rule: order(*found) for rule, (found, said) in table.items() if order(*found) != said}
    assert wrong == {}
