"""What is known about a case: changed by its owner, never over somebody else's change."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Stale
from apps.core.events import emit
from apps.core.models import Level
from apps.investigations import policies, selectors
from apps.investigations.events import FactsChanged, StatusChanged
from apps.investigations.models import Investigation
from apps.investigations.services.custody import lock, reindex
from apps.leads.models import Severity
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

# The facts that can be changed, each with how long it may be.
FACTS = {
    "title": 200,
    "summary": 20_000,
    "contingency": 5_000,
    "severity": 20,
    "severity_reason": 1_000,
    "tlp": 20,
    "pap": 20,
    "language": 35,
    "jurisdiction": 2,
}
MAX_REASON = 1_000


def change_facts(
    investigation_id: UUID,
    changes: Mapping[str, str],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> Investigation:
    """Change some facts of the version that the person saw. Raises Stale when it moved on."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, found).require()
    check_facts(changes)
    investigation = lock(found.pk)
    policies.may_change(actor, investigation).require()
    if investigation.version != version:
        raise Stale
    changed = {k: v for k, v in changes.items() if getattr(investigation, k) != v}
    if not changed:
        return investigation
    policies.may_set_tlp(actor, investigation, changed.get("tlp", "")).require()
    policies.may_set_pap(actor, investigation, changed.get("pap", investigation.pap)).require()
    for name, value in changed.items():
        setattr(investigation, name, value)
    investigation.version += 1
    investigation.save(update_fields=[*changed, "version"])
    reindex(investigation, at=at)
    fact = FactsChanged(subject_id=investigation.pk, fields=tuple(sorted(changed)))
    emit(fact, actor=actor, at=at)
    return investigation


def check_facts(changes: Mapping[str, str]) -> None:
    """Raise Invalid for a fact that does not exist, is too long or is none of the choices."""
    wrong = {name: [words] for name, value in changes.items() if (words := _fault(name, value))}
    if not changes.get("title", "-").strip():
        wrong["title"] = [_("A case needs a title.")]
    if changes.get("severity", Severity.STABLE) not in Severity.values:
        wrong["severity"] = [_("Choose one of the severities.")]
    if changes.get("tlp", Tlp.AMBER) not in Tlp.values:
        wrong["tlp"] = [_("Choose one of the TLP marks.")]
    if changes.get("pap", Pap.GREEN) not in Pap.values:
        wrong["pap"] = [_("Choose one of the PAP marks.")]
    if wrong:
        raise Invalid(wrong)


def _fault(name: str, value: str) -> str:
    if name not in FACTS:
        return _("This cannot be changed.")
    if len(value) > FACTS[name]:
        return _("At most %(count)s characters.") % {"count": FACTS[name]}
    return _("The text contains a character that cannot be kept.") if "\x00" in value else ""


def set_status(
    investigation_id: UUID, *, status: str, reason: str, actor: Actor, at: datetime
) -> Investigation:
    """Say that the case is worked on, or waits for somebody outside, and why."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_change(actor, found).require()
    if status not in {Investigation.Status.OPEN, Investigation.Status.WAITING}:
        raise Invalid({"status": [_("A case is closed with an outcome, not with a status.")]})
    check_reason(reason)
    investigation = lock(found.pk)
    policies.may_change(actor, investigation).require()
    if investigation.status == status:
        raise DomainError("investigation.same_status", _("The case has this status already."))
    investigation.status = status
    investigation.status_reason = reason
    investigation.version += 1
    investigation.save(update_fields=["status", "status_reason", "version"])
    fact = StatusChanged(subject_id=investigation.pk, status=status, reason=reason)
    emit(fact, actor=actor, at=at)
    return investigation


def check_reason(reason: str) -> None:
    """Raise Invalid unless a reason was given."""
    if not reason.strip():
        raise Invalid({"reason": [_("Give a reason.")]})
    if len(reason) > MAX_REASON or "\x00" in reason:
        raise Invalid({"reason": [_("At most %(count)s characters.") % {"count": MAX_REASON}]})
