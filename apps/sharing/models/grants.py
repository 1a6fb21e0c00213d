"""Grants, what remains of them, and the search index."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level


class Capability(models.TextChoices):
    """What a grant lets an ally do, beyond reading."""

    COMMENT = "comment", _("Comment")
    PROPOSE = "propose", _("Propose changes")
    SIGHT = "sight", _("Report sightings")
    EXPORT = "export", _("Export")
    RESHARE = "reshare", _("Ask to share it further")
    ACT = "act", _("Act and hold custody")


# What means something for an investigation, and for a lead, which has no room to comment in.
CASE_CAPABILITIES = (Capability.COMMENT, Capability.EXPORT, Capability.ACT)
LEAD_CAPABILITIES = (
    Capability.PROPOSE,
    Capability.SIGHT,
    Capability.EXPORT,
    Capability.RESHARE,
    Capability.ACT,
)


class Grant(models.Model):
    """Access given to one member for one subject: level, purpose, time. The owner's row.

    Its terms never change: other terms are a successor. One to a circle is carried by a grant
    per seat (`via_id`), which each of them reads, renounces and loses alone. One to a person has
    the person for its grantee.
    """

    wall = walls.own(also="grantee_id")

    class State(models.TextChoices):
        DORMANT = "dormant", _("Waiting for acceptance")
        WAITING = "waiting", _("Begins later")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        ENDED = "ended", _("Ended")
        REVOKED = "revoked", _("Revoked")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Replaced by other terms")

    class Grantee(models.TextChoices):
        MEMBER = "member", _("A member")
        CIRCLE = "circle", _("A circle")
        PERSON = "person", _("A person")

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
    grantee_kind = models.TextField(choices=Grantee, default=Grantee.MEMBER)
    grantee_member_id = models.UUIDField(null=True, help_text="For whom the named person works.")
    via_id = models.UUIDField(null=True, help_text="The grant to a circle that this one carries.")
    not_before = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    replaces_id = models.UUIDField(null=True, help_text="The grant whose terms these replace.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["via_id", "grantee_id"],
                condition=models.Q(state__in=["active", "waiting", "suspended"]),
                name="sharing_grant_seat_once",
            ),
            models.UniqueConstraint(fields=["replaces_id"], name="sharing_grant_successor"),
            models.CheckConstraint(
                condition=models.Q(not_before__isnull=True)
                | models.Q(expires_at__isnull=True)
                | models.Q(not_before__lt=models.F("expires_at")),
                name="sharing_grant_order",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "state"], name="sharing_grant_sub"),
            models.Index(fields=["grantee_id", "state"], name="sharing_grant_to"),
            models.Index(
                fields=["via_id"],
                condition=models.Q(via_id__isnull=False),
                name="sharing_grant_via",
            ),
        ]

    def __str__(self) -> str:
        return f"L{self.level} of {self.subject_type}:{self.subject_id} to {self.grantee_id}"

    @property
    def is_open(self) -> bool:
        """Whether it gives access now or may still."""
        return self.state in OPEN_STATES

    @property
    def is_to_circle(self) -> bool:
        return self.grantee_kind == self.Grantee.CIRCLE


OPEN_STATES = (
    Grant.State.DORMANT,
    Grant.State.WAITING,
    Grant.State.ACTIVE,
    Grant.State.SUSPENDED,
)


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
    came_at = models.DateTimeField(help_text="When the subject came, whenever its words did.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root_type", "root_id", "min_level"], name="sharing_search_once"
            )
        ]
        # The index of a member's own words by week is beside the search itself (search_sql.py).
        indexes = [
            GinIndex(
                fields=["grams"],
                name="sharing_search_grams",
                condition=models.Q(min_level__gte=3),
                gin_pending_list_limit=1_024,
            )
        ]

    def __str__(self) -> str:
        return f"{self.root_type}:{self.root_id} L{self.min_level}"
