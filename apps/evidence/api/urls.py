from django.urls import URLPattern, URLResolver, path

from apps.evidence.api import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence/", views.EvidenceListView.as_view(), name="evidence-list"),
    path("evidence/<uuid:evidence_id>/", views.EvidenceView.as_view(), name="evidence-detail"),
    path(
        "evidence/<uuid:evidence_id>/content/",
        views.EvidenceContentView.as_view(),
        name="evidence-content",
    ),
    path("evidence/<uuid:evidence_id>/log/", views.EvidenceLogView.as_view(), name="evidence-log"),
    path(
        "evidence/<uuid:evidence_id>/preview/",
        views.EvidencePreviewView.as_view(),
        name="evidence-preview",
    ),
    path(
        "evidence/<uuid:evidence_id>/verify/",
        views.EvidenceVerifyView.as_view(),
        name="evidence-verify",
    ),
]
