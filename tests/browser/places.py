"""Every page of the product with an example of what it shows, taken from the demo world."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet, TextField
from django.urls import URLResolver, get_resolver, reverse

from apps.chat import selectors as rooms
from apps.chat import services as chat
from apps.chat.models import Message, Room
from apps.core import clock, scope, walls
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.duty import selectors as duty
from apps.duty import services as duties
from apps.evidence.models import Evidence
from apps.handovers.models import Handover
from apps.investigations import selectors as cases
from apps.leads import services as leads
from apps.leads.models import BulkAction, ImportBatch, Lead, Signal
from apps.members import services as members
from apps.members.models import Member, Membership, Role, User
from apps.sharing import selectors as circles
from apps.sharing import services as sharing
from apps.sharing.models import ShareRun, Tombstone

# A file whose dry run shows a row of each kind.
SHOPS = b"""shop,url,country
Serum Store,https://serum-store.example/item/1,CN
Serum Store,https://serum-store.example/item/1,CN
=cmd|'/c calc'!A1,https://bad.example/,
"""
# A calendar of which one event is duty and one is not.
WATCH = b"""BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Night watch
BEGIN:VEVENT
UID:night
SUMMARY:Night watch
DTSTART;TZID=W. Europe Standard Time:20260901T220000
DURATION:PT8H
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VEVENT
UID:party
SUMMARY:Summer party
DTSTART;VALUE=DATE:20260901
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"""
# Pages that take no id.
PLAIN = [
    "handovers:board",
    "handovers:inbox",
    "handovers:policy",
    "handovers:quiet",
    "leads:inbox",
    "leads:create",
    "leads:imports",
    "leads:signals",
    "leads:bulk_list",
    "leads:searches",
    "leads:exports",
    "leads:requests",
    "leads:shared",
    "leads:share_many",
    "chat:search",
    "chat:retention",
    "investigations:holds",
    "investigations:list",
    "investigations:create",
    "duty:desks",
    "duty:desk_create",
    "duty:coverage",
    "duty:my_calendar",
    "duty:my_shifts",
    "duty:coverage_year",
    "duty:what_if",
    "duty:cover",
    "duty:quality",
    "members:people",
    "members:settings",
    "members:password_change",
    "notifications:list",
    "notifications:reach",
    "chat:rooms",
    "sharing:circles",
    "styleguide",
    "api:docs",
]
FOR_EVERYBODY = ["members:sign_in", "members:password_reset", "members:password_reset_done"]
# Answers that are no pages of their own: fragments, files, forms' targets, health.
NO_PAGES = {
    "healthz", "readyz", "members:sign_out", "members:language", "members:switch",
    "members:everywhere", "members:invite", "members:withdraw", "members:role", "members:end",
    "members:create_key", "members:revoke_key", "members:add_brand", "members:rename_brand",
    "members:remove_brand", "members:suspend", "members:reinstate", "members:leave",
    "investigations:pin", "investigations:unpin", "investigations:lock", "investigations:unlock",
    "members:password_reset_confirm", "duty:calendar_feed", "duty:calendar_look",
    "duty:calendar_read", "duty:calendar_remove", "duty:calendar_use", "duty:feed_create",
    "duty:feed_withdraw", "duty:windows",
    "duty:holiday_add", "duty:holidays_fill", "duty:holiday_remove", "duty:closure_add",
    "duty:closure_remove", "duty:cover_add", "duty:cover_remove", "duty:person_put",
    "duty:person_remove", "duty:regions", "duty:rota_create", "duty:rota_change",
    "duty:rota_remove", "duty:rota_preview", "duty:leave_enter", "duty:desk_leave_enter",
    "duty:leave_end",
    "duty:swap_ask", "duty:swap_take", "duty:swap_decline", "duty:swap_withdraw",
    "duty:swap_everybody", "evidence:panel", "evidence:content", "evidence:verify",
    "chat:panel", "chat:earlier", "chat:post", "chat:pins", "chat:direct",
    "chat:marks", "chat:waiting", "evidence:preview",
    "chat:message_edit", "chat:message_delete", "chat:message_react", "chat:message_unreact",
    "chat:message_pin", "chat:message_unpin", "chat:message_file", "chat:message_translate",
    "notifications:bell",
    "notifications:read_all", "notifications:read_one", "notifications:open",
    "notifications:quiet", "notifications:explained", "notifications:remove", "notifications:try",
    "notifications:unsubscribe", "leads:import_progress",
    "leads:import_check", "leads:import_run", "leads:import_cancel", "leads:panel",
    "leads:triage", "leads:dismiss", "leads:restore", "leads:signal_policy",
    "leads:signal_judge", "leads:signal_withdraw", "leads:own_selector_add",
    "leads:own_selector_remove", "leads:discoverability", "leads:judge_link", "leads:sight",
    "leads:staff_judge", "leads:staff_clear",
    "leads:accept", "leads:assign",
    "leads:snooze", "leads:unsnooze", "leads:withdraw", "leads:bulk_decide", "leads:bulk_undo",
    "leads:search_counts", "leads:search_subscribe", "leads:search_remove", "leads:search_open",
    "leads:repeats", "leads:deletion_acknowledge", "leads:disclose", "leads:export_file",
    "leads:proposal", "leads:question_decline", "leads:question_grant",
    "leads:question_recommend", "leads:request_withdraw", "leads:reshare", "leads:share_end",
    "leads:share_run_cancel", "investigations:release_hold", "investigations:staff_hold",
    "sharing:candidacy", "sharing:recommend", "sharing:rules", "sharing:seat",
    "investigations:part",
    "investigations:tasks", "investigations:complete_task", "investigations:reopen_task",
    "investigations:assign_task", "investigations:preview", "investigations:revoke",
    "handovers:board_live", "handovers:sky", "handovers:inbox_live", "handovers:accept",
    "handovers:decline", "handovers:undo", "handovers:cancel", "handovers:correct",
    "handovers:bounce", "handovers:news", "handovers:peek", "handovers:card", "chat:card",
    "sharing:found",
    "sharing:invite",
    "sharing:join",
    "sharing:leave",
    "handovers:panel", "handovers:emergency",
    "handovers:quality", "duty:quality_csv", "duty:cover_ask", "duty:cover_offer",
    "duty:cover_answer",
    "duty:cover_withdraw_request", "duty:cover_accept", "duty:cover_decline",
    "duty:cover_withdraw",
}  # fmt: skip


def actor_called(name: str) -> Actor:
    user = User.objects.get(name=name)
    row = Membership.objects.filter(user=user).order_by("joined_at").first()
    assert row is not None
    return Actor(member_id=row.member_id, user_id=user.pk, roles=frozenset({str(row.role)}))


def names(entries: list[Any] | None = None, space: str = "") -> Iterator[str]:
    """The name of every route that is not the API's."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            if inner != "api:":
                yield from names(entry.url_patterns, inner)
        else:
            yield f"{space}{entry.name}"


