from django.urls import URLPattern, URLResolver, path

from apps.members.web import joining, people, staff, views
from apps.members.web.access import with_account

app_name = "members"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.choose_language, name="language"),
    path("password/reset/", views.reset, name="password_reset"),
    path("password/reset/sent/", views.reset_sent, name="password_reset_done"),
    path(
        "password/reset/<uidb64>/<token>/",
        views.ResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path("password/change/", with_account(views.ChangePassword.as_view()), name="password_change"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("switch/", views.switch, name="switch"),
    path("nowhere/", views.nowhere, name="nowhere"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/everywhere/", views.everywhere, name="everywhere"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", people.withdraw, name="withdraw"),
    path("people/<uuid:user_id>/role/", people.role, name="role"),
    path("people/<uuid:user_id>/end/", people.end, name="end"),
    path("people/keys/", people.create_key, name="create_key"),
    path("people/keys/<uuid:key_id>/revoke/", people.revoke_key, name="revoke_key"),
    path("people/brands/", people.add_brand, name="add_brand"),
    path("people/brands/<uuid:brand_id>/rename/", people.rename_brand, name="rename_brand"),
    path("people/brands/<uuid:brand_id>/remove/", people.remove_brand, name="remove_brand"),
    path("staff/", staff.staff, name="staff"),
    path("staff/<uuid:member_id>/leave/", staff.leave, name="leave"),
    path("staff/<uuid:member_id>/suspend/", staff.suspend, name="suspend"),
    path("staff/<uuid:member_id>/reinstate/", staff.reinstate, name="reinstate"),
]
