"""Who of a desk's people is on duty when: rotas, leave and shifts that change hands."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core import walls
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.duty.models.desks import Desk

CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


def _of_the_people() -> walls.Kind:
    """Who sits at a desk is its own member's to know, and so is who is on when."""
    return walls.child("desk", column="desk_id", min_level=Level.FULL)


class Rota(models.Model):
    """People of a desk who take turns. What it says, and since when, are its `RotaTerms`."""

    wall = _of_the_people()

    class Unit(models.TextChoices):
        HOURLY = "hourly"
        DAILY = "daily"
        WEEKLY = "weekly"
        MONTHLY = "monthly"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="rotas")
    name = models.TextField()
    order = models.PositiveSmallIntegerField(default=0, help_text="First, second, third ...")
    version = models.IntegerField(default=1)
    ended_at = models.DateTimeField(null=True, help_text="From then on it gives nobody.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"], condition=Q(ended_at=None), name="duty_rota_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RotaTerms(models.Model):
    """What a rota says from an instant on; never changed, only followed by other terms.

    At each instant those hold that were said last of all that begin by then. None begins before
    it was said, so nobody rewrites who was on duty.
    """

    wall = walls.child("desk", column="desk_id", min_level=Level.FULL, append_only=True)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="+")
    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="terms")
    number = models.IntegerField(help_text="Counts what was said of the rota.")
    said_at = models.DateTimeField()
    from_at = models.DateTimeField(help_text="From when it holds.")
    tz = models.TextField(help_text="The zone of the desk, on whose clocks turns change.")
    unit = models.TextField(choices=Rota.Unit)
    length = models.PositiveSmallIntegerField(default=1, help_text="Units in a turn.")
    start_on = models.DateField(help_text="The local date on which the first person's turn starts.")
    start_time = models.TextField(help_text="HH:MM, at which every turn starts.")
    valid_from = models.DateField(null=True, help_text="The first local day that it gives.")
    valid_until = models.DateField(null=True, help_text="The last local day that it gives.")
    people = ArrayField(
        models.UUIDField(), default=list, help_text="Who takes turns, in order; each once."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rota", "number"], name="duty_terms_number"),
            models.CheckConstraint(
                condition=Q(from_at__gte=F("said_at")), name="duty_terms_not_before_said"
            ),
            models.CheckConstraint(condition=Q(length__gte=1), name="duty_terms_length"),
            models.CheckConstraint(
                condition=Q(start_time__regex=CLOCK_TIME), name="duty_terms_start_time"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=["hourly", "daily", "weekly", "monthly"]),
                name="duty_terms_unit",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="duty_terms_validity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rota_id} {self.number} from {self.from_at}"


class Leave(models.Model):
    """Instants at which a person is away from every desk; the note is the own member's alone."""

    wall = walls.own()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    user_id = models.UUIDField(db_index=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.TextField(blank=True)
    by = models.UUIDField(null=True, help_text="Who entered it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_leave_forward"
            )
        ]
        indexes = [models.Index(fields=["member_id", "ends_at"], name="duty_leave_coming")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_at}/{self.ends_at}"


class Swap(models.Model):
    """A stretch of somebody's shift that he asks a colleague, or the whole desk, to take."""

    wall = _of_the_people()

    class State(models.TextChoices):
        ASKED = "asked"
        TAKEN = "taken"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        PAST_DUE = "past_due"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="swaps")
    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="swaps")
    asker_id = models.UUIDField(help_text="Whose shift it is.")
    asked_of = models.UUIDField(null=True, help_text="One colleague; absent: the whole desk.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.TextField(blank=True)
    state = models.TextField(choices=State, default=State.ASKED)
    taken_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_swap_forward"
            ),
            models.CheckConstraint(
                condition=Q(state="taken", taken_by__isnull=False)
                | (~Q(state="taken") & Q(taken_by__isnull=True)),
                name="duty_swap_taken",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "taken", "declined", "withdrawn", "past_due"]),
                name="duty_swap_state",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("asker_id")),
                name="duty_swap_other",
            ),
            models.UniqueConstraint(
                fields=["rota", "asker_id", "starts_at"],
                condition=Q(state="asked"),
                name="duty_swap_once",
            ),
        ]
        indexes = [models.Index(fields=["desk", "ends_at"], name="duty_swap_coming")]

    def __str__(self) -> str:
        return f"{self.asker_id} {self.starts_at}/{self.ends_at} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED
