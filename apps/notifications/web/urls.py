from django.urls import URLPattern, URLResolver, path

from apps.notifications.web import reach, views

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", views.listing, name="list"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/reach/", reach.reach, name="reach"),
    path("notifications/reach/explained/", reach.explained, name="explained"),
    path("notifications/reach/quiet/", reach.keep_quiet, name="quiet"),
    path("notifications/browsers/<uuid:browser_id>/remove/", reach.remove_browser, name="remove"),
    path("notifications/browsers/<uuid:browser_id>/try/", reach.try_browser, name="try"),
    path("notifications/unsubscribe/<str:token>/", reach.unsubscribe, name="unsubscribe"),
    path("notifications/<uuid:notification_id>/open/", views.open_one, name="open"),
    path("notifications/<uuid:notification_id>/read/", views.read_one, name="read_one"),
]
