"""Rooms as pages: they read and post without JavaScript; chat.js makes them live."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.chat import emoji, policies, selectors, services
from apps.chat.models import Room
from apps.chat.text import MAX_BYTES
from apps.chat.web.forms import DirectForm, MessageForm
from apps.chat.web.lines import lines
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.ids import uuid7
from apps.core.registries import subjects
from apps.core.web.wording import listed
from apps.members.web.access import signed_in, user_of

SHOWN = 50


@require_GET
@signed_in
def panel(request: HttpRequest, root_type: str, root_id: UUID) -> HttpResponse:
    """The fragment of a subject's page that holds its room."""
    room = selectors.room_of(scope.current(), (root_type, root_id))
    here = selectors.entry(scope.current(), room.pk)
    return render(request, "chat/panel.html", _panel(request, here))


@require_GET
@signed_in
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms that are open to the person, and whom he can talk to directly."""
    return render(request, "chat/rooms.html", _list(scope.current()))


@require_GET
@signed_in
def waiting(request: HttpRequest) -> HttpResponse:
    """The navigation's count of rooms with something new, for both of its places."""
    context = {"waiting": selectors.whats_waiting(scope.current())}
    return render(request, "chat/parts/waiting.html", context)


@require_GET
@signed_in
def room(request: HttpRequest, room_id: UUID) -> HttpResponseBase:
    """A room; that of a subject is shown on the page of its subject."""
    here = selectors.entry(scope.current(), room_id)
    if here.room.kind == Room.Kind.INVESTIGATION:
        return redirect(url_of(here.room))
    title = selectors.titles(scope.current(), [here.room])[here.room.pk]
    context = {**_list(scope.current()), **_panel(request, here), "title": title}
    return render(request, "chat/room.html", context)


@require_GET
@signed_in
def earlier(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """The messages before a number, as list items."""
    here = selectors.entry(scope.current(), room_id)
    before = request.GET.get("before", "")
    if not before.isascii() or not before.isdigit() or len(before) > 18:
        raise Invalid({"before": []})
    context = _lines(request, here, before=int(before), mark=0)
    return render(request, "chat/_lines.html", context)


@require_GET
@signed_in
def pins(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """What is pinned, as the fragment on top of the room."""
    here = selectors.entry(scope.current(), room_id)
    context = {"room": here.room, "pins": _pins(request, here)}
    return render(request, "chat/parts/pins.html", context)


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
    here = selectors.entry(scope.current(), room_id)
    form = MessageForm(request.POST)
    if not form.is_valid():
        raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
    services.post_message(room_id, actor=scope.current(), at=clock.now(), **form.cleaned_data)
    return redirect(url_of(here.room))


@require_POST
@signed_in
def direct(request: HttpRequest) -> HttpResponseBase:
    """Talk to people directly."""
    found = selectors.met(scope.current())
    form = DirectForm(request.POST, people=found)
    if not form.is_valid():
        context = _list(scope.current()) | {"direct": form}
        return render(request, "chat/rooms.html", context, status=400)
    opened = services.open_direct(
        [UUID(one) for one in form.cleaned_data["people"]], actor=scope.current(), at=clock.now()
    )
    return redirect("chat:room", opened.pk)


@require_POST
@signed_in
def marks(request: HttpRequest) -> HttpResponseBase:
    """Show others how far the member's people have read, or do not."""
    shows = request.POST.get("shows") == "yes"
    services.show_marks(shows=shows, actor=scope.current(), at=clock.now())
    told.success(request, _("Saved."))
    return redirect("chat:rooms")


def url_of(room: Room) -> str:
    """The page that shows a room."""
    subject = subjects.get(room.root_type)
    if room.kind == Room.Kind.INVESTIGATION and subject is not None:
        return subject.url(room.root_id)
    return reverse("chat:room", args=[room.pk])


def _list(actor: Actor) -> dict[str, Any]:
    found = selectors.rooms(actor)
    return {
        "nav": "rooms",
        "rooms": [(one, url_of(one.room)) for one in found],
        "waiting": sum(one.unread > 0 for one in found),
        "calls": sum(one.calls for one in found),
        "direct": DirectForm(people=selectors.met(actor)),
        "may_talk": policies.may_speak(actor),
        "may_keep_marks": policies.may_keep_marks(actor),
        "shows_marks": selectors.shows_marks(actor),
    }


def _panel(request: HttpRequest, here: selectors.Entry) -> dict[str, Any]:
    actor = scope.current()
    marks_ = selectors.own_marks(actor, here.room.pk)
    mark = marks_.pop(0, 0)
    initial = {"cid": uuid7(), "language": user_of(request).language}
    return {
        "form": MessageForm(initial=initial),
        "may_post": policies.may_post(actor, here.access),
        "may_attach": policies.may_attach(actor, here.room),
        "may_erase": policies.may_moderate(actor, here.access),
        "max_bytes": MAX_BYTES,
        "most_file_bytes": settings.EVIDENCE_MAX_BYTES,
        "shared_rooms": _shared(actor, here.room),
        "mark": mark,
        "threads": json.dumps(sorted(marks_.items())),
        "picker": emoji.PICKER,
        "pins": _pins(request, here),
        "digest": _digest(selectors.news(here, actor, mark)) if mark else "",
        **_lines(request, here, before=None, mark=mark),
    }


def _shared(actor: Actor, room: Room) -> list[tuple[str, str]]:
    """Where people who talk directly can show each other a file: each room's title and page."""
    if room.kind != Room.Kind.DIRECT:
        return []
    found = selectors.rooms_of_all(actor, room)
    titles = selectors.titles(actor, found)
    return [(titles[one.pk], url_of(one)) for one in found]


def _pins(request: HttpRequest, here: selectors.Entry) -> list[Any]:
    zone = user_of(request).time_zone
    return list(lines(here, selectors.pinned(here), actor=scope.current(), zone=zone))


def _lines(
    request: HttpRequest, here: selectors.Entry, *, before: int | None, mark: int
) -> dict[str, Any]:
    actor = scope.current()
    # Read first: what is written meanwhile comes again over the socket, and changes nothing.
    head = selectors.head(here.room)
    rows = selectors.messages_before(actor, here.room.pk, before, limit=SHOWN + 1)
    has_earlier = len(rows) > SHOWN
    shown = lines(here, rows[-SHOWN:], actor=actor, zone=user_of(request).time_zone, mark=mark)
    return {
        "room": here.room,
        "lines": shown,
        "frames": [line.m for line in shown],
        "head": head,
        "earlier": shown[0].m["seq"] if shown and has_earlier else None,
    }


def _digest(news: selectors.News) -> str:
    """`Since you left: 14 messages, 2 handovers.`; nothing when nothing is new."""
    counted: Iterable[tuple[int, str]] = (
        (
            news.messages,
            ngettext("%(count)s message", "%(count)s messages", news.messages),
        ),
        (
            news.handovers,
            ngettext("%(count)s handover", "%(count)s handovers", news.handovers),
        ),
        (
            news.decisions,
            ngettext("%(count)s decision", "%(count)s decisions", news.decisions),
        ),
        (news.others, ngettext("%(count)s other notice", "%(count)s other notices", news.others)),
    )
    parts = [text % {"count": count} for count, text in counted if count]
    return _("Since you left: %(what)s.") % {"what": listed(parts)} if parts else ""
