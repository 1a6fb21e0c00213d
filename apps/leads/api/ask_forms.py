"""What members ask of each other, on the wire: access, passing on, changes, sharing in bulk."""

from typing import Any

from rest_framework import serializers

from apps.core.models import Level
from apps.leads.api.share_forms import (
    LeadShareSerializer,
    SharePreviewSerializer,
    TermsSerializer,
)
from apps.leads.models import Lead
from apps.leads.normalise import KINDS
from apps.leads.services import RunPreview
from apps.leads.services.asking import LONGEST_BRAND, LONGEST_PURPOSE
from apps.leads.services.proposing import LONGEST_NOTE, PROPOSABLE
from apps.sharing.models import (
    AccessQuestion,
    AccessRequest,
    Proposal,
    ReshareRequest,
    ShareRun,
    ShareRunItem,
    Tlp,
)


class AskSerializer(serializers.Serializer[Any]):
    """Why one asks, and how much of the own lead is offered in return."""

    purpose = serializers.CharField(max_length=LONGEST_PURPOSE)
    offered_level = serializers.IntegerField(min_value=Level.TEASER, max_value=Level.FULL)
    brand = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_BRAND
    )


class AccessRequestSerializer(serializers.Serializer[AccessRequest]):
    """A request as its member sees it: pending, granted, or not available, and never by whom."""

    id = serializers.UUIDField()
    signal_id = serializers.UUIDField()
    lead_id = serializers.UUIDField()
    purpose = serializers.CharField()
    brand = serializers.CharField()
    offered_level = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AccessRequest.State.choices)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class AccessQuestionSerializer(serializers.Serializer[AccessQuestion]):
    """A request as a holder gets it: who asks, what for, and what is offered in return."""

    id = serializers.UUIDField()
    requester_id = serializers.UUIDField()
    lead_id = serializers.UUIDField()
    offered_level = serializers.IntegerField()
    purpose = serializers.CharField()
    brand = serializers.CharField()
    state = serializers.ChoiceField(choices=AccessQuestion.State.choices)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    recommendation = serializers.CharField()
    recommended_by = serializers.UUIDField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    grant_id = serializers.UUIDField(allow_null=True)


class RecommendationSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2_000)


class LeadAnswerSerializer(TermsSerializer):
    """The terms on which a holder grants access; without a purpose it is the requester's."""

    purpose = serializers.CharField(max_length=500, required=False, default="")


class ReshareAskSerializer(serializers.Serializer[Any]):
    target_id = serializers.UUIDField()
    level = serializers.IntegerField(min_value=Level.TEASER, max_value=Level.FULL)
    purpose = serializers.CharField(max_length=500)


class ReshareSerializer(serializers.Serializer[ReshareRequest]):
    """A grantee asks the owner to share with one more member."""

    id = serializers.UUIDField()
    asked_by_id = serializers.UUIDField(source="member_id")
    owner_id = serializers.UUIDField()
    lead_id = serializers.UUIDField(source="subject_id")
    target_id = serializers.UUIDField()
    level = serializers.IntegerField()
    purpose = serializers.CharField()
    state = serializers.ChoiceField(choices=ReshareRequest.State.choices)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ProposeSerializer(serializers.Serializer[Any]):
    """Other facts, by the name of the field."""

    changes = serializers.DictField(
        child=serializers.CharField(allow_blank=True), help_text=", ".join(PROPOSABLE)
    )
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_NOTE
    )


class ProposalSerializer(serializers.Serializer[Proposal]):
    """A change that an ally proposes; its own row, which it keeps."""

    id = serializers.UUIDField()
    proposed_by_id = serializers.UUIDField(source="member_id")
    owner_id = serializers.UUIDField()
    lead_id = serializers.UUIDField(source="subject_id")
    base_version = serializers.IntegerField()
    changes = serializers.DictField(child=serializers.CharField(allow_blank=True))
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=Proposal.State.choices)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ChosenSerializer(serializers.Serializer[Any]):
    """Which own leads: by light, brand, status and kind of selector, or one by one."""

    tlp = serializers.ChoiceField(choices=Tlp.choices, required=False, default="")
    brand = serializers.CharField(required=False, default="", max_length=300)
    status = serializers.ChoiceField(choices=Lead.Status.choices, required=False, default="")
    kind = serializers.ChoiceField(choices=KINDS, required=False, default="")
    lead_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=1_000
    )


class NewShareRunSerializer(serializers.Serializer[Any]):
    """Many leads for one audience, worked off in the background."""

    chosen = ChosenSerializer()
    audience = serializers.ListField(child=LeadShareSerializer(), min_length=1, max_length=50)


class KindShownSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    leads = serializers.IntegerField(help_text="How many of the leads have such a value.")
    is_masked = serializers.BooleanField()


class ReasonCountSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    leads = serializers.IntegerField()


class RunPreviewSerializer(serializers.Serializer[RunPreview]):
    """What one reader will see of the chosen leads, and which of them it does not get, and why."""

    name = serializers.CharField()
    level = serializers.IntegerField()
    total = serializers.IntegerField()
    shared = serializers.IntegerField()
    refused = ReasonCountSerializer(many=True)
    fields_shown = serializers.ListField(child=serializers.CharField(), source="fields")
    kinds = KindShownSerializer(many=True)
    readers = serializers.IntegerField(help_text="How many members get it.")
    leaves = serializers.CharField(help_text="The owner's country.")
    enters = serializers.ListField(child=serializers.CharField())
    samples = SharePreviewSerializer(many=True)


class ShareRunSerializer(serializers.Serializer[ShareRun]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ShareRun.State.choices)
    total = serializers.IntegerField()
    processed = serializers.IntegerField()
    shared = serializers.IntegerField()
    refused = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ShareRunItemSerializer(serializers.Serializer[ShareRunItem]):
    """What became of one lead."""

    position = serializers.IntegerField()
    lead_id = serializers.UUIDField(source="subject_id")
    outcome = serializers.ChoiceField(choices=ShareRunItem.Outcome.choices)
    code = serializers.CharField()
