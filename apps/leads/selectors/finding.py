"""One lead, or several by their ids, as the actor may know of them."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access, clock, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.models import Level
from apps.leads.models import Disclosure, Lead
from apps.leads.projecting import LeadView, project
from apps.sharing import selectors as sharing
from apps.sharing.models import Grant, Tombstone

MOST_GRANTS = 20
MOST_IDS = 1_000


def find(actor: Actor, lead_id: UUID) -> Lead:
    """The lead, if the actor may know of it at all. Raises NotFound."""
    lead = Lead.objects.filter(pk=lead_id, id__in=access.subject_ids(actor, "lead")).first()
    person = actor.in_person()
    if lead is None and person is not None:
        with scope.binding(person):
            named = access.subject_ids(person, "lead")
            lead = Lead.objects.filter(pk=lead_id, id__in=named).first()
    if lead is None:
        raise NotFound
    return lead


def may_watch(actor: Actor, lead_id: UUID) -> bool:
    """Whether the actor may know of the lead, as its member or by name."""
    try:
        find(actor, lead_id)
    except NotFound:
        return False
    return True


def level_in_person(actor: Actor, lead: Lead) -> int:
    """How much of an ally's lead was shared with the person by name; 0 for nothing."""
    person = actor.in_person()
    if person is None or lead.member_id == actor.member_id:
        return 0
    with scope.binding(person):
        return access.level(person, "lead", lead.pk)


def named_to(actor: Actor) -> list[Grant]:
    """What was shared with the person by name, newest first."""
    person = actor.in_person()
    if person is None:
        return []
    with scope.binding(person):
        return list(sharing.received(person, "lead")[:MOST_GRANTS])


def find_own(actor: Actor, lead_id: UUID) -> Lead:
    """A lead of the actor's own member; one that is merely shared is none. Raises NotFound."""
    lead = find(actor, lead_id)
    if lead.member_id != actor.member_id:
        raise NotFound
    return lead


def tombstone(actor: Actor, lead_id: UUID) -> Tombstone:
    """What remains of a lead whose access has ended. Raises NotFound while there is access."""
    found = sharing.tombstone(actor, "lead", lead_id)
    if found is None or access.may_read(actor, "lead", lead_id):
        raise NotFound
    return found


def find_many(actor: Actor, lead_ids: Sequence[UUID], *, min_level: int = 3) -> list[Lead]:
    """The leads in the order asked for; one that may not be read is one that is not there."""
    wanted = list(dict.fromkeys(lead_ids))
    if len(wanted) > MOST_IDS:
        raise Invalid({"lead_ids": [_("At most %(count)s leads at once.") % {"count": MOST_IDS}]})
    found = _readable(actor, wanted, min_level)
    person = actor.in_person()
    if person is not None and len(found) != len(wanted):
        with scope.binding(person):
            found |= _readable(person, wanted, min_level)
    if len(found) != len(wanted):
        raise NotFound
    return [found[lead_id] for lead_id in wanted]


def _readable(actor: Actor, lead_ids: Sequence[UUID], min_level: int) -> dict[UUID, Lead]:
    readable = access.subject_ids(actor, "lead", min_level=min_level)
    return Lead.objects.filter(id__in=readable).in_bulk(lead_ids)


def references(actor: Actor, lead_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The member's own numbers of its own leads."""
    own = Lead.objects.filter(member_id=actor.member_id, pk__in=lead_ids)
    return dict(own.values_list("pk", "reference"))


def view(actor: Actor, lead: Lead) -> LeadView:
    """The lead with its selectors, as far as the actor may read."""
    is_owner = lead.member_id == actor.member_id
    row = None if is_owner else access.row(actor, "lead", lead.pk)
    level = Level.FULL if is_owner else row.level if row else 0
    person = actor.in_person()
    if person is not None and level_in_person(actor, lead) > level:
        with scope.binding(person):
            return view(person, lead)
    rows = lead.selectors.order_by("position", "id") if level >= Level.SELECTORS else ()
    return project(
        lead,
        level,
        is_owner=is_owner,
        is_named=row is not None and row.viewer_id == actor.user_id,
        is_disclosed=_is_disclosed(actor, lead, level=level),
        selectors=rows,
    )


def _is_disclosed(actor: Actor, lead: Lead, *, level: int) -> bool:
    """Whether the person has said lately why he reads what is sealed."""
    if level < Level.FULL or lead.member_id == actor.member_id:
        return False
    return Disclosure.objects.filter(
        lead_id=lead.pk,
        reader_id=actor.member_id,
        user_id=actor.user_id,
        ends_at__gt=clock.now(),
    ).exists()
