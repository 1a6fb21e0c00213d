"""Who acts in a bench, and what opening a page costs: after `start_django`."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core.actor import Actor
from apps.core.ids import uuid7
from tests.bench.measuring import times_of
from tests.factories.world import make_member, make_person

# Not the page's own: the transaction and the stamp.
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")


def newcomer(name: str = "Bench", *, role: str = "manager") -> Actor:
    """A person of a member that has nothing yet; no two are called the same."""
    mark = uuid7().hex[-12:]
    code = "".join(chr(ord("A") + int(digit, 16)) for digit in mark[:5])
    return make_person(f"{name} {mark}", make_member(f"{name} {mark}", code), role=role)


def page(
    client: Client, address: str, *, rounds: int, first: int = 3
) -> tuple[list[float], list[str]]:
    """CPU of the whole request after the first few, and its queries but the transaction's own."""

    def get() -> None:
        assert client.get(address).status_code == 200

    times_of(get, first)
    with CaptureQueriesContext(connection) as captured:
        get()
    asked = [q["sql"] for q in captured.captured_queries]
    return times_of(get, rounds), [sql for sql in asked if not sql.startswith(NOT_COUNTED)]
