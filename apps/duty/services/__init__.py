"""Keeping desks: one function per verb."""

from apps.duty.services.checking import DeskFacts, WindowFacts
from apps.duty.services.desks import change_desk, create_desk, put_person, remove_person
from apps.duty.services.hours import (
    add_closure,
    add_extra_cover,
    add_holiday,
    fill_holidays,
    remove_closure,
    remove_extra_cover,
    remove_holiday,
    set_windows,
)
from apps.duty.services.sharing import share_desks, unshare_desks

__all__ = [
    "DeskFacts",
    "WindowFacts",
    "add_closure",
    "add_extra_cover",
    "add_holiday",
    "change_desk",
    "create_desk",
    "fill_holidays",
    "put_person",
    "remove_closure",
    "remove_extra_cover",
    "remove_holiday",
    "remove_person",
    "set_windows",
    "share_desks",
    "unshare_desks",
]
