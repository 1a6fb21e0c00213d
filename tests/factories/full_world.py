"""A member with something in every drawer: no table of the product stays empty."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.apps import apps

from apps.chat import services as chat
from apps.chat.models import Message, Room, Translation
from apps.core import clock, scope, walls
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Idempotency, Level
from apps.duty import services as duty
from apps.duty.models import Desk
from apps.evidence import services as evidence
from apps.handovers import services as handovers
from apps.investigations import services as investigations
from apps.investigations.models import Investigation
from apps.leads import services as leads
from apps.leads.correlating.telling import Finding, tell
from apps.leads.drafts import Draft
from apps.leads.models import ImportBatch, Lead, Signal
from apps.leads.services import asking, proposing, resharing
from apps.members import services as members
from apps.members.models import Role
from apps.notifications import services as notifications
from apps.notifications import vapid
from apps.sharing import services as sharing
from apps.sharing.models import AccessQuestion, Candidacy, Circle, DeletionDuty, Seat
from tests.factories.world import NOON, make_member, make_person

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECRET = "Tamarisk"  # in every text of the world, and nowhere else
ROWS = f"shop,url\n{SECRET} Silk,https://tamarisk-silk.example/\n,\n".encode()


@dataclass
class FullWorld:
    """What is in the drawers, by the name that routes use for it."""

    mia: Actor
    partner: Actor
    ids: dict[str, UUID] = field(default_factory=dict)


def rows_of(model: Any, world: FullWorld) -> list[Any]:
    """The rows of the world, read by those to whom they belong."""
    found: dict[Any, Any] = {}
    for actor in (world.mia, world.partner):
        with scope.acting(actor):
            found |= {row.pk: row for row in model._default_manager.defer(None)}
    return list(found.values())


def fingerprint(world: FullWorld) -> dict[str, list[str]]:
    """Every column of every row that the product keeps."""
    return {
        model._meta.label: sorted(
            repr(sorted((f.attname, str(getattr(row, f.attname))) for f in model._meta.fields))
            for row in rows_of(model, world)
        )
        for model in apps.get_models()
        if walls.kind_of(model)
    }


def fill(mia: Actor, circle: Circle) -> FullWorld:
    """Everything that Aurelis can have, made by the services; Norrvik is its partner."""
    partner = make_person("Pia Holm", make_member("Norrvik", "NOR"), role="manager")
    world = FullWorld(mia, partner)
    world.ids["circle_id"] = circle.pk
    with scope.acting(mia):
        sharing.join_circle(circle, partner.member_id, actor=mia, at=NOON)
        desk, milan = _desks(world)
        _people(world)
        lead = _leads(world)
        case = _case(world, desk, lead)
        _shares(world, case)
        _parts(world, case)
        _holding(world, case)
        _handover(world, case, milan)
        _reach(world)
        _cover(world, circle)
    _candidacy(world, circle)
    _ledgers(world)
    with scope.acting(partner):
        # Keeps what its ended access leaves: a tombstone is a row of its own.
        members.add_brand("Norrvik", actor=partner, at=NOON)
    _work_the_import(world)
    return world


def _desks(world: FullWorld) -> tuple[Desk, Desk]:
    mia = world.mia
    always = [duty.WindowFacts(days=range(7), start="00:00", end="24:00")]
    made = []
    for name, zone in (("Hangzhou", "Asia/Shanghai"), ("Milan", "Europe/Rome")):
        facts = duty.DeskFacts(name=f"{SECRET} {name}", tz=zone, languages=["en"], country="CN")
        desk = duty.create_desk(facts, actor=mia, at=NOON - 2 * DAY)
        duty.set_windows(desk.pk, always, actor=mia, at=NOON - 2 * DAY)
        duty.put_person(desk.pk, mia.user_id, actor=mia, at=NOON - 2 * DAY)
        made.append(desk)
    desk = made[0]
    stretch = (NOON + DAY, NOON + DAY + timedelta(hours=2))
    holiday = duty.add_holiday(desk.pk, date(2026, 12, 31), name=SECRET, actor=mia, at=NOON)
    _rosters(world, desk)
    closure = duty.add_closure(desk.pk, *stretch, reason=SECRET, actor=mia, at=NOON)
    cover = duty.add_extra_cover(desk.pk, *stretch, reason=SECRET, actor=mia, at=NOON)
    _calendars(world, desk)
    world.ids |= {
        "desk_id": desk.pk,
        "holiday_id": holiday.pk,
        "closure_id": closure.pk,
        "cover_id": cover.pk,
    }
    return made[0], made[1]


def _rosters(world: FullWorld, desk: Desk) -> None:
    """A seat that ended, a rota, somebody's leave, and a shift that is asked."""
    mia, month = world.mia, timedelta(days=30)
    duty.remove_person(desk.pk, mia.user_id, actor=mia, at=NOON - DAY)
    duty.put_person(desk.pk, mia.user_id, actor=mia, at=NOON - DAY)
    facts = duty.RotaFacts(
        name=SECRET,
        unit="daily",
        start_on=date(2026, 11, 24),
        start_time="09:00",
        people=[mia.user_id],
    )
    rota = duty.create_rota(desk.pk, facts, actor=mia, at=NOON)
    away = (NOON + month, NOON + month + DAY)
    leave = duty.enter_leave(mia.user_id, *away, note=SECRET, actor=mia, at=NOON)
    shift = (NOON + 2 * DAY, NOON + 3 * DAY)
    swap = duty.ask_swap(desk.pk, rota.pk, *shift, note=SECRET, actor=mia, at=NOON)
    world.ids |= {"rota_id": rota.pk, "leave_id": leave.pk, "swap_id": swap.pk}


