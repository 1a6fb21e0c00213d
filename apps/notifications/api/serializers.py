"""Notifications on the wire: what happened and where, never what it says there."""

from typing import Any

from rest_framework import serializers

from apps.notifications.models import Browser, Group, MailChoice, Notification, Step
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
    answer_by = serializers.DateTimeField(allow_null=True)
    mail = serializers.ChoiceField(choices=Step.choices)
    push = serializers.ChoiceField(choices=Step.choices)

    def get_line(self, row: Notification) -> str:
        return line_of(row)

    def get_url(self, row: Notification) -> str:
        return url_of(row)


class AllReadSerializer(serializers.Serializer[Any]):
    """How many were marked as read."""

    count = serializers.IntegerField()


class GroupChoiceSerializer(serializers.Serializer[Any]):
    """How one group of kinds reaches the person."""

    group = serializers.ChoiceField(choices=Group.choices)
    mail = serializers.ChoiceField(choices=MailChoice.choices)
    push = serializers.BooleanField()


class PreferencesSerializer(serializers.Serializer[Any]):
    """The choices per group, and when the digest comes; what is left out stays."""

    digest_at = serializers.CharField(required=False, max_length=5)
    groups = GroupChoiceSerializer(many=True, required=False)


class QuietHoursSerializer(serializers.Serializer[Any]):
    """Hours of rest in the person's own time; an end not after the start is on the next day."""

    starts = serializers.CharField(max_length=5)
    ends = serializers.CharField(max_length=5)
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), max_length=7
    )


class QuietSerializer(serializers.Serializer[Any]):
    """The person's rest as it is kept, and what it comes to."""

    hours = QuietHoursSerializer(allow_null=True)
    resting_until = serializers.DateTimeField(allow_null=True)
    explained = serializers.ListField(child=serializers.CharField())


class BrowserSerializer(serializers.Serializer[Browser]):
    """A browser that is pushed to; its address and keys are told to nobody."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(source="label", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    used_at = serializers.DateTimeField(read_only=True, allow_null=True)


class SubscriptionSerializer(serializers.Serializer[Any]):
    """What a browser says of itself: `PushSubscription.toJSON()`, its keys beside the address."""

    endpoint = serializers.CharField(max_length=2048)
    p256dh = serializers.CharField(max_length=200)
    auth = serializers.CharField(max_length=100)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PushSerializer(serializers.Serializer[Any]):
    """The key that a browser subscribes with, and the browsers that are pushed to."""

    public_key = serializers.CharField(allow_blank=True)
    browsers = BrowserSerializer(many=True)
