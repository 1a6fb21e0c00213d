"""Making and changing desks."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, Stale
from apps.core.events import emit
from apps.duty import policies, selectors
from apps.duty.events import DeskChanged, DutyChanged
from apps.duty.models import Desk
from apps.duty.services.checking import FACTS, DeskFacts, check_desk, facts_of
from apps.duty.services.sharing import share_desk
from apps.duty.services.terms import follow_zone
from apps.sharing import services as sharing

# A change of these moves the desk's duty.
_OF_DUTY = {"tz", "is_active"}


def locked(desk_id: UUID, *, actor: Actor) -> Desk:
    """One of the actor's own desks, locked for a change. Raises NotFound or Refused."""
    policies.may_change_desk(actor, selectors.desk(actor, desk_id)).require()
    return Desk.objects.select_for_update().get(pk=desk_id)


def create_desk(facts: DeskFacts, *, actor: Actor, at: datetime) -> Desk:
    """Open a desk of the actor's member; its allies see it from now on."""
    policies.may_keep_desks(actor).require()
    check_desk(facts)
    desk = Desk(member_id=actor.member_id, **{name: _kept(facts, name) for name in FACTS})
    sharing.own_subject(("desk", desk.pk), member_id=desk.member_id, at=at)
    _save_uniquely(lambda: desk.save(force_insert=True))
    share_desk(desk, at=at)
    emit(DeskChanged(subject_id=desk.pk), actor=actor, at=at)
    return desk


def change_desk(
    desk_id: UUID, changes: Mapping[str, Any], *, version: int, actor: Actor, at: datetime
) -> Desk:
    """Change what is said about a desk. Raises Stale when it moved on since `version`."""
    desk = locked(desk_id, actor=actor)
    if desk.version != version:
        raise Stale
    facts = replace(facts_of(desk), **changes)
    check_desk(facts)
    changed = tuple(name for name in FACTS if getattr(desk, name) != _kept(facts, name))
    if not changed:
        return desk
    was = desk.tz
    for name in changed:
        setattr(desk, name, _kept(facts, name))
    desk.version += 1
    _save_uniquely(lambda: desk.save(update_fields=[*changed, "version"]))
    emit(DeskChanged(subject_id=desk.pk, fields=changed), actor=actor, at=at)
    if "tz" in changed:
        follow_zone(desk, was, at=at)
    if not _OF_DUTY.isdisjoint(changed):
        emit(DutyChanged(subject_id=desk.pk), actor=actor, at=at)
    return desk


def _kept(facts: DeskFacts, name: str) -> Any:
    value = getattr(facts, name)
    if name in {"languages", "jurisdictions"}:
        return list(dict.fromkeys(value))
    return value.strip() if isinstance(value, str) else value


def _save_uniquely(save: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        if "duty_desk_name" not in str(error):
            raise
        raise Invalid({"name": [_("Another desk of yours has this name.")]}) from None
