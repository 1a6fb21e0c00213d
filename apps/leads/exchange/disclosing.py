"""Reading what is sealed in an ally's lead: for a reason, by a person, in the owner's record."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import access, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.leads import policies, selectors
from apps.leads.exchange.models import Disclosure

LASTS: Final = timedelta(hours=8)
LONGEST_REASON: Final = 1_000


def disclose(lead_id: UUID, *, reason: str, actor: Actor, at: datetime) -> Disclosure:
    """Let the person read what is sealed in the lead for a working day; its owner sees why."""
    lead = selectors.find(actor, lead_id)
    level = access.level(actor, "lead", lead.pk)
    policies.may_disclose(actor, lead, level=level).require()
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise Invalid(
            {
                "reason": [
                    _("Say in 1 to %(count)s characters why you need it.")
                    % {"count": LONGEST_REASON}
                ]
            }
        )
    with scope.as_owner(lead, actor):
        return Disclosure.objects.create(
            member_id=lead.member_id,
            reader_id=actor.member_id,
            user_id=actor.user_id,
            lead_id=lead.pk,
            reason=reason,
            created_at=at,
            ends_at=at + LASTS,
        )


def disclosures(actor: Actor, lead_id: UUID) -> QuerySet[Disclosure]:
    """Who read what is sealed: all of them for the owner, one's own member's for an ally."""
    selectors.find(actor, lead_id)
    return Disclosure.objects.filter(lead_id=lead_id).order_by("-created_at", "-id")
