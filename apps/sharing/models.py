"""Circles of allied members, grants, tombstones and the search index."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 (FIRST): who may read it."""

    RED = "red", "TLP:RED"
    AMBER_STRICT = "amber+strict", "TLP:AMBER+STRICT"
    AMBER = "amber", "TLP:AMBER"
    GREEN = "green", "TLP:GREEN"
    CLEAR = "clear", "TLP:CLEAR"


class Circle(models.Model):
    """A group of members who may be offered each other's investigations."""

    wall = walls.shared("circle")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The member that founded and keeps the circle.")
    name = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """One member's place in a circle, seen by everyone who sits there."""

    wall = walls.child("circle", column="circle_id")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The circle's keeper, whose row this is.")
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="seats")
    seated_member_id = models.UUIDField()
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "seated_member_id"], name="sharing_seat_once")
        ]

    def __str__(self) -> str:
        return f"{self.seated_member_id} in {self.circle_id}"


class CircleInvitation(models.Model):
    """A code that seats one member once; the code itself is known to its giver alone."""

    wall = walls.platform("ids, times and a digest: found by whoever brings the code")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    circle_id = models.UUIDField()
    digest = models.TextField(unique=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by_member_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.circle_id)


class Capability(models.TextChoices):
    """What a grant lets an ally do, beyond reading."""

    COMMENT = "comment", _("Comment")
    ACT = "act", _("Act and hold custody")


class Grant(models.Model):
    """Access given to one member for one subject: level, purpose, time. The owner's row."""

    wall = walls.own(also="grantee_id")

    class State(models.TextChoices):
        DORMANT = "dormant", _("Waiting for acceptance")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")
        REVOKED = "revoked", _("Revoked")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    grantee_id = models.UUIDField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    level = models.SmallIntegerField(choices=Level)
    capabilities = ArrayField(models.TextField(choices=Capability), default=list)
    purpose = models.TextField()
    state = models.TextField(choices=State, default=State.ACTIVE)
    for_custody = models.BooleanField(
        default=False, help_text="Came with a handover offer and ends with custody."
    )
    granted_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    active_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "state"], name="sharing_grant_sub"),
            models.Index(fields=["grantee_id", "state"], name="sharing_grant_to"),
        ]

    def __str__(self) -> str:
        return f"L{self.level} of {self.subject_type}:{self.subject_id} to {self.grantee_id}"


class Tombstone(models.Model):
    """What remains for an ally when access ends: that it was, and when it ended."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    owner_id = models.UUIDField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    reason = models.TextField()
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "subject_type", "subject_id"], name="sharing_tombstone_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} ended {self.ended_at}"


class SearchEntry(models.Model):
    """The searchable words of a subject, per level at which they may be read."""

    wall = walls.child_of_any()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    root_type = models.TextField()
    root_id = models.UUIDField()
    min_level = models.SmallIntegerField(choices=Level)
    grams = ArrayField(models.TextField())
    text = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root_type", "root_id", "min_level"], name="sharing_search_once"
            )
        ]
        indexes = [GinIndex(fields=["grams"], name="sharing_search_grams")]

    def __str__(self) -> str:
        return f"{self.root_type}:{self.root_id} L{self.min_level}"
