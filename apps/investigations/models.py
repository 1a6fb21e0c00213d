"""Open cases and the record of who is accountable for them at every instant."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.investigations.deconflicting.models import Encounter, HeldTarget, Mode, TargetHold
from apps.leads.models import Severity
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

__all__ = [
    "Custody",
    "Encounter",
    "HeldTarget",
    "Hold",
    "Investigation",
    "InvestigationLead",
    "TargetHold",
    "Task",
]


class Investigation(models.Model):
    """An open case. `accountable_desk_id` projects the one open custody row."""

    wall = walls.shared("investigation")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting for somebody outside")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        TAKEDOWN = "takedown", _("Taken down")
        SEIZURE = "seizure", _("Seized")
        REFERRED = "referred", _("Referred to an authority")
        SETTLED = "settled", _("Settled")
        UNFOUNDED = "unfounded", _("Unfounded")
        DUPLICATE = "duplicate", _("Duplicate")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    reference = models.TextField(help_text="AUR-214: the member's code and its own number.")
    title = models.TextField()
    summary = models.TextField(blank=True)
    contingency = models.TextField(blank=True, help_text="If this happens, then do that.")
    severity = models.TextField(choices=Severity, default=Severity.STABLE)
    severity_reason = models.TextField(blank=True)
    tlp = models.TextField(choices=Tlp, default=Tlp.AMBER)
    pap = models.TextField(choices=Pap, default=Pap.GREEN)
    language = models.TextField(default="en")
    jurisdiction = models.TextField(blank=True, help_text="Country code, where law binds it.")
    status = models.TextField(choices=Status, default=Status.OPEN)
    status_reason = models.TextField(blank=True)
    outcome = models.TextField(choices=Outcome, blank=True)
    accountable_desk_id = models.UUIDField()
    accountable_member_id = models.UUIDField()
    held_at = models.DateTimeField(
        null=True, help_text="Since when the accountable desk is off duty and nobody took over."
    )
    keep_with = models.UUIDField(null=True, help_text="The one desk that may hold the case.")
    keep_reason = models.TextField(blank=True)
    keep_until = models.DateTimeField(null=True)
    keep_by = models.UUIDField(null=True)
    custody_country = models.CharField(
        max_length=2, blank=True, help_text="Where the law keeps the evidence in custody."
    )
    custody_country_reason = models.TextField(blank=True)
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "reference"], name="investigations_reference"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="investigations_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(keep_with__isnull=True) | ~Q(keep_reason=""),
                name="investigations_pin_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(custody_country="") | ~Q(custody_country_reason=""),
                name="investigations_lock_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["accountable_desk_id"],
                condition=Q(closed_at__isnull=True),
                name="investigations_open_at_desk",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_held(self) -> bool:
        return self.held_at is not None

    def pinned_to(self, at: datetime) -> UUID | None:
        """The one desk that may hold the case at the instant; None when it may travel."""
        if self.keep_until is not None and self.keep_until <= at:
            return None
        return self.keep_with


class Custody(models.Model):
    """One stretch of accountability; the chain has no gap and no overlap, by constraint.

    `previous` is generated from `seq`, and a deferred foreign key (migration 0002) ties each
    start to the end before it.
    """

    wall = walls.child("investigation", column="investigation_id", min_level=Level.TEASER)

    class Cause(models.TextChoices):
        OPENED = "opened", _("Opened here")
        HANDOVER = "handover", _("Handed over")
        BOUNCED = "bounced", _("Went back")
        RECALLED = "recalled", _("Recalled by the owner")
        REOPENED = "reopened", _("Reopened here")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    investigation = models.ForeignKey(
        Investigation, on_delete=models.CASCADE, related_name="custodies"
    )
    seq = models.IntegerField()
    previous = models.GeneratedField(
        expression=NullIf(F("seq") - 1, 0), output_field=models.IntegerField(), db_persist=True
    )
    desk_id = models.UUIDField()
    desk_member_id = models.UUIDField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.TextField(choices=Cause)
    handover_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "seq", "ended_at"], name="investigations_custody_chain"
            ),
            models.UniqueConstraint(
                fields=["investigation", "seq"], name="investigations_custody_seq"
            ),
            models.UniqueConstraint(
                fields=["investigation"],
                condition=Q(ended_at__isnull=True),
                name="investigations_one_holder",
            ),
            # I4: a handover moves custody once, and gives it back once.
            models.UniqueConstraint(
                fields=["handover_id", "cause"], name="investigations_one_move_each"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="investigations_custody_forward",
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="investigations_custody_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id}#{self.seq}"


class Hold(models.Model):
    """One stretch in which the accountable desk was off duty and nobody had taken over.

    `step` is the last rung of the ladder that was climbed; each is climbed once.
    """

    wall = walls.child("investigation", column="investigation_id", min_level=Level.TEASER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="holds")
    desk_id = models.UUIDField()
    desk_member_id = models.UUIDField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    step = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["investigation"],
                condition=Q(ended_at__isnull=True),
                name="investigations_one_hold",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="investigations_hold_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} since {self.started_at}"


class InvestigationLead(models.Model):
    """A lead that an investigation was opened from or linked to."""

    wall = walls.child("investigation", column="investigation_id", min_level=Level.CASE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    investigation = models.ForeignKey(
        Investigation, on_delete=models.CASCADE, related_name="linked_leads"
    )
    lead_id = models.UUIDField()
    linked_by = models.UUIDField(null=True)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "lead_id"], name="investigations_lead_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.investigation_id}"


class Task(models.Model):
    """Something to do in the case, with a deadline; the row of whoever wrote it."""

    wall = walls.child("investigation", column="investigation_id", min_level=Level.CASE)

    class Kind(models.TextChoices):
        GENERAL = "general", _("Anything else")
        TAKEDOWN = "takedown", _("Takedown")
        TEST_PURCHASE = "test_purchase", _("Test purchase")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    investigation = models.ForeignKey(Investigation, on_delete=models.CASCADE, related_name="tasks")
    kind = models.TextField(choices=Kind, default=Kind.GENERAL)
    held = models.TextField(
        choices=Mode, blank=True, help_text="A hold that was met when it was planned."
    )
    held_until = models.DateTimeField(null=True)
    title = models.TextField()
    due_at = models.DateTimeField(null=True)
    assignee_id = models.UUIDField(null=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    returned_to_desk_id = models.UUIDField(
        null=True, help_text="The desk that keeps it: whoever took the case gave it back."
    )
    return_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["investigation", "due_at"],
                condition=Q(done_at__isnull=True),
                name="investigations_task_open",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