def _calendars(world: FullWorld, desk: Desk) -> None:
    """An address given away, and a calendar whose shift is duty."""
    mia = world.mia
    event = (
        f"BEGIN:VEVENT\r\nUID:{SECRET}\r\nSUMMARY:{SECRET}\r\n"
        "DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\nEND:VEVENT\r\n"
    )
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}END:VCALENDAR\r\n"
    feed, _token = duty.subscribe_to_desk(desk.pk, name=SECRET, actor=mia, at=NOON)
    draft = duty.look_at_file(desk.pk, text.encode(), name=SECRET, actor=mia, at=NOON)
    calendar = duty.use_calendar(desk.pk, draft.pk, actor=mia, at=NOON)
    world.ids |= {"feed_id": feed.pk, "calendar_id": calendar.pk}


def _cover(world: FullWorld, circle: Circle) -> None:
    """Cover asked of the circle, and one's own desk offered to it unasked; neither is over."""
    mia, at = world.mia, clock.now()
    span = (at + 2 * DAY, at + 3 * DAY)
    asked = duty.ask_cover(circle.pk, *span, note=SECRET, actor=mia, at=at)
    offer = duty.offer_cover(world.ids["desk_id"], *span, circle_id=circle.pk, actor=mia, at=at)
    world.ids |= {"cover_request_id": asked.pk, "cover_offer_id": offer.pk}


def _people(world: FullWorld) -> None:
    mia = world.mia
    admin = Actor(member_id=mia.member_id, user_id=mia.user_id, roles=frozenset({Role.ADMIN.value}))
    brand = members.add_brand(SECRET, actor=mia, at=NOON)
    invitation = members.invite("new@aur.example", "analyst", "en", actor=admin, at=NOON)
    key, _secret = members.create_key(SECRET, "read", expires_at=None, actor=admin, at=NOON)
    world.ids |= {
        "brand_id": brand.pk,
        "invitation_id": invitation.pk,
        "key_id": key.pk,
        "user_id": mia.user_id,
        "member_id": mia.member_id,
    }
    Idempotency.objects.create(
        member_id=mia.member_id, key="k", fingerprint="f", status=200, created_at=NOON
    )


def _leads(world: FullWorld) -> UUID:
    mia = world.mia
    draft = Draft(
        title=f"{SECRET} serum",
        description=SECRET,
        values={
            "url": ("https://tamarisk.example/item/7",),
            "phone": ("+86 571 5550 1001",),
            "seller_name": (f"{SECRET} Silk",),
        },
        brand=SECRET,
    )
    lead = leads.create_lead(draft, actor=mia, at=NOON)
    _correlating(world, lead)
    export = leads.start_export("jsonl", lead_ids=[lead.pk], actor=mia, at=NOON)
    world.ids["export_id"] = export.pk
    _disclosing(world, lead)
    leads.save_mapping(SECRET, {"shop": "title"}, actor=mia, at=NOON)
    told = leads.Upload(file_name="tamarisk.csv")
    batch = leads.upload(BytesIO(ROWS), told, actor=mia, at=NOON)
    leads.start_check(batch.pk, batch.mapping, actor=mia, at=NOON)
    world.ids |= {"lead_id": lead.pk, "batch_id": batch.pk}
    _triage(world)
    return lead.pk


