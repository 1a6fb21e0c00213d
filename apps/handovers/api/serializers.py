"""Handovers on the wire."""

from typing import Any

from rest_framework import serializers

from apps.core.models import Level
from apps.handovers.models import Asked, Correction, Handover, Policy
from apps.handovers.selecting import WHY_NOT, Candidate
from apps.handovers.selectors import Reading
from apps.handovers.services import Outcome


class HandoverSerializer(serializers.Serializer[Handover]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Handover.Kind.choices)
    state = serializers.ChoiceField(
        Handover.State.choices,
        help_text="`bounced`: undone within 60 seconds, or given back until the overlap ends.",
    )
    attempt = serializers.IntegerField()
    investigation_id = serializers.UUIDField()
    owner_id = serializers.UUIDField(source="member_id")
    from_desk_id = serializers.UUIDField()
    from_member_id = serializers.UUIDField()
    to_desk_id = serializers.UUIDField(allow_null=True)
    to_member_id = serializers.UUIDField(allow_null=True)
    is_automatic = serializers.BooleanField()
    overlap_until = serializers.DateTimeField(allow_null=True)
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


class AskedSerializer(serializers.Serializer[Any]):
    """One desk that was asked: all of them for the owner, its own for an ally."""

    desk_id = serializers.UUIDField()
    desk_member_id = serializers.UUIDField()
    position = serializers.IntegerField()
    state = serializers.ChoiceField(Asked.State.choices)
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    reason_code = serializers.CharField(allow_blank=True)


class CandidateSerializer(serializers.Serializer[Candidate]):
    """A desk that would be asked, the best first."""

    desk_id = serializers.UUIDField(source="desk.pk")
    member_id = serializers.UUIDField(source="desk.member_id")
    desk = serializers.CharField(source="desk.name")
    remaining = serializers.DurationField()
    load = serializers.IntegerField()
    capacity = serializers.IntegerField(source="desk.capacity")


class RejectedSerializer(serializers.Serializer[Any]):
    """A desk that would not be asked, and why."""

    desk_id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    desk = serializers.CharField()
    code = serializers.ChoiceField(list(WHY_NOT))
    reason = serializers.CharField()


class SelectionSerializer(serializers.Serializer[Any]):
    """Who would be asked at an instant, in order, and why others would not."""

    at = serializers.DateTimeField()
    candidates = CandidateSerializer(many=True)
    others = RejectedSerializer(many=True)


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
    desk_id = serializers.UUIDField(allow_null=True, default=None)


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
    desk_id = serializers.UUIDField(allow_null=True, default=None)


class BounceSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4000)


class EmergencySerializer(serializers.Serializer[Any]):
    """The emergency's briefing in four short texts (SBAR); without a desk all are asked."""

    situation = serializers.CharField(max_length=1000)
    background = serializers.CharField(max_length=1000, default="", allow_blank=True)
    assessment = serializers.CharField(max_length=1000, default="", allow_blank=True)
    recommendation = serializers.CharField(max_length=1000, default="", allow_blank=True)
    desk_id = serializers.UUIDField(allow_null=True, default=None)


class PolicySerializer(serializers.Serializer[Policy]):
    """How the member lets its cases travel; what is left out stays as it is.

    A duration that is null leaves it to each desk; `auto_accept_after` null never accepts by
    silence.
    """

    to_allies = serializers.BooleanField(required=False)
    ally_level = serializers.ChoiceField(Level.choices, required=False)
    allow_translation = serializers.BooleanField(required=False)
    offer_lead = serializers.DurationField(required=False, allow_null=True)
    ack_within = serializers.DurationField(required=False, allow_null=True)
    overlap = serializers.DurationField(required=False, allow_null=True)
    auto_accept_after = serializers.DurationField(required=False, allow_null=True)
    duty_managers = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=50
    )
