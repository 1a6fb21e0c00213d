"""Files attached to a subject, and the record of everybody who touched them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level

CASE_LEVEL = str(int(Level.CASE))
# Pictures that run nothing and fetch nothing, and are small enough for a page.
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MOST_PICTURE_BYTES = 10 * 1024 * 1024


class Evidence(models.Model):
    """One acquired file; the row of whoever acquired it, its bytes found by their SHA-256."""

    wall = walls.child_of_any(min_level=CASE_LEVEL)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    root_type = models.TextField()
    root_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.TextField(help_text="Read from the content, never taken from the client.")
    claimed_type = models.TextField(blank=True, help_text="What the client said it was.")
    is_disguised = models.BooleanField(
        default=False, help_text="Name or claimed type do not fit the content."
    )
    file_name = models.TextField()
    note = models.TextField(blank=True)
    source_url = models.TextField(blank=True)
    captured_at = models.DateTimeField(null=True)
    uploaded_by = models.UUIDField(null=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["root_type", "root_id", "uploaded_at"], name="evidence_of_root"),
            models.Index(fields=["member_id"], name="evidence_of_member"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown on a page: by its content, never by its name."""
        return self.media_type in PICTURES and self.size <= MOST_PICTURE_BYTES


class CustodyLog(models.Model):
    """One act on one file, chained by digest to the act before; the row of whoever acted."""

    wall = walls.child_of_any(min_level=CASE_LEVEL, append_only=True)

    class Act(models.TextChoices):
        ACQUIRED = "acquired", _("Acquired")
        VIEWED = "viewed", _("Viewed")
        DOWNLOADED = "downloaded", _("Downloaded")
        VERIFIED = "verified", _("Verified")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    root_type = models.TextField()
    root_id = models.UUIDField()
    evidence_id = models.UUIDField()
    seq = models.IntegerField()
    act = models.TextField(choices=Act)
    by = models.UUIDField(null=True)
    via = models.TextField()
    at = models.DateTimeField()
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the content at that time; empty when it is gone."
    )
    tool = models.TextField()
    reason = models.TextField(blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence_id", "seq"], name="evidence_log_seq")
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}#{self.seq} {self.act}"


class LogHead(models.Model):
    """The last link of a file's custody log; its row lock is the sequencer.

    An ally who lost access still adds acts on his own file, though he cannot read the last link.
    """

    wall = walls.platform("an id, a counter and a digest; advanced by evidence.services alone")

    evidence_id = models.UUIDField(primary_key=True)
    seq = models.IntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.evidence_id}#{self.seq}"
