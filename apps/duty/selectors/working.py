"""Until when a member has to answer, by the calendar of its first desk."""

from datetime import datetime

from apps.core.actor import Actor
from apps.duty.planning.working import end_after
from apps.duty.selectors.desks import own_desks


def answer_by(actor: Actor, at: datetime, *, working_days: int) -> datetime:
    """The end of so many working days of the actor's own member; of UTC's without a desk."""
    desk = own_desks(actor).filter(is_active=True).first()
    if desk is None:
        return end_after(at, working_days, zone="UTC", country="", holidays=())
    days = set(desk.holidays.filter(on__gte=at.date()).values_list("on", flat=True))
    return end_after(at, working_days, zone=desk.tz, country=desk.country, holidays=days)
