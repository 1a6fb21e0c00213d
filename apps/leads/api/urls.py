from django.urls import URLPattern, URLResolver, path

from apps.leads.api import batches, imports, signals, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", views.LeadsView.as_view(), name="lead-list"),
    path("leads/batch/", batches.LeadBatchView.as_view(), name="lead-batch"),
    path("leads/export.csv", views.LeadExportView.as_view(), name="lead-export"),
    path("leads/<uuid:lead_id>/", views.LeadItemView.as_view(), name="lead-detail"),
    path("leads/<uuid:lead_id>/triage/", views.LeadTriageView.as_view(), name="lead-triage"),
    path("leads/<uuid:lead_id>/dismiss/", views.LeadDismissView.as_view(), name="lead-dismiss"),
    path("leads/<uuid:lead_id>/restore/", views.LeadRestoreView.as_view(), name="lead-restore"),
    path("leads/<uuid:lead_id>/known/", views.LeadKnownView.as_view(), name="lead-known"),
    path(
        "leads/<uuid:lead_id>/selectors/", views.LeadSelectorsView.as_view(), name="lead-selectors"
    ),
    path(
        "leads/<uuid:lead_id>/discoverability/",
        signals.LeadDiscoverabilityView.as_view(),
        name="lead-discoverability",
    ),
    path(
        "leads/<uuid:lead_id>/links/<uuid:other_id>/",
        signals.LeadJudgementView.as_view(),
        name="lead-judgement",
    ),
    path(
        "leads/<uuid:lead_id>/sightings/",
        signals.LeadSightingsView.as_view(),
        name="lead-sightings",
    ),
    path("signals/", signals.SignalsView.as_view(), name="signal-list"),
    path("signals/<uuid:signal_id>/", signals.SignalView.as_view(), name="signal-detail"),
    path("signals/<uuid:signal_id>/judge/", signals.SignalJudgeView.as_view(), name="signal-judge"),
    path(
        "signals/<uuid:signal_id>/withdraw/",
        signals.SignalWithdrawView.as_view(),
        name="signal-withdraw",
    ),
    path("signal-policy/", signals.SignalPolicyView.as_view(), name="signal-policy"),
    path("signal-tries/", signals.SignalTriesView.as_view(), name="signal-tries"),
    path("own-selectors/", signals.OwnSelectorsView.as_view(), name="own-selector-list"),
    path(
        "own-selectors/<uuid:own_selector_id>/",
        signals.OwnSelectorView.as_view(),
        name="own-selector-detail",
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
