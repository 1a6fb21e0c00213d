"""When each desk is on duty, worked out ahead: a cache that may be thrown away at any time."""

from django.db import models
from django.db.models import F, Q

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.duty.models.desks import Desk


class DutyStamp(models.Model):
    """What a desk's cached duty was worked out from: who reads it compares before he believes."""

    wall = walls.child("desk", column="desk_id", min_level=Level.TEASER)

    desk = models.OneToOneField(
        Desk, on_delete=models.CASCADE, primary_key=True, related_name="duty_stamp"
    )
    member_id = models.UUIDField()
    rule_hash = models.TextField(help_text="Of the rules that touch the horizon.")
    tzdata = models.TextField(help_text="The version of the time zone database.")
    starts_at = models.DateTimeField(help_text="The horizon's begin.")
    ends_at = models.DateTimeField(help_text="The horizon's end.")
    built_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_stamp_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.starts_at}/{self.ends_at}"


class DutyInterval(models.Model):
    """A desk is on duty in [starts_at, ends_at); its stamp says by which rules and database."""

    wall = walls.child("desk", column="desk_id", min_level=Level.TEASER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="duty_intervals")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "starts_at"], name="duty_interval_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_interval_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}/{self.ends_at}"
