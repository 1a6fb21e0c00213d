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
    path("circles/candidacies/", views.CandidaciesView.as_view(), name="candidacy-list"),
    path(
        "circles/candidacies/<uuid:candidacy_id>/vouch/",
        views.CandidacyVouchView.as_view(),
        name="candidacy-vouch",
    ),
    path(
        "circles/candidacies/<uuid:candidacy_id>/admit/",
        views.CandidacyAdmitView.as_view(),
        name="candidacy-admit",
    ),
    path(
        "circles/candidacies/<uuid:candidacy_id>/refuse/",
        views.CandidacyRefuseView.as_view(),
        name="candidacy-refuse",
    ),
    path(
        "circles/candidacies/<uuid:candidacy_id>/withdraw/",
        views.CandidacyWithdrawView.as_view(),
        name="candidacy-withdraw",
    ),
    path("circles/<uuid:circle_id>/rules/", views.CircleRulesView.as_view(), name="circle-rules"),
    path(
        "circles/<uuid:circle_id>/recommendations/",
        views.CircleRecommendationsView.as_view(),
        name="circle-recommendation-list",
    ),
    path(
        "circles/<uuid:circle_id>/seats/<uuid:member_id>/suspend/",
        views.SeatSuspendView.as_view(),
        name="circle-seat-suspend",
    ),
    path(
        "circles/<uuid:circle_id>/seats/<uuid:member_id>/restore/",
        views.SeatRestoreView.as_view(),
        name="circle-seat-restore",
    ),
    path(
        "circles/<uuid:circle_id>/seats/<uuid:member_id>/backfill/",
        views.SeatBackfillView.as_view(),
        name="circle-seat-backfill",
    ),
    path("grants/", views.GrantsView.as_view(), name="grant-list"),
]
