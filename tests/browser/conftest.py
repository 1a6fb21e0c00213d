"""A server in a process of its own, one Chromium per module, a world made in the test."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

from apps.core import outbox
from apps.core.actor import Actor
from tests.browser.find import find
from tests.browser.watching import Sheet, Window
from tests.factories.world import client_of

STARTS_IN_SECONDS = 60
# A bound for what never comes; a busy machine is not wrong.
expect.set_options(timeout=20_000)
# What nobody looks at costs a second for each window: pages of Chromium's own behind the address
# bar, and a graphics card made of software. The last of such switches counts, so the names that
# Playwright switches off come first.
SWITCHED_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
)
LEAN = ["--no-sandbox", "--disable-gpu", f"--disable-features={SWITCHED_OFF}"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the product, served over the tests' database."""
    scratch = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "ALLIANCE_SERVED_DB": connection.settings_dict["NAME"],
        "ALLIANCE_TEST_DIR": str(scratch),
    }
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "alliance.asgi:application", "--port", str(port)]
    with (scratch / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--lifespan", "off", "--log-level", "warning"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(address, server, scratch / "log")
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_IN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for the module: the loop that drives it must not outlive it."""
    path = find()
    if path is None:
        pytest.fail("There is no Chromium: install it, or set CHROMIUM to the program.")
    # The driver's loop runs in this thread, and the fixtures of the database do as well.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LEAN)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Callable[..., Any]]:
    """Call a function in a thread of its own, where no loop runs: services, workers."""
    with ThreadPoolExecutor(1) as pool:

        def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return pool.submit(function, *args, **kwargs).result()

        yield call
        pool.submit(connections.close_all).result()


@pytest.fixture
def workers(elsewhere: Callable[..., Any]) -> Callable[[], None]:
    """What the workers do after a commit."""
    return lambda: elsewhere(outbox.drain)


@pytest.fixture
def open_window(
    chromium: Browser, site: str, elsewhere: Callable[..., Any]
) -> Iterator[Callable[..., Window]]:
    """A browser window of an actor, signed in; what goes wrong in it is written down.

    `sheet`: its pages are laid out and never drawn.
    """
    contexts = []

    def _open(actor: Actor | None = None, *, sheet: bool = False, **options: Any) -> Window:
        options |= {"no_viewport": True} if sheet else {}
        context = chromium.new_context(base_url=site, reduced_motion="reduce", **options)
        contexts.append(context)
        if actor is not None:
            cookie = elsewhere(_session_of, actor)
            context.add_cookies([{**cookie, "url": site}])
        return (Sheet if sheet else Window)(context.new_page(), site)

    yield _open
    for context in contexts:
        context.close()
    elsewhere(_rest)


def _rest() -> None:
    """Until the server has finished with the closed windows: the flush locks every table.

    Reading marks are gathered for a quarter of a second before they are kept.
    """
    calm, until = 0, time.monotonic() + 10
    while calm < 12 and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            calm = calm + 1 if cursor.fetchone()[0] == 0 else 0
        time.sleep(0.03)


def _session_of(actor: Actor) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client_of(actor).cookies[name].value}


__all__ = ["Page"]
