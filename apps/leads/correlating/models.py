"""Postings and the ledger of tries (ids and digests), signals, judgements and sightings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level


class Discoverability(models.TextChoices):
    """What other members may learn of a lead by having one of its selectors, too."""

    HIDDEN = "hidden", _("Hidden: gives and gets no signals")
    BLIND = "blind", _("Blind: another member also knows it")
    NAMED = "named", _("Named: your member's name is said")


# From the tightest; a posting keeps the rank that is in force.
RANKS = (Discoverability.HIDDEN, Discoverability.BLIND, Discoverability.NAMED)


class SelectorPosting(models.Model):
    """That a member's lead has a selector, under a digest that no dump of the database reveals.

    `discoverability` is what is in force: the lead's, tightened by its member, its TLP, its state
    and by the lack of evidence. `tried` says that it takes part in signals.
    """

    wall = walls.platform("digests, ids, ranks, times; written by correlating.postings alone")

    pk = models.CompositePrimaryKey("lead_id", "digest")
    lead_id = models.UUIDField()
    digest = models.BinaryField()
    member_id = models.UUIDField()
    discoverability = models.SmallIntegerField(default=0)
    strength = models.FloatField()
    key_id = models.TextField()
    known_since = models.DateTimeField()
    tried = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["digest", "member_id", "-lead_id"], name="leads_posting_newest"),
            models.Index(
                fields=["member_id", "known_since"],
                condition=models.Q(discoverability__gt=0, tried=False),
                name="leads_posting_untried",
            ),
            models.Index(
                fields=["member_id"],
                condition=models.Q(discoverability__gt=0, tried=True),
                name="leads_posting_open",
            ),
        ]

    def __str__(self) -> str:
        return f"a selector of {self.lead_id}"


class SignalTry(models.Model):
    """One question of a member to all others: does anybody know this value? Each is asked once."""

    wall = walls.platform("keyed digests, ids and times; written by correlating.ledger alone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    digest = models.BinaryField()
    key_id = models.TextField()
    lead_id = models.UUIDField()
    tried_at = models.DateTimeField()
    hit_at = models.DateTimeField(null=True, help_text="When somebody else was found to know it.")
    withdrawn_at = models.DateTimeField(
        null=True, help_text="When the member hid the lead, having been told that it is known."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member_id", "digest"], name="leads_try_once")
        ]
        indexes = [models.Index(fields=["member_id", "tried_at"], name="leads_try_newest")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.tried_at}"


class Standing(models.Model):
    """How a member stands with signals: whether they are frozen, and how its postings are made."""

    wall = walls.platform("ids, times and counters; written by correlating alone")

    member_id = models.UUIDField(primary_key=True)
    made_with = models.TextField(
        blank=True, help_text="Key and normaliser of all its postings, once they are all alike."
    )
    made_until = models.UUIDField(null=True, help_text="The last lead that was made anew.")
    frozen_at = models.DateTimeField(null=True)
    frozen_for = models.TextField(blank=True)
    cleared_at = models.DateTimeField(null=True, help_text="Tries before this count no more.")
    cleared_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return str(self.member_id)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class Quarantine(models.Model):
    """A digest that too many members hold to say anything about a seller, for staff to judge."""

    wall = walls.platform("a keyed digest, a kind and a count; written by correlating alone")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for review")
        STOPPED = "stopped", _("Stopped: never signals")
        CLEARED = "cleared", _("Cleared: signals again")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.BinaryField(unique=True)
    key_id = models.TextField()
    kind = models.TextField()
    member_count = models.IntegerField()
    state = models.TextField(choices=State, default=State.WAITING)
    found_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    judged_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}, {self.member_count} members"


class SignalPolicy(models.Model):
    """The most that any lead of a member lets others learn."""

    wall = walls.own()

    member_id = models.UUIDField(primary_key=True)
    most = models.TextField(choices=Discoverability, default=Discoverability.NAMED)
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.most


class Signal(models.Model):
    """The blind notice that another member also knows the seller of an own lead.

    It carries the own lead, the kinds that match and two bands: no holder, no count, no value.
    """

    wall = walls.own()

    class Band(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    class Age(models.TextChoices):
        MONTH = "month", _("Less than 30 days")
        YEAR = "year", _("Less than a year")
        OLDER = "older", _("A year or longer")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("No longer available")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="signals")
    kinds = ArrayField(models.TextField())
    confidence = models.TextField(choices=Band)
    age = models.TextField(choices=Age)
    named = ArrayField(models.UUIDField(), default=list, help_text="Members that said their name.")
    state = models.TextField(choices=State, default=State.ACTIVE)
    batch_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["member_id", "-batch_at", "-id"], name="leads_signal_newest"),
            models.Index(fields=["lead"], name="leads_signal_of_lead"),
            models.Index(
                fields=["member_id"],
                condition=models.Q(state="active"),
                name="leads_signal_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {', '.join(self.kinds)}"

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class PairJudgement(models.Model):
    """What a member thinks of a pair: of two leads, or of a lead and its signal (`other_id`)."""

    wall = walls.own()

    class Verdict(models.TextChoices):
        SAME = "same", _("The same seller")
        DIFFERENT = "different", _("Different sellers")
        UNSURE = "unsure", _("Cannot be told yet")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    lead_id = models.UUIDField()
    other_id = models.UUIDField()
    verdict = models.TextField(choices=Verdict)
    note = models.TextField(blank=True)
    judged_at = models.DateTimeField()
    judged_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "lead_id", "other_id"], name="leads_judgement_once"
            )
        ]
        indexes = [models.Index(fields=["member_id", "other_id"], name="leads_judgement_other")]

    def __str__(self) -> str:
        return self.verdict


class OwnSelector(models.Model):
    """A value that belongs to the member itself: it links no leads and asks nobody."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    kind = models.TextField()
    namespace = models.TextField(blank=True)
    norm = models.TextField()
    raw = models.TextField()
    note = models.TextField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "kind", "namespace", "norm"], name="leads_own_selector_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.norm}"


class Sighting(models.Model):
    """Somebody saw a selector of a lead in use, or found that it is somebody else's.

    The row of whoever saw it; beside him the lead's owner alone reads it, since it tells who else
    may read the lead.
    """

    wall = walls.child("lead", column="lead_id", min_level=Level.SELECTORS, only="owner_id")

    class Kind(models.TextChoices):
        SEEN = "seen", _("Seen in use")
        FALSE = "false", _("False positive")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    owner_id = models.UUIDField(help_text="The member whose lead it is.")
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="sightings")
    selector_kind = models.TextField()
    namespace = models.TextField(blank=True)
    norm = models.TextField()
    kind = models.TextField(choices=Kind)
    note = models.TextField(blank=True)
    seen_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lead", "-seen_at"], name="leads_sighting_of_lead")]

    def __str__(self) -> str:
        return f"{self.kind} {self.seen_at}"
