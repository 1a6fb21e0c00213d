"""What happened, in words: one whole sentence per event, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from apps.core.models import Event
from apps.duty.models import Desk
from apps.investigations.models import Custody, Investigation
from apps.members.models import Member, User


@dataclass(frozen=True, slots=True)
class Names:
    """Who and what the sentences of one timeline speak of."""

    desks: Mapping[UUID, Desk] = field(default_factory=dict)
    members: Mapping[UUID, Member] = field(default_factory=dict)
    people: Mapping[UUID, User] = field(default_factory=dict)

    def desk(self, ident: str | None) -> str:
        """A desk's name; one that the reader may not see stays unnamed."""
        found = self.desks.get(UUID(ident)) if ident else None
        return found.name if found else _("another desk")

    def member(self, ident: str | None) -> str:
        found = self.members.get(UUID(ident)) if ident else None
        return found.name if found else _("another member")

    def person(self, ident: str | None) -> str:
        found = self.people.get(UUID(ident)) if ident else None
        return found.name if found else _("somebody")


Payload = Mapping[str, Any]
Sentence = Callable[[Payload, Names], str]

_ID_KEYS = {
    "desks": ("desk_id", "from_desk_id", "to_desk_id"),
    "members": ("to_member_id", "grantee_id"),
    "people": ("assignee_id",),
}


def mentioned(events: list[Event], kind: str) -> set[UUID]:
    """The ids of desks, members or people that the events speak of."""
    found = {
        UUID(event.payload[key])
        for event in events
        for key in _ID_KEYS[kind]
        if event.payload.get(key)
    }
    if kind == "desks":
        found |= {UUID(ident) for event in events for ident in event.payload.get("to_desk_ids", ())}
    if kind == "members":
        found |= {event.actor_member_id for event in events}
    if kind == "people":
        found |= {event.actor_user_id for event in events if event.actor_user_id}
    return found


def sentence(event: Event, names: Names) -> str:
    """What the event says happened. A name that is not known here still says something."""
    words = _SENTENCES.get(event.name)
    if words is None:
        return _("Something happened that this page has no words for (%(name)s).") % {
            "name": event.name
        }
    return words(event.payload, names)


def _label(choices: list[tuple[str, Any]], value: str) -> str:
    return str(dict(choices).get(value, value))


def _opened(p: Payload, n: Names) -> str:
    return _("%(reference)s was opened at %(desk)s.") % {
        "reference": p["reference"],
        "desk": n.desk(p["desk_id"]),
    }


def _passed(p: Payload, n: Names) -> str:
    desks = {"old": n.desk(p["from_desk_id"]), "new": n.desk(p["to_desk_id"])}
    if p["cause"] == Custody.Cause.RECALLED:
        return _("Custody was recalled from %(old)s to %(new)s.") % desks
    if p["cause"] == Custody.Cause.BOUNCED:
        return _("Custody went back from %(old)s to %(new)s.") % desks
    return _("Custody passed from %(old)s to %(new)s.") % desks


def _held(p: Payload, n: Names) -> str:
    return _("%(desk)s went off duty and nobody took over: the case is held.") % {
        "desk": n.desk(p["desk_id"])
    }


def _resumed(p: Payload, n: Names) -> str:
    return _("%(desk)s is back on duty: the case is no longer held.") % {
        "desk": n.desk(p["desk_id"])
    }


def _escalated(p: Payload, n: Names) -> str:
    rungs = {
        0: _("Nobody has taken over from %(desk)s: the desk and the duty managers were told."),
        1: _("Held at %(desk)s for 15 minutes: the owner's managers were told."),
        2: _("Held at %(desk)s for 30 minutes: every manager of owner and holder was woken."),
        3: _("Held at %(desk)s for an hour: the alliance's staff were told, too."),
    }
    return rungs[p["step"]] % {"desk": n.desk(p["desk_id"])}


def _pinned(p: Payload, n: Names) -> str:
    return _("The case is kept with %(desk)s: %(reason)s") % {
        "desk": n.desk(p["desk_id"]),
        "reason": p["reason"],
    }


def _unpinned(p: Payload, n: Names) -> str:
    return _("The case is no longer kept with %(desk)s.") % {"desk": n.desk(p["desk_id"])}


def _locked(p: Payload, n: Names) -> str:
    return _("The law keeps custody in %(country)s: %(reason)s") % {
        "country": p["country"],
        "reason": p["reason"],
    }


def _unlocked(p: Payload, n: Names) -> str:
    return _("Custody may leave %(country)s again.") % {"country": p["country"]}


def _changed(p: Payload, n: Names) -> str:
    words = {
        "title": _("title"),
        "summary": _("summary"),
        "contingency": _("what to do if"),
        "severity": _("severity"),
        "severity_reason": _("reason of the severity"),
        "pap": _("PAP"),
        "tlp": _("TLP"),
        "language": _("language"),
        "jurisdiction": _("jurisdiction"),
    }
    listed = _(", ").join(words.get(name, name) for name in p["fields"])
    return _("Facts changed: %(facts)s.") % {"facts": listed}


def _status(p: Payload, n: Names) -> str:
    label = _label(Investigation.Status.choices, p["status"])
    return _("Status set to “%(status)s”: %(reason)s") % {"status": label, "reason": p["reason"]}


