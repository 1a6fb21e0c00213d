"""Audiences, grants, readers and copies on the wire."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.models import Level
from apps.leads.services import Share
from apps.leads.sharing_preview import Preview
from apps.sharing import services as sharing
from apps.sharing.models import LEAD_CAPABILITIES, DeletionDuty, ExportEntry, Grant, Reading

CAPABILITIES = [(one.value, one.label) for one in LEAD_CAPABILITIES]


class TermsSerializer(serializers.Serializer[Any]):
    """What a grant gives: how much, what for, from when until when, and what else one may do."""

    level = serializers.IntegerField(min_value=Level.TEASER, max_value=Level.FULL)
    purpose = serializers.CharField(max_length=500)
    capabilities = serializers.ListField(
        child=serializers.ChoiceField(choices=CAPABILITIES), required=False, default=list
    )
    not_before = serializers.DateTimeField(required=False, allow_null=True, default=None)
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="180 days, if nothing is said."
    )


class LeadShareSerializer(TermsSerializer):
    """One ally of an audience: a member or a circle by its id, a person by the e-mail address."""

    kind = serializers.ChoiceField(choices=Grant.Grantee.choices)
    id = serializers.UUIDField(required=False)
    email = serializers.EmailField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = "email" if attrs["kind"] == Grant.Grantee.PERSON else "id"
        if needed not in attrs:
            raise serializers.ValidationError({needed: _("This says who it is: give it.")})
        return attrs


class AudienceSerializer(serializers.Serializer[Any]):
    audience = serializers.ListField(child=LeadShareSerializer(), min_length=1, max_length=50)


def terms_of(data: dict[str, Any]) -> sharing.Terms:
    return sharing.Terms(
        level=data["level"],
        purpose=data["purpose"],
        capabilities=tuple(data["capabilities"]),
        not_before=data["not_before"],
        expires_at=data["expires_at"],
    )


def share_of(data: dict[str, Any]) -> Share:
    if data["kind"] == Grant.Grantee.PERSON:
        to = sharing.named(data["email"])
    else:
        to = sharing.Grantee(kind=data["kind"], id=data["id"])
    return Share(to=to, terms=terms_of(data))


class LeadGrantSerializer(serializers.Serializer[Grant]):
    """Access given to a lead, as its owner and its grantee see it."""

    id = serializers.UUIDField()
    lead_id = serializers.UUIDField(source="subject_id")
    owner_id = serializers.UUIDField(source="member_id")
    grantee_kind = serializers.CharField()
    grantee_id = serializers.UUIDField()
    via_id = serializers.UUIDField(allow_null=True, help_text="The circle's grant it carries.")
    level = serializers.IntegerField()
    capabilities = serializers.ListField(child=serializers.CharField())
    purpose = serializers.CharField()
    state = serializers.ChoiceField(choices=Grant.State.choices)
    version = serializers.IntegerField()
    replaces_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    not_before = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SharePreviewSerializer(serializers.Serializer[Preview]):
    """What one reader will see, and across which borders it goes."""

    name = serializers.CharField()
    level = serializers.IntegerField(source="view.level")
    fields_shown = serializers.ListField(child=serializers.CharField(), source="shown")
    count = serializers.IntegerField()
    readers = serializers.IntegerField(help_text="How many members get it.")
    leaves = serializers.CharField(help_text="The owner's country.")
    enters = serializers.ListField(child=serializers.CharField())
    allowed = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    lead = serializers.SerializerMethodField()

    def get_allowed(self, row: Preview) -> bool:
        return row.decision.is_allowed

    def get_reason(self, row: Preview) -> str:
        return str(row.decision.reason)

    @extend_schema_field(serializers.DictField())
    def get_lead(self, row: Preview) -> Any:
        return self.context["project"](row.view)


class ReadingSerializer(serializers.Serializer[Reading]):
    """Who has read it: the member, and the person behind it."""

    member_id = serializers.UUIDField(source="reader_id")
    user_id = serializers.UUIDField(allow_null=True)
    level = serializers.IntegerField()
    count = serializers.IntegerField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()


class CopySerializer(serializers.Serializer[ExportEntry]):
    """A copy that has left; it cannot be recalled."""

    member_id = serializers.UUIDField(source="exporter_id")
    user_id = serializers.UUIDField(allow_null=True)
    level = serializers.IntegerField()
    format = serializers.CharField()
    exported_at = serializers.DateTimeField()


class TakenCopySerializer(CopySerializer):
    """A copy that the member has taken of an ally's lead: its owner knows of it."""

    lead_id = serializers.UUIDField(source="subject_id")
    owner_id = serializers.UUIDField(source="member_id")
    member_id = None  # type: ignore[assignment]


class LeadRevokeSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class LeadTombstoneSerializer(serializers.Serializer[Any]):
    """What remains of a lead whose access has ended: that it was, and the member's own work."""

    lead_id = serializers.UUIDField(source="subject_id")
    owner_id = serializers.UUIDField()
    reason = serializers.CharField()
    ended_at = serializers.DateTimeField()


class DeletionSerializer(serializers.Serializer[DeletionDuty]):
    """Copies to be deleted, and whether it was said that they are."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    owner_id = serializers.UUIDField()
    lead_id = serializers.UUIDField(source="subject_id")
    copies = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
