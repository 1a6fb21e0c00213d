"""Under /api/v1/."""

from django.urls import path

from apps.duty.api import (
    calendars,
    cover,
    desks,
    duty,
    forecast,
    quality,
    rotas,
    shifts,
    what_if,
)

urlpatterns = [
    path(
        "desks/<uuid:desk_id>/calendars/", calendars.CalendarsView.as_view(), name="desk-calendars"
    ),
    path(
        "desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/",
        calendars.CalendarView.as_view(),
        name="desk-calendar",
    ),
    path(
        "desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/read/",
        calendars.ReadCalendarView.as_view(),
        name="desk-calendar-read",
    ),
    path(
        "desks/<uuid:desk_id>/calendars/<uuid:calendar_id>/use/",
        calendars.UseCalendarView.as_view(),
        name="desk-calendar-use",
    ),
    path("desks/<uuid:desk_id>/feeds/", calendars.DeskFeedsView.as_view(), name="desk-feeds"),
    path("duty/feeds/", calendars.OwnFeedsView.as_view(), name="duty-feeds"),
    path("duty/feeds/<uuid:feed_id>/", calendars.FeedView.as_view(), name="duty-feed"),
    path("desks/", desks.DeskListView.as_view(), name="desk-list"),
    path("desks/<uuid:desk_id>/", desks.DeskView.as_view(), name="desk"),
    path("desks/<uuid:desk_id>/windows/", desks.WindowsView.as_view(), name="desk-windows"),
    path("desks/<uuid:desk_id>/holidays/", desks.HolidaysView.as_view(), name="desk-holidays"),
    path(
        "desks/<uuid:desk_id>/holidays/fill/",
        desks.FillHolidaysView.as_view(),
        name="desk-holidays-fill",
    ),
    path(
        "desks/<uuid:desk_id>/holidays/<uuid:holiday_id>/",
        desks.HolidayView.as_view(),
        name="desk-holiday",
    ),
    path("desks/<uuid:desk_id>/closures/", desks.ClosuresView.as_view(), name="desk-closures"),
    path(
        "desks/<uuid:desk_id>/closures/<uuid:closure_id>/",
        desks.ClosureView.as_view(),
        name="desk-closure",
    ),
    path(
        "desks/<uuid:desk_id>/extra-cover/",
        desks.ExtraCoverListView.as_view(),
        name="desk-extra-cover",
    ),
    path(
        "desks/<uuid:desk_id>/extra-cover/<uuid:cover_id>/",
        desks.ExtraCoverView.as_view(),
        name="desk-extra-cover-item",
    ),
    path("desks/<uuid:desk_id>/people/", desks.PeopleView.as_view(), name="desk-people"),
    path(
        "desks/<uuid:desk_id>/people/<uuid:user_id>/",
        desks.PersonView.as_view(),
        name="desk-person",
    ),
    path("desks/<uuid:desk_id>/rotas/", rotas.RotasView.as_view(), name="desk-rotas"),
    path(
        "desks/<uuid:desk_id>/rotas/preview/",
        rotas.RotaPreviewView.as_view(),
        name="desk-rotas-preview",
    ),
    path("desks/<uuid:desk_id>/rotas/<uuid:rota_id>/", rotas.RotaView.as_view(), name="desk-rota"),
    path("desks/<uuid:desk_id>/roster/", rotas.RosterView.as_view(), name="desk-roster"),
    path("desks/<uuid:desk_id>/swaps/", shifts.SwapsView.as_view(), name="desk-swaps"),
    path("swaps/<uuid:swap_id>/", shifts.SwapView.as_view(), name="swap"),
    path("swaps/<uuid:swap_id>/take/", shifts.TakeSwapView.as_view(), name="swap-take"),
    path("swaps/<uuid:swap_id>/decline/", shifts.DeclineSwapView.as_view(), name="swap-decline"),
    path("swaps/<uuid:swap_id>/withdraw/", shifts.WithdrawSwapView.as_view(), name="swap-withdraw"),
    path(
        "swaps/<uuid:swap_id>/ask-everybody/",
        shifts.AskEverybodyView.as_view(),
        name="swap-ask-everybody",
    ),
    path("leave/", shifts.LeaveListView.as_view(), name="leave-list"),
    path("leave/<uuid:leave_id>/", shifts.LeaveView.as_view(), name="leave"),
    path("desks/<uuid:desk_id>/duty/", duty.DeskDutyView.as_view(), name="desk-duty"),
    path("cover-requests/", cover.CoverRequestsView.as_view(), name="cover-request-list"),
    path(
        "cover-requests/<uuid:cover_request_id>/",
        cover.CoverRequestView.as_view(),
        name="cover-request",
    ),
    path(
        "cover-requests/<uuid:cover_request_id>/offers/",
        cover.AnswerRequestView.as_view(),
        name="cover-request-answer",
    ),
    path(
        "cover-requests/<uuid:cover_request_id>/withdraw/",
        cover.WithdrawRequestView.as_view(),
        name="cover-request-withdraw",
    ),
    path("cover-offers/", cover.CoverOffersView.as_view(), name="cover-offer-list"),
    path(
        "cover-offers/<uuid:cover_offer_id>/accept/",
        cover.AcceptOfferView.as_view(),
        name="cover-offer-accept",
    ),
    path(
        "cover-offers/<uuid:cover_offer_id>/decline/",
        cover.DeclineOfferView.as_view(),
        name="cover-offer-decline",
    ),
    path(
        "cover-offers/<uuid:cover_offer_id>/withdraw/",
        cover.WithdrawOfferView.as_view(),
        name="cover-offer-withdraw",
    ),
    path("duty/forecast/", forecast.ForecastView.as_view(), name="duty-forecast"),
    path("duty/quality/", quality.QualityView.as_view(), name="duty-quality"),
    path("duty/quality.csv", quality.QualityCsvView.as_view(), name="duty-quality-csv"),
    path("duty/staffing/", forecast.StaffingView.as_view(), name="duty-staffing"),
    path("duty/coverage/", duty.CoverageView.as_view(), name="duty-coverage"),
    path("duty/now/", duty.DutyNowView.as_view(), name="duty-now"),
    path("duty/shifts/", shifts.ShiftsView.as_view(), name="duty-shifts"),
    path("duty/what-if/", what_if.WhatIfView.as_view(), name="duty-what-if"),
    path("duty/plan/", duty.PlanView.as_view(), name="duty-plan"),
]
