"""One search over leads, messages and what the apps above register, without knowing these."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from apps.chat import finding
from apps.chat import selectors as chat
from apps.core import clock
from apps.core.actor import Actor
from apps.core.marking import Part, marked, snippet
from apps.core.registries import subjects
from apps.leads import selectors
from apps.leads.projecting import LeadView
from apps.leads.triaging.query import Query, parse
from apps.sharing import selectors as sharing

LONGEST_QUERY = 500
MOST_MESSAGES = 10
MOST_OF_EACH = 50
_ANY = UUID(int=0)


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


def read(query: str, *, at: datetime | None = None) -> Query:
    """What was typed: words, and filters of leads."""
    return parse(query[:LONGEST_QUERY], at=at or clock.now())


def search(actor: Actor, query: str, *, limit: int = MOST_OF_EACH) -> list[Hit]:
    """Investigations first, then leads, then messages; nothing that the actor may not read."""
    at = clock.now()
    asked = read(query, at=at)
    if asked.is_empty:
        return []
    return [
        *_investigations(actor, asked, limit),
        *_leads(actor, asked, limit, at=at),
        *_messages(actor, asked, limit),
    ]


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


def _leads(actor: Actor, asked: Query, limit: int, *, at: datetime) -> list[Hit]:
    # To find the address of a page costs as much as the rest of a hit: they differ in the id alone.
    anywhere = subjects["lead"].url(_ANY)
    found = selectors.search(actor, asked.text, limit=limit, at=at)
    return [_of_lead(view, asked, anywhere.replace(str(_ANY), str(view.id))) for view in found]


def _of_lead(view: LeadView, asked: Query, url: str) -> Hit:
    """The marks are made from what the reader may see, never from the index."""
    title = view.title or view.locator
    texts = (view.description, view.locator if view.title else "", view.brand, view.reference)
    around = next((part for text in texts if (part := snippet(text, asked.words))), ())
    parts = marked(title, asked.words)
    return Hit("lead", view.id, title, url, view.reference, parts, around)


def _messages(actor: Actor, asked: Query, limit: int) -> list[Hit]:
    """By words alone: messages have filters of their own, on their own page."""
    if not asked.words or asked.is_narrowed:
        return []
    words = finding.Asked(text=asked.words, words=asked.words)
    found = chat.search(actor, words, limit=min(limit, MOST_MESSAGES))
    return [_of_message(one) for one in found]


def _of_message(one: chat.Found) -> Hit:
    at = reverse("chat:around", args=[one.room.pk, one.message.seq])
    url = f"{at}#message-{one.message.seq}"
    parts = marked(one.title, "")
    return Hit("message", one.message.pk, one.title, url, one.author.name, parts, one.around)
