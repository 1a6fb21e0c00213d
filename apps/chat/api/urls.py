from django.urls import URLPattern, URLResolver, path

from apps.chat.api import acting, filing, keeping, searching, translating, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("messages/search/", searching.SearchView.as_view(), name="message-search"),
    path(
        "translation-policy/",
        translating.TranslationPolicyView.as_view(),
        name="translation-policy",
    ),
    path("retention/", keeping.RetentionView.as_view(), name="retention"),
    path("retention/hold/", keeping.HoldView.as_view(), name="retention-hold"),
    path("rooms/", views.RoomListView.as_view(), name="room-list"),
    path("rooms/marks/", acting.MarkPolicyView.as_view(), name="room-mark-policy"),
    path("rooms/<uuid:room_id>/", views.RoomView.as_view(), name="room-detail"),
    path("rooms/<uuid:room_id>/marks/", acting.MarksView.as_view(), name="room-marks"),
    path("rooms/<uuid:room_id>/commands/", filing.CommandsView.as_view(), name="room-commands"),
    path("rooms/<uuid:room_id>/export/", keeping.ExportView.as_view(), name="room-export"),
    path("rooms/<uuid:room_id>/messages/", views.MessagesView.as_view(), name="room-messages"),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/",
        acting.MessageView.as_view(),
        name="room-message",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/delete/",
        acting.DeleteView.as_view(),
        name="message-delete",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/edit/",
        acting.EditView.as_view(),
        name="message-edit",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/file/",
        filing.FileView.as_view(),
        name="message-file",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/history/",
        acting.HistoryView.as_view(),
        name="message-history",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/pin/", acting.PinView.as_view(), name="message-pin"
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/react/",
        acting.ReactView.as_view(),
        name="message-react",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/translations/",
        translating.TranslationsView.as_view(),
        name="message-translations",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/unpin/",
        acting.UnpinView.as_view(),
        name="message-unpin",
    ),
    path(
        "rooms/<uuid:room_id>/messages/<int:seq>/unreact/",
        acting.UnreactView.as_view(),
        name="message-unreact",
    ),
    path("rooms/<uuid:room_id>/people/", acting.PeopleView.as_view(), name="room-people"),
    path("rooms/<uuid:room_id>/pins/", acting.PinsView.as_view(), name="room-pins"),
    path("rooms/<uuid:room_id>/read/", views.ReadView.as_view(), name="room-read"),
]
