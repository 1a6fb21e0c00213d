from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, path

from apps.members.web import views
from apps.members.web.access import signed_in

app_name = "members"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.choose_language, name="language"),
    path("password/reset/", views.ResetPassword.as_view(), name="password_reset"),
    path(
        "password/reset/sent/",
        auth.PasswordResetDoneView.as_view(template_name="members/reset_sent.html"),
        name="password_reset_done",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        views.ResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path("password/change/", signed_in(views.ChangePassword.as_view()), name="password_change"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("switch/", views.switch, name="switch"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/everywhere/", views.everywhere, name="everywhere"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("people/<uuid:user_id>/role/", views.role, name="role"),
    path("people/<uuid:user_id>/end/", views.end, name="end"),
    path("people/keys/", views.make_key, name="make_key"),
    path("people/keys/<uuid:key_id>/revoke/", views.revoke_key, name="revoke_key"),
    path("people/brands/", views.add_brand, name="add_brand"),
    path("people/brands/<uuid:brand_id>/remove/", views.remove_brand, name="remove_brand"),
    path("staff/", views.staff, name="staff"),
]
