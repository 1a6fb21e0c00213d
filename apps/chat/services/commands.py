"""The commands that rooms bring themselves: `/who`, `/time`, `/remind`; messages as evidence."""

import io
import json

from django.utils.translation import gettext as _

from apps.chat import presence, selectors
from apps.chat.commanding import Answer, Call, instant, usage
from apps.chat.mentioning import slug
from apps.chat.services.reminding import remind
from apps.core import walltime
from apps.core.decisions import Decision
from apps.core.errors import DomainError
from apps.core.grams import fold
from apps.core.web import wording
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.evidence import policies as evidence_policies
from apps.evidence import services as evidence

WHO, TIME, REMIND = "/who", "/time milan 09:00", "/remind 15:00 Call customs"
LONGEST_REMINDER = 500


def who(call: Call) -> Answer:
    """Who is in the room now, with the time at each place, and which desks are on duty."""
    here = [
        _("%(name)s (%(member)s, %(time)s)")
        % {
            "name": person["name"],
            "member": person["member"],
            "time": wording.wall(call.at, person.get("zone") or "UTC", form="time"),
        }
        for person in presence.people(call.room.pk)
    ]
    desks = _desks_on_duty(call)
    lines = [
        _("Here now: %(people)s.") % {"people": wording.listed(here)}
        if here
        else _("Nobody else is here now."),
        _("On duty: %(desks)s.") % {"desks": wording.listed(desks)}
        if desks
        else _("No desk of this room is on duty now."),
    ]
    return Answer(" ".join(lines))


def _desks_on_duty(call: Call) -> list[str]:
    known = selectors.callable_in(call.here, call.actor).values()
    ids = [one.ref.partition(":")[2] for one in known if one.ref.startswith("desk:")]
    found = Desk.objects.filter(pk__in=ids).order_by("name", "pk")
    return [desk.name for desk in found if duty.is_on_duty(desk, call.at)]


def time(call: Call) -> Answer:
    """What the clock shows at another place, or when its clock shows a time."""
    words = call.words.split()
    clock = instant(words[-1], at=call.at, zone="UTC") if words and ":" in words[-1] else None
    place = " ".join(words[:-1] if clock else words)
    if not place:
        raise usage(TIME)
    zone, name = _place(call, place)
    when = instant(words[-1], at=call.at, zone=zone) if clock else call.at
    assert when is not None  # noqa: S101 - the same word was read in another zone
    written = f"<t:{walltime.local(zone, when):%Y-%m-%dT%H:%M} {zone}>"
    return Answer(
        _("%(there)s in %(place)s is %(here)s at your place. To write it: %(written)s")
        % {
            "there": wording.wall(when, zone, now=call.at),
            "place": name,
            "here": wording.wall(when, call.zone, now=call.at),
            "written": written,
        }
    )


def _place(call: Call, place: str) -> tuple[str, str]:
    """The zone of a desk, a person or a city. Raises DomainError."""
    wanted = _plain(place.removeprefix("@"))
    known = selectors.callable_in(call.here, call.actor).values()
    for one in known:
        names = {_plain(one.name), one.handle, one.handle.removesuffix("-desk")}
        if one.zone and wanted in names:
            return one.zone, one.name
    for one in known:
        if one.zone and wanted in {_plain(wording.place(one.zone)), _city(one.zone)}:
            return one.zone, wording.place(one.zone)
    try:
        walltime.zone(place)
    except walltime.UnknownZone:
        raise DomainError(
            "chat.unknown_place",
            _("“%(place)s” is no desk, person or city of this room, nor a time zone.")
            % {"place": place},
            status=400,
        ) from None
    return place, wording.place(place)


def _city(zone: str) -> str:
    return _plain(zone.rpartition("/")[2].replace("_", "-"))


def _plain(name: str) -> str:
    return slug(fold(name))


def remind_me(call: Call) -> Answer:
    """Say something in the room at an instant, and call the person who asked."""
    word, _space, text = call.words.partition(" ")
    when = instant(word, at=call.at, zone=call.zone)
    if when is None or not text.strip() or len(text) > LONGEST_REMINDER:
        raise usage(REMIND)
    if call.actor.user_id is None:
        raise DomainError("chat.no_person", _("A key cannot be reminded: ask as a person."))
    person = call.actor.user_id
    remind(call.here, text.strip(), when=when, person=person, actor=call.actor)
    return Answer(
        _("You will be reminded in this room: %(when)s.")
        % {"when": wording.in_full(when, call.zone)}
    )


def may_keep(call: Call) -> Decision:
    return evidence_policies.may_add(call.actor, call.room.root)


def keep_as_evidence(call: Call) -> Answer:
    """The message as a document of the file, with its digest and a custody log of its own."""
    said, author = call.said, call.said_by
    document = {
        "room": str(call.room.pk),
        "seq": said.seq,
        "author": author.name,
        "author_id": str(said.author_id) if said.author_id else None,
        "member": author.member,
        "member_id": str(said.member_id),
        "posted_at": said.posted_at.isoformat(),
        "language": said.language or "und",
        "body": said.body,
    }
    data = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode()
    note = _("Message %(seq)s of %(author)s (%(member)s) in the room of this case.") % {
        "seq": said.seq,
        "author": author.name,
        "member": author.member,
    }
    kept = evidence.store(
        io.BytesIO(data),
        f"message-{said.seq}.json",
        root=call.room.root,
        actor=call.actor,
        at=call.at,
        origin=evidence.Origin(
            claimed_type="application/json", note=note, captured_at=said.posted_at
        ),
    )
    return Answer(
        _("Kept as evidence: %(name)s.") % {"name": kept.file_name},
        notice="evidence.filed",
        made=("evidence", kept.pk),
    )
