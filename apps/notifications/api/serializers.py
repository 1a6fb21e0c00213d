"""Notifications on the wire: what happened and where, never what it says there."""

from typing import Any

from rest_framework import serializers

from apps.notifications.models import Notification
from apps.notifications.wording import line_of, url_of


class NotificationSerializer(serializers.Serializer[Notification]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    line = serializers.SerializerMethodField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def get_line(self, row: Notification) -> str:
        return line_of(row)

    def get_url(self, row: Notification) -> str:
        return url_of(row)


class AllReadSerializer(serializers.Serializer[Any]):
    """How many were marked as read."""

    count = serializers.IntegerField()
