"""What the room of a case can do to its custody: hand over at once, add to the briefing."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat.commanding import Answer, Call, usage
from apps.core.decisions import Decision, denied
from apps.core.errors import DomainError
from apps.core.models import Level
from apps.handovers import briefing, policies, selectors, services
from apps.handovers.briefing.amending import TEXT_LIMIT
from apps.handovers.models import Handover
from apps.investigations import selectors as investigations

HANDOVER = "/handover @milan-desk Lorry leaves at 15:00"


def hand_over(call: Call) -> Answer:
    """Ask every desk that may take the case at once, or the one that is called."""
    desk, situation = call.callee()
    if not situation or (desk is not None and not desk.ref.startswith("desk:")):
        raise usage(HANDOVER)
    services.hand_over_now(
        call.case_id,
        situation=situation,
        desk_id=UUID(desk.ref.partition(":")[2]) if desk else None,
        actor=call.actor,
        at=call.at,
    )
    return Answer(_("The case is offered. Your desk holds it until somebody accepts."))


def may_add_line(call: Call) -> Decision:
    """Whoever may offer the case may write in its briefing, while one is planned."""
    case = investigations.find(call.actor, call.case_id, min_level=Level.CASE)
    decision = policies.may_offer(call.actor, case)
    if decision and _pending(call) is None:
        return denied("briefing.none_planned", _("No handover of this case is planned."))
    return decision


def add_line(call: Call) -> Answer:
    """The message as a line of the briefing, with author, time, language and number."""
    handover = _pending(call)
    if handover is None:
        raise DomainError("briefing.none_planned", _("No handover of this case is planned."))
    last = briefing.latest(handover)
    note = str(last.content.get("note", "")) if last else ""
    line = _line(call)
    if len(note) + len(line) + 1 > TEXT_LIMIT:
        raise DomainError(
            "briefing.full", _("The note of the briefing is full: shorten it first."), status=400
        )
    services.amend_briefing(
        handover.pk,
        changes={"note": f"{note}\n{line}".strip()},
        version=last.version if last else 1,
        actor=call.actor,
        at=call.at,
    )
    return Answer(_("The message is in the briefing."), notice="briefing.filed")


def _line(call: Call) -> str:
    """“Text” (Ana Lin, Aurelis, 2026-11-26 09:00 UTC, zh, #12)."""
    said, author = call.said, call.said_by
    words = " ".join(said.body.split())
    when = f"{said.posted_at:%Y-%m-%d %H:%M} UTC"
    source = ", ".join([author.name, author.member, when, said.language or "und", f"#{said.seq}"])
    return f"“{words}” ({source})"


def _pending(call: Call) -> Handover | None:
    found = selectors.of_investigation(call.actor, call.case_id)
    return found.filter(state__in=Handover.PENDING).first()
