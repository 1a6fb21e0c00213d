"""The demo's last hours: what is offered, drafted, shared and talked about right now."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from apps.chat import selectors as rooms
from apps.chat import services as chat
from apps.core import scope
from apps.core.actor import PUBLIC_MEMBER, Actor
from apps.core.errors import DomainError
from apps.core.ids import uuid7
from apps.duty import selectors as duty
from apps.evidence import services as evidence
from apps.handovers import services
from apps.handovers.demo import cases, files, rhythm, talk
from apps.handovers.demo.story import MINUTE, Story
from apps.handovers.models import Handover
from apps.handovers.services import asking
from apps.investigations import services as custody
from apps.investigations.models import Investigation
from apps.leads import services as triage
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from apps.sharing import services as sharing

EVERYTHING = ("comment", "act")


class Present:
    """Adds to a story what a visitor should find under way."""

    def __init__(self, story: Story) -> None:
        self.story, self.world, self.random = story, story.world, story.random
        self.now, self.driver = story.now, story.driver

    def plan(self) -> None:
        plans: list[tuple[timedelta, Callable[[datetime], None]]] = [
            (timedelta(hours=20), self.share_lead_case),
            (timedelta(hours=19), self.attach_files),
            (timedelta(hours=18), partial(rhythm.bind_cases, self.world)),
            (timedelta(hours=5), self.decide_leads),
            (timedelta(hours=4), self.share_leads),
            (timedelta(hours=3), self.report_by_hand),
            (timedelta(hours=2), self.find_common_sellers),
            (14 * MINUTE, partial(self.hand_over, answer=True)),
            (12 * MINUTE, partial(self.hand_over, answer=True)),
            (9 * MINUTE, self.talk_on),
            (6 * MINUTE, self.draft_some),
            (2 * MINUTE, partial(self.hand_over, answer=False)),
            (1 * MINUTE, partial(self.hand_over, answer=False)),
        ]
        for before, action in plans:
            self.driver.plan(self.now - before, action)
        for index, (desk, words) in enumerate(talk.LEAD_TALK):
            said_at = self.now - timedelta(hours=16) + index * timedelta(minutes=128)
            self.driver.plan(said_at, self.say, desk, words)

    def say(self, desk: str, words: str, at: datetime) -> None:
        if self.story.lead_case is not None:
            spoken = self.world.desks[desk].languages[0]
            actor = self.world.at_desk[desk][0]
            self.story.say(self.story.lead_case, words, spoken, actor, at)

    def talk_on(self, at: datetime) -> None:
        """The lead case has a thread, reactions and a pin; a circle is called together."""
        ours, theirs = (self.world.at_desk[key][0] for key in ("hangzhou", "sao-paulo"))
        if self.story.lead_case is None:
            return
        with scope.acting(theirs):
            here = rooms.room_of(theirs, ("investigation", self.story.lead_case))
            said = [row for row in rooms.messages_before(theirs, here.pk) if row.kind == "message"]
            if not said:
                return
            last = said[-1].seq
            chat.react(here.pk, last, emoji="✅", actor=theirs, at=at)
            asked = "Which gate shall we watch, and until when?"
            self.write(here.pk, asked, theirs, at, thread=last)
        with scope.acting(ours):
            chat.react(here.pk, last, emoji="✅", actor=ours, at=at)
            chat.pin_message(here.pk, last, actor=ours, at=at)
            until = (self.now + timedelta(hours=6)).strftime("%Y-%m-%dT%H:00Z")
            self.write(here.pk, f"Gate 4, until <t:{until}>.", ours, at, thread=last)
        keeper = self.world.leads_of["AUR"]
        with scope.acting(keeper):
            circle = next(
                (one.room for one in rooms.rooms(keeper) if one.room.kind == "circle"), None
            )
            if circle is not None:
                call = (self.now + timedelta(days=1)).strftime("%Y-%m-%dT13:00Z")
                self.write(circle.pk, f"The weekly call is at <t:{call}> this time.", keeper, at)

    def write(
        self, room_id: UUID, body: str, actor: Actor, at: datetime, *, thread: int | None = None
    ) -> None:
        chat.post_message(
            room_id, cid=uuid7(), body=body, language="en", thread=thread, actor=actor, at=at
        )

    def share_lead_case(self, at: datetime) -> None:
        """Every ally reads the lead case; some cases are shared as a teaser or for their links."""
        keeper = self.world.leads_of["AUR"]
        for code in ("PAV", "QAM", "NOR", "SOL", "KIT"):
            if self.story.lead_case is not None:
                self.share(self.story.lead_case, code, 3, keeper, at)
        for owner, ally, level in (("SOL", "KIT", 2), ("NOR", "AUR", 3), ("PAV", "AUR", 1)):
            actor = self.world.leads_of[owner]
            with scope.acting(actor):
                open_ones = self.open_cases(actor).exclude(tlp="red")
                chosen = [case.pk for case in open_ones.order_by("opened_at", "title")[:3]]
            for case_id in chosen:
                self.share(case_id, ally, level, actor, at)

    def share(self, case_id: UUID, ally: str, level: int, actor: Actor, at: datetime) -> None:
        share = custody.Share(
            grantee_id=self.world.members[ally].pk,
            level=level,
            purpose="The same phone number appears in your leads.",
            capabilities=EVERYTHING if level >= 3 else (),
        )
        with scope.acting(actor):
            custody.share_investigation(case_id, share, actor=actor, at=at)

    def open_cases(self, actor: Actor) -> QuerySet[Investigation]:
        return Investigation.objects.filter(member_id=actor.member_id, closed_at__isnull=True)

    def attach_files(self, at: datetime) -> None:
        """Two files to the lead case, one to another case of each member."""
        keeper = self.world.at_desk["hangzhou"][0]
        lines = ["Sample 1: mercury 41 mg/kg", "Sample 2: mercury 39 mg/kg", "Limit: 1 mg/kg"]
        if self.story.lead_case is not None:
            self.attach(
                self.story.lead_case, "lab-report.txt", files.note("Test report", lines), keeper, at
            )
            self.attach(self.story.lead_case, "label.png", files.label(7), keeper, at)
        for index, key in enumerate(
            ("bengaluru", "dubai", "stockholm", "sao-paulo", "mexico-city")
        ):
            actor = self.world.at_desk[key][0]
            with scope.acting(actor):
                case = self.open_cases(actor).order_by("opened_at", "title").first()
            if case is not None:
                self.attach(case.pk, f"label-{index + 1}.png", files.label(index), actor, at)

    def attach(
        self,
        root_id: UUID,
        name: str,
        data: bytes,
        actor: Actor,
        at: datetime,
        *,
        root: str = "investigation",
    ) -> None:
        origin = evidence.Origin(note="Photographed on arrival.", captured_at=at - 30 * MINUTE)
        with scope.acting(actor):
            evidence.store(
                io.BytesIO(data),
                name,
                root=(root, root_id),
                actor=actor,
                at=at,
                origin=origin,
            )

    def decide_leads(self, at: datetime) -> None:
        """Part of what came in has been looked at: some leads matter, some do not."""
        for desk in ("hangzhou", "bengaluru", "dubai", "stockholm", "sao-paulo", "san-francisco"):
            actor = self.world.at_desk[desk][0]
            with scope.acting(actor):
                new = Lead.objects.filter(member_id=actor.member_id, status=Lead.Status.NEW)
                for index, lead in enumerate(new.order_by("created_at", "title", "locator")[:18]):
                    if index % 3 == 0:
                        triage.dismiss(lead.pk, reason="Genuine goods.", actor=actor, at=at)
                    else:
                        level = ("watch", "stable", "urgent")[index % 5 % 3]
                        triage.triage(lead.pk, severity=level, actor=actor, at=at)

    def share_leads(self, at: datetime) -> None:
        """Leads that another member should see, at the level of their selectors or higher."""
        pairs = (("AUR", "SOL"), ("SOL", "AUR"), ("QAM", "AUR"), ("NOR", "AUR"), ("KIT", "AUR"))
        for owner, ally in pairs:
            actor = self.world.leads_of[owner]
            with scope.acting(actor):
                new = Lead.objects.filter(member_id=actor.member_id, status=Lead.Status.NEW)
                for index, lead in enumerate(new.order_by("-created_at", "title", "locator")[:4]):
                    sharing.grant(
                        ("lead", lead.pk),
                        owner_id=actor.member_id,
                        grantee_id=self.world.members[ally].pk,
                        terms=sharing.Terms(level=2 + index % 2, purpose="Same phone number."),
                        tlp=lead.tlp,
                        actor=actor,
                        at=at,
                    )

    def report_by_hand(self, at: datetime) -> None:
        """Ten reports typed in by people, some with a phone number that is known."""
        for index in range(10):
            desk = ("hangzhou", "milan", "sao-paulo", "dubai", "stockholm")[index % 5]
            actor = self.world.at_desk[desk][0]
            host = ("lumi-serum", "sol-barato", "piumini-outlet", "oud-corner", "seta-lane")[
                index % 5
            ]
            title = talk.HAND_REPORTS[index]
            draft = Draft(
                title=title,
                description="The shop answers on one phone number only.",
                values={
                    "url": (f"https://{host}.example/item/{index + 1}",),
                    "phone": ("+1 212 555 0114",),
                },
                source="Customer report",
                severity="urgent" if index == 0 else "stable",
                language=self.world.desks[desk].languages[0],
                seen_at=at - 90 * MINUTE,
            )
            with scope.acting(actor):
                triage.create_lead(draft, actor=actor, at=at + index * MINUTE)

    def find_common_sellers(self, at: datetime) -> None:
        """The number that several members reported: photographed, then asked for in a batch."""
        for index, desk in enumerate(("hangzhou", "sao-paulo", "dubai", "stockholm")):
            actor = self.world.at_desk[desk][0]
            with scope.acting(actor):
                mine = Lead.objects.filter(member_id=actor.member_id, source="Customer report")
                ids = list(mine.order_by("created_at", "title").values_list("pk", flat=True)[:1])
            for lead_id in ids:
                photo = files.label(index + 20)
                self.attach(lead_id, "parcel.png", photo, actor, at, root="lead")
        with scope.acting(Actor.system(PUBLIC_MEMBER)):
            triage.run_batch(PUBLIC_MEMBER, at)

    def draft_some(self, at: datetime) -> None:
        """Senders who write their briefing early."""
        for case, actor in self.held_on_duty(at)[:4]:
            try:
                with scope.acting(actor):
                    planned = Handover.objects.get(
                        investigation_id=case.pk, state=Handover.State.PLANNED
                    )
                    changes = {"note": self.random.choice(cases.CONTINGENCIES)}
                    services.amend_briefing(
                        planned.pk, changes=changes, version=1, actor=actor, at=at
                    )
            except (DomainError, Handover.DoesNotExist):
                continue

    def hand_over(self, at: datetime, *, answer: bool) -> None:
        """An emergency handover between two desks on duty, answered or waiting."""
        for case, actor in self.held_on_duty(at)[4:]:
            try:
                with scope.acting(actor):
                    offer = services.hand_over_now(
                        case.pk, situation="Goods leave the warehouse today.", actor=actor, at=at
                    )
            except DomainError:
                continue
            if answer:
                self.answer(offer, at)
            return

    def answer(self, offer: Handover, at: datetime) -> None:
        with scope.binding(Actor.system(offer.member_id)):
            key = self.world.key_of(asking.waiting(offer)[0].desk_id)
        actor = self.world.at_desk[key][0]
        self.driver.plan(at + 3 * MINUTE, self.driver.accept, offer.pk, key, actor)

    def held_on_duty(self, at: datetime) -> list[tuple[Investigation, Actor]]:
        """Open cases that no one has offered, each with a person on duty at its desk."""
        found = []
        for key, desk in self.world.desks.items():
            actor = self.world.at_desk[key][0]
            with scope.acting(actor):
                if not duty.is_on_duty(desk, at):
                    continue
                mine = Investigation.objects.filter(
                    accountable_desk_id=desk.pk,
                    closed_at__isnull=True,
                    jurisdiction="",
                    handovers__state=Handover.State.PLANNED,
                ).exclude(tlp="red")
                found += [(case, actor) for case in mine.order_by("opened_at", "title")]
        return found
