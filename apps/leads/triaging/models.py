"""What triage keeps beside the leads: searches that are run again, and decisions about many."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level


class SavedSearch(models.Model):
    """A list that is looked at again, under a name; its owner may be told of what is new in it."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    name = models.TextField()
    text = models.TextField(blank=True, help_text="Words and filters, as they were typed.")
    tab = models.TextField(default="all")
    is_shared = models.BooleanField(default=False, help_text="Every colleague sees it.")
    tells = models.BooleanField(default=False, help_text="Its owner is told of new leads.")
    told_until = models.DateTimeField(help_text="What came in later has not been told yet.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id", "name"], name="leads_search_name"
            )
        ]
        indexes = [
            models.Index(fields=["member_id"], condition=Q(tells=True), name="leads_search_tells")
        ]

    def __str__(self) -> str:
        return self.name


class BulkAction(models.Model):
    """One decision about many leads, kept so that it can be taken back for a while."""

    wall = walls.own()

    class Verb(models.TextChoices):
        ACCEPT = "accept", _("Accept")
        ASSIGN = "assign", _("Assign")
        SEVERITY = "severity", _("Set the severity")
        DISMISS = "dismiss", _("Dismiss")
        RESTORE = "restore", _("Restore")
        SNOOZE = "snooze", _("Snooze")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    verb = models.TextField(choices=Verb)
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    user_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member_id", "-created_at", "-id"], name="leads_bulk_newest")
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.done}"


class BulkItem(models.Model):
    """What a decision about many did to one lead, and what the lead was before."""

    wall = walls.own()

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        UNDONE = "undone", _("Taken back")
        LEFT = "left", _("Left as it is: somebody has changed it since")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="items")
    place = models.SmallIntegerField()
    lead_id = models.UUIDField()
    reference = models.TextField(blank=True)
    outcome = models.TextField(choices=Outcome)
    code = models.TextField(blank=True, help_text="Why it was refused, for machines.")
    reason = models.TextField(blank=True, help_text="Why it was refused, as it was said.")
    before = models.JSONField(default=dict)
    version = models.IntegerField(default=0, help_text="The lead's, when the decision was taken.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "lead_id"], name="leads_bulk_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.outcome}"


class NameKey(models.Model):
    """One of the forms under which a name of a lead is looked up; two names that share one may
    be the same, and nobody is told so by this alone.
    """

    wall = walls.child("lead", column="lead_id", min_level=Level.CASE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    # Its index is that of "once".
    lead = models.ForeignKey(
        "leads.Lead", on_delete=models.CASCADE, related_name="name_keys", db_index=False
    )
    key = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "key"], name="leads_name_key_once"),
        ]
        indexes = [models.Index(fields=["key", "lead"], name="leads_name_key")]

    def __str__(self) -> str:
        return self.key
