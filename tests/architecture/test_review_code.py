"""House rules that a reader of the source can check, checked."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for p in (ROOT / "apps").rglob("*.py") if "migrations" not in p.parts)

# Who writes under another member's stamp: every module here was read with that question.
MAY_WRITE_AS_OWNER = {
    "apps/chat/services/direct.py",
    "apps/chat/services/rooms.py",
    "apps/duty/services/cover.py",
    "apps/duty/services/covering.py",
    "apps/duty/services/sharing.py",
    "apps/handovers/services/answering.py",
    "apps/handovers/services/asking.py",
    "apps/handovers/services/briefings.py",
    "apps/handovers/services/drafting.py",
    "apps/handovers/services/emergency.py",
    "apps/handovers/services/settling.py",
    "apps/handovers/services/undoing.py",
    "apps/handovers/subscribers.py",
    "apps/investigations/deconflicting/holding.py",
    "apps/investigations/deconflicting/meeting.py",
    "apps/investigations/services/sharing.py",
    "apps/investigations/services/tasks.py",
    "apps/leads/correlating/batching.py",
    "apps/leads/correlating/telling.py",
    "apps/leads/exchange/disclosing.py",
    "apps/notifications/services/reaching.py",
    "apps/notifications/services/routing.py",
    "apps/notifications/services/telling.py",
    "apps/leads/services/answering.py",
    "apps/leads/services/asking.py",
    "apps/leads/services/proposing.py",
    "apps/leads/services/resharing.py",
    "apps/leads/services/share_runs.py",
    "apps/leads/services/sharing.py",
    "apps/sharing/services/audience.py",
    "apps/sharing/services/candidacies.py",
    "apps/sharing/services/circles.py",
    "apps/sharing/services/grants.py",
    "apps/sharing/services/ledgers.py",
}
# Who binds another actor than the one who asked.
MAY_BIND = {
    "apps/chat/joining.py",
    "apps/chat/marking.py",
    # Direct messages are read by the person alone, past what the member reads.
    "apps/chat/selectors/calling.py",
    "apps/chat/selectors/listing.py",
    "apps/chat/selectors/marks.py",
    "apps/chat/selectors/messages.py",
    "apps/chat/selectors/rooms.py",
    "apps/chat/selectors/searching.py",
    "apps/chat/selectors/translations.py",
    "apps/chat/services/appending.py",
    "apps/chat/services/exporting.py",
    "apps/chat/services/translating.py",
    "apps/core/due.py",
    "apps/core/lateness.py",
    "apps/core/outbox.py",
    "apps/core/rounds.py",
    "apps/core/scope.py",
    "apps/duty/services/feeds.py",
    "apps/handovers/notifying.py",
    # What was given to the person by name is read as that person.
    "apps/leads/exchange/exporting.py",
    "apps/leads/selectors/by_name.py",
    "apps/leads/selectors/finding.py",
    "apps/leads/selectors/searching.py",
    "apps/members/middleware.py",
    "apps/members/services/invitations.py",
    "apps/members/services/leaving.py",
    "apps/members/services/organisations.py",
    "apps/notifications/calling.py",
    "apps/notifications/selectors/reach.py",
}
PAST_THE_SELECTORS = {"raw", "extra", "RawSQL"}
REQUEST_DATA = {"GET", "POST", "data", "query_params", "headers", "COOKIES", "FILES"}


@cache
def calls(path: Path) -> list[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def name_of(call: ast.Call) -> str:
    function = call.func
    return getattr(function, "attr", getattr(function, "id", ""))


def files_that_call(name: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if any(name_of(call) == name for call in calls(path))
    }


def test_writers_under_anothers_stamp_are_reviewed() -> None:
    assert files_that_call("as_owner") == MAY_WRITE_AS_OWNER


def test_binders_of_another_actor_are_reviewed() -> None:
    demo = {f for f in files_that_call("binding") if f.startswith("apps/handovers/demo/")}

    assert files_that_call("binding") - demo == MAY_BIND


def test_nothing_reads_past_the_selectors() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for call in calls(path)
        if PAST_THE_SELECTORS & {name_of(call), getattr(call.func, "id", "")}
    ]

    assert found == []
    assert [path for path in SOURCES if "_base_manager" in path.read_text()] == []


def test_request_data_is_never_spread_into_a_call() -> None:
    """`filter(**request.GET)` would let a reader name columns and lookups."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg is None and _is_request_data(keyword.value)
    ]

    assert found == []


def _is_request_data(value: ast.expr) -> bool:
    attributes = {n.attr for n in ast.walk(value) if isinstance(n, ast.Attribute)}
    names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    return bool(attributes & REQUEST_DATA) and bool({"request", "self"} & names)


def test_every_time_comes_from_the_one_clock() -> None:
    """The process's own clock follows neither the database's nor the demo's."""
    allowed = {
        # Words for a page rendered without a context (an error page).
        "apps/core/templatetags/alliance.py",
        "apps/core/web/wording.py",
        # How far the page's ticking clock is from the database's.
        "apps/handovers/context.py",
    }
    found = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for call in calls(path)
        if name_of(call) in {"now", "utcnow", "today"}
        and ast.unparse(call.func).split(".")[0] in {"datetime", "date", "timezone", "dt"}
    }

    assert found <= allowed


def test_services_and_below_do_not_know_the_edges() -> None:
    edges = {"django.http", "django.shortcuts", "django.views", "django.forms"}
    found = [
        f"{path.relative_to(ROOT)} imports {node.module}"
        for path in SOURCES
        if {"services", "policies", "selectors", "models"}
        & set(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in edges
    ]

    assert found == []


def test_modules_stay_short() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := _lines(p)) > 600}

    assert long == {}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
