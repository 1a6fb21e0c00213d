"""A pytest plugin: the modules of one's own in turn, then those that nobody has begun.

A module belongs to the one that made its file in the directory of claims; whoever is done with its
own takes the last of the others'. So no process stands idle while another has much to do, and a
module is run by exactly one. It is read when its turn has come, by that one alone: reading all
tests costs as much as running a thousand of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# They start servers, kill them, and hold their breath for it: never in two processes at once.
ONLY_OWN = ("tests/browser/", "tests/faults/")

ROOT = Path(__file__).resolve().parent.parent
TURNS: pytest.StashKey[Iterator[pytest.Collector]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--claims", type=Path, help="where processes say which modules they run")
    parser.addoption("--own", action="append", default=[], help="a directory to begin with")


def modules() -> list[str]:
    """Every module of tests, by its path from the root."""
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/test_*.py"))


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


def taken(session: pytest.Session) -> Iterator[pytest.Collector]:
    """The modules that are ours, each claimed when it is asked for; none is read yet."""
    names = in_turn(modules(), session.config.getoption("own"))
    unread = {
        str(node.path.relative_to(ROOT)): node
        for node in session.perform_collect(names, genitems=False)
    }
    for name in names:
        if claim(session.config.getoption("claims"), name):
            yield unread[name]


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> bool | None:
    """One module at a time, ordered and looked after as pytest does it with all of them.

    Those that were read before stay in the list: the first that asks for the database is looked
    up there.
    """
    config = session.config
    if config.option.collectonly:
        return None
    if TURNS not in config.stash:
        config.stash[TURNS] = taken(session)
    node = next(config.stash[TURNS], None)
    found = [] if node is None else list(session.genitems(node))
    config.hook.pytest_collection_modifyitems(session=session, config=config, items=found)
    session.items += found
    session.testscollected = len(session.items)
    config.hook.pytest_collection_finish(session=session)
    return node is not None


def items(session: pytest.Session) -> Iterator[pytest.Item]:
    """The tests of the module that was collected at the start, then of each that follows."""
    given = 0
    while True:
        yield from session.items[given:]
        given = len(session.items)
        if not session.config.hook.pytest_collection(session=session):
            return


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Pytest's own loop, over what is taken; what cannot be collected is counted as failed."""
    if session.config.option.collectonly:
        return None
    waiting = items(session)
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
