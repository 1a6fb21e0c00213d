"""Every route of the product: pages, API, health."""

from django.urls import URLPattern, URLResolver, include, path

from apps.core.api.docs import DocsView, SchemaView
from apps.core.api.views import EventsAfterView, FeedView
from apps.core.web.views import healthz, readyz, styleguide

api: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
    path("events/", FeedView.as_view(), name="feed"),
    path(
        "subjects/<str:subject_type>/<uuid:subject_id>/events/",
        EventsAfterView.as_view(),
        name="subject-events",
    ),
    path("", include("apps.members.api.urls")),
    path("", include("apps.sharing.api.urls")),
    path("", include("apps.duty.api.urls")),
    path("", include("apps.evidence.api.urls")),
    path("", include("apps.chat.api.urls")),
    path("", include("apps.notifications.api.urls")),
    path("", include("apps.leads.api.urls")),
    path("", include("apps.investigations.api.urls")),
    path("", include("apps.handovers.api.urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("styleguide/", styleguide, name="styleguide"),
    path("api/v1/", include((api, "api"))),
    path("", include("apps.members.web.urls")),
    path("", include("apps.sharing.web.urls")),
    path("", include("apps.duty.web.urls")),
    path("", include("apps.evidence.web.urls")),
    path("", include("apps.chat.web.urls")),
    path("", include("apps.notifications.web.urls")),
    path("", include("apps.leads.web.urls")),
    path("", include("apps.investigations.web.urls")),
    path("", include("apps.handovers.web.urls")),
]

handler400 = "apps.core.web.views.bad_request"
handler403 = "apps.core.web.views.forbidden"
handler404 = "apps.core.web.views.not_found"
handler500 = "apps.core.web.views.server_error"
