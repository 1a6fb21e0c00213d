from django.urls import URLPattern, URLResolver, include, path

from apps.investigations.web import binding, changing, deconfliction, views

app_name = "investigations"
one: list[URLPattern | URLResolver] = [
    path("", views.room, name="room"),
    path("part/<slug:name>/", views.part, name="part"),
    path("timeline/", views.timeline, name="timeline"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<uuid:task_id>/complete/", views.complete_task, name="complete_task"),
    path("tasks/<uuid:task_id>/reopen/", views.reopen_task, name="reopen_task"),
    path("tasks/<uuid:task_id>/assign/", views.assign_task, name="assign_task"),
    path("facts/", changing.facts, name="facts"),
    path("pin/", binding.pin, name="pin"),
    path("unpin/", binding.unpin, name="unpin"),
    path("lock/", binding.lock, name="lock"),
    path("unlock/", binding.unlock, name="unlock"),
    path("state/", changing.state, name="state"),
    path("share/", changing.share, name="share"),
    path("share/preview/", changing.preview, name="preview"),
    path("share/<uuid:grant_id>/revoke/", changing.revoke, name="revoke"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("investigations/", views.listing, name="list"),
    path("investigations/holds/", deconfliction.holds, name="holds"),
    path(
        "investigations/holds/<uuid:hold_id>/release/", deconfliction.release, name="release_hold"
    ),
    path("staff/holds/", deconfliction.review, name="staff_holds"),
    path("staff/holds/<uuid:hold_id>/", deconfliction.judge, name="staff_hold"),
    path("investigations/new/", changing.create, name="create"),
    path("investigations/<uuid:investigation_id>/", include(one)),
]
