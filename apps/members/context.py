"""What every page knows: the person, the acting member, the time."""

from typing import Any

from django.http import HttpRequest

from apps.core import clock
from apps.core.templatetags.alliance import wall


def people_and_time(request: HttpRequest) -> dict[str, Any]:
    """`me`, `actor`, `member`, `memberships`, `now`, `my_zone` for the base template."""
    actor = getattr(request, "actor", None)
    memberships = getattr(request, "memberships", [])
    user = getattr(request, "user", None)
    me = user if user is not None and user.is_authenticated else None
    acting = next((m.member for m in memberships if actor and m.member_id == actor.member_id), None)
    now = clock.now()
    zone = me.time_zone if me else "UTC"
    return {
        "actor": actor,
        "me": me,
        "member": acting,
        "memberships": [(m.member_id, m.member.name) for m in memberships],
        "now": now,
        "my_zone": zone,
        "clock_now": wall(now, zone, form="time"),
    }
