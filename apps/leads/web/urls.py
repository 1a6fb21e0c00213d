from django.urls import URLPattern, URLResolver, path

from apps.leads.web import importing, views

app_name = "leads"
urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", views.inbox, name="inbox"),
    path("leads/new/", views.create, name="create"),
    path("leads/imports/", importing.uploads, name="imports"),
    path("leads/imports/<uuid:batch_id>/", importing.one, name="import"),
    path("leads/imports/<uuid:batch_id>/progress/", importing.progress, name="import_progress"),
    path("leads/imports/<uuid:batch_id>/check/", importing.check, name="import_check"),
    path("leads/imports/<uuid:batch_id>/run/", importing.run, name="import_run"),
    path("leads/imports/<uuid:batch_id>/cancel/", importing.cancel, name="import_cancel"),
    path("leads/<uuid:lead_id>/", views.detail, name="detail"),
    path("leads/<uuid:lead_id>/panel/", views.panel, name="panel"),
    path("leads/<uuid:lead_id>/change/", views.change, name="change"),
    path("leads/<uuid:lead_id>/triage/", views.triage, name="triage"),
    path("leads/<uuid:lead_id>/dismiss/", views.dismiss, name="dismiss"),
    path("leads/<uuid:lead_id>/restore/", views.restore, name="restore"),
    path("search/", views.search, name="search"),
]
