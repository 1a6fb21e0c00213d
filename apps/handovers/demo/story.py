"""The demo's past: reports come in, cases open, people work and talk, some cases close."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from apps.chat import services as chat
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError
from apps.core.ids import uuid7
from apps.duty import selectors as duty
from apps.handovers.demo import cases, talk
from apps.handovers.demo.cases import CaseFacts
from apps.handovers.demo.driver import Driver
from apps.handovers.demo.founding import World
from apps.handovers.demo.reports import ReportFile
from apps.handovers.models import Handover
from apps.investigations import selectors as investigations
from apps.investigations import services as custody
from apps.investigations.models import Investigation
from apps.leads import services as triage
from apps.leads.models import Lead

# How many days before today the open cases were opened: most of them lately.
AGES = (14, 9, 5, 3, 2, 2, *(1,) * 10, *(0,) * 24)
CHATTY = 0.6
MINUTE = timedelta(minutes=1)


class Story:
    """Plans with the driver what people do; each act goes through the services."""

    def __init__(self, world: World, driver: Driver, random: Random, now: datetime) -> None:
        self.world, self.driver, self.random, self.now = world, driver, random, now
        self.lead_case: UUID | None = None
        self.said = 0
        driver.on_accepted = self.after_acceptance

    def plan(self, files: list[ReportFile], share: int = 1) -> None:
        for file in files:
            self.driver.plan(self.now - file.age, self.take_in, file)
        ages = list(AGES)
        self.random.shuffle(ages)
        for facts, age in list(zip(cases.OPEN_CASES, ages, strict=True))[::share]:
            days = 1 if facts is cases.LEAD_CASE else age
            opens_at = self.on_duty(facts.desk, days)
            self.driver.plan(opens_at, self.open, facts)
        for index, (facts, outcome, reason) in enumerate(cases.CLOSED_CASES[::share]):
            opens_at = self.on_duty(facts.desk, 13 - index % 11)
            self.driver.plan(opens_at, self.open_and_close, facts, outcome, reason)

    def on_duty(self, key: str, days: int) -> datetime:
        """An instant early in the desk's latest shift that began that many days ago or more."""
        before = self.now - timedelta(days=days, hours=1)
        desk = self.world.desks[key]
        with scope.binding(Actor.system(desk.member_id)):
            spans = duty.duty([desk], before - timedelta(days=3), before)[desk.pk]
        starts = [a for a, _b in spans if a > before - timedelta(days=3)]
        return starts[-1] + MINUTE * self.random.randrange(5, 50)

    def take_in(self, file: ReportFile, at: datetime) -> None:
        """Import one file of reports: checked first, then run, as a person would."""
        actor = self.world.leads_of[file.member]
        told = triage.Upload(file_name=f"{file.source}.csv", source=file.source)
        rows = triage.Rows()
        with scope.acting(actor):
            batch = triage.upload(io.BytesIO(file.data), told, actor=actor, at=at)
            triage.start_check(batch.pk, batch.mapping, actor=actor, at=at)
            while triage.advance(batch.pk, rows, actor=actor, at=at):
                pass
            triage.start_run(batch.pk, actor=actor, at=at)
            while triage.advance(batch.pk, rows, actor=actor, at=at):
                pass

    def open(self, facts: CaseFacts, at: datetime) -> Investigation:
        """Open a case from one to three new leads, with its first tasks."""
        desk = self.world.desks[facts.desk]
        actor = self.world.at_desk[facts.desk][0]
        opening = custody.Opening(
            title=facts.title,
            summary=facts.summary,
            severity=facts.severity,
            severity_reason=cases.SEVERITY_REASONS[facts.severity],
            tlp=facts.tlp,
            language=facts.language,
            jurisdiction=facts.pinned,
            contingency=self.random.choice(cases.CONTINGENCIES),
        )
        with scope.acting(actor):
            new = Lead.objects.filter(member_id=actor.member_id, status=Lead.Status.NEW)
            some = new.order_by("created_at", "title", "locator")[: self.random.randrange(1, 4)]
            opening = replace(opening, lead_ids=[lead.pk for lead in some])
            case = custody.open_case(opening, desk=desk, actor=actor, at=at)
            self.world.references[case.pk] = case.reference
            self.add_tasks(case, actor, at)
        self.talk_over(case, facts, at)
        if facts is cases.LEAD_CASE:
            self.lead_case = case.pk
        elif facts.severity == "watch" and self.random.random() < 0.4:
            self.driver.plan(at + 40 * MINUTE, self.wait, case, actor)
        return case

    def talk_over(self, case: Investigation, facts: CaseFacts, at: datetime) -> None:
        """The desk that opened the case begins to talk about it."""
        people = self.world.at_desk[facts.desk]
        spoken = self.world.desks[facts.desk].languages[0]
        lines = self.random.sample(talk.LINES[spoken], 2)
        for index, words in enumerate(lines):
            later = at + MINUTE * self.random.randrange(8, 30) * (index + 1)
            author = people[index % len(people)]
            self.driver.plan(later, self.say, case.pk, words, spoken, author)

    def add_tasks(self, case: Investigation, actor: Actor, at: datetime) -> None:
        """Deadlines lie around now for cases that are still open then."""
        for title in self.random.sample(cases.TASKS, self.random.randrange(1, 4)):
            due_at = self.now + MINUTE * self.random.randrange(-150, 2000)
            new = custody.NewTask(title=title, due_at=max(due_at, at + 60 * MINUTE))
            custody.add_task(case.pk, new, actor=actor, at=at)

    def wait(self, case: Investigation, actor: Actor, at: datetime) -> None:
        with scope.acting(actor):
            reason = self.random.choice(cases.WAITING_FOR)
            custody.set_status(case.pk, status="waiting", reason=reason, actor=actor, at=at)

    def open_and_close(self, facts: CaseFacts, outcome: str, reason: str, at: datetime) -> None:
        case = self.open(facts, at)
        closes_at = min(at + MINUTE * self.random.randrange(400, 1900), self.now - 90 * MINUTE)
        actor = self.world.at_desk[facts.desk][-1]
        self.driver.plan(closes_at, self.close, case.pk, outcome, reason, actor)

    def close(self, case_id: UUID, outcome: str, reason: str, actor: Actor, at: datetime) -> None:
        with scope.acting(actor):
            for task in investigations.tasks(actor, case_id).filter(done_at__isnull=True):
                custody.complete_task(case_id, task.pk, actor=actor, at=at)
            custody.close_investigation(case_id, outcome=outcome, reason=reason, actor=actor, at=at)

    def after_acceptance(self, handover: Handover, desk: str, actor: Actor, at: datetime) -> None:
        """The new holder sometimes says what he found and finishes a task."""
        case_id = handover.investigation_id
        if self.random.random() < CHATTY:
            later = at + MINUTE * self.random.randrange(3, 40)
            words = self.random.choice(talk.LINES[self.world.desks[desk].languages[0]])
            spoken = self.world.desks[desk].languages[0]
            self.driver.plan(later, self.say, case_id, words, spoken, actor)
        if self.random.random() < 0.3:
            later = at + MINUTE * self.random.randrange(30, 200)
            self.driver.plan(later, self.finish_a_task, case_id, actor)

    def say(self, case_id: UUID, words: str, language: str, actor: Actor, at: datetime) -> None:
        try:
            with scope.acting(actor):
                room = chat.room_id_of(("investigation", case_id))
                if room is not None:
                    chat.post_message(
                        room, cid=str(uuid7()), body=words, language=language, actor=actor, at=at
                    )
                    self.said += 1
        except DomainError:
            return

    def finish_a_task(self, case_id: UUID, actor: Actor, at: datetime) -> None:
        try:
            with scope.acting(actor):
                task = investigations.tasks(actor, case_id).filter(done_at__isnull=True).first()
                if task is not None:
                    custody.complete_task(case_id, task.pk, actor=actor, at=at)
        except DomainError:
            return
