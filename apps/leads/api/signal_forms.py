"""Signals and what people say about them, as the partner API shows and takes them."""

from typing import Any

from rest_framework import serializers

from apps.leads.correlating import showing
from apps.leads.correlating.models import (
    Discoverability,
    OwnSelector,
    PairJudgement,
    Sighting,
    Signal,
    SignalTry,
)
from apps.leads.normalise import KINDS


class SignalSerializer(serializers.Serializer[Any]):
    """That another member also knows the seller of an own lead; nothing of who, whose or what.

    A signal that is no longer available says so in one form, whatever the reason.
    """

    id = serializers.UUIDField()
    lead_id = serializers.UUIDField()
    kinds = serializers.ListField(child=serializers.CharField())
    confidence = serializers.ChoiceField(choices=Signal.Band.choices)
    age = serializers.ChoiceField(choices=Signal.Age.choices)
    named = serializers.ListField(
        child=serializers.CharField(), help_text="Members that chose to say their name."
    )
    is_active = serializers.BooleanField()
    on = serializers.DateField(help_text="The day of its batch, in UTC.")
    verdict = serializers.CharField(help_text="The member's own judgement, or empty.")


class SignalListSerializer(serializers.ListSerializer[Any]):
    """A page of signals, with the verdicts and names read once."""

    def to_representation(self, data: Any) -> Any:
        rows = list(data)
        actor = self.context["request"].auth
        return SignalSerializer(showing.views(actor, rows), many=True).data


class SignalRowSerializer(SignalSerializer):
    class Meta:
        list_serializer_class = SignalListSerializer


class LeadVerdictSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=PairJudgement.Verdict.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2_000)


class JudgementSerializer(serializers.Serializer[PairJudgement]):
    """A judgement of the member's own; the two ids come in order."""

    lead_id = serializers.UUIDField()
    other_id = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=PairJudgement.Verdict.choices)
    note = serializers.CharField()
    judged_at = serializers.DateTimeField()


class DiscoverabilitySerializer(serializers.Serializer[Any]):
    discoverability = serializers.ChoiceField(choices=Discoverability.choices)


class SignalPolicySerializer(serializers.Serializer[Any]):
    most = serializers.ChoiceField(choices=Discoverability.choices)


class SignalTrySerializer(serializers.Serializer[SignalTry]):
    """One question to all others: when, and for which own lead."""

    lead_id = serializers.UUIDField()
    tried_at = serializers.DateTimeField()


class OwnSelectorSerializer(serializers.Serializer[OwnSelector]):
    """A value of the member's own."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    namespace = serializers.CharField()
    norm = serializers.CharField()
    raw = serializers.CharField()
    note = serializers.CharField()
    added_at = serializers.DateTimeField()


class NewOwnSelectorSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    value = serializers.CharField(max_length=4_000)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2_000)
    country = serializers.CharField(required=False, allow_blank=True, default="", max_length=2)


class SightingSerializer(serializers.Serializer[Sighting]):
    """One look at a selector: seen in use, or a false positive."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    selector_kind = serializers.CharField()
    namespace = serializers.CharField()
    norm = serializers.CharField()
    kind = serializers.ChoiceField(choices=Sighting.Kind.choices)
    note = serializers.CharField()
    seen_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class NewSightingSerializer(serializers.Serializer[Any]):
    selector_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Sighting.Kind.choices, default=Sighting.Kind.SEEN)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2_000)
    seen_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
