"""Keeping searches, and telling their owners what is new in them, at most once in five minutes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.leads import selectors
from apps.leads.models import SavedSearch
from apps.leads.triaging import query, searches
from apps.notifications import services as notifications

TELL = "leads.tell_searches"
NEWS = "lead.search_news"
EVERY = timedelta(minutes=5)
LONGEST_NAME = 100
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a person wants to look at again."""

    name: str
    text: str = ""
    tab: str = "all"
    is_shared: bool = False
    tells: bool = False


def save_search(told: Search, *, actor: Actor, at: datetime) -> SavedSearch:
    """Keep a search under a name; the same name of the same person is replaced."""
    person_id = _person(actor)
    name = _checked(told, at=at)
    mine = SavedSearch.objects.filter(member_id=actor.member_id, user_id=person_id)
    if mine.exclude(name=name).count() >= MOST:
        raise DomainError(
            "search.too_many",
            _("You keep %(count)s searches already: remove one first.") % {"count": MOST},
        )
    kept, is_new = SavedSearch.objects.get_or_create(
        member_id=actor.member_id,
        user_id=person_id,
        name=name,
        defaults={"created_at": at, "told_until": at},
    )
    starts_to_tell = told.tells and not kept.tells
    kept.text, kept.tab = told.text, told.tab
    kept.is_shared, kept.tells = told.is_shared, told.tells
    if is_new or starts_to_tell:
        kept.told_until = at
    kept.save()
    return kept


def subscribe(search_id: UUID, *, tells: bool, actor: Actor, at: datetime) -> SavedSearch:
    """Be told of what is new in one's own search, or no more; what is there now is not news."""
    search = _own(search_id, actor)
    if tells != search.tells:
        search.tells, search.told_until = tells, at
        search.save(update_fields=["tells", "told_until"])
    return search


def remove_search(search_id: UUID, *, actor: Actor) -> None:
    _own(search_id, actor).delete()


def plan_telling(member_id: UUID, *, at: datetime) -> None:
    """Something came in: look through the member's searches at the end of these five minutes.

    Whether there are any is not asked: an ally's are hidden from whoever shares with it.
    """
    due.plan(TELL, member_id, at=_end_of_five(at), member_id=member_id)


def tell_searches(member_id: UUID, at: datetime) -> None:
    """Due service: whoever has news in a search is told once, by the search's name and no more."""
    for search in SavedSearch.objects.filter(member_id=member_id, tells=True).select_for_update():
        owner = Actor(member_id=member_id, user_id=search.user_id, via="system")
        if not searches.has_news(owner, search, at=at):
            continue
        notifications.notify(
            [(member_id, search.user_id)],
            kind=NEWS,
            subject=("saved_search", search.pk),
            token=f"{NEWS}:{search.pk}:{at.isoformat()}",
            at=at,
        )
        search.told_until = at
        search.save(update_fields=["told_until"])


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise DomainError(
            "search.needs_a_person",
            _("A search is kept by a person; a key runs its text as it is."),
            status=400,
        )
    return actor.user_id


def _own(search_id: UUID, actor: Actor) -> SavedSearch:
    search = searches.find(actor, search_id)
    if search.user_id != actor.user_id:
        raise DomainError(
            "search.not_yours", _("Only the person who saved this search can change it."),
            status=403,
        )  # fmt: skip
    return SavedSearch.objects.select_for_update().get(pk=search.pk)


def _checked(told: Search, *, at: datetime) -> str:
    name = " ".join(told.name.replace("\x00", "").split())
    wrong: dict[str, list[str]] = {}
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = [
            _("Give a name of at most %(count)s characters.") % {"count": LONGEST_NAME}
        ]
    if told.tab not in selectors.TABS:
        wrong["tab"] = [_("Choose one of the lists.")]
    problems = query.parse(told.text, at=at).problems
    if len(told.text) > query.LONGEST:
        problems = (_("At most %(count)s characters.") % {"count": query.LONGEST}, *problems)
    if problems:
        wrong["text"] = list(problems)
    if wrong:
        raise Invalid(wrong)
    return name


def _end_of_five(at: datetime) -> datetime:
    seconds = EVERY.total_seconds()
    return datetime.fromtimestamp((at.timestamp() // seconds + 1) * seconds, tz=UTC)
