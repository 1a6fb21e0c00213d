from django.urls import URLPattern, URLResolver, path

from apps.members.api import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/switch/", views.SwitchView.as_view(), name="me-switch"),
    path("members/", views.MembersView.as_view(), name="member-list"),
    path("people/", views.PeopleView.as_view(), name="person-list"),
    path("people/<uuid:user_id>/", views.PersonView.as_view(), name="person"),
    path("invitations/", views.InvitationsView.as_view(), name="invitation-list"),
    path(
        "invitations/<uuid:invitation_id>/withdraw/",
        views.WithdrawView.as_view(),
        name="invitation-withdraw",
    ),
    path("brands/", views.BrandsView.as_view(), name="brand-list"),
    path("brands/<uuid:brand_id>/", views.BrandView.as_view(), name="brand"),
    path("api-keys/", views.KeysView.as_view(), name="api-key-list"),
    path("api-keys/<uuid:key_id>/revoke/", views.RevokeKeyView.as_view(), name="api-key-revoke"),
]
