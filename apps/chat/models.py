"""Rooms about a subject, their numbered messages, and how far each person has read."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7

# Nobody's access reaches this level: what asks for it is its own member's alone.
NOBODY = 9


class Room(models.Model):
    """The conversation about one subject; it exists for those who read the subject at L3.

    An investigation's room is about the investigation. The room of a circle, of a desk and of
    people is a subject of its own (`room:<id>`), whose access rows follow the seats of the circle,
    the desk's member, and the people by name.
    """

    wall = walls.child_of_any(min_level="3")

    class Kind(models.TextChoices):
        INVESTIGATION = "investigation", _("Case")
        CIRCLE = "circle", _("Circle")
        DESK = "desk", _("Desk")
        DIRECT = "direct", _("Direct messages")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The subject's owner, whose row this is.")
    root_type = models.TextField()
    root_id = models.UUIDField()
    kind = models.TextField(choices=Kind, default=Kind.INVESTIGATION)
    about_id = models.UUIDField(null=True, help_text="The circle or the desk that meets here.")
    people = models.JSONField(
        default=list, help_text="Who talks here directly: pairs of member and person."
    )
    people_key = models.TextField(blank=True, help_text="The same people have one room.")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root_type", "root_id"], name="chat_room_once"),
            models.UniqueConstraint(
                fields=["kind", "about_id"],
                condition=models.Q(about_id__isnull=False),
                name="chat_room_about_once",
            ),
            models.UniqueConstraint(
                fields=["people_key"],
                condition=~models.Q(people_key=""),
                name="chat_room_people_once",
            ),
        ]

    def __str__(self) -> str:
        return f"room of {self.root_type}:{self.root_id}"

    @property
    def root(self) -> tuple[str, UUID]:
        return (self.root_type, self.root_id)


class _WithoutWords(models.Manager["Message"]):
    """Nobody reads the words of the index: `chat_search` alone looks at them."""

    def get_queryset(self) -> models.QuerySet["Message"]:
        return super().get_queryset().defer("words")


class Message(models.Model):
    """One entry of a room's gap-free sequence, its author's member's own row.

    What is done to a message is an entry of its own, which names the message by its number
    (`target`): nothing is ever rewritten. What a message says now follows from its own entry and
    those about it (`folding`).
    """

    wall = walls.child_of_any(min_level="3", append_only=True)

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        NOTICE = "notice", _("Notice")
        EDIT = "edit", _("Edit")
        DELETION = "deletion", _("Deletion")
        REACTION = "reaction", _("Reaction")
        UNREACTION = "unreaction", _("Reaction taken back")
        PIN = "pin", _("Pinned")
        UNPIN = "unpin", _("No longer pinned")
        FILED = "filed", _("Put into the file")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The author's member.")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    root_type = models.TextField()
    root_id = models.UUIDField()
    seq = models.BigIntegerField()
    cid = models.UUIDField(help_text="Chosen by the sender: a repeat is the same message.")
    author_id = models.UUIDField(null=True)
    kind = models.TextField(choices=Kind, default=Kind.MESSAGE)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.TextField(blank=True)
    reply_to = models.BigIntegerField(null=True, help_text="The sequence number it answers.")
    target = models.BigIntegerField(null=True, help_text="The number of the message it is about.")
    thread = models.BigIntegerField(
        null=True, help_text="The number of the message whose thread it belongs to."
    )
    mentions = ArrayField(
        models.TextField(),
        default=list,
        help_text="Who is called: person:<id>, desk:<id> or on-duty.",
    )
    files = ArrayField(models.UUIDField(), default=list, help_text="Evidence that came with it.")
    code = models.TextField(blank=True, help_text="A notice's sentence, in the reader's language.")
    params = models.JSONField(default=dict)
    posted_at = models.DateTimeField()
    words = ArrayField(models.TextField(), default=list, help_text="What it is found by.")
    purged_at = models.DateTimeField(
        null=True, help_text="Its text is gone: the rule of its member keeps it no longer."
    )

    objects = _WithoutWords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="chat_message_seq"),
            models.UniqueConstraint(
                fields=["room", "member_id", "author_id", "cid"],
                name="chat_message_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["message", "notice"], target__isnull=True)
                | (
                    ~models.Q(kind__in=["message", "notice"])
                    & models.Q(target__isnull=False, target__lt=models.F("seq"))
                ),
                name="chat_message_target",
            ),
            models.CheckConstraint(
                condition=models.Q(thread__isnull=True) | models.Q(thread__lt=models.F("seq")),
                name="chat_message_thread",
            ),
        ]
        indexes = [
            models.Index(
                fields=["room", "target", "seq"],
                condition=models.Q(target__isnull=False),
                name="chat_message_about",
            ),
            models.Index(
                fields=["room", "thread", "seq"],
                condition=models.Q(thread__isnull=False),
                name="chat_message_in_thread",
            ),
            GinIndex(fields=["words"], name="chat_message_words"),
            models.Index(
                fields=["posted_at"],
                condition=models.Q(kind="message"),
                name="chat_message_by_time",
            ),
            models.Index(
                fields=["member_id", "posted_at"],
                condition=models.Q(purged_at__isnull=True, kind__in=["message", "edit"]),
                name="chat_message_to_purge",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.seq}"


class ReadMarker(models.Model):
    """How far one person, acting for one member, has read a room or one of its threads.

    The room's readers see it, unless the person's member keeps its marks to itself (`min_level`).
    """

    wall = walls.child_of_any()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="markers")
    thread = models.BigIntegerField(default=0, help_text="0 for the room itself.")
    root_type = models.TextField()
    root_id = models.UUIDField()
    min_level = models.SmallIntegerField(default=3, help_text="3, or 9 for a mark kept private.")
    last_read_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "user_id", "room", "thread"], name="chat_marker_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has read #{self.last_read_seq}"


class MarkPolicy(models.Model):
    """Whether others in a room see how far a member's people have read."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(unique=True)
    shows_marks = models.BooleanField(default=True)

    def __str__(self) -> str:
        return "shown" if self.shows_marks else "kept private"


