"""One search over leads and what the apps above register, without knowing them."""

from dataclasses import dataclass
from uuid import UUID

from apps.core import clock
from apps.core.actor import Actor
from apps.core.registries import subjects
from apps.leads import selectors
from apps.leads.projecting import LeadView
from apps.leads.triaging.marking import Part, marked, snippet
from apps.leads.triaging.query import Query, parse
from apps.sharing import selectors as sharing

LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, with its page; `parts` are its title and `around` the text about the hit."""

    type: str
    id: UUID
    title: str
    url: str
    note: str = ""
    parts: tuple[Part, ...] = ()
    around: tuple[Part, ...] = ()


def read(query: str) -> Query:
    """What was typed: words, and filters of leads."""
    return parse(query[:LONGEST_QUERY], at=clock.now())


def search(actor: Actor, query: str, *, limit: int = 50) -> list[Hit]:
    """Investigations first, then leads; nothing that the actor may not read."""
    asked = read(query)
    if asked.is_empty:
        return []
    return [*_investigations(actor, asked, limit), *_leads(actor, asked, limit)]


def _investigations(actor: Actor, asked: Query, limit: int) -> list[Hit]:
    """By words alone: a filter names what leads have."""
    subject = subjects.get("investigation")
    if subject is None or not asked.words or asked.is_narrowed:
        return []
    hits = sharing.search(actor, asked.words, types=("investigation",), limit=limit)
    found = []
    for hit in hits:
        reference = subject.title(actor, hit.subject_id)
        title = subject.heading(actor, hit.subject_id) if subject.heading else ""
        parts = marked(title, asked.words)
        url = subject.url(hit.subject_id)
        found.append(Hit("investigation", hit.subject_id, title, url, reference, parts))
    return found


def _leads(actor: Actor, asked: Query, limit: int) -> list[Hit]:
    return [_of_lead(view, asked) for view in selectors.search(actor, asked.text, limit=limit)]


def _of_lead(view: LeadView, asked: Query) -> Hit:
    """The marks are made from what the reader may see, never from the index."""
    title = view.title or view.locator
    texts = (view.description, view.locator if view.title else "", view.brand, view.reference)
    around = next((part for text in texts if (part := snippet(text, asked.words))), ())
    url = subjects["lead"].url(view.id)
    parts = marked(title, asked.words)
    return Hit("lead", view.id, title, url, view.reference, parts, around)
