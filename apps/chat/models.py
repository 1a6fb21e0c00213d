"""Rooms about a subject, their numbered messages, and how far each person has read."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7


class Room(models.Model):
    """The conversation about one subject; it exists for those who read the subject at L3."""

    wall = walls.child_of_any(min_level="3")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The subject's owner, whose row this is.")
    root_type = models.TextField()
    root_id = models.UUIDField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root_type", "root_id"], name="chat_room_once")
        ]

    def __str__(self) -> str:
        return f"room of {self.root_type}:{self.root_id}"

    @property
    def root(self) -> tuple[str, UUID]:
        return (self.root_type, self.root_id)


class Message(models.Model):
    """One message, its author's member's own row, in the gap-free sequence of its room."""

    wall = walls.child_of_any(min_level="3", append_only=True)

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        NOTICE = "notice", _("Notice")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The author's member.")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    root_type = models.TextField()
    root_id = models.UUIDField()
    seq = models.BigIntegerField()
    cid = models.UUIDField(help_text="Chosen by the sender: a repeat is the same message.")
    author_id = models.UUIDField(null=True)
    kind = models.TextField(choices=Kind, default=Kind.MESSAGE)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.TextField(blank=True)
    reply_to = models.BigIntegerField(null=True, help_text="The sequence number it answers.")
    code = models.TextField(blank=True, help_text="A notice's sentence, in the reader's language.")
    params = models.JSONField(default=dict)
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="chat_message_seq"),
            models.UniqueConstraint(
                fields=["room", "member_id", "author_id", "cid"],
                name="chat_message_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.seq}"


class ReadMarker(models.Model):
    """How far one person, acting for one member, has read a room."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="markers")
    last_read_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id", "room"], name="chat_marker_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has read #{self.last_read_seq}"
