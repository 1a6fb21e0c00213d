"""One handover as a page: the briefing for this reader, his answer, what the sender may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from apps.core import scope
from apps.core.actor import Actor
from apps.core.decisions import Decision
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import policies, selecting, selectors
from apps.handovers.models import Handover
from apps.handovers.rendering import Rendered, briefing_for, target_of
from apps.handovers.services import ReadBack
from apps.handovers.web.briefing import lines
from apps.members import selectors as members
from apps.members.models import Member
from apps.members.web.access import user_of


@dataclass(frozen=True, slots=True)
class Ask:
    """A desk in the order in which it will be asked, or why it is not."""

    desk: Desk
    until: datetime | None
    reason: str


def context(
    request: HttpRequest, handover: Handover, at: datetime, *, since: int | None = None
) -> dict[str, Any]:
    """What detail.html shows; `since` is the version to compare the latest with."""
    actor = scope.current()
    desks = {desk.pk: desk for desk in duty.desks(actor)}
    source, target = desks.get(handover.from_desk_id), target_of(actor, handover, desks)
    ends = duty.duty_ends([desk for desk in (source, target) if desk], at)
    rendered = rendering(request, handover, at, since=since)
    return {
        "nav": "handovers",
        "handover": handover,
        "line": lines(actor, [handover])[0],
        "b": rendered,
        "versions": range(1, rendered.version) if rendered else (),
        "source": source,
        "target": target,
        "owner": Member.objects.filter(pk=handover.member_id).first(),
        "ends_at": _end(target, max(at, handover.planned_at)),
        "on_duty": {pk for pk, end in ends.items() if end},
        **_verbs(actor, handover, target, at),
        **_said(handover),
        "may_open": duty_of_case(actor, handover),
        "asks": asks(actor, handover, at),
        "watch": f"handover:{handover.pk}",
    }


def rendering(
    request: HttpRequest, handover: Handover, at: datetime, *, since: int | None = None
) -> Rendered | None:
    """The latest briefing in the reader's language and zone, with what changed since he read."""
    actor = scope.current()
    reading = selectors.read_briefing(actor, handover)
    if reading is None:
        return None
    before = selectors.version_before(actor, handover) if since is None else since
    zone = user_of(request).time_zone
    return briefing_for(actor, handover, reading, zone=zone, at=at, read_before=before)


def _verbs(actor: Actor, handover: Handover, target: Desk | None, at: datetime) -> dict[str, Any]:
    """What the reader may do; a verb that is not his business is None."""
    is_accepted = handover.state == Handover.State.ACCEPTED
    is_receiver = is_accepted and handover.to_member_id == actor.member_id
    is_sender = handover.from_member_id == actor.member_id
    return {
        "answering": _answering(actor, handover, target, at),
        "overrides": actor.has_role("manager", "admin"),
        "refusals": Handover.Refusal.choices,
        "may_undo": policies.may_undo(actor, handover, at=at) if is_receiver else None,
        "may_bounce": policies.may_bounce(actor, handover, at=at) if is_receiver else None,
        "may_amend": policies.may_amend(actor, handover) if handover.is_pending else None,
        "may_cancel": handover.is_pending and policies.may_cancel(actor, handover),
        "may_correct": policies.may_correct(actor, handover)
        if is_sender and handover.read_back
        else None,
    }


def _answering(
    actor: Actor, handover: Handover, target: Desk | None, at: datetime
) -> Decision | None:
    """May the reader answer? None when there is nothing to answer for him."""
    if handover.state != Handover.State.OFFERED or target is None:
        return None
    if target.member_id != actor.member_id:
        return None
    return policies.may_answer(actor, handover, target, at=at)


def _said(handover: Handover) -> dict[str, Any]:
    """The answers as they were given, and what the sender said about them."""
    corrections = selectors.corrections(handover)
    ids = {c.written_by for c in corrections if c.written_by}
    ids |= {handover.decided_by} if handover.decided_by else set()
    return {
        "answers": handover.answers,
        "reasons": handover.return_reasons,
        "replies": handover.question_answers,
        "corrections": corrections,
        "people": members.person_cards(ids),
    }


def duty_of_case(actor: Actor, handover: Handover) -> bool:
    """Whether the case itself is open to the reader: its owner, and who has taken it."""
    taken = {Handover.State.ACCEPTED, Handover.State.COMPLETED}
    return handover.member_id == actor.member_id or handover.state in taken


def asks(actor: Actor, handover: Handover, at: datetime) -> dict[str, Sequence[Ask]]:
    """Who will be asked, in order, and why the others are not: the owner's to know."""
    if not handover.is_pending or actor.member_id != handover.member_id:
        return {}
    when = max(at, handover.planned_at)
    case = handover.investigation
    found = selecting.survey(case, when, refused=handover.refused_by)
    chosen = [Ask(c.desk, _until(when + c.remaining), "") for c in found.candidates]
    others = [
        Ask(c.desk, None, selecting.why_not(case, c))
        for c in found.desks
        if c.code and c.code != "holder"
    ]
    return {"chosen": chosen, "others": others}


def _until(ends_at: datetime) -> datetime | None:
    return None if ends_at >= duty.FOREVER else ends_at


def _end(target: Desk | None, when: datetime) -> datetime | None:
    return duty.duty_end(target, when) if target else None


def typed(post: Mapping[str, str]) -> ReadBack:
    """The read-back as it was typed into the page's form, one handover's or one of many."""
    answers = _starting(post, "answer-")
    reasons = _starting(post, "reason-")
    chosen, replies = _starting(post, "question-"), _starting(post, "reply-")
    questions = {}
    for question, choice in chosen.items():
        reply = replies.get(question, "").strip()
        if choice == "open":
            questions[question] = ""
        elif reply:
            questions[question] = reply
    return ReadBack(
        text=post.get("read_back", ""),
        answers=answers,
        reasons={key: reasons.get(key, "") for key in answers if answers[key] == "return"},
        questions=questions,
        version=_number(post.get("version", "")),
        override_reason=post.get("override_reason", "").strip(),
    )


def _starting(post: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {k.removeprefix(prefix): str(v) for k, v in post.items() if k.startswith(prefix)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
