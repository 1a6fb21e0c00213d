"""Leads as STIX 2.1: a report each, with what identifies it as observables. Pure.

TLP 2.0 is carried by the marking definitions that OASIS published for it, PAP by statements. What
STIX has no object for is `x-alliance-selector`; what a report has no property for is in the
extension of `LeadExtension`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID, uuid5

import stix2
from stix2.properties import IntegerProperty, StringProperty, TimestampProperty

from apps.leads.exchange.outgoing import Outgoing, value_of
from apps.leads.projecting import SelectorView
from apps.sharing.caps import Pap
from apps.sharing.models import Tlp

_NAMESPACE: Final = UUID("6d3a7a3e-5c0a-5f0e-9d54-0f5f3f8a2b11")
MADE: Final = "2026-11-01T00:00:00.000Z"
TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_MADE: Final = "2022-10-01T00:00:00.000Z"
TLP_MARKINGS: Final = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
}
PAP_MARKINGS: Final = {pap: f"marking-definition--{uuid5(_NAMESPACE, pap)}" for pap in Pap}
LEAD_EXTENSION: Final = f"extension-definition--{uuid5(_NAMESPACE, 'lead')}"
SELECTOR_EXTENSION: Final = f"extension-definition--{uuid5(_NAMESPACE, 'selector')}"
ALLIANCE: Final = f"identity--{uuid5(_NAMESPACE, 'alliance')}"


@stix2.v21.CustomExtension(
    LEAD_EXTENSION,
    [
        ("reference", StringProperty()),
        ("brand", StringProperty()),
        ("country", StringProperty()),
        ("severity", StringProperty()),
        ("status", StringProperty()),
        ("level", IntegerProperty()),
        ("seen_at", TimestampProperty()),
    ],
)
class LeadExtension:
    """What a report has no property for."""

    extension_type = "property-extension"


@stix2.v21.CustomObservable(
    "x-alliance-selector",
    [
        ("kind", StringProperty(required=True)),
        ("namespace", StringProperty()),
        ("value", StringProperty(required=True)),
    ],
    ["kind", "namespace", "value"],
    extension_name=SELECTOR_EXTENSION,
)
class SelectorObservable:
    """A shop, a listing, a telephone number: what STIX has no object for."""


def fixed_objects() -> Iterable[str]:
    """What every bundle begins with: markings, extensions, and who made them."""
    yield _text(
        stix2.v21.Identity(
            id=ALLIANCE, created=MADE, modified=MADE, name="Alliance", identity_class="system"
        )
    )
    for extension, name, kind in (
        (LEAD_EXTENSION, "Lead", "property-extension"),
        (SELECTOR_EXTENSION, "Selector", "new-sco"),
    ):
        made = stix2.v21.ExtensionDefinition(
            id=extension,
            created=MADE,
            modified=MADE,
            created_by_ref=ALLIANCE,
            name=name,
            schema="docs/partner-api.md",
            version="1.0.0",
            extension_types=[kind],
        )
        yield _text(made)
    for tlp, marking in TLP_MARKINGS.items():
        yield _text(_tlp_marking(tlp, marking))
    for pap, marking in PAP_MARKINGS.items():
        yield _text(
            stix2.v21.MarkingDefinition(
                id=marking,
                created=MADE,
                created_by_ref=ALLIANCE,
                definition_type="statement",
                definition=stix2.v21.StatementMarking(statement=f"PAP:{pap.upper()}"),
            )
        )


def _tlp_marking(tlp: str, marking: str) -> Any:
    return stix2.v21.MarkingDefinition(
        id=marking,
        created=TLP_MADE,
        name=f"TLP:{tlp.upper()}",
        extensions={TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": str(tlp)}},
        allow_custom=True,
    )


def objects_of(leads: Sequence[Outgoing]) -> list[str]:
    """The objects of some leads, each once."""
    found: dict[str, str] = {}
    for one in leads:
        for made in _objects(one):
            found.setdefault(made["id"], _text(made))
    return list(found.values())


def _objects(one: Outgoing) -> Iterable[Any]:
    lead = one.lead
    owner = f"identity--{lead.member_id}"
    marks = [TLP_MARKINGS[Tlp(lead.tlp)], PAP_MARKINGS[Pap(lead.pap)]]
    yield stix2.v21.Identity(
        id=owner, created=MADE, modified=MADE, name=one.owner, identity_class="organization"
    )
    observables = {made["id"]: made for made in (_observable(row, marks) for row in one.selectors)}
    yield from observables.values()
    facts = ("reference", "brand", "country", "severity", "status", "level", "seen_at")
    told = {name: value for name in facts if (value := getattr(lead, name)) not in ("", None)}
    yield stix2.v21.Report(
        id=f"report--{lead.id}",
        created_by_ref=owner,
        created=lead.created_at,
        # What is in it depends on when it is made; the same version twice would not be taken.
        modified=max(one.made_at, lead.created_at),
        name=one.headline,
        description=lead.description or None,
        published=lead.created_at,
        report_types=["observed-data"],
        lang=lead.language or None,
        object_marking_refs=marks,
        # A report is about something: what has no selector is about its owner's word alone.
        object_refs=list(observables) or [owner],
        extensions={LEAD_EXTENSION: LeadExtension(**told)},
        allow_custom=True,
    )


def _observable(row: SelectorView, marks: list[str]) -> Any:
    value = value_of(row)
    marked: dict[str, Any] = {"object_marking_refs": marks}
    if row.kind == "url":
        return stix2.v21.URL(value=value, **marked)
    if row.kind == "domain":
        return stix2.v21.DomainName(value=value, **marked)
    if row.kind == "email":
        return stix2.v21.EmailAddress(value=value, **marked)
    told = {"kind": row.kind, "namespace": row.namespace, "value": value}
    return SelectorObservable(**{name: one for name, one in told.items() if one}, **marked)


def _text(made: Any) -> str:
    return str(made.serialize())
