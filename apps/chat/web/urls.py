from django.urls import URLPattern, URLResolver, path

from apps.chat.web import views

app_name = "chat"
urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/panel/<str:root_type>/<uuid:root_id>/", views.panel, name="panel"),
    path("rooms/<uuid:room_id>/", views.room, name="room"),
    path("rooms/<uuid:room_id>/cards/<int:seq>/", views.card, name="card"),
    path("rooms/<uuid:room_id>/earlier/", views.earlier, name="earlier"),
    path("rooms/<uuid:room_id>/post/", views.post, name="post"),
]
