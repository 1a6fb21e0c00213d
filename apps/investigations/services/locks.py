"""Where custody may not go: a case pinned to one desk, evidence that the law keeps in a country."""

import re
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, Stale
from apps.core.events import emit
from apps.core.models import Level
from apps.duty import selectors as duty
from apps.duty.models import Desk
from apps.investigations import policies, selectors
from apps.investigations.events import (
    CustodyLocked,
    CustodyPinned,
    CustodyUnlocked,
    CustodyUnpinned,
)
from apps.investigations.models import Investigation
from apps.investigations.services.custody import lock

MAX_REASON = 1_000
UNPIN = "custody.unpin"
_COUNTRY = re.compile(r"[A-Z]{2}")
_PIN = ("keep_with", "keep_reason", "keep_until", "keep_by")


def pin_case(
    investigation_id: UUID,
    *,
    desk_id: UUID,
    reason: str,
    until: datetime | None = None,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Investigation:
    """Keep the case with one desk: no other is asked, until the instant or for good.

    Raises NotFound, Refused, Invalid, Stale.
    """
    investigation = _found(investigation_id, version=version, actor=actor)
    wrong = _faults(reason)
    if until is not None and until <= at:
        wrong["until"] = [_("The end must lie in the future.")]
    desk = duty.desks(actor).filter(pk=desk_id).first()
    if desk is None:
        wrong["desk_id"] = [_("You know no desk of this id.")]
    if wrong or desk is None:
        raise Invalid(wrong)
    _check_country(investigation.custody_country, desk)
    investigation.keep_with = desk.pk
    investigation.keep_reason = reason.strip()
    investigation.keep_until = until
    investigation.keep_by = actor.user_id
    _save(investigation, *_PIN)
    due.cancel(investigation.pk, kinds=[UNPIN])
    if until is not None:
        due.plan(UNPIN, investigation.pk, at=until, member_id=investigation.member_id)
    fact = CustodyPinned(
        subject_id=investigation.pk, desk_id=desk.pk, reason=investigation.keep_reason, until=until
    )
    emit(fact, actor=actor, at=at)
    return investigation


def unpin_case(
    investigation_id: UUID, *, version: int | None = None, actor: Actor, at: datetime
) -> Investigation:
    """Let the case travel again."""
    investigation = _found(investigation_id, version=version, actor=actor)
    if investigation.keep_with is None:
        raise DomainError("investigation.not_pinned", _("This case is not pinned."))
    _unpin(investigation, actor=actor, at=at)
    return investigation


def end_pin(investigation_id: UUID, at: datetime) -> None:
    """Due service: the pin's time is over."""
    investigation = Investigation.objects.select_for_update().filter(pk=investigation_id).first()
    if investigation is None or investigation.keep_until is None or investigation.keep_until > at:
        return
    _unpin(investigation, actor=Actor.system(investigation.member_id), at=at)


def _unpin(investigation: Investigation, *, actor: Actor, at: datetime) -> None:
    desk_id = investigation.keep_with
    assert desk_id is not None  # noqa: S101 - asked by both callers
    investigation.keep_with = investigation.keep_until = investigation.keep_by = None
    investigation.keep_reason = ""
    _save(investigation, *_PIN)
    due.cancel(investigation.pk, kinds=[UNPIN])
    emit(CustodyUnpinned(subject_id=investigation.pk, desk_id=desk_id), actor=actor, at=at)


def lock_custody(
    investigation_id: UUID,
    *,
    country: str,
    reason: str,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Investigation:
    """Keep custody of the evidence in a country: only desks there are asked.

    A desk elsewhere hands the case over first: a lock never moves custody by itself.
    """
    investigation = _found(investigation_id, version=version, actor=actor)
    country = country.strip().upper()
    wrong = _faults(reason)
    if not _COUNTRY.fullmatch(country):
        wrong["country"] = [_("A country code has two letters, such as CN.")]
    if wrong:
        raise Invalid(wrong)
    _check_country(country, Desk.objects.get(pk=investigation.accountable_desk_id))
    if investigation.keep_with is not None:
        for pinned in Desk.objects.filter(pk=investigation.keep_with):
            _check_country(country, pinned)
    investigation.custody_country = country
    investigation.custody_country_reason = reason.strip()
    _save(investigation, "custody_country", "custody_country_reason")
    fact = CustodyLocked(subject_id=investigation.pk, country=country, reason=reason.strip())
    emit(fact, actor=actor, at=at)
    return investigation


def unlock_custody(
    investigation_id: UUID, *, version: int | None = None, actor: Actor, at: datetime
) -> Investigation:
    """Let custody leave the country again."""
    investigation = _found(investigation_id, version=version, actor=actor)
    if not investigation.custody_country:
        raise DomainError("investigation.not_locked", _("The law keeps this case nowhere."))
    country = investigation.custody_country
    investigation.custody_country = investigation.custody_country_reason = ""
    _save(investigation, "custody_country", "custody_country_reason")
    emit(CustodyUnlocked(subject_id=investigation.pk, country=country), actor=actor, at=at)
    return investigation


def _found(investigation_id: UUID, *, version: int | None, actor: Actor) -> Investigation:
    """The case, locked, for a manager of its owner."""
    found = selectors.find(actor, investigation_id, min_level=Level.CASE)
    policies.may_bind(actor, found).require()
    investigation = lock(found.pk)
    policies.may_bind(actor, investigation).require()
    if version is not None and investigation.version != version:
        raise Stale
    return investigation


def _check_country(country: str, desk: Desk) -> None:
    if country and desk.country != country:
        raise DomainError(
            "investigation.outside_country",
            _("%(desk)s is not in %(country)s, where the law keeps custody of the evidence.")
            % {"desk": desk.name, "country": country},
        )


def _faults(reason: str) -> dict[str, list[str]]:
    if not reason.strip():
        return {"reason": [_("Give a reason.")]}
    if len(reason) > MAX_REASON or "\x00" in reason:
        return {"reason": [_("At most %(count)s characters.") % {"count": MAX_REASON}]}
    return {}


def _save(investigation: Investigation, *fields: str) -> None:
    investigation.version += 1
    investigation.save(update_fields=[*fields, "version"])
