from django.urls import URLPattern, URLResolver, path

from apps.handovers.web import views

app_name = "handovers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.board, name="board"),
    path("board/live/", views.board_live, name="board_live"),
    path("board/sky/", views.sky, name="sky"),
    path("handovers/", views.inbox, name="inbox"),
    path("handovers/list/", views.inbox_live, name="inbox_live"),
    path("handovers/<uuid:handover_id>/", views.detail, name="detail"),
    path("handovers/<uuid:handover_id>/accept/", views.accept, name="accept"),
    path("handovers/<uuid:handover_id>/decline/", views.decline, name="decline"),
    path("handovers/<uuid:handover_id>/undo/", views.undo, name="undo"),
    path("handovers/<uuid:handover_id>/cancel/", views.cancel, name="cancel"),
    path("handovers/<uuid:handover_id>/briefing/", views.amend, name="amend"),
    path("handovers/of/<uuid:investigation_id>/", views.panel, name="panel"),
    path("handovers/of/<uuid:investigation_id>/now/", views.emergency, name="emergency"),
]
