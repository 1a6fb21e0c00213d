"""Who is told about a handover: the people on duty at the desk it concerns."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.chat import services as chat
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.events import after_commit
from apps.core.models import Event
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import mails
from apps.handovers.events import (
    BriefingFoundIncomplete,
    CustodyEscalated,
    HandoverAccepted,
    HandoverBounced,
    HandoverDeclined,
    HandoverExpired,
    HandoverOffered,
    ReadBackCorrected,
)
from apps.handovers.models import Asked, Handover
from apps.handovers.selecting import policy_of
from apps.investigations.models import Investigation
from apps.members import selectors as members
from apps.notifications import selectors
from apps.notifications import services as notifications

STAFF_STEP = 3


@after_commit(HandoverOffered)
def ring(event: Event) -> None:
    """An offer rings for everybody on duty at each desk that is asked."""
    handover = Handover.objects.filter(pk=UUID(event.payload["handover_id"])).first()
    if handover is None or handover.state != Handover.State.OFFERED:
        return
    when = max(event.occurred_at, handover.planned_at)
    kind = "handover.emergency" if handover.is_emergency else "handover.offered"
    sender_zone = _zone_of(handover.from_desk_id, handover.from_member_id)
    for asked in Asked.objects.filter(handover=handover, state=Asked.State.WAITING):
        people = people_at(asked.desk_id, asked.desk_member_id, when)
        notifications.notify(
            [(asked.desk_member_id, user_id) for user_id in people],
            kind=kind,
            subject=("handover", handover.pk),
            token=f"{event.pk}:{kind}",
            at=clock.now(),
            answer_by=handover.ack_deadline,
            other_zone=sender_zone,
        )


def _zone_of(desk_id: UUID, member_id: UUID) -> str:
    """Where the desk is, so that a deadline is said in both parties' time."""
    with scope.binding(Actor.system(member_id)):
        return Desk.objects.filter(pk=desk_id).values_list("tz", flat=True).first() or ""


def people_at(desk_id: UUID, member_id: UUID, at: datetime) -> list[UUID]:
    """The people of a desk who are, or will be, on duty; all its people if the plan names none."""
    with scope.binding(Actor.system(member_id)):
        desk = Desk.objects.filter(pk=desk_id).first()
        if desk is None:
            return []
        return duty.people_on_duty(desk, at) or list(duty.people(desk))


@after_commit(HandoverAccepted, HandoverDeclined, HandoverExpired, HandoverBounced)
def tell_sender(event: Event) -> None:
    """The sending desk learns the answer."""
    handover = Handover.objects.filter(pk=UUID(event.payload["handover_id"])).first()
    if handover is None:
        return
    people = people_at(handover.from_desk_id, handover.from_member_id, event.occurred_at)
    kind = event.name
    if kind == HandoverAccepted.name and handover.return_reasons:
        kind = "handover.returned"
    _tell(event, kind, handover.from_member_id, people, ("handover", handover.pk))


@after_commit(HandoverAccepted)
def tell_others(event: Event) -> None:
    """The other desks that were asked learn that the case is taken."""
    handover_id = UUID(event.payload["handover_id"])
    for asked in Asked.objects.filter(handover_id=handover_id, state=Asked.State.TAKEN):
        people = people_at(asked.desk_id, asked.desk_member_id, event.occurred_at)
        _tell(event, "handover.taken", asked.desk_member_id, people, ("handover", handover_id))


@after_commit(BriefingFoundIncomplete)
def ask_to_complete(event: Event) -> None:
    """The sending desk learns what keeps its offer from being accepted."""
    handover = Handover.objects.filter(pk=UUID(event.payload["handover_id"])).first()
    if handover is None or handover.state != Handover.State.OFFERED:
        return
    people = people_at(handover.from_desk_id, handover.from_member_id, event.occurred_at)
    subject = ("handover", handover.pk)
    _tell(event, "briefing.incomplete", handover.from_member_id, people, subject)


