"""Circles of allied members, grants, tombstones, requests and the search index."""

from apps.sharing.models.circles import Candidacy, Circle, CircleInvitation, Seat, SeatQuerySet, Tlp
from apps.sharing.models.grants import (
    CASE_CAPABILITIES,
    LEAD_CAPABILITIES,
    OPEN_STATES,
    Capability,
    Grant,
    SearchEntry,
    Tombstone,
)
from apps.sharing.models.ledgers import DeletionDuty, ExportEntry, Reading
from apps.sharing.models.requests import AccessQuestion, AccessRequest, Proposal, ReshareRequest
from apps.sharing.models.runs import ShareRun, ShareRunItem

__all__ = [
    "CASE_CAPABILITIES",
    "LEAD_CAPABILITIES",
    "OPEN_STATES",
    "AccessQuestion",
    "AccessRequest",
    "Candidacy",
    "Capability",
    "Circle",
    "CircleInvitation",
    "DeletionDuty",
    "ExportEntry",
    "Grant",
    "Proposal",
    "Reading",
    "ReshareRequest",
    "SearchEntry",
    "Seat",
    "SeatQuerySet",
    "ShareRun",
    "ShareRunItem",
    "Tlp",
    "Tombstone",
]
