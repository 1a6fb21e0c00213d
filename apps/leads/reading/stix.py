"""The reports of a STIX 2.1 bundle: what each says, and what it is about. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from apps.leads.reading.cells import Told
from apps.leads.reading.errors import ReadError

# What gathers others; an indicator or an observable that none of them names is a report itself.
_GATHERING: Final = ("report", "grouping", "observed-data", "incident", "note")
_PLAIN: Final = {"url": "url", "domain-name": "domain", "email-addr": "email"}
_ACCOUNTS: Final = frozenset({"wechat", "qq", "telegram", "whatsapp"})
_PATTERN: Final = re.compile(
    r"(?P<type>url|domain-name|email-addr):value\s*=\s*'(?P<value>(?:[^'\\]|\\.)+)'"
)
_LEAD: Final = ("brand", "country")
# The markings that everybody knows without their definitions.
_KNOWN_TLP: Final = {
    "94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}

Thing = Mapping[str, Any]


def reports(bundle: Any) -> Iterator[Told | ReadError]:
    """A report for each that gathers, and for each thing that none gathers."""
    listed = bundle.get("objects") if isinstance(bundle, dict) else None
    if not isinstance(listed, list):
        raise ReadError("reading.broken_json", row=1)
    things = {one["id"]: one for one in listed if isinstance(one, dict) and _is_named(one)}
    gathered: set[str] = set()
    for one in things.values():
        if one["type"] in _GATHERING:
            gathered.update(_refs(one))
    for one in listed:
        if not isinstance(one, dict) or not _is_named(one):
            yield ReadError("row.not_json")
        elif one["type"] in _GATHERING or (one["id"] not in gathered and _says_something(one)):
            yield _told(one, things)


def _is_named(one: Thing) -> bool:
    return isinstance(one.get("id"), str) and isinstance(one.get("type"), str)


def _refs(one: Thing) -> list[str]:
    refs = one.get("object_refs")
    return [ref for ref in refs if isinstance(ref, str)] if isinstance(refs, list) else []


def _says_something(one: Thing) -> bool:
    told = Told()
    _observe(told, one)
    return bool(told.cells)


def _told(one: Thing, things: Mapping[str, Thing]) -> Told:
    told = Told()
    told.add("title", one.get("name"))
    told.add("description", one.get("description") or one.get("content"))
    told.add("reference", one["id"])
    told.add("seen at", _seen_at(one))
    maker = things.get(str(one.get("created_by_ref")), {})
    told.add("source", maker.get("name"))
    for extension in _extensions(one):
        for name in _LEAD:
            told.add(name, extension.get(name))
    about = [things[ref] for ref in _refs(one) if ref in things]
    for thing in (one, *about):
        _observe(told, thing)
        _mark(told, thing, things)
    return told


def _seen_at(one: Thing) -> Any:
    """When it was seen, as far as it says so, else when it was told."""
    seen = next((e["seen_at"] for e in _extensions(one) if "seen_at" in e), None)
    names = ("first_observed", "published", "valid_from")
    return seen or next((one[name] for name in names if name in one), None)


def _extensions(one: Thing) -> Iterable[Thing]:
    found = one.get("extensions")
    return [e for e in found.values() if isinstance(e, dict)] if isinstance(found, dict) else []


def _observe(told: Told, thing: Thing) -> None:
    """What identifies a seller in one object."""
    kind = str(thing["type"])
    if kind in _PLAIN:
        told.add_value(_PLAIN[kind], thing.get("value"))
    elif kind == "x-alliance-selector":
        told.add_value(str(thing.get("kind")), thing.get("value"), thing.get("namespace"))
    elif kind == "user-account":
        account = thing.get("account_type")
        name = thing.get("account_login") or thing.get("user_id")
        if account in _ACCOUNTS:
            told.add_value(str(account), name)
    elif kind == "artifact":
        _picture(told, thing)
    elif kind == "indicator":
        _pattern(told, thing)


def _picture(told: Told, thing: Thing) -> None:
    hashes = thing.get("hashes")
    if isinstance(hashes, dict) and str(thing.get("mime_type", "")).startswith("image/"):
        told.add_value("image_hash", hashes.get("SHA-256"))


def _pattern(told: Told, thing: Thing) -> None:
    """What a STIX pattern compares with; other languages of patterns are left alone."""
    if thing.get("pattern_type", "stix") != "stix":
        return
    for match in _PATTERN.finditer(str(thing.get("pattern"))[:20_000]):
        value = re.sub(r"\\(.)", r"\1", match["value"])
        told.add_value(_PLAIN[match["type"]], value)


def _mark(told: Told, thing: Thing, things: Mapping[str, Thing]) -> None:
    """The lights of one object; whoever takes the report under the tightest of them."""
    refs = thing.get("object_marking_refs")
    for ref in refs if isinstance(refs, list) else []:
        known = _KNOWN_TLP.get(str(ref).rpartition("--")[2])
        told.add("tlp", known)
        marking = things.get(str(ref))
        if known is None and marking is not None:
            _define(told, marking)


def _define(told: Told, marking: Thing) -> None:
    for extension in _extensions(marking):
        told.add("tlp", extension.get("tlp_2_0"))
    definition = marking.get("definition")
    if isinstance(definition, dict):
        told.add("tlp", definition.get("tlp"))
        statement = str(definition.get("statement", ""))
        if statement.upper().startswith("PAP:"):
            told.add("pap", statement)
