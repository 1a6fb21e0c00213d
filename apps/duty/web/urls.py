"""Pages of desks and coverage."""

from django.urls import path

from apps.duty.web import calendars, feeds, hours, views

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
    path("coverage/", views.coverage, name="coverage"),
]
