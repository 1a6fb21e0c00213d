"""Cover asked of allies and offered by them; accepted, it is extra cover of the offering desk."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import walls
from apps.core.ids import uuid7
from apps.duty.models.desks import Desk, ExtraCover


class CoverRequest(models.Model):
    """A member asks the members of one of its circles to be on duty in [starts_at, ends_at)."""

    wall = walls.shared("cover_request")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("cover", "Open")
        COVERED = "covered", _("Covered")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Passed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    circle_id = models.UUIDField(help_text="Whose members are asked.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.TextField(blank=True)
    state = models.TextField(choices=State, default=State.OPEN)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_cover_request_forward"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="duty_cover_request_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["circle_id", "state"], name="duty_cover_request_circle"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}/{self.ends_at} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class CoverOffer(models.Model):
    """A member offers one of its desks for [starts_at, ends_at): to a request, or unasked.

    Answering a request it is read by who asked, else by everybody in the circle.
    """

    wall = walls.shared("cover_offer")

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("cover", "Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Passed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member_id = models.UUIDField()
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="cover_offers")
    request = models.ForeignKey(
        CoverRequest, null=True, on_delete=models.CASCADE, related_name="offers"
    )
    circle_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.TextField(choices=State, default=State.OFFERED)
    offered_by = models.UUIDField(null=True)
    offered_at = models.DateTimeField()
    decided_by_member = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    cover = models.OneToOneField(
        ExtraCover, null=True, on_delete=models.SET_NULL, related_name="offer"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_cover_offer_forward"
            ),
            models.CheckConstraint(
                condition=Q(state="offered", decided_at__isnull=True)
                | (~Q(state="offered") & Q(decided_at__isnull=False)),
                name="duty_cover_offer_decided",
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | Q(state="accepted"),
                name="duty_cover_offer_covers",
            ),
            models.UniqueConstraint(
                fields=["desk", "request", "starts_at", "ends_at"],
                condition=Q(state="offered"),
                nulls_distinct=False,
                name="duty_cover_offer_once",
            ),
        ]
        indexes = [models.Index(fields=["request", "state"], name="duty_cover_offer_of")]

    def __str__(self) -> str:
        return f"{self.starts_at}/{self.ends_at} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OFFERED

    @property
    def is_promised(self) -> bool:
        return self.state == self.State.ACCEPTED
