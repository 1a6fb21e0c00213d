"""Every part of a briefing as one reader gets it: names, sentences, both clocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from apps.core.actor import Actor
from apps.core.models import Event
from apps.core.web import wording
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.handovers import selectors
from apps.handovers.models import Handover
from apps.handovers.rendering import words
from apps.handovers.rendering.changes import ChangeLine, lines
from apps.handovers.rendering.rows import Contingency, Person, Row
from apps.handovers.rendering.times import Clock, Times
from apps.handovers.selectors import Reading
from apps.investigations.models import Investigation
from apps.investigations.sentences import Names, mentioned, sentence
from apps.members import selectors as members
from apps.members.models import Member, User

GIVERS = 2


@dataclass(frozen=True, slots=True)
class Rendered:
    """The latest briefing for one reader; empty parts are what it lacks or he may not see."""

    reading: Reading
    clock: Clock
    severity: str
    severity_reason: str
    summary: str
    language: str
    note: str
    sbar: Sequence[tuple[str, str]]
    subject: Sequence[tuple[str, str]]
    since: Times | None
    actions: Sequence[Row]
    no_actions: bool
    contingencies: Sequence[Contingency]
    questions: Sequence[Row]
    waits: Sequence[Row]
    done: Sequence[Row]
    said: Sequence[Row]
    evidence: Sequence[Row]
    evidence_count: int | None
    evidence_level: int | None
    tlp: str
    tlp_words: str
    restrictions: str
    wake: Sequence[Person]
    previous: Row | None
    missing: Sequence[str]
    withheld: Sequence[str]
    givers: Sequence[Person]
    read_before: int
    changes: Sequence[ChangeLine]

    @property
    def version(self) -> int:
        return self.reading.briefing.version


def render(
    actor: Actor,
    handover: Handover,
    reading: Reading,
    *,
    clock: Clock,
    desks: Mapping[UUID, Desk],
    read_before: int = 0,
) -> Rendered:
    """The briefing in the active language, on the reader's clock; names as far as he may see."""
    content = reading.content
    known = _Known(clock, desks, _people(content))
    return Rendered(
        reading=reading,
        clock=clock,
        severity=str(content.get("severity") or ""),
        severity_reason=content.get("severity_reason") or "",
        summary=content.get("summary") or "",
        language=content.get("language") or "",
        note=content.get("note") or "",
        sbar=_sbar(content.get("sbar") or {}),
        subject=_subject(content),
        since=clock.times(_instant(content.get("since"))),
        actions=[known.action(row) for row in content.get("actions") or []],
        no_actions=bool(content.get("no_actions")),
        contingencies=[_contingency(row) for row in content.get("contingencies") or []],
        questions=[Row(row["id"], row["text"]) for row in content.get("questions") or []],
        waits=[known.wait(row) for row in content.get("waits") or []],
        done=known.done(content.get("done") or []),
        said=[known.said(row) for row in content.get("chat") or []],
        evidence=known.evidence(content.get("evidence")),
        evidence_count=(content.get("evidence") or {}).get("count"),
        evidence_level=(content.get("evidence") or {}).get("level"),
        tlp=content.get("tlp") or "",
        tlp_words=str(words.TLP.get(content.get("tlp") or "", "")),
        restrictions=content.get("restrictions") or "",
        wake=known.wake(content.get("wake") or [], handover),
        previous=known.previous(content.get("previous")),
        missing=[str(words.MISSING[part]) for part in reading.missing],
        withheld=[str(words.PARTS[part]) for part in reading.withheld if part in words.PARTS],
        givers=_givers(handover, clock) if reading.withheld else [],
        read_before=read_before,
        changes=lines(
            selectors.changes_since(actor, handover, reading, read_before), clock, known.people
        ),
    )


def _instant(value: Any) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) else value


def _people(content: Mapping[str, Any]) -> dict[str, User]:
    ids = {row.get("by") for part in ("done", "chat") for row in content.get(part) or []}
    ids |= {row.get("assignee_id") for row in content.get("actions") or []}
    ids |= {*(content.get("wake") or []), (content.get("previous") or {}).get("by")}
    found = members.person_cards(UUID(ident) for ident in ids if ident)
    return {str(pk): user for pk, user in found.items()}


