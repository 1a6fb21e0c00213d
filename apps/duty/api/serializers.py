"""Desks, their hours and what-if plans as JSON."""

from datetime import datetime, timedelta
from typing import Any

from rest_framework import serializers

from apps.duty import selectors
from apps.duty.models import Closure, Desk, ExtraCover

_DAY = 1440


class MinutesField(serializers.IntegerField):
    """A span of time as whole minutes."""

    def to_representation(self, value: Any) -> int:
        return int(value / timedelta(minutes=1))

    def to_internal_value(self, data: Any) -> timedelta:  # type: ignore[override]
        minutes = super().to_internal_value(data)
        if not 0 <= minutes <= _DAY:
            self.fail("max_value", max_value=_DAY)
        return timedelta(minutes=minutes)


class WindowSerializer(serializers.Serializer[Any]):
    """A weekly window: the days it starts on (0 is Monday) and the desk's local times."""

    days = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6))
    start = serializers.CharField(max_length=5)
    end = serializers.CharField(max_length=5)
    valid_from = serializers.DateField(allow_null=True, default=None)
    valid_until = serializers.DateField(allow_null=True, default=None)


class WindowsSerializer(serializers.Serializer[Any]):
    """The whole week of a desk, replaced at once."""

    version = serializers.IntegerField(required=False)
    windows = WindowSerializer(many=True)


class DeskFactsSerializer(serializers.Serializer[Any]):
    """What a manager says about a desk."""

    name = serializers.CharField(max_length=80)
    tz = serializers.CharField(max_length=60)
    country = serializers.CharField(max_length=2, allow_blank=True, required=False)
    subdivision = serializers.CharField(max_length=3, allow_blank=True, required=False)
    city = serializers.CharField(max_length=80, allow_blank=True, required=False)
    latitude = serializers.FloatField(allow_null=True, required=False)
    longitude = serializers.FloatField(allow_null=True, required=False)
    languages = serializers.ListField(child=serializers.CharField(max_length=20), max_length=20)
    jurisdictions = serializers.ListField(
        child=serializers.CharField(max_length=2), max_length=60, required=False
    )
    capacity = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    offer_lead = MinutesField(required=False)
    ack_within = MinutesField(required=False)
    overlap = MinutesField(required=False)
    order = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    is_active = serializers.BooleanField(required=False)


class DeskChangesSerializer(DeskFactsSerializer):
    """Some facts of a desk, and the version of the desk that they were read from."""

    version = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields


class DeskSerializer(DeskFactsSerializer):
    """A desk as its member and its allies read it."""

    id = serializers.UUIDField(read_only=True)
    member_id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    windows = serializers.SerializerMethodField()

    def get_windows(self, desk: Desk) -> list[dict[str, Any]]:
        rows = selectors.windows(desk)
        return [dict(row) for row in WindowSerializer(rows, many=True).data]


class HolidaySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    on = serializers.DateField()
    name = serializers.CharField(max_length=120, allow_blank=True, default="")
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]


class YearsSerializer(serializers.Serializer[Any]):
    """The years whose public holidays are written."""

    years = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=5)


class FilledSerializer(serializers.Serializer[Any]):
    holidays_count = serializers.IntegerField()


class StretchSerializer(serializers.Serializer[Any]):
    """Exact instants; the reason is shown to the desk's own member only."""

    id = serializers.UUIDField(read_only=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=500, allow_blank=True, default="", write_only=True)

    def to_representation(self, instance: "Closure | ExtraCover") -> dict[str, Any]:
        shown = dict(super().to_representation(instance))
        reasons = self.context.get("reasons", {})
        if instance.pk in reasons:
            shown["reason"] = reasons[instance.pk]
        return shown


class DeskPersonSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()


class RangeSerializer(serializers.Serializer[Any]):
    """A half-open range of instants."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class DutySerializer(RangeSerializer):
    """When one desk is on duty in the range."""

    on_duty = serializers.ListField(child=serializers.ListField(child=serializers.DateTimeField()))


class CoverageSerializer(RangeSerializer):
    """When each desk, nobody, and more than one desk is on duty in the range."""

    on_duty = serializers.DictField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.DateTimeField()))
    )
    gaps = serializers.ListField(child=serializers.ListField(child=serializers.DateTimeField()))
    overlaps = serializers.ListField(child=serializers.ListField(child=serializers.DateTimeField()))


class StandingSerializer(serializers.Serializer[Any]):
    """A desk now: on duty until when, or next on duty from when."""

    desk_id = serializers.UUIDField(source="desk.pk")
    name = serializers.CharField(source="desk.name")
    member_id = serializers.UUIDField(source="desk.member_id")
    tz = serializers.CharField(source="desk.tz")
    is_on_duty = serializers.BooleanField()
    ends_at = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField(allow_null=True)

    def get_ends_at(self, standing: Any) -> datetime | None:
        ends_at: datetime | None = standing.ends_at
        return None if standing.is_endless else ends_at