def _disclosing(world: FullWorld, lead: Lead) -> None:
    """The partner read once what is sealed in a lead, and said why."""
    partner = world.partner
    terms = sharing.Terms(level=Level.FULL, purpose=SECRET)
    given = sharing.grant(
        ("lead", lead.pk),
        owner_id=world.mia.member_id,
        grantee_id=partner.member_id,
        terms=terms,
        tlp="amber",
        actor=world.mia,
        at=NOON,
    )
    with scope.acting(partner):
        leads.disclose(lead.pk, reason=SECRET, actor=partner, at=NOON)
    with scope.acting(world.mia):
        sharing.revoke(given, actor=world.mia, at=NOON, reason=SECRET)


def _correlating(world: FullWorld, lead: Lead) -> None:
    """A second lead of the same seller, judged; a value of one's own; a sighting; a signal."""
    mia = world.mia
    twin = leads.create_lead(
        Draft(title=f"{SECRET} again", values={"phone": ("+86 571 5550 1001",)}),
        actor=mia,
        at=NOON,
    )
    judged = leads.judge_pair(lead.pk, twin.pk, "unsure", note=SECRET, actor=mia, at=NOON)
    own = leads.add_own_selector(
        "domain", "tamarisk-official.example", note=SECRET, actor=mia, at=NOON
    )
    selector = lead.selectors.filter(kind="phone").get()
    seen = leads.observe(lead.pk, selector.pk, leads.Observation(note=SECRET), actor=mia, at=NOON)
    leads.set_signal_policy("blind", actor=mia, at=NOON)
    found = Finding(kinds={"phone"}, bands={"medium"}, known_since=NOON)
    tell({(mia.member_id, lead.pk): found}, at=NOON)
    world.ids |= {
        "own_selector_id": own.pk,
        "other_id": twin.pk,
        "quarantine_id": judged.pk,
        "selector_id": selector.pk,
        "sighting_id": seen.pk,
        "signal_id": Signal.objects.get(lead=lead).pk,
    }


def _triage(world: FullWorld) -> None:
    """A search that is kept, and a decision about several leads."""
    mia = world.mia
    search = leads.Search(name=SECRET, text=SECRET, tells=True, is_shared=True)
    kept = leads.save_search(search, actor=mia, at=NOON)
    decision = leads.Decision(verb="severity", severity="watch", reason=SECRET)
    action = leads.decide_many(decision, [world.ids["lead_id"]], actor=mia, at=NOON)
    world.ids |= {"search_id": kept.pk, "bulk_id": action.pk}


def _work_the_import(world: FullWorld) -> None:
    system, rows = Actor.system(world.mia.member_id), leads.Rows()
    with scope.acting(system):
        while leads.advance(world.ids["batch_id"], rows, actor=system, at=NOON):
            pass
        assert ImportBatch.objects.get(pk=world.ids["batch_id"]).state == "checked"


def _case(world: FullWorld, desk: Desk, lead_id: UUID) -> Investigation:
    opening = investigations.Opening(title=f"{SECRET} shops", summary=SECRET, lead_ids=[lead_id])
    case = investigations.open_case(opening, desk=desk, actor=world.mia, at=NOON - DAY)
    world.ids |= {"investigation_id": case.pk, "root_id": case.pk, "subject_id": case.pk}
    return case


def _shares(world: FullWorld, case: Investigation) -> None:
    """One grant that counts, and one that has ended."""
    mia = world.mia
    terms = investigations.Share(
        grantee_id=world.partner.member_id, level=Level.CASE, purpose=SECRET
    )
    given = investigations.share_investigation(case.pk, terms, actor=mia, at=NOON)
    ended = sharing.grant(
        ("lead", world.ids["lead_id"]),
        owner_id=mia.member_id,
        grantee_id=world.partner.member_id,
        terms=sharing.Terms(level=Level.TEASER, purpose=SECRET),
        tlp="amber",
        actor=mia,
        at=NOON,
    )
    sharing.revoke(ended, actor=mia, at=NOON, reason=SECRET)
    world.ids["grant_id"] = given.pk


