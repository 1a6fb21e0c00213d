"""Files of leads on their way out, and the record of who read what is sealed."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level

# So many leads of a list, the newest of them, are taken into one file.
MOST: Final = 10_000


class Export(models.Model):
    """One file of leads. It holds what its member could read when it was made.

    `lead_ids` are those asked for, `levels` at which level each was written; `size` bytes of the
    file are sound, so that a killed export goes on where it stopped.
    """

    wall = walls.own()

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        READY = "ready", _("Ready")
        STALE = "stale", _("Access has changed since")
        EXPIRED = "expired", _("Deleted")

    class Format(models.TextChoices):
        STIX = "stix", "STIX 2.1"
        MISP = "misp", "MISP JSON"
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        JSONL = "jsonl", "JSON Lines"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    created_by = models.UUIDField(null=True)
    format = models.TextField(choices=Format)
    lead_ids = ArrayField(models.UUIDField())
    levels = ArrayField(models.SmallIntegerField(choices=Level), default=list)
    left_out = models.IntegerField(default=0, help_text="Listed leads that may not leave.")
    state = models.TextField(choices=State, default=State.WAITING)
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    delivered_count = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["member_id", "-created_at", "-id"], name="leads_export_newest")
        ]

    def __str__(self) -> str:
        return f"{self.format} of {len(self.lead_ids)} leads ({self.state})"

    @property
    def is_full(self) -> bool:
        """Whether no more leads fit into it, so that the list may have had more."""
        return self.total + self.left_out >= MOST

    @property
    def total(self) -> int:
        return len(self.lead_ids)

    @property
    def processed(self) -> int:
        return len(self.levels)

    @property
    def percent(self) -> int:
        return 100 if not self.total else self.processed * 100 // self.total

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class Disclosure(models.Model):
    """Somebody of an ally read what is sealed in a lead, and said why. The owner's row."""

    wall = walls.own(also="reader_id", append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The lead's owner.")
    reader_id = models.UUIDField(help_text="The member that read.")
    user_id = models.UUIDField(null=True)
    lead_id = models.UUIDField()
    reason = models.TextField()
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="leads_disclosure_has_reason"
            )
        ]
        indexes = [models.Index(fields=["lead_id", "-created_at"], name="leads_disclosure_newest")]

    def __str__(self) -> str:
        return f"{self.lead_id} to {self.user_id}"
