"""Keeping desks: one function per verb."""

from apps.duty.calendars import carry_out
from apps.duty.services.calendars import (
    FORGET_KIND,
    MOST_BYTES,
    READ_KIND,
    forget_draft,
    job_of,
    look_at_feed,
    look_at_file,
    plan_reading,
    read_again,
    remove_calendar,
    take_outcome,
    use_calendar,
)
from apps.duty.services.checking import DeskFacts, WindowFacts
from apps.duty.services.desks import change_desk, create_desk
from apps.duty.services.feeds import (
    read_feed,
    revoke_feed,
    revoke_feeds_of_person,
    subscribe_to_desk,
    subscribe_to_own_duty,
)
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
    "FORGET_KIND",
    "MOST_BYTES",
    "PAST_DUE",
    "READ_KIND",
    "DeskFacts",
    "RotaFacts",
    "WindowFacts",
    "add_closure",
    "add_extra_cover",
    "add_holiday",
    "ask_everybody",
    "ask_swap",
    "carry_out",
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
    "forget_draft",
    "job_of",
    "look_at_feed",
    "look_at_file",
    "plan_reading",
    "put_person",
    "read_again",
    "read_feed",
    "remove_calendar",
    "remove_closure",
    "remove_extra_cover",
    "remove_holiday",
    "remove_person",
    "remove_rota",
    "revoke_feed",
    "revoke_feeds_of_person",
    "set_windows",
    "share_desks",
    "subscribe_to_desk",
    "subscribe_to_own_duty",
    "take_outcome",
    "take_swap",
    "unshare_desks",
    "use_calendar",
    "withdraw_swap",
]
