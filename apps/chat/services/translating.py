"""Translations beside the original: asked for by a reader, made outside any transaction.

The text of a member's people goes to a provider only if that member allows it; and only readers
whose member allows it ask.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat import flood, policies, selectors, text, translating
from apps.chat.events import ConsentChanged
from apps.chat.folding import says
from apps.chat.models import Message, Translation, TranslationPolicy
from apps.core import scope
from apps.core.actor import Actor
from apps.core.decisions import denied
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit

NOT_CONFIGURED = denied("chat.no_translator", _("No translator is set up on this platform."))


@dataclass(frozen=True, slots=True)
class Work:
    """What a provider is asked."""

    translation_id: UUID
    text: str
    source: str
    target: str


def allow_translation(*, allows: bool, actor: Actor, at: datetime) -> TranslationPolicy:
    """Let what the member's people write be sent to the provider, or no longer."""
    policies.may_retain(actor).require()
    found, _is_new = TranslationPolicy.objects.update_or_create(
        member_id=actor.member_id, defaults={"allows": allows}
    )
    emit(ConsentChanged(subject_id=actor.member_id, allows=allows), actor=actor, at=at)
    return found


def ask_translation(
    room_id: UUID, seq: int, *, language: object, actor: Actor, at: datetime
) -> Translation:
    """The translation of what a message says now: there already, waiting, or waiting from now on.

    Raises NotFound, Refused, Invalid, DomainError.
    """
    here = selectors.entry(actor, room_id)
    message = selectors.message(here, seq)
    target = text.language_tag(language).split("-")[0].lower()
    if not target:
        raise Invalid({"language": [_("Choose a language.")]})
    now = says(message, selectors.state_of(here, seq))
    if now is None or message.kind != Message.Kind.MESSAGE:
        raise DomainError("chat.nothing_to_translate", _("There is no text here."))
    found = selectors.translation_of(here, now, target)
    if found is not None and found.state != Translation.State.FAILED:
        return found
    _require(message.member_id, actor)
    flood.check(actor, here.room.pk)
    with scope.binding(here.viewer):
        if found is not None:
            found.delete()
        return Translation.objects.create(
            member_id=here.viewer.member_id,
            root_type=here.room.root_type,
            root_id=here.room.root_id,
            message_id=now.pk,
            language=target,
            asked_for=actor.member_id,
            asked_by=actor.user_id,
            asked_at=at,
        )


def _require(author_member: UUID, actor: Actor) -> None:
    """Both the author's member and the reader's allow it, and somebody translates."""
    if translating.provider() is None:
        NOT_CONFIGURED.require()
    for member_id in {author_member, actor.member_id}:
        if not _allows(member_id):
            raise DomainError(
                "chat.translation_not_allowed",
                _("Both your member and the author's must allow translation; one of them has not."),
                status=403,
            )


def _allows(member_id: UUID) -> bool:
    with scope.binding(Actor.system(member_id)):
        return TranslationPolicy.objects.filter(member_id=member_id, allows=True).exists()


def work_of(translation_id: UUID, *, actor: Actor) -> Work | None:
    """What is to be translated, if it still is and everybody still allows it."""
    row = Translation.objects.filter(pk=translation_id, state=Translation.State.WAITING).first()
    said = Message.objects.filter(pk=row.message_id, purged_at=None).first() if row else None
    if row is None or said is None:
        return None
    if not (_allows(said.member_id) and _allows(row.asked_for)):
        return None
    return Work(row.pk, said.body, said.language, row.language)


def keep_translation(
    translation_id: UUID, found: translating.Translated, *, provider: str, at: datetime
) -> None:
    """Store it beside the original; one that was kept meanwhile stays."""
    row = _waiting(translation_id)
    if row is not None:
        row.state, row.text, row.source = Translation.State.READY, found.text, found.source
        row.provider, row.made_at = provider, at
        row.save()


def fail_translation(translation_id: UUID, *, reason: str, at: datetime) -> None:
    row = _waiting(translation_id)
    if row is not None:
        row.state, row.error, row.made_at = Translation.State.FAILED, reason[:100], at
        row.save()


def _waiting(translation_id: UUID) -> Translation | None:
    rows = Translation.objects.select_for_update().filter(state=Translation.State.WAITING)
    return rows.filter(pk=translation_id).first()


def translated(room_id: UUID, seq: int, *, actor: Actor) -> list[Translation]:
    """The translations of what a message says now. Raises NotFound."""
    here = selectors.entry(actor, room_id)
    message = selectors.message(here, seq)
    now = says(message, selectors.state_of(here, seq))
    if now is None:
        raise NotFound
    return selectors.translations_of(here, now)
