"""What managers change while cases travel: hours, holidays, closures, cover, people who leave."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from apps.core import walltime
from apps.core.actor import Actor
from apps.duty import services as duty
from apps.duty.models import Desk
from apps.duty.services import WindowFacts
from apps.handovers.proving.world import World

HOUR = timedelta(hours=1)
# Of a hundred days of a desk.
EDITS, HOLIDAYS, CLOSURES, COVER, LEAVERS = 2, 3, 2, 2, 1
EDITED = (("09:00", "17:00"), ("08:00", "16:30"), ("10:00", "19:00"), ("22:00", "06:00"))


class Changes:
    """The changes of a day, each at a random minute of it."""

    def __init__(
        self,
        world: World,
        random: Random,
        plan: Callable[..., None],
        attempt: Callable[[str, Actor, Callable[[], object]], bool],
    ) -> None:
        self.world, self.random, self.plan, self.attempt = world, random, plan, attempt

    def of_a_day(self, day: datetime) -> None:
        kinds = (
            (EDITS, self._edit),
            (HOLIDAYS, self._take_a_day_off),
            (CLOSURES, self._close),
            (COVER, self._cover),
            (LEAVERS, self._leave),
        )
        for desk in self.world.desks.values():
            for chance, change in kinds:
                if self.random.randrange(100) < chance:
                    minutes = self.random.randrange(24 * 60)
                    self.plan(day + timedelta(minutes=minutes), change, desk)

    def _do(self, name: str, desk: Desk, act: Callable[..., object], at: datetime) -> None:
        manager = self.world.managers[desk.member_id]
        self.attempt(name, manager, partial(act, actor=manager, at=at))

    def _edit(self, desk: Desk, at: datetime) -> None:
        """New hours from tomorrow on: the old ones stay true of the past."""
        today = walltime.local(desk.tz, at).date()
        *past, last = self.world.windows[desk.pk]
        if last.valid_from is not None and last.valid_from > today:
            return
        start, end = self.random.choice(EDITED)
        following = WindowFacts(
            days=last.days, start=start, end=end, valid_from=today + timedelta(days=1)
        )
        windows = [*past, replace(last, valid_until=today), following]
        self.world.windows[desk.pk] = windows
        self._do("hours edited", desk, partial(duty.set_windows, desk.pk, windows), at)

    def _take_a_day_off(self, desk: Desk, at: datetime) -> None:
        on = walltime.local(desk.tz, at).date() + timedelta(days=self.random.randrange(1, 5))
        self._do("holiday", desk, partial(duty.add_holiday, desk.pk, on, name="Proof"), at)

    def _stretch(self, at: datetime) -> tuple[datetime, datetime]:
        starts_at = at.replace(second=0, microsecond=0) + self.random.randrange(1, 40) * HOUR / 4
        return starts_at, starts_at + self.random.randrange(1, 12) * HOUR

    def _close(self, desk: Desk, at: datetime) -> None:
        starts_at, ends_at = self._stretch(at)
        self._do("closure", desk, partial(duty.add_closure, desk.pk, starts_at, ends_at), at)

    def _cover(self, desk: Desk, at: datetime) -> None:
        starts_at, ends_at = self._stretch(at)
        self._do("cover", desk, partial(duty.add_extra_cover, desk.pk, starts_at, ends_at), at)

    def _leave(self, desk: Desk, at: datetime) -> None:
        """Somebody leaves the desk for a week; nobody is left there, if both do."""
        who = self.random.choice(self.world.at_desk[desk.pk]).user_id
        assert who is not None  # noqa: S101 - a person, as everybody at a desk
        self._do("person left", desk, partial(duty.remove_person, desk.pk, who), at)
        self.plan(at + timedelta(days=7), self._come_back, desk, who)

    def _come_back(self, desk: Desk, who: UUID, at: datetime) -> None:
        self._do("person came", desk, partial(duty.put_person, desk.pk, who), at)
