"""Desks and what they promise: weekly windows, holidays, closures, extra cover and people."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level

TIME_OF_DAY = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"


def _part_of_a_desk(min_level: int = Level.TEASER) -> walls.Kind:
    return walls.child("desk", column="desk_id", min_level=min_level)


class Desk(models.Model):
    """A team in one time zone. Allies in a circle read its name card and its hours."""

    wall = walls.shared("desk")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(db_index=True)
    name = models.TextField()
    tz = models.TextField(help_text="An IANA time zone name.")
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2.")
    subdivision = models.TextField(blank=True, help_text="The part of ISO 3166-2 after the hyphen.")
    city = models.TextField(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    languages = ArrayField(models.TextField(), default=list)
    jurisdictions = ArrayField(
        models.TextField(), default=list, help_text="Country codes under whose law it may act."
    )
    capacity = models.PositiveSmallIntegerField(default=20, help_text="Cases it can hold at once.")
    offer_lead = models.DurationField(default=timedelta(minutes=30))
    ack_within = models.DurationField(default=timedelta(minutes=15))
    overlap = models.DurationField(default=timedelta(minutes=15))
    order = models.PositiveSmallIntegerField(default=0, help_text="Breaks ties between desks.")
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member_id", "name"], name="duty_desk_name"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__range=(-90, 90)),
                name="duty_desk_latitude",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__range=(-180, 180)),
                name="duty_desk_longitude",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DutyWindow(models.Model):
    """A weekly stretch of duty in the desk's own time; an end not after the start is next day.

    One that was replaced stays for the time in which it was in force: when the desk was on duty
    does not change. Without `from_at` it was the desk's first, and holds for all time before.
    """

    wall = _part_of_a_desk()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="windows")
    days = ArrayField(models.SmallIntegerField(), help_text="The days it starts on; 0 is Monday.")
    start = models.TextField(help_text="HH:MM, up to 24:00.")
    end = models.TextField(help_text="HH:MM, up to 24:00.")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    from_at = models.DateTimeField(null=True, help_text="From when it is in force.")
    until_at = models.DateTimeField(null=True, help_text="Absent while it is in force.")
    tz = models.TextField(blank=True, help_text="The desk's zone then, where it was another.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_at__isnull=True)
                | Q(until_at__isnull=True)
                | Q(until_at__gt=F("from_at")),
                name="duty_window_forward",
            ),
            models.CheckConstraint(
                condition=Q(start__regex=TIME_OF_DAY) & Q(end__regex=TIME_OF_DAY),
                name="duty_window_times",
            ),
            models.CheckConstraint(condition=Q(days__len__gt=0), name="duty_window_days"),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.start}-{self.end}"


class Holiday(models.Model):
    """A local date on which the desk's windows do not start."""

    wall = _part_of_a_desk()

    class Source(models.TextChoices):
        CALENDAR = "calendar"
        HAND = "hand"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="holidays")
    on = models.DateField()
    name = models.TextField(blank=True)
    source = models.TextField(choices=Source, default=Source.HAND)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "on"], name="duty_holiday_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class Stretch(models.Model):
    """An exception of exact instants. Allies read when; why is a `Reason` of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="%(app_label)s_%(class)s_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}/{self.ends_at}"


class Closure(Stretch):
    """The desk is closed, whatever its windows say."""

    wall = _part_of_a_desk()

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="closures")


class ExtraCover(Stretch):
    """The desk is on duty, whatever its windows, holidays and closures say."""

    wall = _part_of_a_desk()

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="extra_cover")


class Reason(models.Model):
    """Why a desk is closed or covers more, and who said so: its own member's alone."""

    wall = walls.own()

    ref = models.UUIDField(primary_key=True, help_text="The closure or the extra cover.")
    member_id = models.UUIDField()
    text = models.TextField(blank=True)
    by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.text


class DeskPerson(models.Model):
    """A person who sits at a desk: its own member's to know."""

    wall = _part_of_a_desk(Level.FULL)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="people")
    user_id = models.UUIDField(db_index=True)
    since = models.DateTimeField(help_text="From when the person sits there.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "user_id"], name="duty_person_once")]

    def __str__(self) -> str:
        return str(self.user_id)


class FormerSeat(models.Model):
    """When a person sat at a desk who does so no longer: who was on duty stays known."""

    wall = walls.child("desk", column="desk_id", min_level=Level.FULL, append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="former_seats")
    user_id = models.UUIDField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="duty_former_seat_forward"
            )
        ]
        indexes = [models.Index(fields=["desk", "until"], name="duty_former_seat_lately")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.since}/{self.until}"
