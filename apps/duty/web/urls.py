"""Pages of desks and coverage."""

from django.urls import path

from apps.duty.web import (
    calendars,
    cover,
    coverage,
    feeds,
    hours,
    quality,
    rotas,
    shifts,
    views,
    what_if,
)

app_name = "duty"

urlpatterns = [
    path("calendars/", calendars.my_calendar, name="my_calendar"),
    path("calendars/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("calendars/<uuid:feed_id>/withdraw/", calendars.feed_withdraw, name="feed_withdraw"),
    path("desks/<uuid:desk_id>/calendars/", calendars.calendar_look, name="calendar_look"),
    path("desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/", calendars.calendar, name="calendar"),
    path(
        "desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/read/",
        calendars.calendar_read,
        name="calendar_read",
    ),
    path(
        "desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/remove/",
        calendars.calendar_remove,
        name="calendar_remove",
    ),
    path(
        "desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/use/",
        calendars.calendar_use,
        name="calendar_use",
    ),
    path("desks/<uuid:desk_id>/feeds/", calendars.feed_create, name="feed_create"),
    path("desks/", views.desks, name="desks"),
    path("desks/new/", views.desk_create, name="desk_create"),
    path("desks/regions/", views.regions, name="regions"),
    path("desks/<uuid:desk_id>/", views.desk, name="desk"),
    path("desks/<uuid:desk_id>/windows/", hours.windows, name="windows"),
    path("desks/<uuid:desk_id>/holidays/", hours.holiday_add, name="holiday_add"),
    path("desks/<uuid:desk_id>/holidays/fill/", hours.holidays_fill, name="holidays_fill"),
    path(
        "desks/<uuid:desk_id>/holidays/<uuid:holiday_id>/remove/",
        hours.holiday_remove,
        name="holiday_remove",
    ),
    path("desks/<uuid:desk_id>/closures/", hours.closure_add, name="closure_add"),
    path(
        "desks/<uuid:desk_id>/closures/<uuid:closure_id>/remove/",
        hours.closure_remove,
        name="closure_remove",
    ),
    path("desks/<uuid:desk_id>/extra-cover/", hours.cover_add, name="cover_add"),
    path(
        "desks/<uuid:desk_id>/extra-cover/<uuid:cover_id>/remove/",
        hours.cover_remove,
        name="cover_remove",
    ),
    path("desks/<uuid:desk_id>/people/", hours.person_put, name="person_put"),
    path(
        "desks/<uuid:desk_id>/people/<uuid:user_id>/remove/",
        hours.person_remove,
        name="person_remove",
    ),
    path("desks/<uuid:desk_id>/rotas/", rotas.rotas, name="rotas"),
    path("desks/<uuid:desk_id>/rotas/new/", rotas.rota_create, name="rota_create"),
    path("desks/<uuid:desk_id>/rotas/preview/", rotas.rota_preview, name="rota_preview"),
    path("desks/<uuid:desk_id>/rotas/<uuid:rota_id>/", rotas.rota_change, name="rota_change"),
    path(
        "desks/<uuid:desk_id>/rotas/<uuid:rota_id>/remove/", rotas.rota_remove, name="rota_remove"
    ),
    path("desks/<uuid:desk_id>/leave/", shifts.desk_leave_enter, name="desk_leave_enter"),
    path("desks/<uuid:desk_id>/swaps/", shifts.swap_ask, name="swap_ask"),
    path("my-shifts/", shifts.my_shifts, name="my_shifts"),
    path("leave/", shifts.leave_enter, name="leave_enter"),
    path("leave/<uuid:leave_id>/end/", shifts.leave_end, name="leave_end"),
    path("swaps/<uuid:swap_id>/take/", shifts.swap_take, name="swap_take"),
    path("swaps/<uuid:swap_id>/decline/", shifts.swap_decline, name="swap_decline"),
    path("swaps/<uuid:swap_id>/withdraw/", shifts.swap_withdraw, name="swap_withdraw"),
    path("swaps/<uuid:swap_id>/everybody/", shifts.swap_everybody, name="swap_everybody"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/year/", coverage.year, name="coverage_year"),
    path("coverage/what-if/", what_if.what_if, name="what_if"),
    path("coverage/quality/", quality.quality, name="quality"),
    path("coverage/quality.csv", quality.quality_csv, name="quality_csv"),
    path("coverage/cover/", cover.cover, name="cover"),
    path("coverage/cover/ask/", cover.ask, name="cover_ask"),
    path("coverage/cover/offer/", cover.offer, name="cover_offer"),
    path(
        "coverage/cover/requests/<uuid:cover_request_id>/offer/",
        cover.answer,
        name="cover_answer",
    ),
    path(
        "coverage/cover/requests/<uuid:cover_request_id>/withdraw/",
        cover.withdraw_request,
        name="cover_withdraw_request",
    ),
    path(
        "coverage/cover/offers/<uuid:cover_offer_id>/accept/",
        cover.accept,
        name="cover_accept",
    ),
    path(
        "coverage/cover/offers/<uuid:cover_offer_id>/decline/",
        cover.decline,
        name="cover_decline",
    ),
    path(
        "coverage/cover/offers/<uuid:cover_offer_id>/withdraw/",
        cover.withdraw,
        name="cover_withdraw",
    ),
]
