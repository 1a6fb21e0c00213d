"""Allies read each other's desks: who is where, in which zone, and when on duty."""

from datetime import datetime
from uuid import UUID

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Level
from apps.duty import selectors
from apps.duty.models import Desk
from apps.sharing import selectors as circles
from apps.sharing import services as sharing


def share_desk(desk: Desk, *, at: datetime) -> None:
    """Let every ally of the desk's member read its name card and hours; owner's stamp."""
    for fellow_id in circles.fellow_ids(Actor.system(desk.member_id)):
        _give(desk, fellow_id, at=at)


def share_desks(one_id: UUID, other_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let two members who now sit in one circle read each other's desks."""
    for owner_id, viewer_id in ((one_id, other_id), (other_id, one_id)):
        with scope.as_owner(sharing.Owner(owner_id), actor):
            for desk in selectors.own_desks(Actor.system(owner_id)):
                _give(desk, viewer_id, at=at)


def unshare_desks(left_id: UUID, stayer_id: UUID, *, actor: Actor) -> None:
    """Hide two members' desks from each other, unless another circle still joins them.

    Whether one does is read as the member who stays: the other still has the circle's access row.
    """
    with scope.as_owner(sharing.Owner(stayer_id), actor):
        if left_id in circles.fellow_ids(Actor.system(stayer_id)):
            return
    for owner_id, viewer_id in ((left_id, stayer_id), (stayer_id, left_id)):
        with scope.as_owner(sharing.Owner(owner_id), actor):
            for desk in selectors.own_desks(Actor.system(owner_id)):
                sharing.take_access(("desk", desk.pk), viewer_id=viewer_id)


def _give(desk: Desk, viewer_id: UUID, *, at: datetime) -> None:
    sharing.give_access(
        ("desk", desk.pk),
        owner_id=desk.member_id,
        viewer_id=viewer_id,
        level=Level.TEASER,
        at=at,
    )
