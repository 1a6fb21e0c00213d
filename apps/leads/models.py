"""Leads, what identifies them, and the imports that brought them."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.leads.correlating.models import (
    Discoverability,
    OwnSelector,
    PairJudgement,
    Quarantine,
    SelectorPosting,
    Sighting,
    Signal,
    SignalPolicy,
    SignalTry,
    Standing,
)
from apps.leads.exchange.models import Disclosure, Export
from apps.leads.normalise import WEAK
from apps.leads.triaging.models import BulkAction, BulkItem, NameKey, SavedSearch
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

__all__ = [
    "BulkAction",
    "BulkItem",
    "Credibility",
    "Disclosure",
    "Discoverability",
    "Export",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "Lead",
    "LeadAccess",
    "LeadSelector",
    "NameKey",
    "OwnSelector",
    "PairJudgement",
    "Quarantine",
    "Reliability",
    "SavedSearch",
    "SelectorPosting",
    "Severity",
    "Sighting",
    "Signal",
    "SignalPolicy",
    "SignalTry",
    "Standing",
]


class Severity(models.TextChoices):
    STABLE = "stable", _("Stable")
    WATCH = "watch", _("Watch")
    URGENT = "urgent", _("Urgent")


class Reliability(models.TextChoices):
    """How far the source is trusted (the Admiralty letters)."""

    A = "a", _("A: reliable")
    B = "b", _("B: usually reliable")
    C = "c", _("C: fairly reliable")
    D = "d", _("D: not usually reliable")
    E = "e", _("E: unreliable")
    F = "f", _("F: cannot be judged")


class Credibility(models.IntegerChoices):
    """How far the report itself is believed (the Admiralty numbers)."""

    CONFIRMED = 1, _("1: confirmed by other sources")
    PROBABLE = 2, _("2: probably true")
    POSSIBLE = 3, _("3: possibly true")
    DOUBTFUL = 4, _("4: doubtful")
    IMPROBABLE = 5, _("5: improbable")
    UNKNOWN = 6, _("6: cannot be judged")


class SourceKind(models.TextChoices):
    """Who reported it, by kind: what a grade is worth depends on it."""

    MONITORING = "monitoring", _("Own monitoring")
    CUSTOMER = "customer", _("Customer or consumer")
    PLATFORM = "platform", _("Marketplace or platform")
    AUTHORITY = "authority", _("Customs, police or another authority")
    INVESTIGATOR = "investigator", _("Investigator or law firm")
    PARTNER = "partner", _("Partner or another member")
    TIP = "tip", _("Public tip")
    OPEN = "open", _("Open source: press, register, public list")


def is_graded(name: str) -> models.CheckConstraint:
    """Grades and kinds of sources are those of the lists, whoever writes the row."""
    return models.CheckConstraint(
        condition=models.Q(source_reliability__in=["", *Reliability.values])
        & models.Q(source_kind__in=["", *SourceKind.values])
        & (models.Q(credibility__isnull=True) | models.Q(credibility__in=Credibility.values)),
        name=name,
    )


class Lead(models.Model):
    """A report that something may be counterfeit, waiting for a decision or decided."""

    wall = walls.shared("lead")

    class Status(models.TextChoices):
        NEW = "new", _("To decide")
        TRIAGED = "triaged", _("Triaged")
        DISMISSED = "dismissed", _("Dismissed")
        LINKED = "linked", _("In an investigation")
        DUPLICATE = "duplicate", _("Duplicate of another lead")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    reference = models.TextField(help_text="LD-2231: the member's own number.")
    title = models.TextField()
    description = models.TextField(blank=True)
    values = models.JSONField(default=dict, help_text="What identifies it as given, by kind.")
    locator = models.TextField(blank=True, help_text="The selector that a list shows.")
    locator_kind = models.TextField(blank=True)
    source = models.TextField(blank=True)
    source_kind = models.TextField(choices=SourceKind, blank=True)
    their_reference = models.TextField(blank=True, help_text="The number the source gave it.")
    source_reliability = models.TextField(choices=Reliability, blank=True)
    credibility = models.SmallIntegerField(choices=Credibility, null=True)
    severity = models.TextField(choices=Severity, default=Severity.STABLE)
    brand = models.TextField(blank=True)
    country = models.TextField(blank=True)
    language = models.TextField(blank=True)
    tlp = models.TextField(choices=Tlp, default=Tlp.AMBER)
    pap = models.TextField(choices=Pap, default=Pap.GREEN)
    discoverability = models.TextField(choices=Discoverability, default=Discoverability.BLIND)
    status = models.TextField(choices=Status, default=Status.NEW)
    before_dismissal = models.TextField(choices=Status, blank=True)
    dismissed_reason = models.TextField(blank=True)
    reopened_reason = models.TextField(blank=True)
    duplicate_of_id = models.UUIDField(null=True, help_text="The member's own lead it repeats.")
    assignee_id = models.UUIDField(null=True, help_text="Who has taken it on.")
    snoozed_until = models.DateTimeField(null=True)
    priority = models.SmallIntegerField(default=0)
    priority_facts = models.JSONField(default=dict, help_text="What made the priority.")
    priority_until = models.DateTimeField(null=True, help_text="When it must be made anew.")
    seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    version = models.IntegerField(default=1)
    batch_id = models.UUIDField(null=True, help_text="The import that brought it.")
    row_digest = models.BinaryField(null=True)
    read_version = models.SmallIntegerField(
        default=1, help_text="The version of the normaliser that read its selectors."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member_id", "reference"], name="leads_reference"),
            models.UniqueConstraint(
                fields=["member_id", "row_digest", "source"], name="leads_row_once"
            ),
            is_graded("leads_lead_graded"),
            models.CheckConstraint(
                condition=models.Q(status="duplicate", duplicate_of_id__isnull=False)
                | (~models.Q(status="duplicate") & models.Q(duplicate_of_id__isnull=True)),
                name="leads_duplicate_names_the_other",
            ),
            models.CheckConstraint(
                condition=~models.Q(duplicate_of_id=models.F("id")), name="leads_no_own_duplicate"
            ),
        ]
        indexes = [
            models.Index(
                fields=["member_id", "status", "-created_at", "-id"], name="leads_by_status"
            ),
            models.Index(
                fields=["member_id", "status", "-priority", "-id"], name="leads_by_priority"
            ),
            models.Index(
                fields=["member_id", "priority_until"],
                condition=models.Q(priority_until__isnull=False),
                name="leads_to_score",
            ),
            models.Index(
                fields=["member_id", "duplicate_of_id"],
                condition=models.Q(duplicate_of_id__isnull=False),
                name="leads_duplicates",
            ),
            models.Index(fields=["member_id", "read_version", "id"], name="leads_read_version"),
            models.Index(
                fields=["member_id", "created_by", "-created_at", "-id"],
                condition=models.Q(created_by__isnull=False),
                name="leads_by_author",
            ),
            models.Index(
                fields=["member_id", "assignee_id"],
                condition=models.Q(assignee_id__isnull=False),
                name="leads_taken",
            ),
            models.Index(
                fields=["member_id", "snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="leads_asleep",
            ),
            models.Index(
                fields=["member_id", "-priority", "-id"],
                condition=models.Q(status="new", severity="urgent"),
                name="leads_urgent",
            ),
            models.Index(
                fields=["member_id", "-created_at", "-id"],
                condition=models.Q(status__in=["dismissed", "duplicate", "withdrawn"]),
                name="leads_put_away",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.status == self.Status.NEW

    @property
    def is_put_away(self) -> bool:
        """Whether it was decided against; `restore` brings it back."""
        return self.status in {
            self.Status.DISMISSED,
            self.Status.DUPLICATE,
            self.Status.WITHDRAWN,
        }


class LeadSelector(models.Model):
    """One identifying value of a lead; two with the same key name the same thing.

    A value that could not be read is kept with no key: shown, never matched.
    """

    wall = walls.child("lead", column="lead_id", min_level=Level.SELECTORS)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    # Its index is that of "once".
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="selectors", db_index=False
    )
    kind = models.TextField()
    namespace = models.TextField(blank=True)
    raw = models.TextField()
    norm = models.TextField(blank=True)
    key = models.UUIDField(null=True, help_text="A digest of kind, namespace and norm.")
    strength = models.FloatField(default=0)
    norm_version = models.SmallIntegerField()
    market = models.TextField(blank=True, help_text="The country of the site it was read from.")
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "key"], name="leads_selector_once"),
        ]
        indexes = [
            models.Index(fields=["member_id", "key", "-lead_id"], name="leads_selector_newest")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.norm or self.raw}"

    @property
    def is_read(self) -> bool:
        return self.key is not None

    @property
    def is_weak(self) -> bool:
        """Whether it only adds to what another selector says."""
        return self.is_read and self.strength <= WEAK


class LeadAccess(models.Model):
    """The access rows again, tied to their leads: what every list of leads starts from."""

    wall = walls.own(also="viewer_id", member_column="owner_id")

    pk = models.CompositePrimaryKey("viewer_id", "subject_type", "lead")
    viewer_id = models.UUIDField()
    owner_id = models.UUIDField()
    subject_type = models.TextField()
    lead = models.ForeignKey(
        Lead,
        on_delete=models.DO_NOTHING,
        db_column="subject_id",
        db_constraint=False,
        related_name="+",
    )
    level = models.SmallIntegerField(choices=Level)
    capabilities = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "core_access"

    def __str__(self) -> str:
        return f"{self.viewer_id} reads {self.lead_id} at L{self.level}"


class ImportMapping(models.Model):
    """What the columns of one kind of file mean, kept under a name."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    name = models.TextField()
    columns = models.JSONField(help_text="Column name to field.")
    created_by = models.UUIDField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member_id", "name"], name="leads_mapping_name")
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One uploaded file on its way to leads; `cursor` is the last row that is finished."""

    wall = walls.own()

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    source = models.TextField(blank=True)
    source_kind = models.TextField(choices=SourceKind, blank=True)
    source_reliability = models.TextField(choices=Reliability, blank=True)
    credibility = models.SmallIntegerField(choices=Credibility, null=True)
    file_name = models.TextField(blank=True, help_text="Empty for what came over the API.")
    format = models.TextField()
    encoding = models.TextField(blank=True)
    encoding_is_sure = models.BooleanField(default=True)
    hints = models.JSONField(default=dict)
    columns = models.JSONField()
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    tlp = models.TextField(choices=Tlp, default=Tlp.AMBER)
    country = models.TextField(blank=True)
    language = models.TextField(blank=True)
    state = models.TextField(choices=State, default=State.UPLOADED)
    total = models.IntegerField()
    cursor = models.IntegerField(default=0)
    processed = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    matches = models.IntegerField(default=0, help_text="Rows whose selectors were known before.")
    failure = models.TextField(blank=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    advanced_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [is_graded("leads_import_graded")]
        indexes = [
            models.Index(fields=["member_id", "-created_at", "-id"], name="leads_import_newest")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def name(self) -> str:
        """The file's name, or where it came from instead of a file."""
        return self.file_name or gettext("Partner API")

    @property
    def is_working(self) -> bool:
        return self.state in {self.State.CHECKING, self.State.RUNNING}

    @property
    def percent(self) -> int:
        return 100 if not self.total else min(100, self.processed * 100 // self.total)


class ImportRow(models.Model):
    """What became of one row, or in a dry run what would."""

    wall = walls.own()

    class Outcome(models.TextChoices):
        ADDED = "added", _("New")
        KNOWN = "known", _("Known")
        DUPLICATE = "duplicate", _("Twice in the file")
        ERROR = "error", _("Error")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    # Its index is that of "once".
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.IntegerField()
    outcome = models.TextField(choices=Outcome)
    code = models.TextField(blank=True)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    title = models.TextField(blank=True)
    locator = models.TextField(blank=True)
    lead_id = models.UUIDField(null=True, help_text="The lead made of it, or the one it repeats.")
    match_id = models.UUIDField(null=True, help_text="Another lead that has one of its selectors.")
    match_reference = models.TextField(blank=True)
    digest = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="leads_import_row_once")
        ]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="leads_import_outcome"),
            models.Index(fields=["batch", "digest"], name="leads_import_digest"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}: {self.outcome}"
