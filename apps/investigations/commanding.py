"""What the room of a case can do to the case: commands, and messages as tasks and decisions."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat.commanding import Answer, Call, usage
from apps.core.decisions import Decision
from apps.core.errors import DomainError
from apps.core.events import emit
from apps.core.grams import fold
from apps.core.models import Level
from apps.investigations import policies, selectors, services
from apps.investigations.events import DecisionRecorded
from apps.investigations.models import Investigation, Task
from apps.investigations.services.tasks import MAX_TITLE
from apps.members.models import Member
from apps.sharing import selectors as circles

TASK = "/task Call customs @ana-lin"
ASSIGN = "/assign @ana-lin Call customs"
CLOSE = "/close seizure 1,200 pieces seized"
SHARE = "/share Solmara to check the warehouse"
DECISION_LIMIT = 1000


def _case(call: Call) -> Investigation:
    return selectors.find(call.actor, call.case_id, min_level=Level.CASE)


def may_work(call: Call) -> Decision:
    return policies.may_work(call.actor, _case(call))


def task(call: Call) -> Answer:
    """Write a task; who is called in it does it."""
    who, title = call.callee()
    if not title:
        raise usage(TASK)
    made = services.add_task(
        call.case_id,
        services.NewTask(title=title, assignee_id=_person(who.ref) if who else None),
        actor=call.actor,
        at=call.at,
    )
    text = _("The task is written: %(title)s") % {"title": made.title}
    return Answer(text, notice="task.said", params={"title": made.title}, made=("task", made.pk))


def assign(call: Call) -> Answer:
    """Give the one open task that has these words to a person."""
    who, words = call.callee()
    if who is None or not words:
        raise usage(ASSIGN)
    found = [one for one in _open_tasks(call) if fold(words) in fold(one.title)]
    if len(found) != 1:
        raise DomainError(
            "task.which",
            _("%(count)s open tasks have these words: write those of one task.")
            % {"count": len(found)},
            status=400,
        )
    done = services.assign_task(
        call.case_id, found[0].pk, assignee_id=_person(who.ref), actor=call.actor, at=call.at
    )
    return Answer(
        _("%(name)s has the task: %(title)s") % {"name": who.name, "title": done.title},
        notice="task.given",
        params={"title": done.title, "whom": who.name},
    )


def _open_tasks(call: Call) -> list[Task]:
    return [one for one in selectors.tasks(call.actor, call.case_id) if not one.is_done]


def _person(ref: str) -> UUID:
    """A task is a person's. Raises DomainError."""
    kind, _colon, ident = ref.partition(":")
    if kind != "person":
        raise DomainError("task.needs_person", _("Give the task to a person."), status=400)
    return UUID(ident)


def close(call: Call) -> Answer:
    """End the case with an outcome and a reason."""
    outcome, _space, reason = call.words.partition(" ")
    known = Investigation.Outcome.values
    if outcome not in known or not reason.strip():
        example = f"{CLOSE} ({', '.join(known)})"
        raise usage(example)
    services.close_investigation(
        call.case_id, outcome=outcome, reason=reason.strip(), actor=call.actor, at=call.at
    )
    return Answer(_("The case is closed."))


def share(call: Call) -> Answer:
    """Give an ally the case to work on; what it may read, and until when, changes on the page."""
    ally, purpose = _ally(call)
    services.share_investigation(
        call.case_id,
        services.Share(
            grantee_id=ally.pk,
            level=Level.CASE,
            purpose=purpose,
            capabilities=("comment", "act"),
        ),
        actor=call.actor,
        at=call.at,
    )
    return Answer(
        _("%(member)s reads and works on the case now.") % {"member": ally.name},
        notice="share.given",
        params={"whom": ally.name},
    )


def _ally(call: Call) -> tuple[Member, str]:
    """The ally that the words begin with, by code or name, and the purpose."""
    allies = Member.objects.filter(pk__in=circles.fellow_ids(call.actor)).order_by("-name")
    words = call.words.strip()
    for ally in allies:
        for name in (ally.name, ally.code):
            rest = words[len(name) :]
            if fold(words[: len(name)]) == fold(name) and rest[:1].isspace() and rest.strip():
                return ally, rest.strip()
    raise usage(SHARE)


def file_task(call: Call) -> Answer:
    """The message as a task, in the words and the language of its author."""
    title = " ".join(call.said.body.split())
    if len(title) > MAX_TITLE:
        title = f"{title[: MAX_TITLE - 1].rstrip()}…"
    made = services.add_task(
        call.case_id, services.NewTask(title=title), actor=call.actor, at=call.at
    )
    text = _("The task is written: %(title)s") % {"title": made.title}
    return Answer(text, notice="task.filed", made=("task", made.pk))


def file_decision(call: Call) -> Answer:
    """The message as a decision in the log of the case, from where the briefing takes it."""
    case = _case(call)
    policies.may_work(call.actor, case).require()
    said, author = call.said, call.said_by
    fact = DecisionRecorded(
        subject_id=case.pk,
        room_id=call.room.pk,
        message_seq=said.seq,
        text=said.body[:DECISION_LIMIT],
        language=said.language or "und",
        author=author.name,
        author_member=author.member,
        said_at=said.posted_at,
    )
    emit(fact, actor=call.actor, at=call.at)
    return Answer(_("The decision is in the log of the case."), notice="decision.filed")
