"""Evidence as the partner API shows it."""

from typing import Any

from rest_framework import serializers

from apps.evidence.models import CustodyLog, Evidence


class EvidenceSerializer(serializers.Serializer[Evidence]):
    """A file's record; its bytes are at `content/`."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    root_type = serializers.CharField()
    root_id = serializers.UUIDField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    claimed_type = serializers.CharField()
    is_disguised = serializers.BooleanField()
    note = serializers.CharField()
    source_url = serializers.CharField()
    captured_at = serializers.DateTimeField(allow_null=True)
    uploaded_by = serializers.UUIDField(allow_null=True)
    uploaded_at = serializers.DateTimeField()


class UploadSerializer(serializers.Serializer[Any]):
    """A file with what is said about it (multipart/form-data)."""

    file = serializers.FileField(allow_empty_file=True)
    note = serializers.CharField(required=False, allow_blank=True, default="")
    source_url = serializers.CharField(required=False, allow_blank=True, default="")
    captured_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class CustodyLogSerializer(serializers.Serializer[CustodyLog]):
    """One act; `digest` covers the act and the digest of the act before."""

    seq = serializers.IntegerField()
    act = serializers.ChoiceField(choices=CustodyLog.Act.choices)
    member_id = serializers.UUIDField()
    by = serializers.UUIDField(allow_null=True)
    via = serializers.CharField()
    at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    tool = serializers.CharField()
    reason = serializers.CharField()
    previous = serializers.CharField()
    digest = serializers.CharField()


class VerdictSerializer(serializers.Serializer[Any]):
    """What a verification found; `found` is empty when the content is gone."""

    file_name = serializers.CharField(source="evidence.file_name")
    sha256 = serializers.CharField(source="evidence.sha256")
    found = serializers.CharField()
    is_intact = serializers.BooleanField()
