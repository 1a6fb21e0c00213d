"""The read-back: what a receiver must have said before custody moves, and what it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Stale
from apps.handovers.models import Handover
from apps.handovers.selectors import Reading
from apps.investigations import services as custody
from apps.investigations.models import Investigation

READ_BACK_LENGTH = 20
READ_BACK_LIMIT = 4000
REPLY_LIMIT = 1000
TAKE, RETURN = "take", "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """The receiver's own words, an answer per action and question, and which briefing was read.

    `questions` holds what he knows of each open question; an empty reply takes it over as open.
    """

    text: str
    answers: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    version: int
    override_reason: str = ""


def check_read_back(reading: Reading | None, read_back: ReadBack) -> None:
    """Nothing is accepted unread: the latest briefing, whole, every action and question answered.

    Raises Stale, DomainError or Invalid. What the receiver's level withholds asks for no answer.
    """
    if reading is None or reading.briefing.version != read_back.version:
        raise Stale
    if reading.missing:
        raise DomainError(
            "handover.briefing_incomplete",
            _("The briefing lacks required parts: ask the sending desk to complete it."),
            extra={"missing": reading.missing},
        )
    wrong: dict[str, list[Any]] = {}
    if not READ_BACK_LENGTH <= len(read_back.text.strip()) <= READ_BACK_LIMIT:
        wrong["read_back"] = [
            _("Read it back in your own words: at least 20 and at most 4,000 characters.")
        ]
    wrong |= _wrong_actions(_ids(reading, "actions"), read_back)
    wrong |= _wrong_questions(_ids(reading, "questions"), read_back)
    if wrong:
        raise Invalid(wrong)


def _ids(reading: Reading, part: str) -> list[str]:
    return [row["id"] for row in reading.content.get(part) or []]


def _wrong_actions(actions: list[str], read_back: ReadBack) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    for action in actions:
        answer = read_back.answers.get(action)
        if answer not in {TAKE, RETURN}:
            wrong[f"answers.{action}"] = [_("Take this action or return it.")]
        elif answer == RETURN and not read_back.reasons.get(action, "").strip():
            wrong[f"reasons.{action}"] = [_("Say why you return it: the sending desk keeps it.")]
        elif len(read_back.reasons.get(action, "")) > REPLY_LIMIT:
            wrong[f"reasons.{action}"] = [_("At most %(count)s characters.") % {"count": "1,000"}]
    for unknown in set(read_back.answers) - set(actions):
        wrong[f"answers.{unknown[:64]}"] = [_("The briefing has no such action.")]
    return wrong


def _wrong_questions(questions: list[str], read_back: ReadBack) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    for question in questions:
        if question not in read_back.questions:
            wrong[f"questions.{question}"] = [_("Answer this question, or take it over as open.")]
        elif len(read_back.questions[question]) > REPLY_LIMIT:
            wrong[f"questions.{question}"] = [
                _("At most %(count)s characters.") % {"count": "1,000"}
            ]
    for unknown in set(read_back.questions) - set(questions):
        wrong[f"questions.{unknown[:64]}"] = [_("The briefing has no such question.")]
    return wrong


def keep_read_back(handover: Handover, read_back: ReadBack) -> None:
    """Put the receiver's words and answers on the handover; the caller saves it."""
    handover.read_back = read_back.text.strip()
    handover.answers = dict(read_back.answers)
    handover.return_reasons = {
        action: read_back.reasons[action].strip()
        for action, answer in read_back.answers.items()
        if answer == RETURN
    }
    handover.question_answers = {k: v.strip() for k, v in read_back.questions.items()}
    handover.override_reason = read_back.override_reason


def settle_actions(
    investigation: Investigation, handover: Handover, *, actor: Actor, at: datetime
) -> None:
    """Returned actions stay with the sending desk, taken ones go with the case."""
    taken = {UUID(task) for task, answer in handover.answers.items() if answer == TAKE}
    custody.take_tasks(investigation, taken, actor=actor)
    custody.return_tasks(
        investigation,
        {UUID(task): reason for task, reason in handover.return_reasons.items()},
        desk_id=handover.from_desk_id,
        actor=actor,
        at=at,
    )
