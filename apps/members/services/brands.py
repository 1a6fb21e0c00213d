"""The brands that a member protects."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.members import policies
from apps.members.models import Brand


def add_brand(name: str, *, actor: Actor) -> Brand:
    policies.may_manage_brands(actor).require()
    if not name.strip() or len(name) > 120:
        raise Invalid({"name": [_("A name of at most 120 characters is needed.")]})
    if Brand.objects.filter(member_id=actor.member_id, name=name.strip()).exists():
        raise Invalid({"name": [_("Your member has this brand already.")]})
    return Brand.objects.create(member_id=actor.member_id, name=name.strip())


def remove_brand(brand_id: UUID, *, actor: Actor) -> None:
    policies.may_manage_brands(actor).require()
    removed, _detail = Brand.objects.filter(pk=brand_id, member_id=actor.member_id).delete()
    if not removed:
        raise NotFound
