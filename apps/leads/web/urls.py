from django.urls import URLPattern, URLResolver, path

from apps.leads.web import importing, signals, staff, views

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
