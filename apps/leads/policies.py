"""Who may work on leads."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.models import Level
from apps.leads.correlating.models import RANKS, Discoverability
from apps.leads.models import Lead
from apps.sharing import caps
from apps.sharing.models import Tlp

WORKERS = ("analyst", "manager", "admin")
# The capability with which an ally adds what it sees of a lead's selectors (sharing.md 4.4).
SIGHT = "sight"


def may_add(actor: Actor) -> Decision:
    """Everybody but an observer brings leads in, by form or by file."""
    if actor.is_system or actor.has_role(*WORKERS):
        return allowed()
    return denied("lead.observer", _("An observer reads leads and does not change them."))


def may_change(actor: Actor, lead: Lead) -> Decision:
    """The owner's people; an ally reads."""
    return owner_only() if lead.member_id != actor.member_id else may_add(actor)


def owner_only() -> Decision:
    return denied("lead.owner_only", _("Only the member that owns this lead can change it."))


def may_put_away(actor: Actor, lead: Lead) -> Decision:
    """What an investigation uses cannot be withdrawn, merged or sent to sleep."""
    if lead.status == Lead.Status.LINKED:
        return denied(
            "lead.in_investigation",
            _("This lead is part of an investigation: it stays as it is until that is closed."),
        )
    return may_change(actor, lead)


def may_merge(actor: Actor, lead: Lead, other: Lead) -> Decision:
    """Whether the lead may be kept as a duplicate of the other one."""
    if other.member_id != actor.member_id:
        return denied("lead.not_own", _("A lead can repeat one of your own leads only."))
    if lead.is_put_away or other.is_put_away:
        return denied("lead.dismissed", _("One of the two was put away: restore it first."))
    return may_put_away(actor, lead)


def may_dismiss(actor: Actor, lead: Lead) -> Decision:
    if lead.status == Lead.Status.LINKED:
        return denied(
            "lead.in_investigation",
            _("This lead is part of an investigation and cannot be dismissed."),
        )
    return may_change(actor, lead)


def may_set_lights(actor: Actor, lead: Lead, *, tlp: str, pap: str) -> Decision:
    """Who reads and what they may do: analysts tighten, managers and admins loosen, too."""
    owner = may_change(actor, lead)
    if not owner or actor.is_system or actor.has_role("manager", "admin"):
        return owner
    if caps.is_tighter(lead.tlp, than=tlp) or caps.is_tighter_pap(lead.pap, than=pap):
        return denied(
            "lead.managers_loosen_lights",
            _("Only a manager or an admin can loosen the TLP or PAP of a lead."),
        )
    return owner


def may_set_discoverability(actor: Actor, lead: Lead, wanted: str) -> Decision:
    """Analysts tighten, managers and admins loosen too (sharing.md 4.7); RED stays hidden."""
    owner = may_change(actor, lead)
    if not owner:
        return owner
    if wanted != Discoverability.HIDDEN and lead.tlp == Tlp.RED:
        return denied("lead.red_is_hidden", _("A TLP:RED lead gives and gets no signals."))
    return _may_go_to(actor, wanted, before=lead.discoverability)


def may_report_as(actor: Actor, wanted: str) -> Decision:
    """A new lead is blind unless somebody says otherwise, by the same rule."""
    return _may_go_to(actor, wanted, before=Discoverability.BLIND)


def _may_go_to(actor: Actor, wanted: str, *, before: str) -> Decision:
    ranks = [str(rank) for rank in RANKS]
    is_looser = wanted in ranks and ranks.index(wanted) > ranks.index(before)
    if is_looser and not actor.is_system and not actor.has_role("manager", "admin"):
        return denied(
            "lead.managers_loosen",
            _("Only a manager or an admin can let others learn more of a lead."),
        )
    return allowed()


def may_set_signal_policy(actor: Actor) -> Decision:
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "signals.managers_only",
        _("Only a manager or an admin can change what your leads let others learn."),
    )


def may_keep_own_selectors(actor: Actor) -> Decision:
    """Who says what is the member's own decides what is asked in its name."""
    if actor.is_system or actor.has_role("manager", "admin"):
        return allowed()
    return denied(
        "own_selectors.managers_only",
        _("Only a manager or an admin can say which values are your own."),
    )


def may_export(actor: Actor) -> Decision:
    """A copy is taken by a person who may work, or by a key whose scope says so."""
    if actor.via == "api_key" and not actor.has_role("key:export"):
        return denied(
            "lead.key_exports", _("This key takes no copies: it needs the scope to do so.")
        )
    if actor.has_role("key:export"):
        return allowed()
    if actor.is_system or actor.has_role(*WORKERS):
        return allowed()
    return denied("lead.observer_exports", _("An observer reads leads and takes no copies."))


def may_export_lead(actor: Actor, lead: Lead, *, is_open: bool) -> Decision:
    """One's own leads, and those whose grant says so; never what is TLP:RED."""
    worker = may_export(actor)
    if not worker or is_open:
        return worker
    if lead.tlp == Tlp.RED:
        return denied("lead.red_stays", _("TLP:RED stays where it is: no copy leaves."))
    return denied("lead.no_export", _("Your access to this lead does not let you take copies."))


def may_disclose(actor: Actor, lead: Lead, *, level: int) -> Decision:
    """What is sealed is read from L4 on by people who work, each for a reason."""
    worker = may_add(actor)
    if not worker:
        return worker
    if lead.member_id == actor.member_id:
        return denied("lead.is_yours", _("This is your own lead: nothing in it is sealed."))
    if level < Level.FULL:
        return denied("lead.sealed", _("Your access to this lead does not reach what is sealed."))
    return allowed()


def may_sight(actor: Actor, lead: Lead, capabilities: Collection[str]) -> Decision:
    """The owner's people, and allies whose access lets them add what they see."""
    worker = may_add(actor)
    if not worker or lead.member_id == actor.member_id or SIGHT in capabilities:
        return worker
    return denied("lead.no_sightings", _("Your access to this lead is for reading."))
