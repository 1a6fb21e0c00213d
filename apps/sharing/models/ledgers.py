"""What the owner may know of readers and copies, and what readers owe."""

from django.db import models

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level


class Reading(models.Model):
    """That somebody of another member has read a subject: for its owner to know."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The subject's owner.")
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    reader_id = models.UUIDField(help_text="The member that read.")
    user_id = models.UUIDField(null=True, help_text="The person, or nobody for a key.")
    level = models.SmallIntegerField(choices=Level)
    count = models.IntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "reader_id", "user_id"],
                nulls_distinct=False,
                name="sharing_reading_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.subject_type}:{self.subject_id}"


class ExportEntry(models.Model):
    """A copy that was taken: for the owner, who cannot recall it, and for the member that took it.

    Written once, never changed.
    """

    wall = walls.own(also="exporter_id", append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The subject's owner.")
    exporter_id = models.UUIDField(help_text="The member that exported.")
    user_id = models.UUIDField(null=True)
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    level = models.SmallIntegerField(choices=Level)
    format = models.TextField()
    exported_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["member_id", "subject_type", "subject_id", "-exported_at"],
                name="sharing_export_subject",
            ),
            models.Index(
                fields=["exporter_id", "-exported_at", "-id"], name="sharing_export_taker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} as {self.format}"


class DeletionDuty(models.Model):
    """A member whose access has ended and who has copies: to be deleted, and said so."""

    wall = walls.own(also="owner_id")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The member that has copies.")
    owner_id = models.UUIDField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    copies = models.IntegerField(help_text="How often it had been exported when access ended.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "subject_type", "subject_id"],
                condition=models.Q(acknowledged_at__isnull=True),
                name="sharing_deletion_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} deletes {self.subject_type}:{self.subject_id}"
