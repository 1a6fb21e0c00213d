"""Leads as MISP events, one each; TLP and PAP as the tags of MISP's own taxonomies. Pure."""

from typing import Final

from pymisp import MISPEvent, MISPOrganisation

from apps.leads.exchange.outgoing import Outgoing, value_of
from apps.leads.projecting import SelectorView

# What MISP has no type for is kept as text, with the kind in the comment.
_TYPES: Final = {
    "url": ("url", "Network activity"),
    "domain": ("domain", "Network activity"),
    "email": ("email", "Social network"),
    "phone": ("phone-number", "Person"),
    "whatsapp": ("phone-number", "Person"),
    "bank_account": ("bank-account-nr", "Financial fraud"),
}
_OTHER: Final = ("text", "Other")
_THREAT: Final = {"urgent": 1, "watch": 2, "stable": 3}
_YOUR_ORGANISATION_ONLY: Final = 0


def event_of(one: Outgoing) -> MISPEvent:
    """The event of a lead: it goes no further from the instance that takes it in."""
    lead = one.lead
    event = MISPEvent()
    event.uuid = str(lead.id)
    event.info = one.headline
    event.date = one.seen_at.date()
    # A platform that has the event already takes this one where it is newer.
    event.timestamp = one.made_at
    event.published = False
    event.distribution = _YOUR_ORGANISATION_ONLY
    event.threat_level_id = _THREAT.get(lead.severity, 4)
    event.analysis = 0
    event.add_tag(f"tlp:{lead.tlp}")
    event.add_tag(f"PAP:{lead.pap.upper()}")
    owner = MISPOrganisation()
    owner.from_dict(name=one.owner, uuid=str(lead.member_id))
    event.Orgc = owner
    for row in one.selectors:
        _add(event, row)
    facts = {"description": lead.description, "brand": lead.brand, "country": lead.country}
    for name, value in facts.items():
        if value:
            event.add_attribute("text", value, category="Other", comment=name, to_ids=False)
    return event


def _add(event: MISPEvent, row: SelectorView) -> None:
    kind, category = _TYPES.get(row.kind, _OTHER)
    comment = " ".join(part for part in (row.kind, row.namespace) if part)
    event.add_attribute(kind, value_of(row), category=category, comment=comment, to_ids=False)
