"""What a person has been told, for the bell and the list."""

from django.db import models

from apps.core import walls
from apps.core.ids import uuid7


class Notification(models.Model):
    """One thing told to one person of one member: a kind and a subject, never content."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    kind = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    token = models.TextField(help_text="What is told: the same token twice is told once.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="When the e-mail was handed over.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id", "token"], name="notifications_once"
            )
        ]
        indexes = [
            models.Index(
                "member_id",
                "user_id",
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="notifications_newest",
            ),
            models.Index(
                fields=["member_id", "user_id"],
                condition=models.Q(read_at__isnull=True),
                name="notifications_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
