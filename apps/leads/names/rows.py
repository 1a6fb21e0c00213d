"""The rows by which the names of a lead are looked up: they follow the lead."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from apps.core import bulk
from apps.leads.models import Lead, NameKey
from apps.leads.names.keys import read_name

KINDS: Final = ("seller_name",)
MOST_NAMES: Final = 10


def names_of(lead: Lead) -> tuple[str, ...]:
    """The names that the lead gives its seller, as they were written."""
    return names_in(lead.values)


def names_in(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The names among the values of a lead, by kind."""
    found = (str(name) for kind in KINDS for name in values.get(kind, ()))
    return tuple(dict.fromkeys(name for name in found if name.strip()))[:MOST_NAMES]


def _keys(values: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Each key once."""
    return dict.fromkeys(key for name in names_in(values) for key in read_name(name).keys)


def keep(lead: Lead) -> None:
    """Of a new lead."""
    keys = _keys(lead.values)
    NameKey.objects.bulk_create(
        [NameKey(member_id=lead.member_id, lead_id=lead.pk, key=key) for key in keys]
    )


def keep_many(
    named: Iterable[tuple[UUID, Mapping[str, Sequence[str]]]], *, member_id: UUID
) -> None:
    """Of many new leads of a member at once, each with its values (import)."""
    found = [(lead_id, key) for lead_id, values in named for key in _keys(values)]
    told: dict[str, list[Any]] = {
        "lead_id": [lead_id for lead_id, _key in found],
        "key": [key for _id, key in found],
    }
    bulk.load(NameKey, told, member_id=member_id)


def follow(lead: Lead) -> None:
    """Of a lead that has changed."""
    NameKey.objects.filter(lead_id=lead.pk).delete()
    keep(lead)