def _first(rows: QuerySet[Any]) -> Model:
    found = rows.first()
    assert found is not None, f"the demo world has no row for {rows.query}"
    return found


def visit(actor: Actor) -> list[tuple[str, str]]:
    """(name of the route, address) of every page that this person can open."""
    with scope.acting(actor):
        found = [(name, reverse(name)) for name in PLAIN]
        found += [("leads:search", reverse("leads:search") + "?q=a")]
        found += [(name, reverse(name, args=[thing.pk])) for name, thing in _things(actor)]
        found += [("chat:around", _around(actor))]
        found += [("duty:calendar", _calendar(actor)), ("leads:compare", _pair(actor))]
        found += [("leads:share_terms", _terms(actor)), *_talk(actor)]
    return found


def _things(actor: Actor) -> Iterator[tuple[str, Any]]:
    lead = _first(Lead.objects.filter(member_id=actor.member_id).order_by("-reference"))
    yield from (("leads:detail", lead), ("leads:change", lead))
    yield "leads:bulk", _bulk(actor, lead)
    yield from (
        ("leads:similar", lead),
        ("leads:share", lead),
        ("leads:share_run", _run(actor, lead)),
    )
    yield from _passed_on(actor)
    yield from (("leads:import", batch) for batch in _imports(actor))
    case = _first(
        cases.visible(actor, min_level=3).filter(member_id=actor.member_id, closed_at=None)
    )
    for name in ("room", "timeline", "facts", "state", "share"):
        yield f"investigations:{name}", case
    yield "handovers:ribbon", case
    closed = cases.visible(actor, min_level=3).filter(closed_at__isnull=False).first()
    if closed is not None:
        yield from (("investigations:room", closed), ("investigations:state", closed))
    for state in ("offered", "planned", "drafted", "accepted", "completed", "declined"):
        handover = Handover.objects.filter(state=state).order_by("-planned_at").first()
        if handover is not None:
            yield "handovers:detail", handover
            yield "handovers:print", handover
            if handover.is_pending:
                yield "handovers:amend", handover
    yield "chat:export", _first(Room.objects.filter(root_id=case.pk))
    yield "evidence:detail", _first(Evidence.objects.filter(member_id=actor.member_id))
    yield from ((f"duty:{name}", _first(duty.own_desks(actor))) for name in ("desk", "rotas"))
    yield "duty:desk", _first(duty.desks(actor).exclude(member_id=actor.member_id))


def _talk(actor: Actor) -> Iterator[tuple[str, str]]:
    """A circle's room with a message that was changed, pinned, reacted to and answered."""
    at, listed = clock.now(), rooms.rooms(actor)
    room = next(one.room for one in listed if one.room.kind == "circle")
    said = {"actor": actor, "at": at}
    body = "**Now** see `A-1`, @on-duty:\n\n- one\n- two\n\n<t:2026-11-26T09:00Z>"
    first, _repeat = chat.post_message(room.pk, cid=uuid7(), body="Soon.", **said)
    chat.post_message(room.pk, cid=uuid7(), body="So be it.", reply_to=first.seq, **said)
    chat.post_message(room.pk, cid=uuid7(), body="Which?", thread=first.seq, **said)
    chat.edit_message(room.pk, first.seq, body=body, **said)
    chat.react(room.pk, first.seq, emoji="✅", **said)
    chat.pin_message(room.pk, first.seq, **said)
    gone, _repeat = chat.post_message(room.pk, cid=uuid7(), body="Wrong room.", **said)
    chat.delete_message(room.pk, gone.seq, **said)
    yield "chat:room", reverse("chat:room", args=[room.pk])
    yield "chat:message", reverse("chat:message", args=[room.pk, first.seq])


