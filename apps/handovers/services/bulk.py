"""A quiet queue accepted from one page: one read-back each, judged one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.handovers import selectors
from apps.handovers.models import Handover
from apps.handovers.services.answering import accept_handover
from apps.handovers.services.reading_back import ReadBack

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one acceptance: the handover as it is now, or why it was refused."""

    handover_id: UUID
    handover: Handover | None = None
    refusal: DomainError | None = None


def accept_quiet(
    read_backs: Sequence[tuple[UUID, ReadBack]], *, actor: Actor, at: datetime
) -> list[Outcome]:
    """Accept each alone, in the order asked for; a refused one leaves the others as they are.

    Only quiet offers: what is urgent, incomplete or has an open question is read on its own page.
    """
    ids = [handover_id for handover_id, _read_back in read_backs]
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise Invalid({"items": [_("Accept 1 to 50 handovers at once.")]})
    if len(set(ids)) != len(ids):
        raise Invalid({"items": [_("Name each handover once.")]})
    # The locks of all stay until the end: taken in the order of the investigations, always.
    roots = dict(selectors.visible(actor).filter(pk__in=ids).values_list("pk", "investigation_id"))
    outcomes = {
        handover_id: _accept(handover_id, read_back, actor=actor, at=at)
        for handover_id, read_back in sorted(
            read_backs, key=lambda pair: (roots.get(pair[0], pair[0]), pair[0])
        )
    }
    return [outcomes[handover_id] for handover_id in ids]


def _accept(handover_id: UUID, read_back: ReadBack, *, actor: Actor, at: datetime) -> Outcome:
    try:
        with transaction.atomic():
            _require_quiet(handover_id, actor)
            taken = accept_handover(handover_id, read_back=read_back, actor=actor, at=at)
    except DomainError as refusal:
        return Outcome(handover_id, refusal=refusal)
    return Outcome(handover_id, handover=taken)


def _require_quiet(handover_id: UUID, actor: Actor) -> None:
    """An amended briefing has another version: what is quiet here is what is accepted there."""
    handover = selectors.find(actor, handover_id)
    reading = selectors.read_briefing(actor, handover)
    if handover.state == Handover.State.OFFERED and not selectors.is_quiet(handover, reading):
        raise DomainError(
            "handover.not_quiet",
            _("This one is not quiet: read it on its own page and answer it there."),
        )
