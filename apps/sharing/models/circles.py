"""Circles of allied members: seats, codes, candidacies."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import walls
from apps.core.ids import uuid7


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 (FIRST): who may read it."""

    RED = "red", "TLP:RED"
    AMBER_STRICT = "amber+strict", "TLP:AMBER+STRICT"
    AMBER = "amber", "TLP:AMBER"
    GREEN = "green", "TLP:GREEN"
    CLEAR = "clear", "TLP:CLEAR"


class Circle(models.Model):
    """A group of members who may be offered each other's investigations."""

    wall = walls.shared("circle")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The member that founded and keeps the circle.")
    name = models.TextField()
    created_at = models.DateTimeField()
    sponsors_needed = models.SmallIntegerField(
        default=0, help_text="How many who sit there must vouch before the keeper decides."
    )
    lists_members = models.BooleanField(
        default=True, help_text="Whether those who sit there read who else does."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sponsors_needed__gte=0, sponsors_needed__lte=9),
                name="sharing_circle_sponsors",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        """The seats that count: neither suspended nor given up."""
        return self.filter(state=Seat.State.ACTIVE)


class Seat(models.Model):
    """One member's place in a circle, seen by everyone who sits there."""

    wall = walls.child("circle", column="circle_id")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Has left")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The circle's keeper, whose row this is.")
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="seats")
    seated_member_id = models.UUIDField()
    joined_at = models.DateTimeField()
    state = models.TextField(choices=State, default=State.ACTIVE)
    backfill = models.BooleanField(
        default=False, help_text="Reads what was shared with the circle before it joined."
    )
    suspended_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "seated_member_id"],
                condition=~models.Q(state="left"),
                name="sharing_seat_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="left", left_at__isnull=False)
                | (~models.Q(state="left") & models.Q(left_at__isnull=True)),
                name="sharing_seat_left",
            ),
        ]

    @property
    def is_suspended(self) -> bool:
        return self.state == self.State.SUSPENDED

    def __str__(self) -> str:
        return f"{self.seated_member_id} in {self.circle_id}"


class CircleInvitation(models.Model):
    """A code that seats one member once; the code itself is known to its giver alone."""

    wall = walls.platform("ids, times and a digest: found by whoever brings the code")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    circle_id = models.UUIDField()
    digest = models.TextField(unique=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by_member_id = models.UUIDField(null=True)
    recommended_by_id = models.UUIDField(
        null=True, help_text="The seated member that recommends; the keeper's own code has none."
    )

    def __str__(self) -> str:
        return str(self.circle_id)


class Candidacy(models.Model):
    """A member that wants a seat: vouched for by those who sit there, decided by the keeper."""

    wall = walls.child("circle", column="circle_id", also="candidate_id")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        ADMITTED = "admitted", _("Admitted")
        REFUSED = "refused", _("Not admitted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Origin(models.TextChoices):
        INVITED = "invited", _("Invited by the keeper")
        REQUESTED = "requested", _("Recommended by a member")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField(help_text="The circle's keeper, whose row this is.")
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="candidacies")
    candidate_id = models.UUIDField()
    origin = models.TextField(choices=Origin)
    state = models.TextField(choices=State, default=State.PENDING)
    sponsors = ArrayField(models.UUIDField(), default=list, help_text="Members that vouch.")
    sponsors_needed = models.SmallIntegerField(help_text="As the circle asked when it was opened.")
    circle_name = models.TextField(help_text="As the code told it; the candidate reads no circle.")
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "candidate_id"],
                condition=models.Q(state="pending"),
                name="sharing_candidacy_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} for {self.circle_id}"

    @property
    def is_vouched(self) -> bool:
        return len(self.sponsors) >= self.sponsors_needed

    @property
    def missing(self) -> int:
        """How many sponsors it still needs."""
        return max(0, self.sponsors_needed - len(self.sponsors))
