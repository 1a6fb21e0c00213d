"""The sender's editor: the whole briefing on one page, rows that need no script."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import clock, scope
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.web.forms import LocalInstantField
from apps.duty import selectors as duty
from apps.handovers import briefing, policies, selectors, services
from apps.handovers.models import Handover
from apps.handovers.rendering import words
from apps.handovers.web import reading as page
from apps.investigations.web.forms import LANGUAGES
from apps.leads.models import Severity
from apps.members.web.access import signed_in, user_of

# Empty rows after the filled ones, so that a page without scripts can add some too.
SPARE = 2
ROWS = {
    "contingencies": ("if", "then"),
    "questions": ("text",),
    "waits": ("who", "what", "until"),
}
TEXTS = ("severity_reason", "summary", "restrictions", "note")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Complete the briefing; what cannot be taken is said beside what was typed."""
    handover = selectors.find(scope.current(), handover_id)
    if request.method != "POST":
        return _page(request, handover)
    try:
        # What was begun before the refusal is undone: the page that says why is no error.
        with transaction.atomic():
            services.amend_briefing(
                handover_id,
                # An undrafted briefing is drafted from the record first, and nothing is typed yet.
                changes={} if "draft" in request.POST else _changes(request),
                version=_number(request.POST.get("version")),
                actor=scope.current(),
                at=clock.now(),
            )
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(request, handover, refusal=refusal)
    if "draft" in request.POST:
        return redirect("handovers:amend", handover_id=handover_id)
    messages.success(request, _("The briefing is kept as a new version."))
    return redirect("handovers:detail", handover_id=handover_id)


def _page(
    request: HttpRequest, handover: Handover, *, refusal: DomainError | None = None
) -> HttpResponse:
    at = clock.now()
    reading = selectors.read_briefing(scope.current(), handover)
    content = reading.content if reading else {}
    is_stale = refusal is not None and refusal.code == "stale"
    read = _number(request.POST.get("version")) if refusal else 0
    rendered = page.rendering(request, handover, at, since=read if is_stale else 0)
    context = {
        "nav": "handovers",
        "handover": handover,
        "b": rendered,
        "version": reading.briefing.version if reading else 1,
        "form": _typed(request) if refusal else _kept(content, user_of(request).time_zone),
        "may_amend": policies.may_amend(scope.current(), handover),
        "missing": [words.MISSING[part] for part in reading.missing] if reading else [],
        "severities": Severity.choices,
        "languages": LANGUAGES,
        "colleagues": duty.colleagues(scope.current()),
        "refusal": refusal,
        "zone": user_of(request).time_zone,
    }
    status = refusal.status if refusal else 200
    return render(request, "handovers/editor.html", context, status=status)


def _kept(content: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The fields as the latest version has them."""
    field = LocalInstantField()
    field.zone = zone
    waits = [
        {**row, "until": field.prepare_value(parse_datetime(row["until"])) if row["until"] else ""}
        for row in content.get("waits") or []
    ]
    # A standard contingency is the machine's: shown as what applies, not as the sender's words.
    own = [row for row in content.get("contingencies") or [] if not row.get("standard")]
    return {
        "severity": content.get("severity"),
        "language": content.get("language"),
        **{name: content.get(name) or "" for name in TEXTS},
        "no_actions": bool(content.get("no_actions")),
        "contingencies": _spare(own, ROWS["contingencies"]),
        "questions": _spare(content.get("questions") or [], ROWS["questions"]),
        "waits": _spare(waits, ROWS["waits"]),
        "wake": set(content.get("wake") or []),
        "keeps_standard": any(r.get("standard") for r in content.get("contingencies") or []),
    }


def _spare(rows: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> list[dict[str, Any]]:
    empty = {"id": "", **dict.fromkeys(fields, "")}
    return [*(dict(row) for row in rows), *({**empty} for _n in range(SPARE))]


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The fields as they were typed, for a page that says what is wrong."""
    post = request.POST
    return {
        "severity": post.get("severity", ""),
        "language": post.get("language", ""),
        **{name: post.get(name, "") for name in TEXTS},
        "no_actions": "no_actions" in post,
        **{part: _spare(_rows(request, part), fields) for part, fields in ROWS.items()},
        "wake": set(post.getlist("wake")),
        "keeps_standard": "keeps_standard" in post,
    }


def _rows(request: HttpRequest, part: str) -> list[dict[str, Any]]:
    """The rows of one part in the order of the page, empty ones left out."""
    columns = [request.POST.getlist(f"{part}-{field}") for field in ("id", *ROWS[part])]
    rows = [
        dict(zip(("id", *ROWS[part]), cells, strict=True)) for cells in zip(*columns, strict=False)
    ]
    return [row for row in rows if any(row[field].strip() for field in ROWS[part])]


def _changes(request: HttpRequest) -> dict[str, Any]:
    """What was typed as the changes of `amend_briefing`. Raises Invalid for an odd time."""
    post = request.POST
    contingencies = _rows(request, "contingencies")
    if "keeps_standard" in post:
        contingencies = [briefing.STANDARD, *contingencies]
    return {
        "severity": post.get("severity", ""),
        "language": post.get("language", ""),
        **{name: post.get(name, "") for name in TEXTS},
        "no_actions": "no_actions" in post,
        "contingencies": contingencies,
        "questions": _rows(request, "questions"),
        "waits": [
            {**row, "until": _instant(row["until"], user_of(request).time_zone)}
            for row in _rows(request, "waits")
        ],
        "wake": post.getlist("wake"),
    }


def _instant(text: str, zone: str) -> datetime | None:
    field = LocalInstantField(required=False)
    field.zone = zone
    try:
        value: datetime | None = field.clean(text)
    except ValidationError:
        raise Invalid({"waits": [_("Give a date and a time.")]}) from None
    return value


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0