class Reminder(models.Model):
    """What a person wants to be reminded of in a room, and when; due work tells it there."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField()
    room_id = models.UUIDField()
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} at {self.at}"


class Retention(models.Model):
    """How long the texts of one member's people are kept, and whether law holds them.

    A hold wins: nothing that the member wrote, and nothing in rooms about what it owns, is purged.
    """

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(unique=True)
    days = models.IntegerField(null=True, help_text="None: for good.")
    held_at = models.DateTimeField(null=True)
    hold_reason = models.TextField(blank=True)
    changed_by = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days__isnull=True) | models.Q(days__gte=30),
                name="chat_retention_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.days or 'for good'}"


class TranslationPolicy(models.Model):
    """Whether what a member's people write may be sent to the provider of translations."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(unique=True)
    allows = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.allows}"


class Translation(models.Model):
    """What a message says, in another language: beside the original, labelled with its maker.

    It belongs to one text: the entry of the message, or of an edit. Whoever reads the room reads
    it; it goes when the text goes.
    """

    wall = walls.child_of_any(min_level="3")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being translated")
        READY = "ready", _("Translated")
        FAILED = "failed", _("Not translated")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="Whose row it is: the asking member, or the person.")
    root_type = models.TextField()
    root_id = models.UUIDField()
    message_id = models.UUIDField()
    language = models.TextField()
    state = models.TextField(choices=State, default=State.WAITING)
    text = models.TextField(blank=True)
    source = models.TextField(blank=True, help_text="What the provider took the original for.")
    provider = models.TextField(blank=True)
    error = models.TextField(blank=True)
    asked_for = models.UUIDField(help_text="The member whose person asked.")
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_id", "message_id", "language"], name="chat_translation_once"
            )
        ]
        indexes = [models.Index(fields=["message_id"], name="chat_translation_of")]

    def __str__(self) -> str:
        return f"{self.language} of {self.message_id}"
