from django.urls import URLPattern, URLResolver, path

from apps.sharing.api import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("circles/", views.CirclesView.as_view(), name="circle-list"),
    path("circles/seats/", views.SeatsView.as_view(), name="circle-seat-take"),
    path(
        "circles/<uuid:circle_id>/invitations/",
        views.CircleInvitationsView.as_view(),
        name="circle-invitation-list",
    ),
    path(
        "circles/<uuid:circle_id>/seats/<uuid:member_id>/",
        views.SeatView.as_view(),
        name="circle-seat",
    ),
    path("grants/", views.GrantsView.as_view(), name="grant-list"),
]
