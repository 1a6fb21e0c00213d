from django.urls import URLPattern, URLResolver, include, path

from apps.investigations.api import deconfliction, parts, views

one: list[URLPattern | URLResolver] = [
    path("", views.InvestigationView.as_view(), name="investigation-detail"),
    path("status/", views.StatusView.as_view(), name="investigation-status"),
    path("close/", views.CloseView.as_view(), name="investigation-close"),
    path("reopen/", views.ReopenView.as_view(), name="investigation-reopen"),
    path("pin/", views.PinView.as_view(), name="investigation-pin"),
    path("legal-lock/", views.LegalLockView.as_view(), name="investigation-legal-lock"),
    path("custody/", views.CustodyView.as_view(), name="investigation-custody"),
    path("timeline/", views.TimelineView.as_view(), name="investigation-timeline"),
    path("tombstone/", views.TombstoneView.as_view(), name="investigation-tombstone"),
    path("tasks/", parts.TaskListView.as_view(), name="task-list"),
    path("tasks/<uuid:task_id>/assign/", parts.TaskAssignView.as_view(), name="task-assign"),
    path("tasks/<uuid:task_id>/complete/", parts.TaskCompleteView.as_view(), name="task-complete"),
    path("tasks/<uuid:task_id>/reopen/", parts.TaskReopenView.as_view(), name="task-reopen"),
    path("leads/", parts.LeadListView.as_view(), name="investigation-leads"),
    path("links/", parts.LinkListView.as_view(), name="investigation-links"),
    path("leads/<uuid:lead_id>/unlink/", parts.LeadUnlinkView.as_view(), name="lead-unlink"),
    path("copies/", parts.CaseCopiesView.as_view(), name="investigation-copies"),
    path("grants/", parts.GrantListView.as_view(), name="investigation-grants"),
    path("grants/preview/", parts.GrantPreviewView.as_view(), name="grant-preview"),
    path("grants/<uuid:grant_id>/revoke/", parts.GrantRevokeView.as_view(), name="grant-revoke"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("target-holds/", deconfliction.HoldsView.as_view(), name="target-hold-list"),
    path("target-holds/encounters/", deconfliction.EncountersView.as_view(), name="encounter-list"),
    path(
        "target-holds/<uuid:hold_id>/release/",
        deconfliction.HoldReleaseView.as_view(),
        name="target-hold-release",
    ),
    path("staff/target-holds/", deconfliction.HoldReviewsView.as_view(), name="staff-target-holds"),
    path(
        "staff/target-holds/<uuid:hold_id>/review/",
        deconfliction.HoldReviewView.as_view(),
        name="staff-target-hold-review",
    ),
    path("investigations/", views.InvestigationListView.as_view(), name="investigation-list"),
    path("investigations/<uuid:investigation_id>/", include(one)),
]
