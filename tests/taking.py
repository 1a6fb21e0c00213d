"""A pytest plugin: the modules of one's own in turn, then those that nobody has begun.

Every process collects everything. A module belongs to the one that made its file in the directory
of claims; whoever is done with its own takes the last of the others'. So no process stands idle
while another has much to do, and a module is run by exactly one.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# They start servers, kill them, and hold their breath for it: never in two processes at once.
ONLY_OWN = ("tests/browser/", "tests/faults/")

Modules = dict[str, list[pytest.Item]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--claims", type=Path, help="where processes say which modules they run")
    parser.addoption("--own", action="append", default=[], help="a directory to begin with")


def modules_of(items: list[pytest.Item]) -> Modules:
    """The tests by module, in the order in which they were collected."""
    found: Modules = {}
    for item in items:
        found.setdefault(item.nodeid.partition("::")[0], []).append(item)
    return found


def in_turn(names: list[str], own: list[str]) -> list[str]:
    """Directories of one's own in the order in which they were given, then the others' last."""
    mine = [name for place in own for name in names if name.startswith(f"{place}/")]
    others = [name for name in names if name not in set(mine) and not name.startswith(ONLY_OWN)]
    return mine + sorted(others, reverse=True)


def claim(directory: Path, name: str) -> bool:
    """Whether the module is ours: the file system lets one alone make the file."""
    try:
        os.close(os.open(directory / name.replace("/", "."), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def taken(session: pytest.Session) -> Iterator[pytest.Item]:
    modules = modules_of(session.items)
    for name in in_turn(list(modules), session.config.getoption("own")):
        if claim(session.config.getoption("claims"), name):
            yield from modules[name]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Pytest's own loop, over what is taken; what goes wrong in collecting is left to that."""
    if session.testsfailed or session.config.option.collectonly:
        return None
    waiting = taken(session)
    item = next(waiting, None)
    while item is not None:
        following = next(waiting, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True
