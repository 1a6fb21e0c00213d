"""Running the same work in several threads, each with its own connection."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

PATIENCE = 30


def at_once(*works: Callable[[], object]) -> list[object]:
    """Start all at the same moment; what each returned or raised, in order."""
    results: list[object] = [None] * len(works)
    start = Barrier(len(works))

    def run(index: int, work: Callable[[], object]) -> None:
        try:
            start.wait(PATIENCE)
            results[index] = work()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not [thread for thread in threads if thread.is_alive()]
    return results
