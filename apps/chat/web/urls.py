from django.urls import URLPattern, URLResolver, path

from apps.chat.web import keeping, messages, searching, views

app_name = "chat"
_MESSAGE = "rooms/<uuid:room_id>/messages/<int:seq>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/direct/", views.direct, name="direct"),
    path("rooms/marks/", views.marks, name="marks"),
    path("rooms/retention/", keeping.retention, name="retention"),
    path("rooms/search/", searching.search, name="search"),
    path("rooms/panel/<str:root_type>/<uuid:root_id>/", views.panel, name="panel"),
    path("rooms/waiting/", views.waiting, name="waiting"),
    path("rooms/<uuid:room_id>/", views.room, name="room"),
    path("rooms/<uuid:room_id>/around/<int:seq>/", searching.around, name="around"),
    path("rooms/<uuid:room_id>/cards/<int:seq>/", views.card, name="card"),
    path("rooms/<uuid:room_id>/earlier/", views.earlier, name="earlier"),
    path("rooms/<uuid:room_id>/export/", keeping.export, name="export"),
    path("rooms/<uuid:room_id>/pins/", views.pins, name="pins"),
    path("rooms/<uuid:room_id>/post/", views.post, name="post"),
    path(_MESSAGE, messages.message, name="message"),
    path(f"{_MESSAGE}translate/", messages.translate, name="message_translate"),
    *[
        path(f"{_MESSAGE}{verb}/", messages.act, {"verb": verb}, name=f"message_{verb}")
        for verb in messages.ACTS
    ],
]
