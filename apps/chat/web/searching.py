"""Finding messages, and seeing one among those before and after it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.chat import finding, selectors
from apps.chat.web.lines import lines
from apps.chat.web.views import url_of
from apps.core import clock, scope
from apps.core.errors import NotFound
from apps.members.web.access import signed_in, user_of


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Messages by words in any script; in one room where it is named."""
    actor = scope.current()
    text = request.GET.get("q", "")[: finding.LONGEST]
    asked = finding.read(text, at=clock.now(), zone=user_of(request).time_zone)
    room = selectors.room(actor, _id(request.GET["room"])) if request.GET.get("room") else None
    context = {
        "nav": "rooms",
        "asked": asked,
        "room": room,
        "title": selectors.titles(actor, [room])[room.pk] if room else "",
        "back": url_of(room) if room else "",
        "found": selectors.search(actor, asked, room_id=room.pk if room else None),
    }
    return render(request, "chat/search.html", context)


@require_GET
@signed_in
def around(request: HttpRequest, room_id: UUID, seq: int) -> HttpResponse:
    """The room, opened around one message."""
    actor = scope.current()
    here = selectors.entry(actor, room_id)
    rows = selectors.messages_around(actor, room_id, seq)
    context = {
        "nav": "rooms",
        "room": here.room,
        "title": selectors.titles(actor, [here.room])[here.room.pk],
        "back": url_of(here.room),
        "seq": seq,
        "lines": lines(here, rows, actor=actor, zone=user_of(request).time_zone),
        "first": rows[0].seq,
        "last": rows[-1].seq,
        "has_earlier": sum(row.seq < seq for row in rows) == selectors.AROUND,
        "has_later": sum(row.seq > seq for row in rows) == selectors.AROUND,
    }
    return render(request, "chat/around.html", context)


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound from None
