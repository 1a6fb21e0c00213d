"""Holds on targets, the digests that they are found by, and who met them."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7

LONGEST: Final = timedelta(days=30)


class Mode(models.TextChoices):
    WARN = "warn", _("Warn")
    BLOCK = "block", _("Block")


class TargetHold(models.Model):
    """A member asks others to leave what one of its leads names alone for a while."""

    wall = walls.own()

    class State(models.TextChoices):
        REVIEW = "review", _("Waiting for review")
        ACTIVE = "active", _("In force")
        RELEASED = "released", _("Released")
        LIFTED = "lifted", _("Lifted by the alliance")
        ENDED = "ended", _("Over")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    lead_id = models.UUIDField()
    mode = models.TextField(choices=Mode, default=Mode.WARN)
    reason = models.TextField(help_text="For the member and for review; nobody else is told.")
    state = models.TextField(choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    hold_until = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hold_until__gt=F("created_at"))
                & Q(hold_until__lte=F("created_at") + LONGEST),
                name="investigations_hold_30_days",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="investigations_hold_has_reason"),
            models.UniqueConstraint(
                fields=["lead_id"],
                condition=Q(state__in=["review", "active"]),
                name="investigations_one_hold_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} until {self.hold_until}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.REVIEW, self.State.ACTIVE}


class HeldTarget(models.Model):
    """One keyed digest that a hold is about, for all members to meet."""

    wall = walls.platform("keyed digests, ids and times; read by deconflicting alone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hold_id = models.UUIDField()
    member_id = models.UUIDField()
    digest = models.BinaryField()
    mode = models.TextField(choices=Mode)
    in_force = models.BooleanField(default=True)
    held_at = models.DateTimeField()
    hold_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hold_id", "digest"], name="investigations_held_target_once"
            )
        ]
        indexes = [models.Index(fields=["digest", "hold_until"], name="investigations_held_digest")]

    def __str__(self) -> str:
        return f"{self.hold_id} until {self.hold_until}"


class Encounter(models.Model):
    """A planned measure met a hold: a row for each side, and neither names the other."""

    wall = walls.own(append_only=True)

    class Side(models.TextChoices):
        HOLDER = "holder", _("Your hold was met")
        PLANNER = "planner", _("You met a hold")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    side = models.TextField(choices=Side)
    hold_id = models.UUIDField(null=True, help_text="The holder's own hold.")
    investigation_id = models.UUIDField(null=True, help_text="The planner's case.")
    user_id = models.UUIDField(null=True, help_text="Who planned, on the planner's side.")
    measure = models.TextField()
    mode = models.TextField(choices=Mode)
    met_at = models.DateTimeField()
    hold_until = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["member_id", "-met_at", "-id"], name="investigations_encounters")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.measure} {self.met_at}"
