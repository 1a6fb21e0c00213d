"""People and members through the API."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid, Refused
from apps.members import policies, selectors, services
from apps.members.actors import SESSION_MEMBER
from apps.members.api import serializers as wire
from apps.members.models import Member, User


def _person(request: HttpRequest) -> User:
    """The person behind a session. Raises Refused for a key."""
    if not isinstance(request.user, User):
        raise Refused("me.no_person", _("An API key stands for no person."))
    return request.user


class MeView(ApiView):
    """Who asks, and for which member."""

    @extend_schema(responses=wire.MeSerializer)
    def get(self, request: Request) -> Response:
        actor = self.actor
        plain = request._request
        body = {
            "user": plain.user if isinstance(plain.user, User) else None,
            "member": Member.objects.get(pk=actor.member_id),
            "roles": sorted(actor.roles),
            "via": actor.via,
            "memberships": getattr(plain, "memberships", []),
        }
        return Response(wire.MeSerializer(body).data)

    @extend_schema(request=wire.ProfileSerializer, responses=wire.MeSerializer)
    def patch(self, request: Request) -> Response:
        person = _person(request._request)
        services.change_profile(person, **self.parsed(wire.ProfileSerializer))
        return self.get(request)


class SwitchView(ApiView):
    """Act for another of one's members from the next request on (sessions only)."""

    @extend_schema(request=wire.SwitchSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        person = _person(request._request)
        wanted = self.parsed(wire.SwitchSerializer)["member"]
        chosen = services.choose_member(person, wanted)
        request._request.session[SESSION_MEMBER] = str(chosen.member_id)
        return Response(status=204)


class MembersView(ApiView):
    """The name cards of the members that one works for."""

    @extend_schema(responses=wire.MemberSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.own_members(self.actor)
        return self.page(rows, wire.MemberSerializer, ordering=("name", "id"))


class PeopleView(ApiView):
    @extend_schema(responses=wire.PersonSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.people(self.actor).order_by()
        return self.page(rows, wire.PersonSerializer, ordering=("-joined_at", "-id"))


class PersonView(ApiView):
    @extend_schema(request=wire.RoleSerializer, responses=wire.PersonSerializer)
    def patch(self, request: Request, user_id: UUID) -> Response:
        role = self.parsed(wire.RoleSerializer)["role"]
        changed = services.change_role(user_id, role, actor=self.actor, at=clock.now())
        return Response(wire.PersonSerializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        services.end_membership(user_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class InvitationsView(ApiView):
    @extend_schema(responses=wire.InvitationSerializer(many=True))
    def get(self, request: Request) -> Response:
        policies.may_keep_people(self.actor).require()
        rows = selectors.invitations(self.actor).order_by()
        return self.page(rows, wire.InvitationSerializer, ordering=("-created_at", "-id"))

    @extend_schema(request=wire.InvitationSerializer, responses={201: wire.InvitationSerializer})
    def post(self, request: Request) -> Response:
        data = self.parsed(wire.InvitationSerializer)
        made = services.invite(**data, actor=self.actor, at=clock.now())
        return Response(wire.InvitationSerializer(made).data, status=201)


class WithdrawView(ApiView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, invitation_id: UUID) -> Response:
        services.withdraw_invitation(invitation_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class BrandsView(ApiView):
    @extend_schema(responses=wire.BrandSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.brands(self.actor).order_by()
        return self.page(rows, wire.BrandSerializer, ordering=("name", "id"))

    @extend_schema(request=wire.BrandSerializer, responses={201: wire.BrandSerializer})
    def post(self, request: Request) -> Response:
        brand = services.add_brand(
            self.parsed(wire.BrandSerializer)["name"], actor=self.actor, at=clock.now()
        )
        return Response(wire.BrandSerializer(brand).data, status=201)


class BrandView(ApiView):
    @extend_schema(request=wire.BrandSerializer, responses=wire.BrandSerializer)
    def patch(self, request: Request, brand_id: UUID) -> Response:
        name = self.parsed(wire.BrandSerializer)["name"]
        brand = services.rename_brand(brand_id, name, actor=self.actor, at=clock.now())
        return Response(wire.BrandSerializer(brand).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, brand_id: UUID) -> Response:
        services.remove_brand(brand_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class KeysView(ApiView):
    @extend_schema(responses=wire.KeySerializer(many=True))
    def get(self, request: Request) -> Response:
        policies.may_keep_keys(self.actor).require()
        rows = selectors.keys(self.actor).order_by()
        return self.page(rows, wire.KeySerializer, ordering=("-created_at", "-id"))

    @extend_schema(request=wire.KeySerializer, responses={201: wire.NewKeySerializer})
    def post(self, request: Request) -> Response:
        if request.headers.get("Idempotency-Key"):
            raise Invalid(
                {"Idempotency-Key": [_("A secret is not kept, so it cannot be told twice.")]}
            )
        data = self.parsed(wire.KeySerializer)
        key, secret = services.create_key(
            data["name"],
            data["scope"],
            expires_at=data["expires_at"],
            actor=self.actor,
            at=clock.now(),
        )
        return Response({**wire.KeySerializer(key).data, "secret": secret}, status=201)


class RevokeKeyView(ApiView):
    @extend_schema(request=None, responses=wire.KeySerializer)
    def post(self, request: Request, key_id: UUID) -> Response:
        key = services.revoke_key(key_id, actor=self.actor, at=clock.now())
        return Response(wire.KeySerializer(key).data)
