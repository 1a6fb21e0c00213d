"""What goes into a file of leads, and whether it may still be delivered.

A file is made of what its maker may read at that instant, as his member or by name, and delivered
only while he may still read every lead in it at that level and take copies of it: a grant that has
narrowed, a light that has turned red or a membership that has ended stops the file, however far it
has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import due, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.leads import policies, selectors
from apps.leads.exchange import storage
from apps.leads.exchange.formats import FORMATS
from apps.leads.exchange.models import MOST, Export
from apps.leads.exchange.outgoing import Outgoing
from apps.leads.models import LeadAccess, LeadSelector
from apps.leads.projecting import LeadView, project
from apps.members import selectors as members
from apps.sharing import services as sharing
from apps.sharing.models import Tlp

FORGET: Final = "leads.forget_export"
RING: Final = "leads.ring_export"
# An export that has not moved for so long has lost its worker.
RING_AFTER: Final = timedelta(minutes=2)
STRETCH: Final = 200
# A file is personal data lying about: it is fetched soon or made again.
LASTS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file on its way out."""

    name: str
    media_type: str
    data: bytes


def exports(actor: Actor) -> QuerySet[Export]:
    """The actor's own files; a manager's or an admin's view is no wider: a copy has one taker."""
    mine = Export.objects.filter(member_id=actor.member_id, created_by=actor.user_id)
    return mine.order_by("-created_at", "-id")


def find_export(actor: Actor, export_id: UUID) -> Export:
    """One of the actor's own files. Raises NotFound."""
    found = exports(actor).filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return found


def may_leave(actor: Actor) -> Q:
    """Access rows to leads of which the actor's member may take copies: never of TLP:RED."""
    own = Q(owner_id=actor.member_id)
    return (own | Q(capabilities__contains=["export"])) & ~Q(lead__tlp=Tlp.RED)


def start_export(
    format_name: str,
    *,
    lead_ids: Sequence[UUID] = (),
    wanted: selectors.Wanted | None = None,
    actor: Actor,
    at: datetime,
) -> Export:
    """Begin a file of these leads, or of what a list shows. Raises NotFound for an unknown lead.

    A lead named by itself is refused with the reason; what a list shows and may not leave is left
    out and counted.
    """
    policies.may_export(actor).require()
    if format_name not in FORMATS:
        raise Invalid({"format": [_("Choose one of the formats.")]})
    ids, left_out = _named(actor, lead_ids) if lead_ids else _listed(actor, wanted, at)
    if not ids:
        raise Invalid({"lead_ids": [_("There is nothing here that may leave.")]})
    made = Export.objects.create(
        member_id=actor.member_id,
        created_by=actor.user_id,
        format=format_name,
        lead_ids=ids,
        left_out=left_out,
        created_at=at,
        expires_at=at + LASTS,
    )
    due.plan(FORGET, made.pk, at=made.expires_at, member_id=made.member_id)
    # A handful is made while its maker waits; more is made by a worker, a stretch at a time.
    if len(ids) <= STRETCH:
        advance_export(made.pk, actor=actor, at=at)
        made.refresh_from_db()
    else:
        plan_export(made.pk, actor=actor, at=at)
    return made


