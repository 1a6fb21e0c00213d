"""One search over leads and what the apps above register, without knowing them."""

from dataclasses import dataclass
from uuid import UUID

from apps.core.actor import Actor
from apps.core.registries import subjects
from apps.leads import selectors
from apps.sharing import selectors as sharing

LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, with its page."""

    type: str
    id: UUID
    title: str
    url: str
    note: str = ""


def search(actor: Actor, query: str, *, limit: int = 50) -> list[Hit]:
    """Investigations first, then leads; nothing that the actor may not read."""
    query = query.replace("\x00", "").strip()[:LONGEST_QUERY]
    if not query:
        return []
    return [*_investigations(actor, query, limit), *_leads(actor, query, limit)]


def _investigations(actor: Actor, query: str, limit: int) -> list[Hit]:
    subject = subjects.get("investigation")
    if subject is None:
        return []
    hits = sharing.search(actor, query, types=("investigation",), limit=limit)
    return [
        Hit(
            "investigation",
            h.subject_id,
            subject.title(actor, h.subject_id),
            subject.url(h.subject_id),
        )
        for h in hits
    ]


def _leads(actor: Actor, query: str, limit: int) -> list[Hit]:
    subject = subjects["lead"]
    return [
        Hit("lead", view.id, view.title or view.locator, subject.url(view.id), view.reference)
        for view in selectors.search(actor, query, limit=limit)
    ]
