from django.urls import URLPattern, URLResolver, path

from apps.handovers.api import briefings, quality, ribbon, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("handovers/", views.HandoversView.as_view(), name="handover-list"),
    path("handovers/accept/", views.AcceptQuietView.as_view(), name="handover-accept-quiet"),
    path("handovers/policy/", views.PolicyView.as_view(), name="handover-policy"),
    path("handovers/quality/", quality.HandoverQualityView.as_view(), name="handover-quality"),
    path("handovers/<uuid:handover_id>/", views.HandoverView.as_view(), name="handover"),
    path(
        "handovers/<uuid:handover_id>/briefing/",
        briefings.BriefingView.as_view(),
        name="handover-briefing",
    ),
    path(
        "handovers/<uuid:handover_id>/briefing/rendered/",
        briefings.RenderedView.as_view(),
        name="handover-briefing-rendered",
    ),
    path(
        "handovers/<uuid:handover_id>/corrections/",
        briefings.CorrectionsView.as_view(),
        name="handover-corrections",
    ),
    path(
        "handovers/<uuid:handover_id>/accept/", views.AcceptView.as_view(), name="handover-accept"
    ),
    path(
        "handovers/<uuid:handover_id>/decline/",
        views.DeclineView.as_view(),
        name="handover-decline",
    ),
    path("handovers/<uuid:handover_id>/undo/", views.UndoView.as_view(), name="handover-undo"),
    path("handovers/<uuid:handover_id>/asked/", views.AskedView.as_view(), name="handover-asked"),
    path(
        "handovers/<uuid:handover_id>/bounce/", views.BounceView.as_view(), name="handover-bounce"
    ),
    path(
        "handovers/<uuid:handover_id>/cancel/", views.CancelView.as_view(), name="handover-cancel"
    ),
    path(
        "investigations/<uuid:investigation_id>/ribbon/",
        ribbon.RibbonView.as_view(),
        name="investigation-ribbon",
    ),
    path(
        "investigations/<uuid:investigation_id>/handovers/",
        views.InvestigationHandoversView.as_view(),
        name="investigation-handovers",
    ),
    path(
        "investigations/<uuid:investigation_id>/candidates/",
        views.CandidatesView.as_view(),
        name="investigation-candidates",
    ),
    path(
        "investigations/<uuid:investigation_id>/hand-over-now/",
        views.EmergencyView.as_view(),
        name="investigation-hand-over-now",
    ),
]
