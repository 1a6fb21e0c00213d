"""The rows by which the names of a lead are looked up: they follow the lead."""

from collections.abc import Iterable
from typing import Final

from apps.core import bulk
from apps.leads.models import Lead, NameKey
from apps.leads.names.keys import read_name

KINDS: Final = ("seller_name",)
MOST_NAMES: Final = 10


def names_of(lead: Lead) -> tuple[str, ...]:
    """The names that the lead gives its seller, as they were written."""
    found = (str(name) for kind in KINDS for name in lead.values.get(kind, ()))
    return tuple(dict.fromkeys(name for name in found if name.strip()))[:MOST_NAMES]


def made(lead: Lead) -> list[NameKey]:
    """Unsaved rows, each key once."""
    keys = dict.fromkeys(key for name in names_of(lead) for key in read_name(name).keys)
    return [NameKey(member_id=lead.member_id, lead_id=lead.pk, key=key) for key in keys]


def keep(lead: Lead) -> None:
    """Of a new lead."""
    NameKey.objects.bulk_create(made(lead))


def keep_many(leads: Iterable[Lead]) -> None:
    """Of many new leads at once (import)."""
    bulk.insert([row for lead in leads for row in made(lead)])


def follow(lead: Lead) -> None:
    """Of a lead that has changed."""
    NameKey.objects.filter(lead_id=lead.pk).delete()
    keep(lead)
