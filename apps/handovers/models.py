"""Handovers: custody offered, read back, accepted; briefings; each member's policy."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
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
        BOUNCED = "bounced", _("Given back")

    class Kind(models.TextChoices):
        PLANNED = "planned", _("End of duty")
        EMERGENCY = "emergency", _("Emergency")
        GIVEN_BACK = "given_back", _("Given back")

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
    to_desk_id = models.UUIDField(
        null=True, help_text="The one desk asked, or that took it; none while several are asked."
    )
    to_member_id = models.UUIDField(null=True)
    wanted_desk_id = models.UUIDField(null=True, help_text="The desk that a person asked for.")
    refused_by = ArrayField(models.UUIDField(), default=list)
    planned_at = models.DateTimeField(help_text="The end of the holder's duty, or now.")
    offer_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    late_by = models.DurationField(null=True, help_text="How late the offer was fired.")
    ack_deadline = models.DateTimeField(null=True)
    briefing = models.ForeignKey(
        "Briefing", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    grant_id = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason_code = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    read_back = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    return_reasons = models.JSONField(default=dict, help_text="Why each returned action was.")
    question_answers = models.JSONField(
        default=dict, help_text="What the receiver knows of each open question; empty: taken over."
    )
    undo_until = models.DateTimeField(null=True)
    overlap_until = models.DateTimeField(
        null=True, help_text="Until when the receiver can give the case back."
    )
    is_automatic = models.BooleanField(
        default=False, help_text="Taken by its member's rule for silence, not by a person."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["investigation"],
                condition=Q(state__in=["planned", "drafted", "offered"]),
                name="handovers_one_pending",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered")
                | Q(to_desk_id__isnull=False, offered_at__isnull=False, ack_deadline__isnull=False)
                | Q(kind="emergency", offered_at__isnull=False, ack_deadline__isnull=False),
                name="handovers_offer_has_receiver",
            ),
            # I6; a foreign key of two columns (sql.py) says that it is this handover's own.
            models.CheckConstraint(
                condition=Q(offered_at__isnull=True) | Q(briefing__isnull=False),
                name="handovers_offer_names_briefing",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(
                    decided_at__isnull=False,
                    to_desk_id__isnull=False,
                    overlap_until__isnull=False,
                ),
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
    def state_words(self) -> str:
        """The state in words; a case that went back with a reason was given back, else undone."""
        if self.state == self.State.BOUNCED and not self.reason:
            return gettext("Undone")
        return str(self.State(self.state).label)

    @property
    def is_pending(self) -> bool:
        return self.state in self.PENDING

    @property
    def is_emergency(self) -> bool:
        return self.kind == self.Kind.EMERGENCY

    @property
    def is_scheduled(self) -> bool:
        """Whether the holder's end of duty asks for it, not a person."""
        return self.kind == self.Kind.PLANNED


class Asked(models.Model):
    """One desk that an offer asks, with the dormant grant that came with it.

    A planned offer asks one desk, an emergency every candidate at once. An ally reads its own
    row as long as it reads the handover, and never that another desk was asked.
    """

    wall = walls.child("handover", column="handover_id", only="desk_member_id")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Not answered in time")
        TAKEN = "taken", _("Taken by another desk")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="asked")
    desk_id = models.UUIDField()
    desk_member_id = models.UUIDField()
    position = models.SmallIntegerField(default=0, help_text="0 is the best candidate.")
    state = models.TextField(choices=State, default=State.WAITING)
    grant_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    reason_code = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "desk_id"], name="handovers_asked_once"),
            models.UniqueConstraint(
                fields=["handover"],
                condition=Q(state="accepted"),
                name="handovers_taken_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk_member_id"],
                condition=Q(state="waiting"),
                name="handovers_asked_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.state}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


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
            ),
            models.UniqueConstraint(fields=["handover", "id"], name="handovers_briefing_of"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="handovers_briefing_hashed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} v{self.version}"


class BriefingRead(models.Model):
    """Which version of a briefing a person has read last, acting for one member."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="reads")
    version = models.IntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "member_id", "user_id"], name="handovers_read_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has read v{self.version}"


class Correction(models.Model):
    """The sender's note on a read-back: that is not what was meant; never changed."""

    wall = walls.child("handover", column="handover_id", min_level=Level.TEASER, append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="corrections")
    text = models.TextField()
    written_by = models.UUIDField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="handovers_correction_says")
        ]

    def __str__(self) -> str:
        return f"correction of {self.handover_id}"


class Policy(models.Model):
    """How a member lets its investigations travel, and what its own silence means."""

    wall = walls.own()

    member_id = models.UUIDField(primary_key=True)
    to_allies = models.BooleanField(default=True)
    ally_level = models.SmallIntegerField(choices=Level, default=Level.CASE)
    allow_translation = models.BooleanField(
        default=False, help_text="Ask desks that share no language with the case, too."
    )
    offer_lead = models.DurationField(null=True, help_text="Instead of each desk's own.")
    ack_within = models.DurationField(null=True, help_text="Instead of each desk's own.")
    overlap = models.DurationField(null=True, help_text="Instead of each desk's own.")
    auto_accept_after = models.DurationField(
        null=True, help_text="As a receiver: after this silence an offer counts as accepted."
    )
    duty_managers = ArrayField(
        models.UUIDField(), default=list, help_text="None: every manager and admin."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(auto_accept_after__isnull=True) | Q(auto_accept_after__gt=timedelta(0)),
                name="handovers_policy_silence",
            )
        ]

    def __str__(self) -> str:
        return str(self.member_id)
