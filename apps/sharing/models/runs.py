"""Sharing many subjects at once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7


class ShareRun(models.Model):
    """Sharing many subjects at once: worked off in stretches, each subject judged alone."""

    wall = walls.own()

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    subject_type = models.TextField()
    wanted = models.JSONField(default=dict, help_text="What was chosen.")
    audience = models.JSONField()
    total = models.IntegerField()
    processed = models.IntegerField(default=0)
    shared = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    state = models.TextField(choices=State, default=State.RUNNING)
    created_by = models.UUIDField(null=True)
    roles = ArrayField(models.TextField(), default=list, help_text="As whom it was begun.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.processed} of {self.total}"

    @property
    def percent(self) -> int:
        return 100 if not self.total else self.processed * 100 // self.total

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING


class ShareRunItem(models.Model):
    """What became of one subject of a run."""

    wall = walls.own()

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SHARED = "shared", _("Shared")
        REFUSED = "refused", _("Not shared")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    run = models.ForeignKey(ShareRun, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    subject_id = models.UUIDField()
    outcome = models.TextField(choices=Outcome, default=Outcome.WAITING)
    code = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="sharing_run_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.outcome}"
