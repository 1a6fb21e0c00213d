from django.urls import URLPattern, URLResolver, path

from apps.evidence.web import views

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence/panel/<str:root_type>/<uuid:root_id>/", views.panel, name="panel"),
    path("evidence/<uuid:evidence_id>/", views.detail, name="detail"),
    path("evidence/<uuid:evidence_id>/content/", views.content, name="content"),
    path("evidence/<uuid:evidence_id>/preview/", views.preview, name="preview"),
    path("evidence/<uuid:evidence_id>/verify/", views.verify, name="verify"),
]
