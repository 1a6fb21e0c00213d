"""What must be true is re-derived every minute: correctness never depends on a message."""

from collections.abc import Callable

_reconcilers: list[Callable[[], object]] = []


def register(reconciler: Callable[[], object]) -> None:
    """Higher apps add theirs in `AppConfig.ready()`."""
    if reconciler not in _reconcilers:
        _reconcilers.append(reconciler)


def run() -> None:
    for reconciler in _reconcilers:
        reconciler()
