from django.urls import URLPattern, URLResolver, path

from apps.leads.api import imports, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", views.LeadsView.as_view(), name="lead-list"),
    path("leads/batch/", views.LeadBatchView.as_view(), name="lead-batch"),
    path("leads/export.csv", views.LeadExportView.as_view(), name="lead-export"),
    path("leads/<uuid:lead_id>/", views.LeadItemView.as_view(), name="lead-detail"),
    path("leads/<uuid:lead_id>/triage/", views.LeadTriageView.as_view(), name="lead-triage"),
    path("leads/<uuid:lead_id>/dismiss/", views.LeadDismissView.as_view(), name="lead-dismiss"),
    path("leads/<uuid:lead_id>/restore/", views.LeadRestoreView.as_view(), name="lead-restore"),
    path("leads/<uuid:lead_id>/known/", views.LeadKnownView.as_view(), name="lead-known"),
    path(
        "leads/<uuid:lead_id>/selectors/", views.LeadSelectorsView.as_view(), name="lead-selectors"
    ),
    path("imports/", imports.ImportsView.as_view(), name="import-list"),
    path("imports/<uuid:batch_id>/", imports.ImportView.as_view(), name="import-detail"),
    path("imports/<uuid:batch_id>/check/", imports.ImportCheckView.as_view(), name="import-check"),
    path("imports/<uuid:batch_id>/run/", imports.ImportRunView.as_view(), name="import-run"),
    path(
        "imports/<uuid:batch_id>/cancel/", imports.ImportCancelView.as_view(), name="import-cancel"
    ),
    path("imports/<uuid:batch_id>/rows/", imports.ImportRowsView.as_view(), name="import-rows"),
    path("import-mappings/", imports.ImportMappingsView.as_view(), name="import-mappings"),
    path("search/", views.SearchView.as_view(), name="search"),
]
