"""Keeping desks: one function per verb."""

from apps.duty.services.checking import DeskFacts, WindowFacts
from apps.duty.services.desks import change_desk, create_desk
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
from apps.duty.services.leave import end_leave, enter_leave
from apps.duty.services.rotas import (
    RotaFacts,
    change_rota,
    check_rota,
    create_rota,
    preview_rota,
    remove_rota,
    rota_of,
)
from apps.duty.services.seats import end_seats, put_person, remove_person
from apps.duty.services.sharing import share_desks, unshare_desks
from apps.duty.services.swaps import (
    PAST_DUE,
    ask_everybody,
    ask_swap,
    decline_swap,
    end_past_due,
    take_swap,
    withdraw_swap,
)

__all__ = [
    "PAST_DUE",
    "DeskFacts",
    "RotaFacts",
    "WindowFacts",
    "add_closure",
    "add_extra_cover",
    "add_holiday",
    "ask_everybody",
    "ask_swap",
    "change_desk",
    "change_rota",
    "check_rota",
    "create_desk",
    "create_rota",
    "decline_swap",
    "end_leave",
    "end_past_due",
    "end_seats",
    "enter_leave",
    "fill_holidays",
    "preview_rota",
    "put_person",
    "remove_closure",
    "remove_extra_cover",
    "remove_holiday",
    "remove_person",
    "remove_rota",
    "rota_of",
    "set_windows",
    "share_desks",
    "take_swap",
    "unshare_desks",
    "withdraw_swap",
]
