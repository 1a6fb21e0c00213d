"""A light that has changed: who may read narrows, or widens again, in the same transaction."""

from datetime import datetime

from apps.core.events import Ref
from apps.sharing.models import Grant
from apps.sharing.services.grants import leave_tombstone, project_access


def apply_light(subject: Ref, *, at: datetime) -> None:
    """Derive every ally's access anew from its grants under the subject's light.

    The caller has changed the light, holds the subject's lock and stands under its owner's stamp.
    """
    rows = Grant.objects.select_for_update().filter(
        subject_type=subject[0], subject_id=subject[1], state=Grant.State.ACTIVE
    )
    one_each = {given.grantee_id: given for given in rows.order_by("grantee_id", "pk")}
    for given in one_each.values():
        if not project_access(given, at=at):
            leave_tombstone(given, reason="tlp", at=at)
