"""What a person has been told, how she wants to be reached, and what is on its way to her."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import walls
from apps.core.ids import uuid7

CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Group(models.TextChoices):
    """What preferences are kept for; each notification kind belongs to one."""

    HANDOVERS = "handovers", _("Handovers")
    CUSTODY = "custody", _("Cases that nobody has taken over")
    COVER = "cover", _("Cover for gaps")
    SWAPS = "swaps", _("Shifts and swaps")
    CHAT = "chat", _("Chat")
    CASES = "cases", _("Cases and tasks")


class MailChoice(models.TextChoices):
    """When a group is mailed."""

    NEEDED = "needed", _("At once, when something needs you")
    NOW = "now", _("At once, all of it")
    DIGEST = "digest", _("In the morning's digest")
    NEVER = "never", pgettext_lazy("e-mail", "Never")


class Step(models.TextChoices):
    """How far a notification has come on a way beyond the bell."""

    NONE = "none", _("Not sent this way")
    HELD = "held", _("Waits until your quiet hours end")
    DIGEST = "digest", _("Waits for the digest")
    HANDED = "handed", _("On its way")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not sent any more")
    FAILED = "failed", _("Could not be delivered")


class Notification(models.Model):
    """One thing told to one person of one member: a kind and a subject, never content."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    kind = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    token = models.TextField(help_text="What is told: the same token twice is told once.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True, help_text="Until when it waits for an answer.")
    other_zone = models.TextField(blank=True, help_text="The other party's zone, for two times.")
    routed_at = models.DateTimeField(null=True, help_text="When its further ways were chosen.")
    mail = models.TextField(choices=Step, default=Step.NONE)
    push = models.TextField(choices=Step, default=Step.NONE)
    sent_at = models.DateTimeField(null=True, help_text="When the e-mail was handed over.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id", "token"], name="notifications_once"
            )
        ]
        indexes = [
            models.Index(
                "member_id",
                "user_id",
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="notifications_newest",
            ),
            models.Index(
                fields=["member_id", "user_id"],
                condition=Q(read_at__isnull=True),
                name="notifications_unread",
            ),
            models.Index(
                fields=["member_id", "user_id"],
                condition=Q(mail__in=["held", "digest"]) | Q(push="held"),
                name="notifications_waiting",
            ),
            models.Index(fields=["member_id", "created_at"], name="notifications_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Preference(models.Model):
    """How one person of one member wants a group of kinds: absent, each kind's own way."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    group = models.TextField(choices=Group)
    mail = models.TextField(choices=MailChoice, default=MailChoice.NEEDED)
    push = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id", "group"], name="notifications_preference_once"
            ),
            models.CheckConstraint(
                condition=Q(group__in=Group.values), name="notifications_preference_group"
            ),
            models.CheckConstraint(
                condition=Q(mail__in=MailChoice.values), name="notifications_preference_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} of {self.user_id}: {self.mail}"


class Reach(models.Model):
    """Where the waiting mails of one person of one member are gathered: her digest and its hour."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    digest_at = models.TextField(default="08:00", help_text="HH:MM in the person's own time.")
    digested_on = models.DateField(null=True, help_text="The local date of the last digest.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id"], name="notifications_reach_once"
            ),
            models.CheckConstraint(
                condition=Q(digest_at__regex=CLOCK_TIME), name="notifications_reach_digest_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.digest_at}"


class QuietHours(models.Model):
    """When a person is not to be rung, in her own time; an end not after the start is next day."""

    wall = walls.platform("a person's hours of rest, whichever member she acts for")

    user_id = models.UUIDField(primary_key=True)
    starts = models.TextField(help_text="HH:MM.")
    ends = models.TextField(help_text="HH:MM.")
    days = ArrayField(models.SmallIntegerField(), help_text="The days it starts on; 0 is Monday.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__regex=CLOCK_TIME) & Q(ends__regex=CLOCK_TIME),
                name="notifications_quiet_times",
            ),
            models.CheckConstraint(
                condition=Q(days__len__gt=0) & Q(days__contained_by=list(range(7))),
                name="notifications_quiet_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.starts}-{self.ends}"


class Browser(models.Model):
    """A browser that a person lets us push to: its address at a push service, and its keys."""

    wall = walls.platform("a browser's address and keys: its person's, whichever member she is for")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField(db_index=True)
    endpoint = models.TextField()
    # An address is long and whoever signs in here last has it: unique by its digest.
    digest = models.TextField(unique=True)
    p256dh = models.TextField()
    auth = models.TextField()
    label = models.TextField(blank=True, help_text="What the browser calls itself.")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Delivery(models.Model):
    """One message on its way to one person: claimed, tried, retried, and never silently lost."""

    wall = walls.platform("ids, times and errors; claimed across members by the courier alone")

    class Channel(models.TextChoices):
        MAIL = "mail"
        DIGEST = "digest"
        PUSH = "push"
        LETTER = "letter"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"
        GIVEN_UP = "given_up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField(null=True, help_text="A letter finds its reader itself.")
    channel = models.TextField(choices=Channel)
    letter = models.TextField(blank=True, help_text="Who writes it: a name in the registry.")
    ref = models.UUIDField(null=True, help_text="What the letter is about.")
    notification_ids = ArrayField(models.UUIDField(), default=list)
    browser_id = models.UUIDField(null=True)
    token = models.TextField(unique=True, help_text="The same message twice is sent once.")
    secret_digest = models.TextField(blank=True, db_index=True, help_text="Of the way out.")
    is_urgent = models.BooleanField(default=False)
    state = models.TextField(choices=State, default=State.WAITING)
    ready_at = models.DateTimeField(null=True, help_text="Absent while a try or a pause lasts.")
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="push", browser_id__isnull=False)
                | (~Q(channel="push") & Q(browser_id__isnull=True)),
                name="notifications_delivery_browser",
            ),
            models.CheckConstraint(
                condition=Q(channel="letter", ref__isnull=False, user_id__isnull=True)
                & ~Q(letter="")
                | ~Q(channel="letter") & Q(letter="", ref__isnull=True, user_id__isnull=False),
                name="notifications_delivery_letter",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", done_at__isnull=True)
                | (~Q(state="waiting") & Q(done_at__isnull=False, ready_at__isnull=True)),
                name="notifications_delivery_done",
            ),
        ]
        indexes = [
            models.Index(
                models.F("is_urgent").desc(),
                "ready_at",
                condition=Q(ready_at__isnull=False),
                name="notifications_delivery_ready",
            ),
            models.Index(fields=["member_id", "created_at"], name="notifications_delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.user_id or self.ref}: {self.state}"

    @property
    def person_id(self) -> UUID:
        """Whom it tells: of all but a letter."""
        assert self.user_id is not None  # noqa: S101 - a constraint sees to it
        return self.user_id
