"""Handovers on the wire."""

from typing import Any

from rest_framework import serializers

from apps.core.models import Level
from apps.handovers.models import Correction, Handover, Policy
from apps.handovers.selectors import Reading
from apps.handovers.services import Outcome


class HandoverSerializer(serializers.Serializer[Handover]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Handover.Kind.choices)
    state = serializers.ChoiceField(Handover.State.choices)
    attempt = serializers.IntegerField()
    investigation_id = serializers.UUIDField()
    owner_id = serializers.UUIDField(source="member_id")
    from_desk_id = serializers.UUIDField()
    from_member_id = serializers.UUIDField()
    to_desk_id = serializers.UUIDField(allow_null=True)
    to_member_id = serializers.UUIDField(allow_null=True)
    planned_at = serializers.DateTimeField()
    offered_at = serializers.DateTimeField(allow_null=True)
    ack_deadline = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    undo_until = serializers.DateTimeField(allow_null=True)
    late_by = serializers.DurationField(allow_null=True)
    reason_code = serializers.CharField(allow_blank=True)
    read_back = serializers.CharField(allow_blank=True)
    answers = serializers.DictField(child=serializers.CharField())
    return_reasons = serializers.DictField(child=serializers.CharField())
    question_answers = serializers.DictField(child=serializers.CharField(allow_blank=True))


class BriefingSerializer(serializers.Serializer[Reading]):
    """The briefing as the asking member may read it; `withheld` names what is missing."""

    handover_id = serializers.UUIDField(source="briefing.handover_id")
    version = serializers.IntegerField(source="briefing.version")
    digest = serializers.CharField(source="briefing.digest")
    written_at = serializers.DateTimeField(source="briefing.written_at")
    content = serializers.DictField()
    withheld = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    level = serializers.IntegerField()


class AmendSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)
    changes = serializers.DictField()


class AcceptSerializer(serializers.Serializer[Any]):
    """`reasons` says why an action is returned; an empty answer takes a question over as open."""

    read_back = serializers.CharField(max_length=4000, allow_blank=True)
    answers = serializers.DictField(child=serializers.ChoiceField(["take", "return"]), default=dict)
    reasons = serializers.DictField(
        child=serializers.CharField(max_length=1000, allow_blank=True), default=dict
    )
    questions = serializers.DictField(
        child=serializers.CharField(max_length=1000, allow_blank=True), default=dict
    )
    version = serializers.IntegerField(min_value=1)
    override_reason = serializers.CharField(max_length=1000, default="", allow_blank=True)


class AcceptOneSerializer(AcceptSerializer):
    """One of several; a manager's reason is given on the handover's own page."""

    handover_id = serializers.UUIDField()


class AcceptManySerializer(serializers.Serializer[Any]):
    items = AcceptOneSerializer(many=True, allow_empty=False)


class OutcomeSerializer(serializers.Serializer[Outcome]):
    """What became of one item, in the order they were sent."""

    handover_id = serializers.UUIDField()
    status = serializers.SerializerMethodField()
    code = serializers.CharField(source="refusal.code", default="")
    title = serializers.CharField(source="refusal.message", default="")
    fields = serializers.DictField(source="refusal.fields", default=dict)  # type: ignore[assignment]
    handover = HandoverSerializer(allow_null=True)

    def get_status(self, outcome: Outcome) -> int:
        return outcome.refusal.status if outcome.refusal else 200


class OutcomesSerializer(serializers.Serializer[Any]):
    results = OutcomeSerializer(many=True)


class CorrectSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)


class CorrectionSerializer(serializers.Serializer[Correction]):
    """The sender's note on a read-back."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    written_by = serializers.UUIDField(allow_null=True)
    written_at = serializers.DateTimeField()


class DeclineSerializer(serializers.Serializer[Any]):
    reason_code = serializers.ChoiceField(Handover.Refusal.choices)
    reason = serializers.CharField(max_length=4000, default="", allow_blank=True)


class EmergencySerializer(serializers.Serializer[Any]):
    situation = serializers.CharField(max_length=4000)
    desk_id = serializers.UUIDField(allow_null=True, default=None)


class PolicySerializer(serializers.Serializer[Policy]):
    to_allies = serializers.BooleanField()
    ally_level = serializers.ChoiceField(Level.choices)
