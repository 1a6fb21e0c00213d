from django.urls import URLPattern, URLResolver, path

from apps.sharing.web import views

app_name = "sharing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("circles/", views.circles, name="circles"),
    path("circles/found/", views.found, name="found"),
    path("circles/join/", views.join, name="join"),
    path("circles/<uuid:circle_id>/invite/", views.invite, name="invite"),
    path("circles/<uuid:circle_id>/seats/<uuid:member_id>/leave/", views.leave, name="leave"),
    path("circles/<uuid:circle_id>/rules/", views.rules, name="rules"),
    path("circles/<uuid:circle_id>/recommend/", views.recommend, name="recommend"),
    path("circles/<uuid:circle_id>/seats/<uuid:member_id>/<slug:verb>/", views.seat, name="seat"),
    path("circles/candidacies/<uuid:candidacy_id>/<slug:verb>/", views.candidacy, name="candidacy"),
]
