"""Exports and disclosures as the partner API shows and takes them."""

from typing import Any

from rest_framework import serializers

from apps.leads.api.serializers import LeadStatusSerializer
from apps.leads.exchange.models import Disclosure, Export
from apps.leads.selectors import MOST_IDS


class ExportSerializer(serializers.Serializer[Export]):
    """A file of leads and how far it is; it is fetched at `file/` until it expires."""

    id = serializers.UUIDField()
    format = serializers.ChoiceField(choices=Export.Format.choices)
    state = serializers.ChoiceField(choices=Export.State.choices)
    total = serializers.IntegerField()
    processed = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Listed leads that may not leave.")
    is_full = serializers.BooleanField(
        help_text="It holds the newest 10,000, and the list may have had more."
    )
    created_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    delivered_count = serializers.IntegerField()


class ListedSerializer(LeadStatusSerializer):
    """What a list is narrowed to, without its pages."""

    cursor = None  # type: ignore[assignment]
    page_size = None  # type: ignore[assignment]


class NewExportSerializer(serializers.Serializer[Any]):
    """The format, and either the leads or what a list of them is narrowed to."""

    format = serializers.ChoiceField(choices=Export.Format.choices)
    lead_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=MOST_IDS
    )
    listed = serializers.DictField(required=False, help_text="The filters of the list of leads.")


class DisclosureSerializer(serializers.Serializer[Disclosure]):
    """Who read what is sealed in a lead, why, and until when."""

    id = serializers.UUIDField()
    lead_id = serializers.UUIDField()
    reader_id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DisclosureReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1_000)
