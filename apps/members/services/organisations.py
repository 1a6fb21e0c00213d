"""Creating, suspending and reinstating members; keeping their brands."""

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import emit
from apps.members import policies, selectors
from apps.members.events import (
    BrandAdded,
    BrandRemoved,
    BrandRenamed,
    MemberCreated,
    MemberFact,
    MemberReinstated,
    MemberSuspended,
)
from apps.members.models import Brand, Member
from apps.members.services.sockets import recheck

CODE = re.compile(r"[A-Z]{3,5}")
COUNTRY = re.compile(r"[A-Z]{2}|")
NAME_LENGTH = 120


def create_member(
    *, name: str, code: str, kind: str, country: str, by: UUID | None, at: datetime
) -> Member:
    """A new member organisation, made by the alliance's own staff or at the console."""
    name, code, country = name.strip(), code.strip().upper(), country.strip().upper()
    _check_card(name, code, kind, country)
    try:
        with transaction.atomic():
            member = Member.objects.create(
                name=name, code=code, kind=kind, country=country, created_at=at
            )
    except IntegrityError:
        raise DomainError(
            "member.exists", _("There is already a member with this name or code.")
        ) from None
    _announce(MemberCreated, member, by=by, at=at)
    return member


def _check_card(name: str, code: str, kind: str, country: str) -> None:
    wrong: dict[str, list[str]] = {}
    if not 0 < len(name) <= NAME_LENGTH:
        wrong["name"] = [_("Give a name of at most 120 characters.")]
    if not CODE.fullmatch(code):
        wrong["code"] = [_("A code has three to five capital letters.")]
    if kind not in Member.Kind.values:
        wrong["kind"] = [_("There is no such kind of member.")]
    if not COUNTRY.fullmatch(country):
        wrong["country"] = [_("A country code has two letters, such as CN.")]
    if wrong:
        raise Invalid(wrong)


def suspend_member(member_id: UUID, *, by: UUID | None, at: datetime) -> Member:
    """Nobody acts for the member any more: sessions, sockets and keys stop at once."""
    member = _locked(member_id)
    _refuse_left(member)
    if member.state == Member.State.SUSPENDED:
        return member
    member.state = Member.State.SUSPENDED
    member.save(update_fields=["state"])
    _announce(MemberSuspended, member, by=by, at=at)
    recheck(selectors.people_of(member.pk).values_list("user_id", flat=True))
    return member


def reinstate_member(member_id: UUID, *, by: UUID | None, at: datetime) -> Member:
    member = _locked(member_id)
    _refuse_left(member)
    if member.is_active:
        return member
    member.state = Member.State.ACTIVE
    member.save(update_fields=["state"])
    _announce(MemberReinstated, member, by=by, at=at)
    return member


def _refuse_left(member: Member) -> None:
    if member.state == Member.State.LEFT:
        raise DomainError(
            "member.left", _("This member has left the alliance. Invite it as a new one.")
        )


def _locked(member_id: UUID) -> Member:
    member = Member.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return member


def _announce(
    fact: type[MemberFact],
    member: Member,
    *,
    by: UUID | None,
    at: datetime,
) -> None:
    """Staff act for no member: the event belongs to the member that it is about."""
    actor = Actor(member_id=member.pk, user_id=by, via="command")
    with scope.binding(actor):
        emit(fact(subject_id=member.pk), actor=actor, at=at)


def add_brand(name: str, *, actor: Actor, at: datetime) -> Brand:
    policies.may_keep_brands(actor).require()
    brand = Brand(member_id=actor.member_id, name=_brand_name(name))
    _save(brand)
    emit(BrandAdded(subject_id=actor.member_id, brand_id=brand.pk), actor=actor, at=at)
    return brand


def rename_brand(brand_id: UUID, name: str, *, actor: Actor, at: datetime) -> Brand:
    brand = _own_brand(brand_id, actor)
    policies.may_keep_brands(actor).require()
    brand.name = _brand_name(name)
    _save(brand)
    emit(BrandRenamed(subject_id=actor.member_id, brand_id=brand.pk), actor=actor, at=at)
    return brand


def remove_brand(brand_id: UUID, *, actor: Actor, at: datetime) -> None:
    brand = _own_brand(brand_id, actor)
    policies.may_keep_brands(actor).require()
    removed = brand.pk
    brand.delete()
    emit(BrandRemoved(subject_id=actor.member_id, brand_id=removed), actor=actor, at=at)


def _own_brand(brand_id: UUID, actor: Actor) -> Brand:
    brand = selectors.brands(actor).select_for_update().filter(pk=brand_id).first()
    if brand is None:
        raise NotFound
    return brand


def _brand_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH or "\x00" in name:
        raise Invalid({"name": [_("Give a name of at most 120 characters.")]})
    return name


def _save(brand: Brand) -> None:
    try:
        with transaction.atomic():
            brand.save()
    except IntegrityError:
        raise DomainError("brand.exists", _("Your member already has this brand.")) from None
