"""People and members on the wire."""

from typing import Any

from rest_framework import serializers

from apps.members.models import ApiKey, Brand, Invitation, Member, Membership, Role, User


class MemberSerializer(serializers.Serializer[Member]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(Member.Kind.choices)
    country = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Membership]):
    member = MemberSerializer()
    role = serializers.ChoiceField(Role.choices)


class UserSerializer(serializers.Serializer[User]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.CharField()
    time_zone = serializers.CharField()


class MeSerializer(serializers.Serializer[Any]):
    """Who asks: the person (none for a key), the member acted for, and the role."""

    user = UserSerializer(allow_null=True)
    member = MemberSerializer()
    roles = serializers.ListField(child=serializers.CharField())
    via = serializers.CharField()
    memberships = PlaceSerializer(many=True)


class ProfileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    language = serializers.CharField(required=False)
    time_zone = serializers.CharField(required=False)


class SwitchSerializer(serializers.Serializer[Any]):
    member = serializers.UUIDField()


class PersonSerializer(serializers.Serializer[Membership]):
    """A colleague; `id` is the person's."""

    id = serializers.UUIDField(source="user_id")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    language = serializers.CharField(source="user.language")
    time_zone = serializers.CharField(source="user.time_zone")
    role = serializers.ChoiceField(Role.choices)
    joined_at = serializers.DateTimeField()


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices)


class InvitationSerializer(serializers.Serializer[Invitation]):
    id = serializers.UUIDField(read_only=True)
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices, default=Role.ANALYST)
    language = serializers.CharField(default="en")
    expires_at = serializers.DateTimeField(read_only=True)


class BrandSerializer(serializers.Serializer[Brand]):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=120)


class KeySerializer(serializers.Serializer[ApiKey]):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(ApiKey.Scope.choices)
    expires_at = serializers.DateTimeField(allow_null=True, default=None)
    prefix = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    revoked_at = serializers.DateTimeField(read_only=True)
    last_used_at = serializers.DateTimeField(read_only=True)


class NewKeySerializer(KeySerializer):
    """With the secret, in the one answer that ever carries it."""

    secret = serializers.CharField(read_only=True)
