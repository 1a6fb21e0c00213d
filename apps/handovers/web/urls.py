from django.urls import URLPattern, URLResolver, path

from apps.handovers.web import answering, editor, inbox, policy, quality, ribbon, views

app_name = "handovers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.board, name="board"),
    path("board/live/", views.board_live, name="board_live"),
    path("board/sky/", views.sky, name="sky"),
    path("handovers/", inbox.inbox, name="inbox"),
    path("handovers/list/", inbox.inbox_live, name="inbox_live"),
    path("handovers/policy/", policy.policy, name="policy"),
    path("handovers/quality/", quality.quality, name="quality"),
    path("handovers/quiet/", inbox.quiet, name="quiet"),
    path("handovers/<uuid:handover_id>/", answering.detail, name="detail"),
    path("handovers/<uuid:handover_id>/accept/", answering.accept, name="accept"),
    path("handovers/<uuid:handover_id>/briefing/", editor.edit, name="amend"),
    path("handovers/<uuid:handover_id>/cancel/", answering.cancel, name="cancel"),
    path("handovers/<uuid:handover_id>/card/", inbox.card, name="card"),
    path("handovers/<uuid:handover_id>/correct/", answering.correct, name="correct"),
    path("handovers/<uuid:handover_id>/decline/", answering.decline, name="decline"),
    path("handovers/<uuid:handover_id>/bounce/", answering.give_back, name="bounce"),
    path("handovers/<uuid:handover_id>/news/", answering.news, name="news"),
    path("handovers/<uuid:handover_id>/peek/", inbox.peek, name="peek"),
    path("handovers/<uuid:handover_id>/print/", answering.printed, name="print"),
    path("handovers/<uuid:handover_id>/undo/", answering.undo, name="undo"),
    path("handovers/of/<uuid:investigation_id>/", views.panel, name="panel"),
    path("handovers/of/<uuid:investigation_id>/ribbon/", ribbon.page, name="ribbon"),
    path("handovers/of/<uuid:investigation_id>/now/", views.emergency, name="emergency"),
]
