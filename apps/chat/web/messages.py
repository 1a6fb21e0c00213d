"""One message alone: its thread, its history, and what may be done to it without JavaScript."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.chat import emoji, policies, selectors, services, tasks
from apps.chat.models import Translation
from apps.chat.web.forms import EditForm, MessageForm
from apps.chat.web.lines import lines, versions
from apps.chat.web.views import url_of
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, NotFound
from apps.core.ids import uuid7
from apps.members.web.access import signed_in, user_of

# The page holds the composer, too: ids are told apart.
EDITED = "edit_%s"
Service = Callable[..., object]
ACTS: dict[str, tuple[Service, tuple[str, ...]]] = {
    "edit": (services.edit_message, ("body",)),
    "delete": (services.delete_message, ()),
    "react": (services.react, ("emoji",)),
    "unreact": (services.unreact, ("emoji",)),
    "pin": (services.pin_message, ()),
    "unpin": (services.unpin_message, ()),
    "file": (services.file_message, ("kind",)),
}


@require_GET
@signed_in
def message(request: HttpRequest, room_id: UUID, seq: int) -> HttpResponse:
    """A message with the answers in its thread, what it said before, and its acts."""
    return render(request, "chat/message.html", _context(request, room_id, seq))


def _context(request: HttpRequest, room_id: UUID, seq: int) -> dict[str, Any]:
    actor = scope.current()
    here = selectors.entry(actor, room_id)
    row = selectors.message(here, seq)
    zone = user_of(request).time_zone
    found = selectors.messages_before(actor, room_id, thread=row.thread or row.seq)
    shown = lines(here, found, actor=actor, zone=zone)
    this = next((line for line in shown if line.m["seq"] == seq), None)
    may_read = policies.may_read_history(actor, here.access, row)
    return {
        "nav": "rooms",
        "room": here.room,
        "back": url_of(here.room),
        "title": selectors.titles(actor, [here.room])[here.room.pk],
        "line": this or lines(here, [row], actor=actor, zone=zone)[0],
        "lines": shown,
        "may_post": policies.may_post(actor, here.access),
        "may_edit": policies.may_edit(actor, here.access, row),
        "may_delete": policies.may_delete(actor, here.access, row),
        "may_read": may_read,
        "versions": versions(selectors.history(here, seq), zone=zone) if may_read else [],
        "picker": emoji.PICKER,
        "translations": [] if this and this.m["is_deleted"] else _translations(actor, here, seq),
        **_filings(services.filings(here, row, actor=actor, at=clock.now())),
        "edit": EditForm(
            initial={"body": (this.m if this else {}).get("body", "")}, auto_id=EDITED
        ),
        "reply": MessageForm(
            initial={
                "cid": uuid7(),
                "language": user_of(request).language,
                "thread": row.thread or row.seq,
            }
        ),
    }


def _filings(found: list[services.Filing]) -> dict[str, Any]:
    """What the message can become; a reason that several are refused for is said once."""
    reasons = list(dict.fromkeys(str(one.may.reason) for one in found if not one.may))
    named = [
        (one, "" if one.may else f"why-file-{reasons.index(str(one.may.reason))}") for one in found
    ]
    first = {id_: one for one, id_ in reversed(named) if id_}
    return {"filings": named, "refusals": [(first[id_], id_) for id_ in sorted(first)]}


def _translations(actor: Actor, here: selectors.Entry, seq: int) -> list[Translation]:
    try:
        return services.translated(here.room.pk, seq, actor=actor)
    except NotFound:
        return []


@require_POST
@signed_in
def translate(request: HttpRequest, room_id: UUID, seq: int) -> HttpResponseBase:
    """Ask for the message in the reader's language; what is refused is said on the same page."""
    try:
        row = services.ask_translation(
            room_id,
            seq,
            language=user_of(request).language,
            actor=scope.current(),
            at=clock.now(),
        )
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        told.error(request, str(refusal.message))
        context = _context(request, room_id, seq)
        return render(request, "chat/message.html", context, status=refusal.status)
    tasks.ring(row)
    return redirect(reverse("chat:message", args=[room_id, seq]))


@require_POST
@signed_in
def act(request: HttpRequest, room_id: UUID, seq: int, verb: str) -> HttpResponseBase:
    """One act from the plain form; what is refused is said on the same page, the text kept."""
    service, wanted = ACTS[verb]
    values = {name: request.POST.get(name, "") for name in wanted}
    try:
        service(room_id, seq, actor=scope.current(), at=clock.now(), **values)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        fields = [str(line) for lines_ in refusal.fields.values() for line in lines_]
        told.error(request, " ".join(fields) or str(refusal.message))
        context = _context(request, room_id, seq)
        if "body" in values:
            context["edit"] = EditForm(initial=values, auto_id=EDITED)
        return render(request, "chat/message.html", context, status=refusal.status)
    told.success(request, _("Done."))
    return redirect(reverse("chat:message", args=[room_id, seq]))
