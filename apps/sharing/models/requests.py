"""What members ask of each other: access, passing on, a change."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level


class ReshareRequest(models.Model):
    """A grantee asks the owner to share with one more member: the owner alone decides."""

    wall = walls.own(also="owner_id")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for the owner")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The grantee that asks.")
    owner_id = models.UUIDField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    target_id = models.UUIDField(help_text="The member that should read it, too.")
    level = models.SmallIntegerField(choices=Level)
    purpose = models.TextField()
    state = models.TextField(choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "subject_type", "subject_id", "target_id"],
                condition=models.Q(state="open"),
                name="sharing_reshare_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} to {self.target_id}"


class Proposal(models.Model):
    """A change that an ally proposes. The ally's own row: it survives the end of access."""

    wall = walls.own(also="owner_id")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for the owner")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        OBSOLETE = "obsolete", _("Overtaken by a change")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The ally that proposes.")
    owner_id = models.UUIDField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    base_version = models.IntegerField()
    changes = models.JSONField()
    note = models.TextField(blank=True)
    state = models.TextField(choices=State, default=State.OPEN)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "state"], name="sharing_proposal_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} by {self.member_id}"


class AccessRequest(models.Model):
    """A member asks those who know the same seller for more, without learning who they are.

    It is pending until somebody grants it, or until `release_at`: declined, expired and recalled
    are then one and the same answer.
    """

    wall = walls.own()

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        GRANTED = "granted", _("Granted")
        UNAVAILABLE = "unavailable", _("Not available")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    signal_id = models.UUIDField()
    lead_id = models.UUIDField(help_text="The requester's own lead, offered in return.")
    selector_keys = ArrayField(
        models.UUIDField(), default=list, help_text="About which own values: each is asked seldom."
    )
    purpose = models.TextField()
    brand = models.TextField(blank=True)
    offered_level = models.SmallIntegerField(choices=Level)
    state = models.TextField(choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    release_at = models.DateTimeField(null=True, help_text="Known once the holders are asked.")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "signal_id"],
                condition=models.Q(state="pending"),
                name="sharing_request_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} asks about {self.signal_id}"


class AccessQuestion(models.Model):
    """An access request as one hidden holder gets it: the requester reads nothing of it."""

    wall = walls.own()

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for you")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The holder.")
    request_id = models.UUIDField()
    requester_id = models.UUIDField()
    lead_id = models.UUIDField(help_text="The holder's lead.")
    offered_lead_id = models.UUIDField()
    offered_level = models.SmallIntegerField(choices=Level)
    purpose = models.TextField()
    brand = models.TextField(blank=True)
    state = models.TextField(choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    recommendation = models.TextField(blank=True)
    recommended_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    grant_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request_id", "lead_id"], name="sharing_question_once")
        ]
        indexes = [
            models.Index(
                fields=["member_id", "requester_id", "created_at"], name="sharing_question_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requester_id} asks {self.member_id}"