def plan_export(export_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Look at it again before long, whatever becomes of its worker."""
    when = at + RING_AFTER
    token = f"{RING}:{export_id}:{when.isoformat()}"
    due.plan(RING, export_id, at=when, member_id=actor.member_id, token=token)


def take_table(wanted: selectors.Wanted, *, actor: Actor, at: datetime) -> list[LeadView]:
    """The member's own leads of a list, to be written out at once: a copy like any other."""
    policies.may_export(actor).require()
    leads = selectors.for_export(actor, wanted)
    copies = [(("lead", one.id), one.member_id, one.level) for one in leads]
    sharing.record_exports(copies, format_name=Export.Format.CSV, actor=actor, at=at)
    return leads


def _named(actor: Actor, lead_ids: Sequence[UUID]) -> tuple[list[UUID], int]:
    found = selectors.find_many(actor, lead_ids, min_level=1)
    ids = [lead.pk for lead in found]
    leaving = _leaving(actor, ids)
    for lead in found:
        policies.may_export_lead(actor, lead, is_open=lead.pk in leaving).require()
    return ids, 0


def _listed(actor: Actor, wanted: selectors.Wanted | None, at: datetime) -> tuple[list[UUID], int]:
    wish = wanted or selectors.NO_WISH
    shown = selectors.rows(actor, wish, at=at)
    ids = list(shown.values_list("lead_id", flat=True)[:MOST])
    named = selectors.named_rows(actor, wish, shown, at=at)
    ids = [*ids, *(line.id for line in named.alone)][:MOST]
    leaving = _leaving(actor, ids)
    return [one for one in ids if one in leaving], len(ids) - len(leaving)


def _leaving(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, LeadAccess]:
    """The access rows of those of the leads that may leave now: the person's where he reads more.

    Whoever may take a copy by name takes what he reads by name.
    """
    found = {row.lead_id: row for row in _rows(actor, lead_ids)}
    person = actor.in_person()
    if person is not None:
        with scope.binding(person):
            mine = list(_rows(person, lead_ids))
        for row in mine:
            if row.lead_id not in found or row.level > found[row.lead_id].level:
                found[row.lead_id] = row
    return found


def _rows(actor: Actor, lead_ids: Sequence[UUID]) -> QuerySet[LeadAccess]:
    return selectors.rows(actor).filter(may_leave(actor), lead_id__in=lead_ids)


def advance_export(export_id: UUID, *, actor: Actor, at: datetime) -> bool:
    """Write one more stretch; True while there is more. May be killed anywhere and rung again."""
    made = Export.objects.select_for_update().filter(pk=export_id).first()
    if made is None or not made.is_waiting:
        return False
    kind = FORMATS[made.format]
    ids = made.lead_ids[made.processed : made.processed + STRETCH]
    # A worker writes as whoever asked may read.
    leads = _projected(replace(actor, user_id=made.created_by), ids, at=made.created_at)
    if len(leads) != len(ids):
        _go_stale(made)
        return False
    is_first = made.processed == 0
    data = kind.head(made.pk) if is_first else b""
    data += kind.leads(leads, is_first=is_first)
    made.levels += [one.lead.level for one in leads]
    is_last = made.processed == made.total
    if is_last:
        data += kind.tail()
    made.size = storage.append(made.member_id, made.pk, data, after=made.size)
    if is_last:
        storage.finish(made.member_id, made.pk, kind.whole)
        made.state, made.ready_at = Export.State.READY, at
    made.save(update_fields=["levels", "size", "state", "ready_at"])
    return not is_last


def _projected(actor: Actor, lead_ids: Sequence[UUID], *, at: datetime) -> list[Outgoing]:
    """The leads in their order as the actor reads them; sealed values of others stay masked."""
    rows = _leaving(actor, lead_ids)
    owners = members.member_cards({row.owner_id for row in rows.values()})
    values = _values(actor, rows)
    return [
        Outgoing(
            project(
                rows[lead_id].lead,
                rows[lead_id].level,
                is_owner=rows[lead_id].owner_id == actor.member_id,
                is_named=rows[lead_id].viewer_id == actor.user_id,
                selectors=values.get(lead_id, ()),
            ),
            owners[rows[lead_id].owner_id].name,
            at,
        )
        for lead_id in lead_ids
        if lead_id in rows
    ]


def _values(actor: Actor, rows: dict[UUID, LeadAccess]) -> dict[UUID, list[LeadSelector]]:
    """What identifies the leads, in its order, read as whoever reads each of them."""
    found: dict[UUID, list[LeadSelector]] = {}
    for viewer in (actor, actor.in_person()):
        if viewer is None:
            continue
        ids = [row.lead_id for row in rows.values() if row.viewer_id == viewer.member_id]
        if not ids:
            continue
        with scope.binding(viewer):
            for one in LeadSelector.objects.filter(lead_id__in=ids).order_by("position", "id"):
                found.setdefault(one.lead_id, []).append(one)
    return found


def deliver_export(export_id: UUID, *, actor: Actor, at: datetime) -> Delivery | None:
    """Give the file out, if everything in it may still leave; None when it may not any more.

    Every owner of a lead in it finds the copy in its ledger.
    """
    made = find_export(actor, export_id)
    made = Export.objects.select_for_update().get(pk=made.pk)
    policies.may_export(actor).require()
    if made.is_waiting:
        raise DomainError("export.not_ready", _("The file is still being made."))
    rows = _leaving(actor, made.lead_ids)
    written = zip(made.lead_ids, made.levels, strict=True) if made.is_ready else ()
    is_sound = all(one in rows and rows[one].level >= level for one, level in written)
    data = storage.load(made.member_id, made.pk) if made.is_ready and is_sound else None
    if data is None:
        _go_stale(made)
        return None
    made.delivered_at, made.delivered_count = at, made.delivered_count + 1
    made.save(update_fields=["delivered_at", "delivered_count"])
    copies = [
        (("lead", one), rows[one].owner_id, level)
        for one, level in zip(made.lead_ids, made.levels, strict=True)
    ]
    sharing.record_exports(copies, format_name=made.format, actor=actor, at=at)
    kind = FORMATS[made.format]
    return Delivery(f"leads-{made.created_at:%Y%m%d-%H%M}.{kind.suffix}", kind.media_type, data)


def _go_stale(made: Export) -> None:
    """Access has changed since the file was begun: it is gone, and is made anew by whoever may."""
    storage.forget(made.member_id, made.pk)
    if made.state in {Export.State.WAITING, Export.State.READY}:
        made.state = Export.State.STALE
        made.save(update_fields=["state"])


def forget_export(export_id: UUID, at: datetime) -> None:
    """Due service: the file has lain about long enough."""
    made = Export.objects.select_for_update().filter(pk=export_id).first()
    if made is None or made.expires_at > at:
        return
    storage.forget(made.member_id, made.pk)
    made.state = Export.State.EXPIRED
    made.save(update_fields=["state"])
