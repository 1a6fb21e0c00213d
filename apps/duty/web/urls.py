"""Pages of desks and coverage."""

from django.urls import path

from apps.duty.web import cover, coverage, hours, quality, views, what_if

app_name = "duty"

urlpatterns = [
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