def _candidacy(world: FullWorld, circle: Circle) -> None:
    """The partner has a recommended candidate that waits."""
    quill = make_person("Qi Quill", make_member("Quillon", "QUI"), role="manager")
    with scope.acting(world.partner):
        code = sharing.recommend_to_circle(circle.pk, actor=world.partner, at=NOON)
    with scope.acting(quill):
        sharing.join_by_code(code, actor=quill, at=NOON)
    with scope.acting(world.mia):
        world.ids["candidacy_id"] = Candidacy.objects.get().pk


def _ledgers(world: FullWorld) -> None:
    """A lead shared, read, exported and taken back: who has copies owes their deletion."""
    mia, partner = world.mia, world.partner
    lead = ("lead", world.ids["lead_id"])
    to = sharing.Grantee(kind="member", id=partner.member_id)
    terms = sharing.Terms(level=Level.CASE, purpose=SECRET)
    with scope.acting(mia):
        told = [leads.Share(to=to, terms=terms)]
        given = leads.share_lead(lead[1], told, actor=mia, at=NOON)[0]
    with scope.acting(partner):
        leads.note_reading(Lead.objects.get(pk=lead[1]), actor=partner, at=NOON)
        copies = [(lead, mia.member_id, Level.CASE)]
        sharing.record_exports(copies, format_name="csv", actor=partner, at=NOON)
    with scope.acting(mia):
        sharing.revoke(given, actor=mia, at=NOON, reason=SECRET)
        world.ids["deletion_id"] = DeletionDuty.objects.get().pk
    _asked(world, to)


def _asked(world: FullWorld, to: sharing.Grantee) -> None:
    """What the partner asks and proposes while it reads, and a run that waits."""
    mia, partner, lead_id = world.mia, world.partner, world.ids["lead_id"]
    terms = sharing.Terms(
        level=Level.CASE, purpose=SECRET, capabilities=("propose", "reshare", "export")
    )
    with scope.acting(mia):
        leads.share_lead(lead_id, [leads.Share(to=to, terms=terms)], actor=mia, at=NOON)
        circle = world.ids["circle_id"]
        seated = set(
            Seat.objects.filter(circle_id=circle).values_list("seated_member_id", flat=True)
        )
        other = min(seated - {mia.member_id, partner.member_id})
    with scope.acting(partner):
        changes = {"title": SECRET}
        proposal = proposing.propose(lead_id, changes, note=SECRET, actor=partner, at=NOON)
        reshare = resharing.ask_reshare(
            lead_id, other, level=1, purpose=SECRET, actor=partner, at=NOON
        )
    with scope.acting(mia):
        chosen = leads.Chosen(brand=SECRET)
        told = [leads.Share(to=to, terms=terms)]
        run = leads.start_share_run(chosen, told, actor=mia, at=NOON)
        signal = Signal.objects.get()
        ask = asking.Ask(purpose=SECRET, offered_level=1, brand=SECRET)
        request = asking.ask_access(signal.pk, ask, actor=mia, at=NOON)
        question = AccessQuestion.objects.create(
            member_id=mia.member_id,
            request_id=uuid7(),
            requester_id=partner.member_id,
            lead_id=lead_id,
            offered_lead_id=uuid7(),
            offered_level=1,
            purpose=SECRET,
            created_at=NOON,
            expires_at=NOON + DAY,
        )
    world.ids |= {
        "proposal_id": proposal.pk,
        "reshare_id": reshare.pk,
        "run_id": run.pk,
        "request_id": request.pk,
        "question_id": question.pk,
    }


def _holding(world: FullWorld, case: Investigation) -> None:
    """A target that each of the two holds, and a takedown that met the partner's hold."""
    mia, partner = world.mia, world.partner
    wish = investigations.Wish(hold_until=NOON + DAY, reason=SECRET)
    held = investigations.hold_target(world.ids["lead_id"], wish, actor=mia, at=NOON)
    with scope.acting(partner):
        theirs = Draft(title="Serum", values={"phone": ("+86 571 5550 1001",)})
        lead = leads.create_lead(theirs, actor=partner, at=NOON)
        investigations.hold_target(lead.pk, wish, actor=partner, at=NOON)
    new = investigations.NewTask(title=SECRET, kind="takedown")
    assert investigations.add_task(case.pk, new, actor=mia, at=NOON).held == "warn"
    world.ids["hold_id"] = held.pk