def _subject(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = content.get("subject") or {}
    status = dict(Investigation.Status.choices).get(facts.get("status") or "", "")
    rows = [
        (gettext("Reference"), facts.get("reference")),
        (gettext("Title"), facts.get("title")),
        (gettext("Status"), str(status)),
        (gettext("Country whose law binds it"), facts.get("jurisdiction")),
    ]
    return [(label, str(value)) for label, value in rows if value]


def _sbar(said: Mapping[str, str]) -> list[tuple[str, str]]:
    """The emergency's short form, in its own order."""
    return [(str(label), said[name]) for name, label in words.SBAR.items() if said.get(name)]


def _contingency(row: Mapping[str, Any]) -> Contingency:
    """A standard one is a message id, said in the reader's language; others as they were typed."""
    is_standard = bool(row.get("standard"))
    condition, act = row.get("if") or "", row.get("then") or ""
    if is_standard:
        condition, act = gettext(condition), gettext(act)
    return Contingency(str(row.get("id") or ""), condition, act, is_standard)


def _givers(handover: Handover, clock: Clock) -> list[Person]:
    """Whom to ask for what is withheld: managers of the owner, with their local time."""
    owner = Member.objects.filter(pk=handover.member_id).first()
    ids = members.people_with_role(handover.member_id, "manager", "admin")[:GIVERS]
    people = members.person_cards(ids).values()
    return [_person(user, owner.name if owner else "", clock) for user in people]


def _person(user: User, member: str, clock: Clock, **duty_now: Any) -> Person:
    return Person(
        id=user.pk,
        name=user.name,
        monogram=user.monogram,
        member=member,
        place=wording.place(user.time_zone),
        local=wording.wall(clock.at, user.time_zone, now=clock.at, form="day"),
        **duty_now,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """The names and clocks that rows are said with."""

    clock: Clock
    desks: Mapping[UUID, Desk]
    people: Mapping[str, User]

    def name(self, ident: Any) -> str:
        person = self.people.get(str(ident)) if ident else None
        return person.name if person else ""

    def desk_name(self, ident: Any) -> str:
        desk = self.desks.get(UUID(str(ident))) if ident else None
        return desk.name if desk else ""

    def action(self, row: Mapping[str, Any]) -> Row:
        return Row(
            id=row["id"],
            text=row.get("what") or "",
            who=self.name(row.get("assignee_id")),
            times=self.clock.times(_instant(row.get("due_at")), works=True),
            more=row.get("return_reason") or "",
            desk=self.desk_name(row.get("returned_to")),
        )

    def wait(self, row: Mapping[str, Any]) -> Row:
        return Row(
            id=row["id"],
            text=row.get("what") or "",
            who=row.get("who") or "",
            times=self.clock.times(_instant(row.get("until"))),
        )

    def done(self, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """The shift's record as sentences in the reader's language."""
        events = [
            Event(
                name=row["name"],
                payload=row["payload"],
                actor_member_id=UUID(row["member"]),
                actor_user_id=UUID(row["by"]) if row["by"] else None,
            )
            for row in rows
        ]
        names = Names(
            desks=self.desks,
            members=members.member_cards(mentioned(events, "members")),
            people=members.person_cards(mentioned(events, "people")),
        )
        return [
            Row(
                id=str(row["seq"]),
                text=sentence(event, names),
                who=self.name(row["by"]),
                times=self.clock.times(_instant(row["at"])),
            )
            for row, event in zip(rows, events, strict=True)
        ]

    def said(self, row: Mapping[str, Any]) -> Row:
        return Row(
            id=str(row["seq"]),
            seq=row["seq"],
            text=row["body"] + ("…" if row.get("is_cut") else ""),
            who=self.name(row["by"]),
            times=self.clock.times(_instant(row["at"])),
            language=row.get("language") or "",
        )

    def evidence(self, facts: Mapping[str, Any] | None) -> list[Row]:
        return [
            Row(
                id=file["sha256"],
                text=file["name"],
                more=file["sha256"],
                times=self.clock.times(_instant(file.get("at"))),
            )
            for file in (facts or {}).get("new") or []
        ]

    def previous(self, row: Mapping[str, Any] | None) -> Row | None:
        if not row:
            return None
        return Row(
            id=str(row["handover_id"]),
            text=row["text"],
            who=self.name(row.get("by")),
            times=self.clock.times(_instant(row.get("at"))),
            desk=self.desk_name(row.get("desk_id")),
        )

    def wake(self, ids: Iterable[str], handover: Handover) -> list[Person]:
        """The people to ask, on duty as long as their desk is."""
        member = Member.objects.filter(pk=handover.from_member_id).first()
        standing = duty.standings([self.clock.source], self.clock.at) if self.clock.source else []
        now = standing[0] if standing else None
        return [
            _person(
                self.people[ident],
                member.name if member else "",
                self.clock,
                is_on_duty=now.is_on_duty if now else None,
                changes=self.clock.times(now.changes_at) if now else None,
            )
            for ident in ids
            if ident in self.people
        ]
