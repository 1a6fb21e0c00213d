"""Whether a planned measure meets the hold of another member, or goes beyond what a PAP allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.models import Level
from apps.investigations.deconflicting.models import Encounter, HeldTarget, Mode
from apps.investigations.models import Investigation, InvestigationLead, Task
from apps.leads.correlating import keys, postings
from apps.leads.field_classes import level_of_kind
from apps.leads.models import Lead, LeadSelector
from apps.members import selectors as members
from apps.notifications.services import notify
from apps.sharing.caps import Pap
from apps.sharing.services import Owner

MET: Final = "deconfliction.met"
# What touches the other side; looking at a page does not.
MEASURES: Final = frozenset({Task.Kind.TAKEDOWN, Task.Kind.TEST_PURCHASE})
_FORBIDS: Final = frozenset({Pap.RED, Pap.AMBER})


@dataclass(frozen=True, slots=True)
class Met:
    """What stands in the way, as far as anybody is told: how firmly, and until when."""

    mode: str
    hold_until: datetime


def may_plan(actor: Actor, investigation: Investigation, kind: str) -> Decision:
    """PAP:RED and PAP:AMBER allow no takedown and no test purchase."""
    if kind not in MEASURES:
        return allowed()
    leads = Lead.objects.filter(pk__in=_readable_leads(actor, investigation))
    lights = {investigation.pap, *leads.values_list("pap", flat=True)}
    if lights & _FORBIDS:
        return denied(
            "deconfliction.pap",
            _("The PAP of this case or of one of its leads allows passive look-ups only."),
        )
    return allowed()


def holds_met(
    actor: Actor, investigation: Investigation, kind: str, *, at: datetime
) -> list[HeldTarget]:
    """The holds of other members on what the case's leads name, as far as the actor reads them."""
    if kind not in MEASURES:
        return []
    digests = list(_digests(actor, investigation))
    found = HeldTarget.objects.filter(digest__in=digests, in_force=True, hold_until__gt=at)
    # A member's own hold stops nobody whom it lets work on its own case.
    return list(found.exclude(member_id__in={actor.member_id, investigation.member_id}))


def strictest(held: Iterable[HeldTarget]) -> Met | None:
    """One answer for all of them: how many there are tells who else is there."""
    rows = list(held)
    if not rows:
        return None
    modes = {row.mode for row in rows}
    mode = Mode.BLOCK if Mode.BLOCK in modes else Mode.WARN
    return Met(mode, max(row.hold_until for row in rows if row.mode == mode))


def record(
    held: list[HeldTarget],
    investigation: Investigation,
    kind: str,
    *,
    actor: Actor,
    at: datetime,
) -> Met | None:
    """Enter the meeting on both sides, and tell the holders' managers that it happened."""
    met = strictest(held)
    if met is None:
        return None
    Encounter.objects.create(
        member_id=actor.member_id,
        side=Encounter.Side.PLANNER,
        investigation_id=investigation.pk,
        user_id=actor.user_id,
        measure=kind,
        mode=met.mode,
        met_at=at,
        hold_until=met.hold_until,
    )
    for row in {one.hold_id: one for one in held}.values():
        with scope.as_owner(Owner(row.member_id), actor):
            _tell_holder(row, kind, at=at)
    return met


def _tell_holder(row: HeldTarget, kind: str, *, at: datetime) -> None:
    made = Encounter.objects.create(
        member_id=row.member_id,
        side=Encounter.Side.HOLDER,
        hold_id=row.hold_id,
        measure=kind,
        mode=row.mode,
        met_at=at,
        hold_until=row.hold_until,
    )
    people = members.people_with_role(row.member_id, "manager", "admin")
    notify(
        [(row.member_id, person) for person in people],
        kind=MET,
        subject=("target_hold", row.hold_id),
        token=f"{MET}:{made.pk}",
        at=at,
    )


def digests_of(lead: Lead) -> set[bytes]:
    """What a hold on an own lead is found by, under every known key."""
    rows = LeadSelector.objects.filter(lead_id=lead.pk, key__isnull=False)
    found: set[bytes] = set()
    for row in rows:
        if postings.is_posted(row) and postings.signals_alone(row.strength):
            found |= set(keys.digests(postings.named(row)))
    return found


def _readable_leads(actor: Actor, investigation: Investigation) -> list[UUID]:
    links = InvestigationLead.objects.filter(investigation=investigation)
    ids = list(links.values_list("lead_id", flat=True))
    return list(access.subject_ids(actor, "lead").filter(subject_id__in=ids))


_NAMED = """
SELECT DISTINCT s.kind, s.namespace, s.norm, s.strength, a.level
FROM leads_leadselector s JOIN core_access a
  ON a.viewer_id = %s AND a.subject_type = 'lead' AND a.subject_id = s.lead_id AND a.level >= %s
WHERE s.lead_id = ANY (%s) AND s.key IS NOT NULL
"""


def _digests(actor: Actor, investigation: Investigation) -> Iterable[bytes]:
    """Of what the actor reads whole: nobody meets a hold through a value that is masked for him."""
    leads = _readable_leads(actor, investigation)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [actor.member_id, int(Level.SELECTORS), leads])
        for kind, namespace, norm, strength, level in cursor.fetchall():
            if level >= level_of_kind(kind) and postings.signals_alone(strength):
                yield from keys.digests((kind, namespace, norm))
