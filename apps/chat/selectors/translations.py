"""What a message says in other languages, as far as somebody asked."""

from apps.chat.models import Message, Translation, TranslationPolicy
from apps.chat.selectors.rooms import Entry
from apps.core import scope
from apps.core.actor import Actor


def translations_of(here: Entry, now: Message) -> list[Translation]:
    """Those of one text, oldest first: one a language."""
    with scope.binding(here.viewer):
        rows = Translation.objects.filter(message_id=now.pk).order_by("state", "asked_at", "pk")
        return list({row.language: row for row in reversed(rows)}.values())


def translation_of(here: Entry, now: Message, language: str) -> Translation | None:
    found = [row for row in translations_of(here, now) if row.language == language]
    return found[0] if found else None


def allows_translation(actor: Actor) -> bool:
    """Whether the own member lets its texts be translated."""
    return TranslationPolicy.objects.filter(member_id=actor.member_id, allows=True).exists()
