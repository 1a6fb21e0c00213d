"""The board as a page: words and positions for the facts of `apps.handovers.board`."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.templatetags.alliance import place, wall
from apps.duty import planning
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.duty.planning.spans import Interval
from apps.duty.strips import Strip
from apps.handovers import board
from apps.investigations.sentences import Names, mentioned, sentence
from apps.members.models import Member
from apps.members.web.access import user_of


def context(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What board.html and its live fragment show."""
    zone = user_of(request).time_zone
    facts = board.read(scope.current(), at)
    strip = duty.strip(scope.current(), at, zone)
    return {
        "nav": "board",
        "board": facts,
        "world": board.world(
            facts,
            language=translation.get_language() or "en",
            zone=zone,
            place=place(zone),
            words=_words(),
        ),
        "strip": strip,
        "rings": rings(facts, strip),
        "news": _news(facts),
        "headline": headline(at, zone),
        "gap_words": [gap_words(gap, zone, at) for gap in facts.gaps[:3]],
    }


def _news(facts: board.Board) -> list[dict[str, Any]]:
    names = Names(
        desks=facts.by_id,
        members=Member.objects.in_bulk(mentioned(facts.news, "members")),
        people=facts.authors,
    )
    return [
        {
            "event": event,
            "text": sentence(event, names),
            "who": facts.authors.get(event.actor_user_id) if event.actor_user_id else None,
        }
        for event in facts.news
    ]


def _words() -> dict[str, str]:
    return {
        "on": _("on duty"),
        "off": _("off duty"),
        "aria": _("World map: daylight, desks and the cases they hold. The table says the same."),
        "noon": _("noon"),
    }


def headline(at: datetime, zone: str) -> str:
    """The part of the day where the reader is."""
    hour = int(wall(at, zone, form="time")[:2])
    names = {"place": place(zone)}
    if 5 <= hour < 12:
        return _("Morning in %(place)s") % names
    if 12 <= hour < 18:
        return _("Afternoon in %(place)s") % names
    if 18 <= hour < 23:
        return _("Evening in %(place)s") % names
    return _("Night in %(place)s") % names


def gap_words(gap: Interval, zone: str, at: datetime) -> str:
    start, end = gap
    return _("%(start)s to %(end)s") % {
        "start": wall(start, zone, now=at),
        "end": wall(end, zone, now=at),
    }


def percent(instant: datetime, start: datetime) -> float:
    """Where an instant lies in the coming 24 hours."""
    return round(max(0.0, min(100.0, (instant - start) / board.HORIZON * 100)), 3)


def rings(facts: board.Board, strip: Strip) -> list[dict[str, Any]]:
    """The coming handovers as pairs of rings on the coverage strip."""
    found = []
    for move in facts.moves:
        source = strip.middle_of(move.source.pk)
        target = strip.middle_of(move.target.pk) if move.target else None
        if source is not None and target is not None and move.at < strip.ends_at:
            found.append({"x": strip.place(move.at), "from_y": source, "to_y": target})
    return found


def sky(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """The 24-hour ribbon: one stretch per desk that will probably hold, and the gaps."""
    zone = user_of(request).time_zone
    desks = list(duty.desks(scope.current()))
    rules = duty.rules(desks, at, at + board.HORIZON)
    cover = duty.coverage(desks, at, at + board.HORIZON)
    names = {str(desk.pk): desk for desk in desks}
    on_now = [key for key, spans in cover.on_duty.items() if spans and spans[0][0] <= at]
    first = max(on_now or list(names), key=lambda k: _first_end(cover.on_duty[k]), default=None)
    if first is None:
        return {"stretches": []}
    marks: list[tuple[datetime, str | None]] = [(at, first if on_now else None)]
    for event in planning.simulate_handovers(rules, first, at, at + board.HORIZON):
        to_desk = event.to_desk if isinstance(event, planning.HandedOver) else None
        marks.append((event.at, to_desk))
    return {"stretches": _stretches(marks, names, at, zone)}


def _first_end(spans: list[Interval]) -> float:
    return spans[0][1].timestamp() if spans else 0.0


def _stretches(
    marks: list[tuple[datetime, str | None]], names: dict[str, Desk], at: datetime, zone: str
) -> list[dict[str, Any]]:
    ends = [mark[0] for mark in marks[1:]] + [at + board.HORIZON]
    found = []
    for (start, key), end in zip(marks, ends, strict=True):
        x = percent(start, at)
        width = round(percent(end, at) - x, 3)
        if width <= 0:
            continue
        desk = names.get(key) if key else None
        when = "" if start == at else f"{wall(start, zone, form='time')} "
        label = when + (desk.city or desk.name) if desk else _("gap")
        found.append(
            {
                "x": x,
                "w": max(0.1, width - 0.2),
                "lx": round(x + 0.7, 3),
                "gap": desk is None,
                "now": start == at,
                "label": label if width > 6 else "",
                "spoken": label,
            }
        )
    return found
