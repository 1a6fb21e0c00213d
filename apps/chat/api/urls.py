from django.urls import URLPattern, URLResolver, path

from apps.chat.api import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/", views.RoomListView.as_view(), name="room-of-subject"),
    path("rooms/<uuid:room_id>/", views.RoomView.as_view(), name="room-detail"),
    path("rooms/<uuid:room_id>/messages/", views.MessagesView.as_view(), name="room-messages"),
    path("rooms/<uuid:room_id>/read/", views.ReadView.as_view(), name="room-read"),
]
