"""Rooms and messages on the wire."""

from typing import Any

from rest_framework import serializers

from apps.chat.text import MAX_BYTES


class RoomSerializer(serializers.Serializer[Any]):
    """A room, how far it goes and how far the person has read."""

    id = serializers.UUIDField()
    root_type = serializers.CharField()
    root_id = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    head = serializers.IntegerField()
    last_read_seq = serializers.IntegerField()


class AuthorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    monogram = serializers.CharField()
    member = serializers.CharField()
    zone = serializers.CharField()


class QuotedSerializer(serializers.Serializer[Any]):
    """The beginning of the message that another one answers."""

    seq = serializers.IntegerField()
    author = AuthorSerializer()
    excerpt = serializers.CharField()
    is_deleted = serializers.BooleanField()


class ReactionSerializer(serializers.Serializer[Any]):
    emoji = serializers.CharField()
    people = AuthorSerializer(many=True)


class MessageSerializer(serializers.Serializer[Any]):
    """The same fields as the socket's frame."""

    seq = serializers.IntegerField()
    id = serializers.UUIDField()
    cid = serializers.UUIDField()
    kind = serializers.CharField()
    author = AuthorSerializer()
    target = serializers.IntegerField(allow_null=True)
    thread = serializers.IntegerField(allow_null=True)
    body = serializers.CharField()
    html = serializers.CharField()
    language = serializers.CharField()
    mentions = serializers.ListField(child=serializers.CharField())
    files = serializers.ListField(child=serializers.UUIDField())
    reply_to = serializers.IntegerField(allow_null=True)
    quoted = QuotedSerializer(allow_null=True)
    posted_at = serializers.CharField()
    code = serializers.CharField()
    params = serializers.DictField()
    has_card = serializers.BooleanField()
    edited_at = serializers.CharField(allow_null=True)
    is_deleted = serializers.BooleanField()
    deleted_by = AuthorSerializer(allow_null=True)
    pinned_by = AuthorSerializer(allow_null=True)
    reactions = ReactionSerializer(many=True)
    replies = serializers.IntegerField()
    last_reply = serializers.IntegerField()


class MessagesSerializer(serializers.Serializer[Any]):
    """Messages in order, and the room's last number."""

    results = MessageSerializer(many=True)
    head = serializers.IntegerField()


class PostSerializer(serializers.Serializer[Any]):
    cid = serializers.UUIDField()
    body = serializers.CharField(max_length=MAX_BYTES, trim_whitespace=False)
    language = serializers.CharField(required=False, allow_blank=True, default="", max_length=35)
    reply_to = serializers.IntegerField(required=False, allow_null=True, default=None)
    thread = serializers.IntegerField(required=False, allow_null=True, default=None)


class MarkSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField(min_value=0)


class MarkedSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
