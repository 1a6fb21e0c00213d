"""The room on the case page: it reads and posts without JavaScript; chat.js makes it live."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.chat import notices, policies, selectors, services
from apps.chat.models import Message, Room
from apps.chat.text import MAX_BYTES
from apps.chat.web.forms import MessageForm
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.ids import uuid7
from apps.core.registries import subjects
from apps.members.models import User
from apps.members.web.access import signed_in

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the panel shows it."""

    message: Message
    author: selectors.Card
    is_mine: bool
    is_ours: bool
    is_first_new: bool

    @property
    def notice(self) -> str:
        return notices.sentence(self.message.code, self.message.params)


@require_GET
@signed_in
def panel(request: HttpRequest, root_type: str, root_id: UUID) -> HttpResponse:
    """The fragment of a subject's page that holds its room."""
    room = selectors.room_of(scope.current(), (root_type, root_id))
    mark = selectors.last_read(scope.current(), room.pk)
    context = {
        "form": MessageForm(initial={"cid": uuid7(), "language": _language(request)}),
        "may_post": policies.may_post(scope.current(), selectors.access_to(scope.current(), room)),
        "max_bytes": MAX_BYTES,
        "mark": mark,
        **_lines(scope.current(), room, before=None, mark=mark),
    }
    return render(request, "chat/panel.html", context)


@require_GET
@signed_in
def room(request: HttpRequest, room_id: UUID) -> HttpResponseBase:
    """A room is shown on the page of its subject."""
    found = selectors.room(scope.current(), room_id)
    return redirect(_subject_url(found))


@require_GET
@signed_in
def earlier(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """The messages before a number, as list items."""
    found = selectors.room(scope.current(), room_id)
    before = request.GET.get("before", "")
    if not before.isascii() or not before.isdigit() or len(before) > 18:
        raise Invalid({"before": []})
    context = _lines(scope.current(), found, before=int(before), mark=0)
    return render(request, "chat/_lines.html", context)


@require_GET
@signed_in
def card(request: HttpRequest, room_id: UUID, seq: int) -> HttpResponseBase:
    """The card of a message, drawn by its subject's app; nothing for whoever may not see it."""
    ref = selectors.card_of_message(scope.current(), room_id, seq)
    subject = subjects.get(ref[0]) if ref else None
    if ref is None or subject is None or subject.card is None:
        return HttpResponse(status=204)
    return redirect(subject.card(ref[1]))


@require_POST
@signed_in
def post(request: HttpRequest, room_id: UUID) -> HttpResponseBase:
    """Post from the plain form; chat.js sends over the socket instead."""
    found = selectors.room(scope.current(), room_id)
    form = MessageForm(request.POST)
    if not form.is_valid():
        raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
    services.post_message(room_id, actor=scope.current(), at=clock.now(), **form.cleaned_data)
    return redirect(_subject_url(found))


def _language(request: HttpRequest) -> str:
    return request.user.language if isinstance(request.user, User) else ""


def _subject_url(room: Room) -> str:
    subject = subjects.get(room.root_type)
    return subject.url(room.root_id) if subject else "/"


def _lines(actor: Actor, room: Room, *, before: int | None, mark: int) -> dict[str, object]:
    rows = selectors.messages_before(actor, room.pk, before, limit=SHOWN + 1)
    has_earlier = len(rows) > SHOWN
    rows = rows[-SHOWN:]
    cards = selectors.cards(rows)
    new = [r.seq for r in rows if mark and r.seq > mark and r.author_id != actor.user_id]
    lines = [
        Line(
            message=row,
            author=cards[row.member_id, row.author_id],
            is_mine=row.author_id is not None and row.author_id == actor.user_id,
            is_ours=row.member_id == actor.member_id,
            is_first_new=bool(new) and row.seq == new[0],
        )
        for row in rows
    ]
    return {
        "room": room,
        "lines": lines,
        "head": rows[-1].seq if rows else 0,
        "earlier": rows[0].seq if rows and has_earlier else None,
    }
