from django.urls import URLPattern, URLResolver, path

from apps.leads.web import asking, importing, sharing, signals, staff, views

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
    path("leads/signals/", signals.inbox, name="signals"),
    path("leads/signals/policy/", signals.policy, name="signal_policy"),
    path("leads/signals/<uuid:signal_id>/judge/", signals.judge, name="signal_judge"),
    path("leads/signals/<uuid:signal_id>/withdraw/", signals.withdraw, name="signal_withdraw"),
    path("leads/own-values/", signals.add_own, name="own_selector_add"),
    path(
        "leads/own-values/<uuid:own_selector_id>/remove/",
        signals.remove_own,
        name="own_selector_remove",
    ),
    path("leads/shared/", sharing.shared, name="shared"),
    path("leads/share/", sharing.bulk, name="share_many"),
    path("leads/share/<uuid:run_id>/", sharing.run, name="share_run"),
    path("leads/share/<uuid:run_id>/cancel/", sharing.cancel_run, name="share_run_cancel"),
    path("leads/requests/", asking.requests, name="requests"),
    path("leads/requests/<uuid:request_id>/withdraw/", asking.withdraw, name="request_withdraw"),
    path(
        "leads/requests/asked/<uuid:question_id>/recommend/",
        asking.recommend,
        name="question_recommend",
    ),
    path("leads/requests/asked/<uuid:question_id>/grant/", asking.grant, name="question_grant"),
    path(
        "leads/requests/asked/<uuid:question_id>/decline/", asking.decline, name="question_decline"
    ),
    path("leads/signals/<uuid:signal_id>/ask/", asking.ask, name="signal_ask"),
    path("leads/proposals/<uuid:proposal_id>/<slug:verb>/", asking.proposal, name="proposal"),
    path("leads/reshares/<uuid:reshare_id>/<slug:verb>/", asking.reshare, name="reshare"),
    path(
        "leads/deletions/<uuid:deletion_id>/acknowledge/",
        sharing.acknowledge,
        name="deletion_acknowledge",
    ),
    path("leads/<uuid:lead_id>/share/", sharing.share, name="share"),
    path("leads/<uuid:lead_id>/share/<uuid:grant_id>/", sharing.change_terms, name="share_terms"),
    path("leads/<uuid:lead_id>/share/<uuid:grant_id>/end/", sharing.revoke, name="share_end"),
    path("leads/<uuid:lead_id>/propose/", asking.propose, name="propose"),
    path("leads/<uuid:lead_id>/pass-on/", asking.ask_reshare, name="pass_on"),
    path("leads/<uuid:lead_id>/", views.detail, name="detail"),
    path("leads/<uuid:lead_id>/panel/", views.panel, name="panel"),
    path("leads/<uuid:lead_id>/change/", views.change, name="change"),
    path("leads/<uuid:lead_id>/triage/", views.triage, name="triage"),
    path("leads/<uuid:lead_id>/dismiss/", views.dismiss, name="dismiss"),
    path("leads/<uuid:lead_id>/restore/", views.restore, name="restore"),
    path("leads/<uuid:lead_id>/discoverability/", signals.discoverability, name="discoverability"),
    path("leads/<uuid:lead_id>/links/<uuid:other_id>/", signals.judge_link, name="judge_link"),
    path(
        "leads/<uuid:lead_id>/selectors/<uuid:selector_id>/sighting/", signals.sight, name="sight"
    ),
    path("staff/signals/", staff.review, name="staff_signals"),
    path("staff/signals/<uuid:quarantine_id>/", staff.judge, name="staff_judge"),
    path("staff/signals/members/<uuid:member_id>/", staff.clear, name="staff_clear"),
    path("search/", views.search, name="search"),
]
