"""Pages of desks and coverage."""

from django.urls import path

from apps.duty.web import feeds, hours, views

app_name = "duty"

urlpatterns = [
    path("calendars/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
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
