"""Under /api/v1/."""

from django.urls import path

from apps.duty.api import calendars, desks, duty

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
    path("desks/<uuid:desk_id>/duty/", duty.DeskDutyView.as_view(), name="desk-duty"),
    path("duty/coverage/", duty.CoverageView.as_view(), name="duty-coverage"),
    path("duty/now/", duty.DutyNowView.as_view(), name="duty-now"),
    path("duty/plan/", duty.PlanView.as_view(), name="duty-plan"),
]