def _closed(p: Payload, n: Names) -> str:
    label = _label(Investigation.Outcome.choices, p["outcome"])
    if p["reason"]:
        return _("Closed as “%(outcome)s”: %(reason)s") % {"outcome": label, "reason": p["reason"]}
    return _("Closed as “%(outcome)s”.") % {"outcome": label}


def _reopened(p: Payload, n: Names) -> str:
    return _("Reopened at %(desk)s: %(reason)s") % {
        "desk": n.desk(p["desk_id"]),
        "reason": p["reason"],
    }


def _assigned(p: Payload, n: Names) -> str:
    if not p.get("assignee_id"):
        return _("The task “%(title)s” is free for anybody.") % {"title": p["title"]}
    return _("The task “%(title)s” was given to %(person)s.") % {
        "title": p["title"],
        "person": n.person(p["assignee_id"]),
    }


def _returned(p: Payload, n: Names) -> str:
    return _("The task “%(title)s” was given back to %(desk)s: %(reason)s") % {
        "title": p["title"],
        "desk": n.desk(p["to_desk_id"]),
        "reason": p["reason"],
    }


def _evidence(p: Payload, n: Names) -> str:
    return _("The file %(name)s was attached.") % {"name": p["file_name"]}


def _altered(p: Payload, n: Names) -> str:
    return _("A check found that the stored content of %(name)s is not what was acquired.") % {
        "name": p["file_name"]
    }


def _granted(p: Payload, n: Names) -> str:
    return _("%(member)s was given access at level L%(level)s.") % {
        "member": n.member(p["grantee_id"]),
        "level": p["level"],
    }


def _grant_ended(p: Payload, n: Names) -> str:
    return _("The access of %(member)s ended.") % {"member": n.member(p["grantee_id"])}


def _asked(p: Payload, n: Names) -> str:
    """The desk that was asked, or all of them."""
    several = p.get("to_desk_ids") or [p["to_desk_id"]]
    return _(", ").join(n.desk(ident) for ident in several)


def _offered(p: Payload, n: Names) -> str:
    desks = {"old": n.desk(p["from_desk_id"]), "new": _asked(p, n)}
    if p.get("emergency"):
        return _("%(old)s offered the case to %(new)s at once.") % desks
    return _("%(old)s offered the case to %(new)s.") % desks


def _accepted(p: Payload, n: Names) -> str:
    if p.get("automatic"):
        return _("%(desk)s did not answer: by its member's own rule the case is now its own.") % {
            "desk": n.desk(p["to_desk_id"])
        }
    return _("%(desk)s read the briefing back and accepted.") % {"desk": n.desk(p["to_desk_id"])}


def _expired(p: Payload, n: Names) -> str:
    return _("%(desk)s did not answer in time.") % {"desk": _asked(p, n)}


def _bounced(p: Payload, n: Names) -> str:
    desk = {"desk": n.desk(p["to_desk_id"])}
    if not p.get("returned", True):
        return _("%(desk)s gave the case back, but holds it until another desk takes it.") % desk
    return _("%(desk)s gave the case back.") % desk


def _about_task(words: str) -> Sentence:
    return lambda p, n: gettext(words) % {"title": p["title"]}


def _decision(p: Payload, n: Names) -> str:
    return _("Decision of %(author)s (%(member)s): %(text)s") % {
        "author": p["author"],
        "member": p["author_member"],
        "text": p["text"],
    }


def _about_desk(words: str) -> Sentence:
    return lambda p, n: gettext(words) % {"desk": n.desk(p.get("to_desk_id"))}


def _plain(words: str) -> Sentence:
    return lambda p, n: gettext(words)


# gettext_noop shows a sentence to the translators; it is translated when it is said.
_SENTENCES: dict[str, Sentence] = {
    "investigation.opened": _opened,
    "investigation.lead_linked": _plain(gettext_noop("A lead was linked.")),
    "investigation.lead_unlinked": _plain(gettext_noop("A lead was taken out.")),
    "investigation.facts_changed": _changed,
    "investigation.status_changed": _status,
    "investigation.closed": _closed,
    "investigation.reopened": _reopened,
    "custody.passed": _passed,
    "custody.held": _held,
    "custody.resumed": _resumed,
    "custody.escalated": _escalated,
    "custody.pinned": _pinned,
    "custody.unpinned": _unpinned,
    "custody.locked": _locked,
    "custody.unlocked": _unlocked,
    "decision.recorded": _decision,
    "task.added": _about_task(gettext_noop("Task added: %(title)s")),
    "task.assigned": _assigned,
    "task.done": _about_task(gettext_noop("Task done: %(title)s")),
    "task.returned": _returned,
    "task.reopened": _about_task(gettext_noop("Task taken up again: %(title)s")),
    "evidence.added": _evidence,
    "evidence.altered": _altered,
    "grant.activated": _granted,
    "grant.ended": _grant_ended,
    "handover.planned": _plain(gettext_noop("The next handover was planned.")),
    "handover.drafted": _plain(gettext_noop("The briefing was written.")),
    "handover.offered": _offered,
    "handover.accepted": _accepted,
    "handover.declined": _about_desk(gettext_noop("%(desk)s declined.")),
    "handover.expired": _expired,
    "handover.cancelled": _plain(gettext_noop("The handover was cancelled.")),
    "handover.bounced": _bounced,
    "handover.corrected": _plain(gettext_noop("The sending desk corrected the read-back.")),
    "briefing.incomplete": _plain(gettext_noop("The briefing lacks required parts.")),
    "handover.completed": _plain(gettext_noop("The handover is complete.")),
}
