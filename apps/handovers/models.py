"""Handovers: custody offered, read back, accepted; briefings; each member's policy."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.investigations.models import Investigation


class Handover(models.Model):
    """One attempt to pass one investigation from one desk to another.

    The row is the owner's; the offered ally reads it by its own access row while it lasts.
    """

    wall = walls.shared("handover")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DRAFTED = "drafted", _("Drafted")
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        COMPLETED = "completed", _("Completed")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Not answered in time")
        CANCELLED = "cancelled", _("Cancelled")
        BOUNCED = "bounced", _("Undone")

    class Kind(models.TextChoices):
        PLANNED = "planned", _("End of duty")
        EMERGENCY = "emergency", _("Emergency")

    class Refusal(models.TextChoices):
        NO_CAPACITY = "no_capacity", _("No capacity")
        WRONG_LANGUAGE = "wrong_language", _("Wrong language")
        CONFLICT = "conflict", _("Conflict of interest")
        UNCLEAR = "unclear", _("The briefing is unclear")
        OTHER = "other", _("Another reason")

    PENDING = (State.PLANNED, State.DRAFTED, State.OFFERED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    investigation = models.ForeignKey(
        Investigation, on_delete=models.CASCADE, related_name="handovers"
    )
    kind = models.TextField(choices=Kind, default=Kind.PLANNED)
    state = models.TextField(choices=State, default=State.PLANNED)
    round_id = models.UUIDField(default=uuid7)
    attempt = models.IntegerField(default=1)
    token = models.TextField(unique=True)
    from_desk_id = models.UUIDField()
    from_member_id = models.UUIDField()
    to_desk_id = models.UUIDField(null=True)
    to_member_id = models.UUIDField(null=True)
    wanted_desk_id = models.UUIDField(null=True, help_text="The desk that a person asked for.")
    refused_by = ArrayField(models.UUIDField(), default=list)
    planned_at = models.DateTimeField(help_text="The end of the holder's duty, or now.")
    offer_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    late_by = models.DurationField(null=True, help_text="How late the offer was fired.")
    ack_deadline = models.DateTimeField(null=True)
    grant_id = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason_code = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    read_back = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    undo_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["investigation"],
                condition=Q(state__in=["planned", "drafted", "offered"]),
                name="handovers_one_pending",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered")
                | Q(to_desk_id__isnull=False, offered_at__isnull=False, ack_deadline__isnull=False),
                name="handovers_offer_has_receiver",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(decided_at__isnull=False),
                name="handovers_acceptance_has_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["to_desk_id", "state"], name="handovers_to_desk"),
            models.Index(fields=["investigation", "planned_at"], name="handovers_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.state}"

    @property
    def is_pending(self) -> bool:
        return self.state in self.PENDING

    @property
    def is_emergency(self) -> bool:
        return self.kind == self.Kind.EMERGENCY


class Briefing(models.Model):
    """What is handed over (I-PASS), hashed and immutable; an edit is a new version."""

    wall = walls.child("handover", column="handover_id", min_level=Level.TEASER, append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="briefings")
    version = models.IntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.TextField()
    written_by = models.UUIDField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "version"], name="handovers_briefing_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} v{self.version}"


class Policy(models.Model):
    """How a member lets its investigations travel."""

    wall = walls.own()

    member_id = models.UUIDField(primary_key=True)
    to_allies = models.BooleanField(default=True)
    ally_level = models.SmallIntegerField(choices=Level, default=Level.CASE)

    def __str__(self) -> str:
        return str(self.member_id)
