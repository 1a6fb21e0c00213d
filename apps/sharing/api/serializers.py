"""Circles and grants on the wire."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.core.models import Level
from apps.sharing.models import Candidacy, Capability, Circle, Grant, Seat
from apps.sharing.services.circles import MOST_SPONSORS, NAME_LENGTH


class SeatSerializer(serializers.Serializer[Seat]):
    member_id = serializers.UUIDField(source="seated_member_id")
    member_name = serializers.SerializerMethodField()
    joined_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=Seat.State.choices)
    backfill = serializers.BooleanField()

    def get_member_name(self, seat: Seat) -> str:
        names: dict[UUID, str] = self.context["names"]
        return names.get(seat.seated_member_id, "")


class CircleSerializer(serializers.Serializer[Circle]):
    """A circle and who sits in it."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=NAME_LENGTH)
    keeper_id = serializers.UUIDField(source="member_id", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    sponsors_needed = serializers.IntegerField(read_only=True)
    lists_members = serializers.BooleanField(read_only=True)
    seats = serializers.SerializerMethodField()

    def get_seats(self, circle: Circle) -> list[dict[str, Any]]:
        seats: dict[UUID, list[Seat]] = self.context["seats"]
        rows = seats.get(circle.pk, [])
        return [dict(SeatSerializer(seat, context=self.context).data) for seat in rows]


class CircleRulesSerializer(serializers.Serializer[Any]):
    """How a circle takes newcomers, and whether its members are listed."""

    sponsors_needed = serializers.IntegerField(
        min_value=0, max_value=MOST_SPONSORS, required=False, default=0
    )
    lists_members = serializers.BooleanField(required=False, default=True)


class NewCircleSerializer(CircleRulesSerializer):
    name = serializers.CharField(max_length=NAME_LENGTH)


class SuspensionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class AdmissionSerializer(serializers.Serializer[Any]):
    backfill = serializers.BooleanField(
        required=False, default=False, help_text="Read what was shared before, too."
    )


class CandidacySerializer(serializers.Serializer[Candidacy]):
    """A member that wants a seat; who vouches is told to those who sit there."""

    id = serializers.UUIDField()
    circle_id = serializers.UUIDField()
    circle_name = serializers.CharField()
    candidate_id = serializers.UUIDField()
    candidate_name = serializers.SerializerMethodField()
    origin = serializers.ChoiceField(choices=Candidacy.Origin.choices)
    state = serializers.ChoiceField(choices=Candidacy.State.choices)
    sponsors_needed = serializers.IntegerField()
    sponsor_count = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_candidate_name(self, row: Candidacy) -> str:
        names: dict[UUID, str] = self.context["names"]
        return names.get(row.candidate_id, "")

    def get_sponsor_count(self, row: Candidacy) -> int:
        return len(row.sponsors)


class CodeSerializer(serializers.Serializer[Any]):
    """What seats one member once; shown in the one answer that ever carries it."""

    code = serializers.CharField(max_length=200)


class SubjectGrantSerializer(serializers.Serializer[Grant]):
    """Access given to one member for one subject, as its owner and its grantee see it."""

    id = serializers.UUIDField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    owner_id = serializers.UUIDField(source="member_id")
    grantee_kind = serializers.CharField()
    grantee_id = serializers.UUIDField()
    level = serializers.IntegerField(min_value=Level.TEASER, max_value=Level.FULL)
    capabilities = serializers.ListField(child=serializers.ChoiceField(Capability.choices))
    purpose = serializers.CharField()
    state = serializers.CharField()
    for_custody = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
