from django.urls import URLPattern, URLResolver, path

from apps.leads.api import asking, batches, exchange, imports, sharing, signals, triage, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", views.LeadsView.as_view(), name="lead-list"),
    path("leads/batch/", batches.LeadBatchView.as_view(), name="lead-batch"),
    path("leads/export.csv", views.LeadExportView.as_view(), name="lead-export"),
    path("leads/preview/", sharing.DraftSharePreviewView.as_view(), name="lead-draft-preview"),
    path("leads/shared/", sharing.SharedWithUsView.as_view(), name="lead-shared"),
    path("leads/named/", sharing.NamedToMeView.as_view(), name="lead-named"),
    path("leads/exports/", exchange.ExportsView.as_view(), name="export-list"),
    path("leads/exports/<uuid:export_id>/", exchange.ExportView.as_view(), name="export-detail"),
    path(
        "leads/exports/<uuid:export_id>/file/",
        exchange.ExportFileView.as_view(),
        name="export-file",
    ),
    path("leads/<uuid:lead_id>/", views.LeadItemView.as_view(), name="lead-detail"),
    path(
        "leads/<uuid:lead_id>/disclosures/",
        exchange.DisclosuresView.as_view(),
        name="lead-disclosures",
    ),
    path("leads/<uuid:lead_id>/triage/", views.LeadTriageView.as_view(), name="lead-triage"),
    path("leads/<uuid:lead_id>/dismiss/", views.LeadDismissView.as_view(), name="lead-dismiss"),
    path("leads/<uuid:lead_id>/restore/", views.LeadRestoreView.as_view(), name="lead-restore"),
    path("leads/bulk/", triage.BulkActionsView.as_view(), name="lead-bulk-list"),
    path("leads/bulk/<uuid:bulk_id>/", triage.BulkActionView.as_view(), name="lead-bulk"),
    path("leads/bulk/<uuid:bulk_id>/undo/", triage.BulkUndoView.as_view(), name="lead-bulk-undo"),
    path("leads/<uuid:lead_id>/accept/", triage.LeadAcceptView.as_view(), name="lead-accept"),
    path("leads/<uuid:lead_id>/assign/", triage.LeadAssignView.as_view(), name="lead-assign"),
    path("leads/<uuid:lead_id>/snooze/", triage.LeadSnoozeView.as_view(), name="lead-snooze"),
    path("leads/<uuid:lead_id>/unsnooze/", triage.LeadUnsnoozeView.as_view(), name="lead-unsnooze"),
    path(
        "leads/<uuid:lead_id>/duplicate/", triage.LeadDuplicateView.as_view(), name="lead-duplicate"
    ),
    path("leads/<uuid:lead_id>/withdraw/", triage.LeadWithdrawView.as_view(), name="lead-withdraw"),
    path("leads/<uuid:lead_id>/priority/", triage.LeadPriorityView.as_view(), name="lead-priority"),
    path("leads/<uuid:lead_id>/timeline/", triage.LeadTimelineView.as_view(), name="lead-timeline"),
    path("leads/<uuid:lead_id>/similar/", triage.LeadSimilarView.as_view(), name="lead-similar"),
    path(
        "leads/<uuid:lead_id>/compare/<uuid:other_id>/",
        triage.LeadCompareView.as_view(),
        name="lead-compare",
    ),
    path("lead-searches/", triage.SavedSearchesView.as_view(), name="lead-search-list"),
    path("lead-searches/<uuid:search_id>/", triage.SavedSearchView.as_view(), name="lead-search"),
    path(
        "lead-searches/<uuid:search_id>/subscribe/",
        triage.SubscribeView.as_view(),
        name="lead-search-subscribe",
    ),
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
    path("leads/<uuid:lead_id>/grants/", sharing.LeadGrantsView.as_view(), name="lead-grants"),
    path(
        "leads/<uuid:lead_id>/grants/preview/",
        sharing.LeadSharePreviewView.as_view(),
        name="lead-share-preview",
    ),
    path(
        "leads/<uuid:lead_id>/grants/<uuid:grant_id>/change/",
        sharing.LeadGrantChangeView.as_view(),
        name="lead-grant-change",
    ),
    path(
        "leads/<uuid:lead_id>/grants/<uuid:grant_id>/revoke/",
        sharing.LeadGrantRevokeView.as_view(),
        name="lead-grant-revoke",
    ),
    path("leads/<uuid:lead_id>/readers/", sharing.LeadReadersView.as_view(), name="lead-readers"),
    path("leads/<uuid:lead_id>/copies/", sharing.LeadCopiesView.as_view(), name="lead-copies"),
    path(
        "leads/<uuid:lead_id>/tombstone/",
        sharing.LeadTombstoneView.as_view(),
        name="lead-tombstone",
    ),
    path(
        "signals/<uuid:signal_id>/requests/",
        asking.SignalRequestsView.as_view(),
        name="signal-request-list",
    ),
    path("access-requests/", asking.AccessRequestsView.as_view(), name="access-request-list"),
    path(
        "access-requests/<uuid:request_id>/withdraw/",
        asking.AccessRequestWithdrawView.as_view(),
        name="access-request-withdraw",
    ),
    path("access-questions/", asking.AccessQuestionsView.as_view(), name="access-question-list"),
    path(
        "access-questions/<uuid:question_id>/recommend/",
        asking.AccessQuestionRecommendView.as_view(),
        name="access-question-recommend",
    ),
    path(
        "access-questions/<uuid:question_id>/grant/",
        asking.AccessQuestionGrantView.as_view(),
        name="access-question-grant",
    ),
    path(
        "access-questions/<uuid:question_id>/decline/",
        asking.AccessQuestionDeclineView.as_view(),
        name="access-question-decline",
    ),
    path("leads/<uuid:lead_id>/reshares/", asking.LeadResharesView.as_view(), name="lead-reshares"),
    path("reshares/", asking.ResharesView.as_view(), name="reshare-list"),
    path(
        "reshares/<uuid:reshare_id>/approve/",
        asking.ReshareApproveView.as_view(),
        name="reshare-approve",
    ),
    path(
        "reshares/<uuid:reshare_id>/decline/",
        asking.ReshareDeclineView.as_view(),
        name="reshare-decline",
    ),
    path(
        "reshares/<uuid:reshare_id>/withdraw/",
        asking.ReshareWithdrawView.as_view(),
        name="reshare-withdraw",
    ),
    path(
        "leads/<uuid:lead_id>/proposals/", asking.LeadProposalsView.as_view(), name="lead-proposals"
    ),
    path("proposals/", asking.ProposalsView.as_view(), name="proposal-list"),
    path(
        "proposals/<uuid:proposal_id>/accept/",
        asking.ProposalAcceptView.as_view(),
        name="proposal-accept",
    ),
    path(
        "proposals/<uuid:proposal_id>/reject/",
        asking.ProposalRejectView.as_view(),
        name="proposal-reject",
    ),
    path(
        "proposals/<uuid:proposal_id>/withdraw/",
        asking.ProposalWithdrawView.as_view(),
        name="proposal-withdraw",
    ),
    path("share-runs/", asking.ShareRunsView.as_view(), name="share-run-list"),
    path("share-runs/preview/", asking.ShareRunPreviewView.as_view(), name="share-run-preview"),
    path("share-runs/<uuid:run_id>/", asking.ShareRunView.as_view(), name="share-run-detail"),
    path(
        "share-runs/<uuid:run_id>/items/",
        asking.ShareRunItemsView.as_view(),
        name="share-run-items",
    ),
    path(
        "share-runs/<uuid:run_id>/cancel/",
        asking.ShareRunCancelView.as_view(),
        name="share-run-cancel",
    ),
    path("copies/", sharing.CopiesTakenView.as_view(), name="copy-list"),
    path("deletions/", sharing.DeletionsView.as_view(), name="deletion-list"),
    path(
        "deletions/<uuid:deletion_id>/acknowledge/",
        sharing.DeletionAcknowledgeView.as_view(),
        name="deletion-acknowledge",
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
