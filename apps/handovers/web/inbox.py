"""What waits for an answer, what leaves, what was answered; a quiet queue on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock, scope
from apps.core.errors import DomainError, Invalid
from apps.core.models import Level
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import selectors, services
from apps.handovers.models import Handover
from apps.handovers.rendering import Rendered
from apps.handovers.services import Outcome, ReadBack
from apps.handovers.web import reading as page
from apps.handovers.web.briefing import Line, lines
from apps.leads.models import Severity
from apps.members.web.access import signed_in

SHOWN = 100
TABS = {
    "waiting": selectors.inbox,
    "leaving": selectors.outbox,
    "answered": selectors.answered,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which handovers of the inbox are shown."""

    tab: str = "waiting"
    severity: str = ""
    desk_id: UUID | None = None


@require_safe
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for my answer, what my desks hand over, what was answered."""
    return render(request, "handovers/inbox.html", _inbox(request))


@require_safe
@signed_in
def inbox_live(request: HttpRequest) -> HttpResponse:
    return render(request, "handovers/_inbox.html", _inbox(request))


def _inbox(request: HttpRequest) -> dict[str, Any]:
    actor, choice = scope.current(), _choice(request.GET)
    shown = lines(actor, list(TABS[choice.tab](actor)[:SHOWN]))
    shown = [line for line in shown if _fits(line, choice)]
    return {
        "nav": "handovers",
        "choice": choice,
        "lines": shown,
        "chosen": shown[0].handover if shown else None,
        "waiting_count": selectors.inbox(actor).count(),
        "leaving_count": selectors.outbox(actor).count(),
        "quiet_count": len(selectors.quiet(actor)),
        "severities": Severity.choices,
        "desks": list(duty.own_desks(actor).filter(is_active=True)),
        "query": request.GET.urlencode(),
    }


def _choice(query: Mapping[str, str]) -> Choice:
    """Raises Invalid for a filter that does not exist."""
    tab, severity = query.get("tab") or "waiting", query.get("severity") or ""
    wrong: dict[str, list[str]] = {}
    if tab not in TABS:
        wrong["tab"] = [_("Choose one of the lists.")]
    if severity and severity not in Severity.values:
        wrong["severity"] = [_("Choose one of the severities.")]
    desk_id = None
    try:
        desk_id = UUID(query["desk"]) if query.get("desk") else None
    except ValueError:
        wrong["desk"] = [_("Choose one of the desks.")]
    if wrong:
        raise Invalid(wrong)
    return Choice(tab, severity, desk_id)


def _fits(line: Line, choice: Choice) -> bool:
    if choice.severity and line.severity != choice.severity:
        return False
    ends = {desk.pk for desk in (line.source, line.target) if desk}
    return choice.desk_id is None or choice.desk_id in ends


@require_safe
@signed_in
def peek(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The selected handover beside the list: enough to know what to do next."""
    handover = selectors.find(scope.current(), handover_id)
    context = page.context(request, handover, clock.now())
    return render(request, "handovers/_peek.html", context)


@require_safe
@signed_in
def card(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The handover as the room shows it, at the reader's own level of access."""
    actor = scope.current()
    handover = selectors.find(actor, handover_id)
    reading = selectors.read_briefing(actor, handover)
    sees = reading is not None and reading.level >= Level.SELECTORS
    context = {
        "handover": handover,
        "line": lines(actor, [handover])[0],
        "action_count": len(reading.content.get("actions") or []) if reading and sees else None,
    }
    return render(request, "handovers/_card.html", context)


@dataclass(frozen=True, slots=True)
class Item:
    """One quiet offer on the page, with what was typed and why it was refused."""

    line: Line
    b: Rendered
    prefix: str
    typed: ReadBack | None = None
    refusal: DomainError | None = None

    @property
    def answers(self) -> Mapping[str, str]:
        return self.typed.answers if self.typed else {}

    @property
    def reasons(self) -> Mapping[str, str]:
        return self.typed.reasons if self.typed else {}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def quiet(request: HttpRequest) -> HttpResponse:
    """A quiet queue: each read back in its own words, accepted one by one."""
    actor = scope.current()
    if request.method != "POST":
        offers = [offer for offer, _reading in selectors.quiet(actor)]
        return _quiet_page(request, offers, {}, [])
    said = _said(request.POST)
    if not said:
        raise Invalid({"read_back": [_("Read at least one of them back.")]})
    outcomes = services.accept_quiet(list(said.items()), actor=actor, at=clock.now())
    refused = [outcome for outcome in outcomes if outcome.refusal]
    taken = len(outcomes) - len(refused)
    if taken:
        words = ngettext(
            "You hold %(count)s more case now.", "You hold %(count)s more cases now.", taken
        )
        messages.success(request, words % {"count": taken})
    if not refused:
        return redirect("handovers:inbox")
    left = [offer for offer, _reading in selectors.quiet(actor)]
    known = {offer.pk for offer in left}
    gone = [o.handover_id for o in refused if o.handover_id not in known]
    left += list(selectors.visible(actor).filter(pk__in=gone))
    return _quiet_page(request, left, said, refused)


def _said(post: QueryDict) -> dict[UUID, ReadBack]:
    """The read-backs that were written, by handover: fields are named `<handover>:<field>`."""
    fields: dict[str, dict[str, str]] = {}
    for name, value in post.items():
        owner, colon, field = name.partition(":")
        if colon:
            fields.setdefault(owner, {})[field] = str(value)
    found = {}
    for owner, typed in fields.items():
        try:
            handover_id = UUID(owner)
        except ValueError:
            continue
        if typed.get("read_back", "").strip():
            found[handover_id] = page.typed(typed)
    return found


def _quiet_page(
    request: HttpRequest,
    offers: Sequence[Handover],
    said: Mapping[UUID, ReadBack],
    refused: Sequence[Outcome],
) -> HttpResponse:
    why = {outcome.handover_id: outcome.refusal for outcome in refused}
    items = []
    for line in lines(scope.current(), offers):
        rendered = page.rendering(request, line.handover, clock.now(), since=0)
        if rendered is not None:
            key = line.handover.pk
            items.append(Item(line, rendered, f"{key}:", said.get(key), why.get(key)))
    context = {"nav": "handovers", "groups": _by_desk(items), "items": items}
    status = 409 if refused else 200
    return render(request, "handovers/quiet.html", context, status=status)


def _by_desk(items: Sequence[Item]) -> list[tuple[Desk | None, list[Item]]]:
    """One group for each desk that is asked, in the order of the first deadline."""
    groups: dict[UUID | None, list[Item]] = {}
    for item in items:
        groups.setdefault(item.line.target.pk if item.line.target else None, []).append(item)
    return [(group[0].line.target, group) for group in groups.values()]