@after_commit(ReadBackCorrected)
def tell_receiver(event: Event) -> None:
    """Whoever accepted learns that something else was meant, and the desk with him."""
    handover = Handover.objects.filter(pk=UUID(event.payload["handover_id"])).first()
    if handover is None or handover.to_member_id is None or handover.to_desk_id is None:
        return
    people = people_at(handover.to_desk_id, handover.to_member_id, event.occurred_at)
    told = dict.fromkeys([*people, *([handover.decided_by] if handover.decided_by else [])])
    subject = ("handover", handover.pk)
    _tell(event, "handover.corrected", handover.to_member_id, list(told), subject)


@after_commit(CustodyEscalated)
def wake(event: Event) -> None:
    """Nobody took over: each rung of the ladder wakes more people, the last one the staff."""
    step = event.payload["step"]
    case = Investigation.objects.filter(pk=event.subject_id).first()
    if case is None or not case.is_held:
        return
    kind = ("custody.held", "custody.unheard", "custody.urgent", "custody.urgent")[step]
    subject = ("investigation", event.subject_id)
    for member_id, people in _audience(case, step, event.occurred_at).items():
        _tell(event, kind, member_id, people, subject)
    if step == STAFF_STEP:
        mails.tell_staff_of_hold(case.member_id, token=str(event.pk), at=clock.now())


def _audience(case: Investigation, step: int, at: datetime) -> dict[UUID, list[UUID]]:
    """Whom a rung wakes, by member."""
    owner, holder = case.member_id, case.accountable_member_id
    managers = [(owner, user) for user in members.people_with_role(owner, "manager", "admin")]
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    if step == 0:
        found[holder] += people_at(case.accountable_desk_id, holder, at)
        found[owner] += duty_managers(owner)
    elif step == 1:
        found[owner] += [user for _member, user in selectors.awake(managers, at)]
    else:
        for member_id in {owner, holder}:
            found[member_id] += members.people_with_role(member_id, "manager", "admin")
    return found


def duty_managers(member_id: UUID) -> list[UUID]:
    """Whom the member's policy names, as far as they still work there; else all its managers."""
    everybody = members.people_with_role(member_id, "manager", "admin")
    with scope.binding(Actor.system(member_id)):
        named = set(policy_of(member_id).duty_managers)
    working = members.people_of(member_id).filter(user_id__in=named, user__is_active=True)
    return list(working.values_list("user_id", flat=True)) or everybody


def _tell(
    event: Event, kind: str, member_id: UUID, people: list[UUID], subject: tuple[str, UUID]
) -> None:
    notifications.notify(
        [(member_id, user_id) for user_id in people],
        kind=kind,
        subject=subject,
        token=f"{event.pk}:{kind}",
        at=clock.now(),
    )


@after_commit(HandoverOffered, HandoverAccepted, HandoverDeclined, HandoverExpired, HandoverBounced)
def note_in_room(event: Event) -> None:
    """The room shows what happened to custody; an offer as a card, which goes on telling."""
    room = chat.room_id_of(("investigation", event.subject_id))
    if room is None:
        return
    said: dict[str, Any] = {
        "code": _code_of(event),
        "params": {k: event.payload.get(k) for k in ("from_desk_id", "to_desk_id")},
        "actor": Actor.system(event.member_id),
        "at": event.occurred_at,
        "cid": event.pk,
    }
    if event.name == HandoverOffered.name:
        chat.post_card(room, subject=("handover", UUID(event.payload["handover_id"])), **said)
    else:
        chat.post_notice(room, **said)


def _code_of(event: Event) -> str:
    """The notice's name: an emergency asks several, a case given back may stay for now."""
    if event.name == HandoverOffered.name and event.payload.get("to_desk_id") is None:
        return "handover.emergency"
    if event.name == HandoverBounced.name and not event.payload.get("returned", True):
        return "handover.kept"
    return event.name
