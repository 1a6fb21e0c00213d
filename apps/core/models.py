"""The platform's own tables: access rows, the event log, due rows, the outbox."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.core import walls
from apps.core.ids import uuid7


class Level(models.IntegerChoices):
    """How much of a subject a viewer may read (sharing.md 4.5)."""

    TEASER = 1
    SELECTORS = 2
    CASE = 3
    FULL = 4


class Access(models.Model):
    """One viewer may read one subject at one level; the owner's own row included.

    Written before its subject, in the transaction of the grant or revocation. Lists start here.
    """

    wall = walls.own(also="viewer_id", member_column="owner_id")

    pk = models.CompositePrimaryKey("viewer_id", "subject_type", "subject_id")
    viewer_id = models.UUIDField()
    owner_id = models.UUIDField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    level = models.SmallIntegerField(choices=Level)
    capabilities = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # With what the wall asks of each row: the newest are read from the index alone. Without
            # it the planner, which takes the wall to leave one of a hundred, sorts all of them.
            models.Index(
                "viewer_id",
                "subject_type",
                models.F("created_at").desc(),
                models.F("subject_id").desc(),
                include=("owner_id", "level", "expires_at"),
                name="core_access_newest",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="core_access_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} reads {self.subject_type}:{self.subject_id} at L{self.level}"


class Event(models.Model):
    """A fact, in the gap-free sequence of its subject."""

    wall = walls.child_of_any(append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    name = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    seq = models.BigIntegerField()
    root_type = models.TextField()
    root_id = models.UUIDField()
    min_level = models.SmallIntegerField(choices=Level, default=Level.CASE)
    actor_member_id = models.UUIDField()
    actor_user_id = models.UUIDField(null=True)
    actor_via = models.TextField()
    request_id = models.TextField(blank=True)
    occurred_at = models.DateTimeField()
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "seq"], name="core_event_seq"
            )
        ]
        indexes = [
            models.Index(fields=["root_type", "root_id", "occurred_at"], name="core_event_root"),
            models.Index(fields=["member_id", "id"], name="core_event_member"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_type}:{self.subject_id}#{self.seq}"


class Head(models.Model):
    """The last sequence number of a subject's events; its row lock is the sequencer."""

    wall = walls.platform("ids and a counter; advanced by core.events alone")

    pk = models.CompositePrimaryKey("subject_type", "subject_id")
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}#{self.seq}"


class Outbox(models.Model):
    """An event not yet told to all its readers."""

    wall = walls.platform("ids and times; claimed across members by core.outbox alone")

    event_id = models.UUIDField(primary_key=True)
    member_id = models.UUIDField()
    created_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.event_id)


class AuditLink(models.Model):
    """One link of a member's hash chain over its events."""

    wall = walls.platform("ids and digests; written by core.audit alone", append_only=True)

    member_id = models.UUIDField()
    n = models.BigIntegerField()
    event_id = models.UUIDField(unique=True)
    digest = models.BinaryField()
    previous = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member_id", "n"], name="core_audit_chain")]

    def __str__(self) -> str:
        return f"{self.member_id}#{self.n}"


class Due(models.Model):
    """Work that is due at an instant: fired once, by whichever worker claims it first."""

    wall = walls.platform("kind, reference, member and time; claimed by core.due alone")

    class State(models.TextChoices):
        PLANNED = "planned"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    kind = models.TextField()
    ref = models.UUIDField()
    token = models.TextField(unique=True)
    due_at = models.DateTimeField()
    state = models.TextField(choices=State, default=State.PLANNED)
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    postponed_from = models.DateTimeField(
        null=True, help_text="When it was due at first, if it has been put off since."
    )
    late_by = models.DurationField(null=True, help_text="How late it was fired, if it was late.")

    class Meta:
        indexes = [
            # Claimed in this very order: else a thousand rows of one instant are sorted each time.
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="planned"),
                name="core_due_claim",
            ),
            models.Index(
                fields=["postponed_from"],
                condition=models.Q(state="planned", postponed_from__isnull=False),
                name="core_due_postponed",
            ),
            models.Index(fields=["ref"], condition=models.Q(state="planned"), name="core_due_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} at {self.due_at}"


class Idempotency(models.Model):
    """The answer already given to a request that carried an idempotency key."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField(null=True)
    key = models.TextField()
    fingerprint = models.TextField()
    status = models.SmallIntegerField()
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member_id", "user_id", "key"], name="core_idem_key")
        ]

    def __str__(self) -> str:
        return self.key


class Clock(models.Model):
    """One row: how far the demo has moved the clock."""

    wall = walls.platform("one interval; moved by core.clock alone")

    id = models.SmallIntegerField(primary_key=True, default=1)
    moved_by = models.DurationField()

    def __str__(self) -> str:
        return str(self.moved_by)
