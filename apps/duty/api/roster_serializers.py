"""Rotas, rosters, leave and swaps as JSON."""

from typing import Any

from rest_framework import serializers

from apps.duty.api.serializers import RangeSerializer
from apps.duty.models import Rota, Swap


class RotaFactsSerializer(serializers.Serializer[Any]):
    """What a manager says about a rota.

    A turn lasts `length` units of the desk's local time; the first of the people has the turn that
    starts at `start_on`, `start_time`.
    """

    name = serializers.CharField(max_length=80)
    unit = serializers.ChoiceField(choices=Rota.Unit.choices)
    length = serializers.IntegerField(min_value=1, max_value=744, default=1)
    start_on = serializers.DateField()
    start_time = serializers.CharField(max_length=5)
    people = serializers.ListField(child=serializers.UUIDField(), max_length=50)
    valid_from = serializers.DateField(allow_null=True, default=None)
    valid_until = serializers.DateField(allow_null=True, default=None)
    order = serializers.IntegerField(min_value=0, max_value=1000, default=0)


class RotaChangesSerializer(RotaFactsSerializer):
    """A rota said anew, and the version of the rota that was read before.

    `from_at` is from when it holds, absent from now on; who was on duty before stays as it was.
    """

    version = serializers.IntegerField()
    from_at = serializers.DateTimeField(allow_null=True, default=None)


class RotaPreviewSerializer(RotaFactsSerializer):
    """A rota that is not kept: instead of the one that is named, or beside all."""

    rota_id = serializers.UUIDField(allow_null=True, default=None)
    from_at = serializers.DateTimeField(allow_null=True, default=None)


class RotaTermsSerializer(serializers.Serializer[Any]):
    """What a rota says from an instant on."""

    from_at = serializers.DateTimeField()
    unit = serializers.ChoiceField(choices=Rota.Unit.choices)
    length = serializers.IntegerField()
    start_on = serializers.DateField()
    start_time = serializers.CharField()
    people = serializers.ListField(child=serializers.UUIDField())
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class RotaSerializer(serializers.Serializer[Any]):
    """A rota of a desk, for the desk's own member: what is in force, and what is planned."""

    id = serializers.UUIDField(source="rota.id")
    desk_id = serializers.UUIDField(source="rota.desk_id")
    name = serializers.CharField(source="rota.name")
    order = serializers.IntegerField(source="rota.order")
    version = serializers.IntegerField(source="rota.version")
    from_at = serializers.DateTimeField(source="terms.from_at")
    unit = serializers.ChoiceField(choices=Rota.Unit.choices, source="terms.unit")
    length = serializers.IntegerField(source="terms.length")
    start_on = serializers.DateField(source="terms.start_on")
    start_time = serializers.CharField(source="terms.start_time")
    people = serializers.ListField(child=serializers.UUIDField(), source="terms.people")
    valid_from = serializers.DateField(allow_null=True, source="terms.valid_from")
    valid_until = serializers.DateField(allow_null=True, source="terms.valid_until")
    planned = RotaTermsSerializer(many=True, source="coming")


class ShiftSerializer(serializers.Serializer[Any]):
    """A stretch of duty of one person; no rota: everybody who sits at the desk is on duty."""

    desk_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    rota_id = serializers.UUIDField(allow_null=True)
    is_swap = serializers.BooleanField()


class RosterSerializer(RangeSerializer):
    """Who is on duty at a desk when.

    `holes` are shifts of people on leave that nobody took; `everybody` is when no rota has anybody
    left, so that all who sit at the desk and are not on leave are on duty.
    """

    shifts = ShiftSerializer(many=True)
    holes = ShiftSerializer(many=True)
    everybody = serializers.ListField(
        child=serializers.ListField(child=serializers.DateTimeField())
    )


class LeaveSerializer(serializers.Serializer[Any]):
    """Somebody is away; absent, the person is the one who asks."""

    id = serializers.UUIDField(read_only=True)
    user_id = serializers.UUIDField(required=False)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class SwapAskSerializer(serializers.Serializer[Any]):
    """A shift, or a part of one, that others are asked to take.

    `asker_id` is whose shift it is, absent the one who asks; `asked_of` is the one colleague who is
    asked, absent the whole desk.
    """

    rota_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    asker_id = serializers.UUIDField(allow_null=True, default=None)
    asked_of = serializers.UUIDField(allow_null=True, default=None)
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class SwapSerializer(serializers.Serializer[Any]):
    """What became of the question who takes a shift."""

    id = serializers.UUIDField()
    desk_id = serializers.UUIDField()
    rota_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    asker_id = serializers.UUIDField()
    asked_of = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=Swap.State.choices)
    taken_by = serializers.UUIDField(allow_null=True)
    asked_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class TakenSerializer(SwapSerializer):
    """A swap that was taken, and the taker's own shifts that run at the same time."""

    collides_with = ShiftSerializer(many=True)
