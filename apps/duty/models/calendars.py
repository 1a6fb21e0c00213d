"""Calendars of a desk: secret addresses that give its hours away, and sources of its shifts."""

from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.duty.models.desks import Desk


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads a desk's or a person's duty.

    The address is shown once; only its digest is kept.
    """

    wall = walls.platform("an address's digest, ids and times; read before a member is known")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(db_index=True)
    user_id = models.UUIDField(help_text="Who made it: with this person it ends.")
    # No foreign key: to delete a walled row must not reach a table without a wall.
    desk_id = models.UUIDField(null=True, help_text="Whose hours; none: the person's own duty.")
    name = models.TextField(blank=True)
    digest = models.TextField(unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name or str(self.pk)


class CalendarSource(models.Model):
    """An iCalendar file or feed whose events are duty of a desk: its own member's to know."""

    wall = walls.own()

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        FEED = "feed", _("Address")

    class State(models.TextChoices):
        DRAFT = "draft", _("Looked at, not yet used")
        ACTIVE = "active", _("In use")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="calendars")
    kind = models.TextField(choices=Kind)
    state = models.TextField(choices=State, default=State.DRAFT)
    name = models.TextField()
    url = models.TextField(blank=True, help_text="Often a secret of its own.")
    text = models.TextField(help_text="What was read last: read again as time goes on.")
    report = models.JSONField(default=dict, help_text="What was taken from it, and what was not.")
    etag = models.TextField(blank=True)
    read_until = models.DateTimeField(null=True, help_text="How far its shifts are written.")
    tried_at = models.DateTimeField(null=True)
    last_read_at = models.DateTimeField(null=True)
    next_read_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="The code of the last failure.")
    error_detail = models.TextField(blank=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="file", url="") | Q(kind="feed", url__startswith="https://"),
                name="duty_calendar_url",
            ),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, failures=0, error="")
                | (Q(failing_since__isnull=False, failures__gt=0) & ~Q(error="")),
                name="duty_calendar_failure",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where it is read from, without what may be secret in the address."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class ImportedShift(models.Model):
    """Duty that a calendar names. Allies read when; nothing of the event's words is kept here."""

    wall = walls.child("desk", column="desk_id", min_level=Level.TEASER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="imported_shifts")
    source = models.ForeignKey(CalendarSource, on_delete=models.CASCADE, related_name="shifts")
    uid = models.TextField(help_text="A digest of the event's own identifier.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_importedshift_forward"
            ),
            models.UniqueConstraint(
                fields=["source", "uid", "starts_at"], name="duty_importedshift_once"
            ),
        ]
        indexes = [models.Index(fields=["desk", "ends_at"], name="duty_importedshift_range")]

    def __str__(self) -> str:
        return f"{self.starts_at}/{self.ends_at}"
