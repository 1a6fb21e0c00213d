from django.urls import URLPattern, URLResolver, path

from apps.notifications.api import reach, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", views.NotificationListView.as_view(), name="notification-list"),
    path("notifications/read/", views.AllReadView.as_view(), name="notifications-read"),
    path("notifications/preferences/", reach.PreferencesView.as_view(), name="preferences"),
    path("notifications/quiet-hours/", reach.QuietHoursView.as_view(), name="quiet-hours"),
    path("notifications/browsers/", reach.BrowserListView.as_view(), name="browsers"),
    path("notifications/browsers/<uuid:browser_id>/", reach.BrowserView.as_view(), name="browser"),
    path(
        "notifications/browsers/<uuid:browser_id>/try/",
        reach.BrowserTryView.as_view(),
        name="browser-try",
    ),
    path(
        "notifications/<uuid:notification_id>/read/",
        views.NotificationReadView.as_view(),
        name="notification-read",
    ),
]
