"""Who may do what in an investigation."""

from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.models import Level
from apps.duty.models import Desk
from apps.investigations.models import Investigation
from apps.sharing import caps
from apps.sharing.models import Grant, Tlp

WORKERS = ("analyst", "manager", "admin")


def may_open(actor: Actor, desk: Desk) -> Decision:
    """Analysts, managers and admins open cases at a desk of their own member."""
    if not actor.is_system and not actor.has_role(*WORKERS):
        return denied("investigation.observer", _("An observer reads and does not open cases."))
    if desk.member_id != actor.member_id:
        return denied(
            "investigation.foreign_desk", _("A case is opened at a desk of your own member.")
        )
    return allowed()


def may_change(actor: Actor, investigation: Investigation) -> Decision:
    """Facts, severity, TLP, status: the owner's people alone."""
    if investigation.member_id != actor.member_id:
        return denied("investigation.owner_only", _("Only the owner can change the facts."))
    if not actor.is_system and not actor.has_role(*WORKERS):
        return denied("investigation.observer", _("An observer reads and does not change cases."))
    if not investigation.is_open:
        return denied("investigation.closed", _("This case is closed: reopen it first."))
    return allowed()


def may_bind(actor: Actor, investigation: Investigation) -> Decision:
    """Pins and legal locks: the owner's managers and admins."""
    change = may_change(actor, investigation)
    if not change:
        return change
    if actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "investigation.managers_bind", _("A manager or an admin decides where a case must stay.")
    )


def may_set_pap(actor: Actor, investigation: Investigation, pap: str) -> Decision:
    """Analysts tighten what may be done; managers and admins loosen it, too."""
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    if caps.is_tighter_pap(investigation.pap, than=pap):
        return denied(
            "investigation.managers_loosen_pap",
            _("Only a manager or an admin can loosen the PAP of a case."),
        )
    return allowed()


def may_hold_target(actor: Actor) -> Decision:
    """A hold keeps others from their work: a manager or an admin answers for it."""
    if actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "deconfliction.managers_hold", _("A manager or an admin decides to hold a target.")
    )


def may_work(actor: Actor, investigation: Investigation) -> Decision:
    """Tasks, evidence, messages: the owner's people and allies whose grant lets them act."""
    if not investigation.is_open:
        return denied("investigation.closed", _("This case is closed: reopen it first."))
    if not actor.is_system and not actor.has_role(*WORKERS):
        return denied("investigation.observer", _("An observer reads and does not change cases."))
    if investigation.member_id == actor.member_id:
        return allowed()
    row = access.row(actor, "investigation", investigation.pk)
    if row is None or row.level < Level.CASE or "act" not in row.capabilities:
        return denied("investigation.read_only", _("Your access to this case is for reading."))
    return allowed()


def may_reopen(actor: Actor, investigation: Investigation) -> Decision:
    if investigation.member_id != actor.member_id:
        return denied("investigation.owner_only", _("Only the owner can reopen a case."))
    if investigation.is_open:
        return denied("investigation.is_open", _("This case is open already."))
    if actor.has_role("manager", "admin"):
        return allowed()
    return denied("investigation.managers_only", _("A manager or an admin reopens a case."))


def may_share(actor: Actor, investigation: Investigation) -> Decision:
    """Whether sharing is the actor's business at all; level and TLP are sharing's to judge."""
    if investigation.member_id != actor.member_id:
        return denied("investigation.owner_shares", _("Only the owner can share a case."))
    if not actor.has_role(*WORKERS):
        return denied("investigation.observer_shares", _("An observer reads and does not share."))
    if investigation.tlp == Tlp.RED:
        return denied("grant.tlp_red", _("TLP:RED stays with the people named: lower it first."))
    return allowed()


def may_set_tlp(actor: Actor, investigation: Investigation, tlp: str) -> Decision:
    """A case that allies can read is not TLP:RED: their access ends first."""
    if tlp != Tlp.RED:
        return allowed()
    shares = Grant.objects.filter(
        member_id=investigation.member_id,
        subject_type="investigation",
        subject_id=investigation.pk,
        state__in=[Grant.State.ACTIVE, Grant.State.DORMANT],
    )
    if shares.exists():
        return denied(
            "investigation.shared_red", _("Allies have access to this case: end that first.")
        )
    return allowed()