def _around(actor: Actor) -> str:
    """A message of a case's room, among the others."""
    said = _first(Message.objects.filter(kind="message", thread=None, root_type="investigation"))
    return reverse("chat:around", args=[said.room_id, said.seq])


def _calendar(actor: Actor) -> str:
    """A calendar that was looked at: one event would be duty, one would not."""
    desk = _first(duty.own_desks(actor))
    draft = duties.look_at_file(desk.pk, WATCH, actor=actor, at=clock.now())
    return reverse("duty:calendar", args=[desk.pk, draft.pk])


def _pair(actor: Actor) -> str:
    """Two leads side by side."""
    own = Lead.objects.filter(member_id=actor.member_id).order_by("-reference")
    return reverse("leads:compare", args=[lead.pk for lead in own[:2]])


def _bulk(actor: Actor, lead: Any) -> BulkAction:
    """A decision about several, one of which could not take it; and a search that is kept."""
    at = clock.now()
    search = leads.Search(name="Serums", text="serum after:90d", tells=True, is_shared=True)
    leads.save_search(search, actor=actor, at=at)
    decision = leads.Decision(verb="severity", severity="watch")
    return leads.decide_many(decision, [lead.pk, uuid7()], actor=actor, at=at)


def _share(actor: Actor) -> leads.Share:
    """What identifies the seller, for one ally."""
    ally = sharing.Grantee(kind="member", id=min(circles.fellow_ids(actor)))
    return leads.Share(to=ally, terms=sharing.Terms(level=2, purpose="One seller, two brands"))


def _run(actor: Actor, lead: Any) -> ShareRun:
    chosen = leads.Chosen(lead_ids=(lead.pk,))
    return leads.start_share_run(chosen, [_share(actor)], actor=actor, at=clock.now())


def _terms(actor: Actor) -> str:
    """A lead that an ally reads, where its terms are changed."""
    own = Lead.objects.filter(member_id=actor.member_id, tlp="amber").order_by("-reference")
    lead = own[0]
    (given,) = leads.share_lead(lead.pk, [_share(actor)], actor=actor, at=clock.now())
    return reverse("leads:share_terms", args=[lead.pk, given.pk])


def _passed_on(actor: Actor) -> Iterator[tuple[str, Any]]:
    """What allies share, and what other members know, where the world has such a thing."""
    granted = Lead.objects.exclude(member_id=actor.member_id).first()
    if granted is not None:
        yield from (("leads:propose", granted), ("leads:pass_on", granted))
    signal = Signal.objects.filter(member_id=actor.member_id, state="active").first()
    if signal is not None:
        yield "leads:signal_ask", signal


def _imports(actor: Actor) -> Iterator[ImportBatch]:
    """A file that was just uploaded, and one whose rows have been checked."""
    at, told = clock.now(), leads.Upload(file_name="shops.csv", source="Patrol")
    yield leads.upload(BytesIO(SHOPS), told, actor=actor, at=at)
    checked = leads.upload(BytesIO(SHOPS), told, actor=actor, at=at)
    leads.start_check(checked.pk, checked.mapping, actor=actor, at=at)
    rows = leads.Rows()
    with scope.binding(Actor.system(actor.member_id)) as system:
        while leads.advance(checked.pk, rows, actor=system, at=at):
            pass
    yield checked


def invitation(admin: Actor) -> str:
    """The address that an invited person gets by e-mail."""
    with scope.acting(admin):
        made = members.invite(
            "new@aurelis.example", Role.ANALYST, "zh-hans", actor=admin, at=clock.now()
        )
    return reverse("members:invitation", args=[members.secret_of(made.pk)])


def tombstones() -> list[tuple[Actor, str]]:
    """Somebody who could once read a case, and where it was."""
    for member in Member.objects.all():
        actor = Actor.system(member.pk)
        with scope.acting(actor):
            row = Tombstone.objects.filter(subject_type="investigation").first()
        person = Membership.objects.filter(member=member, role=Role.ANALYST).first()
        if row is not None and person is not None:
            who = Actor(member.pk, person.user_id, frozenset({str(person.role)}), "session")
            return [(who, reverse("investigations:room", args=[row.subject_id]))]
    return []


def written(actor: Actor) -> list[str]:
    """What people wrote, the longest first: no page translates it."""
    found: set[str] = set()
    with scope.acting(actor):
        for model in apps.get_models():
            if not walls.kind_of(model):
                continue
            fields = [f.name for f in model._meta.fields if isinstance(f, TextField)]
            for row in model._default_manager.values_list(*fields) if fields else []:
                found |= {text for text in row if text and " " in text}
    return sorted(found, key=len, reverse=True)
