"""Rooms and messages on the wire."""

from typing import Any

from rest_framework import serializers

from apps.chat.text import MAX_BYTES


class RoomSerializer(serializers.Serializer[Any]):
    """A room, how far it goes and how far the person has read."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    root_type = serializers.CharField()
    root_id = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    head = serializers.IntegerField()
    last_read_seq = serializers.IntegerField()


class ListedSerializer(serializers.Serializer[Any]):
    """A room in the list: what is new there, and how often the person is called."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    root_type = serializers.CharField()
    root_id = serializers.UUIDField()
    unread = serializers.IntegerField()
    calls = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True)


class DirectSerializer(serializers.Serializer[Any]):
    """The people to talk to; the actor is one of them without being named."""

    people = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)


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


class FileSerializer(serializers.Serializer[Any]):
    """A file that came with a message: evidence, by its digest."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    sha256 = serializers.CharField()
    url = serializers.CharField()
    preview = serializers.CharField(allow_null=True)


class ReactionSerializer(serializers.Serializer[Any]):
    emoji = serializers.CharField()
    people = AuthorSerializer(many=True)


class FiledSerializer(serializers.Serializer[Any]):
    """What was made of a message: evidence, a task, a decision, a line of the briefing."""

    kind = serializers.CharField()
    by = AuthorSerializer()
    at = serializers.CharField()


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
    files = FileSerializer(many=True)
    cards = serializers.ListField(child=serializers.DictField())
    reply_to = serializers.IntegerField(allow_null=True)
    quoted = QuotedSerializer(allow_null=True)
    posted_at = serializers.CharField()
    code = serializers.CharField()
    params = serializers.DictField()
    has_card = serializers.BooleanField()
    is_purged = serializers.BooleanField(help_text="Its text is kept no longer.")
    edited_at = serializers.CharField(allow_null=True)
    is_deleted = serializers.BooleanField()
    deleted_by = AuthorSerializer(allow_null=True)
    pinned_by = AuthorSerializer(allow_null=True)
    reactions = ReactionSerializer(many=True)
    filed = FiledSerializer(many=True)
    replies = serializers.IntegerField()
    last_reply = serializers.IntegerField()


class MessagesSerializer(serializers.Serializer[Any]):
    """Messages in order, and the room's last number."""

    results = MessageSerializer(many=True)
    head = serializers.IntegerField()


class PostSerializer(serializers.Serializer[Any]):
    """A message; `files` are evidence that was stored for the room's root before."""

    cid = serializers.UUIDField()
    body = serializers.CharField(
        max_length=MAX_BYTES, trim_whitespace=False, allow_blank=True, required=False, default=""
    )
    files = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=10
    )
    language = serializers.CharField(required=False, allow_blank=True, default="", max_length=35)
    reply_to = serializers.IntegerField(required=False, allow_null=True, default=None)
    thread = serializers.IntegerField(required=False, allow_null=True, default=None)


class EditSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=MAX_BYTES, trim_whitespace=False)
    language = serializers.CharField(required=False, allow_blank=True, default="", max_length=35)
    cid = serializers.UUIDField(required=False)


class ActSerializer(serializers.Serializer[Any]):
    """An act on a message; with a `cid` a repeat is the same act."""

    cid = serializers.UUIDField(required=False)


class EmojiSerializer(ActSerializer):
    emoji = serializers.CharField(max_length=32)


class VersionSerializer(serializers.Serializer[Any]):
    """What a message said from an instant on; of a deletion nothing."""

    seq = serializers.IntegerField()
    kind = serializers.CharField()
    author = AuthorSerializer()
    body = serializers.CharField()
    html = serializers.CharField()
    language = serializers.CharField()
    posted_at = serializers.DateTimeField()


class CalleeSerializer(serializers.Serializer[Any]):
    """Somebody who can be called in the room: `@` and the handle."""

    ref = serializers.CharField()
    handle = serializers.CharField()
    name = serializers.CharField()
    member = serializers.CharField()
    zone = serializers.CharField()
    is_ours = serializers.BooleanField()


class MarkSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField(min_value=0)
    thread = serializers.IntegerField(min_value=0, required=False, default=0)


class MarkedSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()


class SeenSerializer(serializers.Serializer[Any]):
    """How far somebody has read."""

    person = AuthorSerializer()
    seq = serializers.IntegerField()


class MarkPolicySerializer(serializers.Serializer[Any]):
    """Whether others see how far the member's people have read."""

    shows_marks = serializers.BooleanField()
