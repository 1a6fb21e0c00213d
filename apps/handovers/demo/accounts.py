"""Who can sign in to the demo, where, and what time it is there."""

import unicodedata
from datetime import datetime

from apps.core import scope, walltime
from apps.core.actor import Actor
from apps.duty import selectors as duty
from apps.handovers.demo import cast
from apps.members.models import Membership, User

HEADER = ("Name", "E-mail", "Member", "Desk", "Local time", "Role")


def table(at: datetime) -> list[str]:
    """The accounts as lines of text; none while there is no demo world."""
    rows = [_row(membership, at) for membership in _memberships()]
    if not rows:
        return []
    staff = User.objects.filter(email=cast.STAFF[1], is_staff=True).first()
    if staff is not None:
        rows.append((staff.name, staff.email, "-", "-", _local(at, staff.time_zone), "staff"))
    widths = [max(_width(row[n]) for row in [HEADER, *rows]) for n in range(len(HEADER))]
    lines = [_line(row, widths) for row in [HEADER, *rows]]
    return [*lines, "", f"The password of every account is {cast.PASSWORD}."]


def _memberships() -> list[Membership]:
    hosts = [f"@{member.host}" for member in cast.MEMBERS]
    found = Membership.objects.filter(ended_at__isnull=True).select_related("member", "user")
    order = [f"{facts.mailbox}@" for facts in cast.PEOPLE]
    known = [row for row in found if row.user.email.endswith(tuple(hosts))]
    known = [row for row in known if row.user.email.startswith(tuple(order))]
    return sorted(known, key=lambda row: (_place(row.user.email, order), row.member.name))


def _place(email: str, order: list[str]) -> int:
    return next(index for index, start in enumerate(order) if email.startswith(start))


def _row(membership: Membership, at: datetime) -> tuple[str, ...]:
    user = membership.user
    actor = Actor.system(membership.member_id)
    with scope.acting(actor):
        desks = ", ".join(d.name for d in duty.desks_of_person(actor, user.pk))
    zone = user.time_zone
    return (
        user.name,
        user.email,
        membership.member.name,
        desks or "-",
        _local(at, zone),
        str(membership.role),
    )


def _local(at: datetime, zone: str) -> str:
    return f"{walltime.local(zone, at):%a %H:%M}"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
