"""Many reports at once that are no file: a partner's batch, and whatever else comes in numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.leads import policies
from apps.leads.drafts import Draft, content_digest, read
from apps.leads.importing import messages
from apps.leads.importing.rows import Defaults, Judged, judge
from apps.leads.models import ImportBatch, ImportRow, Lead
from apps.leads.reading import DEFAULT_LIMITS, ReadError, guess_mapping, open_table
from apps.leads.reading.bundles import FORMATS as BUNDLES
from apps.leads.services import stretches
from apps.leads.services.keeping import admit
from apps.leads.services.opening import Share, check_audience, open_to
from apps.sharing import services as sharing

FORMAT = "api"
MOST_AT_ONCE = 1_000
NOBODY: Mapping[int, Sequence[Share]] = {}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that could not even be read as a report: which part, and why."""

    field: str
    reason: str


def report_many(
    items: Sequence[Draft | Unreadable],
    *,
    actor: Actor,
    at: datetime,
    audiences: Mapping[int, Sequence[Share]] = NOBODY,
) -> tuple[ImportBatch, list[stretches.Result]]:
    """Keep each report that is good and new; each is judged alone, all in the caller's transaction.

    One that was reported before, by its content and its source, is known and not kept twice.
    `audiences` says by place who reads a new lead from its first instant.
    """
    policies.may_add(actor).require()
    judged = [
        _judged(n, item, audiences.get(n - 1, ()), actor=actor, at=at)
        for n, item in enumerate(items, start=1)
    ]
    batch, results = _taken(FORMAT, judged, actor=actor, at=at)
    _open(results, audiences, actor=actor, at=at)
    return batch, results


def report_bundle(
    data: bytes, defaults: Defaults, *, actor: Actor, at: datetime
) -> tuple[ImportBatch, list[stretches.Result]]:
    """Keep what a STIX 2.1 bundle or MISP events report: through the importer, without a file.

    Raises Invalid for what is neither, or for more reports than are taken at once.
    """
    policies.may_add(actor).require()
    try:
        table = open_table(data, limits=replace(DEFAULT_LIMITS, rows=MOST_AT_ONCE))
        rows = list(table)
    except ReadError as error:
        raise _no_bundle(error.message, code=error.code) from error
    if table.format not in BUNDLES:
        raise _no_bundle(_("This is neither a STIX 2.1 bundle nor a MISP event."))
    mapping = guess_mapping(table.columns)
    judged = [judge(row, mapping, defaults, at=at) for row in rows]
    return _taken(table.format, judged, actor=actor, at=at)


def _no_bundle(message: str, *, code: str = "invalid") -> Invalid:
    return Invalid({"body": [message]}, code=code, message=message)


def _taken(
    format_: str, judged: Sequence[Judged], *, actor: Actor, at: datetime
) -> tuple[ImportBatch, list[stretches.Result]]:
    """Take judged reports at once: an import that begins and ends in one transaction."""
    batch = ImportBatch(
        member_id=actor.member_id,
        format=format_,
        columns=[],
        state=ImportBatch.State.RUNNING,
        total=len(judged),
        created_by=actor.user_id,
        created_at=at,
        started_at=at,
        ended_at=at,
    )
    sharing.own_subject(("import", batch.pk), member_id=actor.member_id, at=at)
    batch.save(force_insert=True)
    results = stretches.take(batch, judged, actor=actor, at=at)
    batch.state = ImportBatch.State.DONE
    batch.save(update_fields=["state"])
    return batch, results


def _open(
    results: Sequence[stretches.Result],
    audiences: Mapping[int, Sequence[Share]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Give the audiences of new leads their access; what was known before stays as it is."""
    fresh = {
        row.lead_id: audiences[row.number - 1]
        for row in results
        if row.outcome == ImportRow.Outcome.ADDED and audiences.get(row.number - 1)
    }
    for lead in Lead.objects.filter(pk__in=[one for one in fresh if one]).order_by("pk"):
        open_to(lead, fresh[lead.pk], actor=actor, at=at)


def _judged(
    number: int,
    item: Draft | Unreadable,
    shares: Sequence[Share],
    *,
    actor: Actor,
    at: datetime,
) -> Judged:
    if isinstance(item, Unreadable):
        return _refused(number, item.field, item.reason)
    try:
        admit(item, actor=actor, at=at)
        check_audience(shares, tlp=item.tlp, actor=actor, at=at)
    except DomainError as refusal:
        field, reasons = next(iter(refusal.fields.items()), ("", [refusal.message]))
        return _refused(number, field, str(reasons[0]))
    reading = read(item)
    code, params = messages.together(messages.unread(reading.unread))
    return Judged(number, content_digest(item), item, reading, code, params)


def _refused(number: int, field: str, reason: str) -> Judged:
    params: dict[str, Any] = {"field": field, "reason": reason}
    return Judged(number, b"", code=messages.REFUSED, params=params)