def _parts(world: FullWorld, case: Investigation) -> None:
    mia = world.mia
    task = investigations.add_task(
        case.pk, investigations.NewTask(title=SECRET), actor=mia, at=NOON
    )
    file = evidence.store(
        BytesIO(SECRET.encode()),
        "tamarisk.txt",
        root=("investigation", case.pk),
        actor=mia,
        at=NOON,
        origin=evidence.Origin(note=SECRET),
    )
    room = Room.objects.get(root_id=case.pk)
    chat.post_message(room.pk, cid=uuid7(), body=SECRET, actor=mia, at=NOON)
    chat.mark_read(room.pk, seq=1, actor=mia)
    chat.react(room.pk, 1, emoji="✅", actor=mia, at=NOON)
    chat.run_command(room.pk, f"/remind 2h {SECRET}", actor=mia, at=NOON)
    chat.allow_translation(allows=True, actor=mia, at=NOON)
    Translation.objects.create(
        member_id=mia.member_id,
        root_type="investigation",
        root_id=case.pk,
        message_id=Message.objects.get(room=room, seq=1).pk,
        language="en",
        text=SECRET,
        asked_for=mia.member_id,
        asked_at=NOON,
    )
    chat.place_hold(reason=SECRET, actor=mia, at=NOON)
    chat.show_marks(shows=True, actor=mia, at=NOON)
    told = notifications.notify(
        [(mia.member_id, mia.user_id)],
        kind="handover.offered",
        subject=("investigation", case.pk),
        token="t",
        at=NOON,
    )
    world.ids |= {
        "task_id": task.pk,
        "evidence_id": file.pk,
        "room_id": room.pk,
        "notification_id": told[0].pk,
    }


def _handover(world: FullWorld, case: Investigation, milan: Desk) -> None:
    mia = world.mia
    handovers.set_policy(to_allies=True, ally_level=Level.CASE, actor=mia, at=NOON)
    # A hold that is over: its row stays.
    investigations.hold(case, actor=mia, at=NOON - DAY)
    investigations.resume(case, actor=mia, at=NOON - DAY)
    offer = handovers.hand_over_now(case.pk, situation=SECRET, desk_id=milan.pk, actor=mia, at=NOON)
    assert offer.state == "offered"
    world.ids["handover_id"] = offer.pk
    _corrected(world, milan)


def _reach(world: FullWorld) -> None:
    """How Mia is reached."""
    mia = world.mia
    choice = notifications.Choice(mail="digest", push=False)
    notifications.choose({"chat": choice}, actor=mia, at=NOON)
    notifications.set_digest_hour("07:30", actor=mia, at=NOON)
    notifications.set_quiet_hours("22:00", "07:00", range(7), actor=mia, at=NOON)
    key = vapid.public_key_of(vapid.make_private_key())
    address = "https://fcm.googleapis.com/fcm/send/mia"
    told = notifications.Subscription(endpoint=address, p256dh=key, auth="c2l4dGVlbiBieXRlcyBvaw")
    browser = notifications.add_browser(told, actor=mia, at=NOON)
    notifications.try_browser(browser.pk, actor=mia, at=NOON)
    world.ids["browser_id"] = browser.pk


def _corrected(world: FullWorld, milan: Desk) -> None:
    """Another case, handed over, read back and corrected."""
    mia = world.mia
    opening = investigations.Opening(title=f"{SECRET} stall", summary=SECRET)
    hangzhou = Desk.objects.get(pk=world.ids["desk_id"])
    case = investigations.open_case(opening, desk=hangzhou, actor=mia, at=NOON - DAY)
    offer = handovers.hand_over_now(case.pk, situation=SECRET, desk_id=milan.pk, actor=mia, at=NOON)
    handovers.note_reading(offer, 2, actor=mia, at=NOON)
    said = handovers.ReadBack(text=f"{SECRET}, understood as it was meant.", version=2)
    handovers.accept_handover(offer.pk, read_back=said, actor=mia, at=NOON + MINUTE)
    handovers.correct_read_back(offer.pk, text=SECRET, actor=mia, at=NOON + MINUTE)
