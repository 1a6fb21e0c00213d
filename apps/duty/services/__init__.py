"""Keeping desks: one function per verb."""

from apps.duty.services.checking import DeskFacts, WindowFacts
from apps.duty.services.cover import answer_request, ask_cover, offer_cover
from apps.duty.services.covering import (
    accept_offer,
    close_request,
    decline_offer,
    expire_offer,
    part_cover,
    share_cover,
    withdraw_offer,
    withdraw_request,
)
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
from apps.duty.services.intervals import (
    extend_intervals,
    rebuild_intervals,
    reconcile_intervals,
)
from apps.duty.services.leave import end_leave, enter_leave
from apps.duty.services.rotas import RotaFacts, change_rota, check_rota, create_rota, remove_rota
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
    "accept_offer",
    "add_closure",
    "add_extra_cover",
    "add_holiday",
    "answer_request",
    "ask_cover",
    "ask_everybody",
    "ask_swap",
    "change_desk",
    "change_rota",
    "check_rota",
    "close_request",
    "create_desk",
    "create_rota",
    "decline_offer",
    "decline_swap",
    "end_leave",
    "end_past_due",
    "end_seats",
    "enter_leave",
    "expire_offer",
    "extend_intervals",
    "fill_holidays",
    "offer_cover",
    "part_cover",
    "put_person",
    "rebuild_intervals",
    "reconcile_intervals",
    "remove_closure",
    "remove_extra_cover",
    "remove_holiday",
    "remove_person",
    "remove_rota",
    "set_windows",
    "share_cover",
    "share_desks",
    "take_swap",
    "unshare_desks",
    "withdraw_offer",
    "withdraw_request",
    "withdraw_swap",
]
