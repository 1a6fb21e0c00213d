"""The audience of a lead: who is to read it, set in the transaction that makes or changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.core.actor import Actor
from apps.leads import policies
from apps.leads.models import Lead
from apps.sharing import policies as rules
from apps.sharing import services as sharing
from apps.sharing.models import Grant
from apps.sharing.services import Grantee, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One ally of an audience, with what it gets."""

    to: Grantee
    terms: Terms


def check_audience(shares: Sequence[Share], *, tlp: str, actor: Actor, at: datetime) -> None:
    """Refuse an audience that could not be given access, before anything is written."""
    for one in shares:
        sharing.check_terms(one.terms, at=at)
        rules.may_share(actor, to_kind=one.to.kind, level=one.terms.level, tlp=tlp).require()
        sharing.known(one.to, actor)


def open_to(lead: Lead, shares: Sequence[Share], *, actor: Actor, at: datetime) -> list[Grant]:
    """Give access to a lead that the caller holds: the audience of a report, or of a change."""
    policies.may_add(actor).require()
    given: list[Grant] = []
    for one in shares:
        given += sharing.share(
            ("lead", lead.pk), [one.to], one.terms, tlp=lead.tlp, actor=actor, at=at
        )
    return given
