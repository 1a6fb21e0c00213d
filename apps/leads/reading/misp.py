"""The events of a MISP file: what each says, and its attributes. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from apps.leads.reading.cells import KIND_COLUMNS, Told
from apps.leads.reading.errors import ReadError

_TYPES: Final = {
    "url": "url", "link": "url", "uri": "url", "domain": "domain", "hostname": "domain",
    "domain|ip": "domain", "hostname|port": "domain", "email": "email", "email-src": "email",
    "email-dst": "email", "email-reply-to": "email", "whois-registrant-email": "email",
    "phone-number": "phone", "whois-registrant-phone": "phone", "iban": "bank_account",
    "bank-account-nr": "bank_account", "cc-number": "bank_account",
}  # fmt: skip
# What else Alliance writes as a type of MISP.
_ALSO: Final = frozenset({("phone-number", "whatsapp")})
_TEXTS: Final = frozenset({"text", "comment", "other"})
_FACTS: Final = frozenset({"brand", "country"})

Thing = Mapping[str, Any]


def events(written: Any) -> Iterator[Told | ReadError]:
    """A report for each event."""
    for one in _listed(written):
        event = one.get("Event", one) if isinstance(one, dict) else None
        if isinstance(event, dict) and ("info" in event or "Attribute" in event):
            yield _told(event)
        else:
            yield ReadError("row.not_json")


def _listed(written: Any) -> list[Any]:
    if isinstance(written, dict) and "response" in written:
        written = written["response"]
    return written if isinstance(written, list) else [written]


def _told(event: Thing) -> Told:
    told = Told()
    told.add("title", event.get("info"))
    told.add("reference", event.get("uuid"))
    told.add("seen at", event.get("date"))
    maker = event.get("Orgc") or event.get("Org")
    told.add("source", maker.get("name") if isinstance(maker, dict) else None)
    _tag(told, event)
    for attribute in _attributes(event):
        if not attribute.get("deleted"):
            _tag(told, attribute)
            _read(told, attribute)
    return told


def _attributes(event: Thing) -> Iterator[Thing]:
    yield from _things(event.get("Attribute"))
    for made in _things(event.get("Object")):
        if not made.get("deleted"):
            yield from _things(made.get("Attribute"))


def _things(listed: Any) -> Iterable[Thing]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _tag(told: Told, thing: Thing) -> None:
    """Lights and grades are tags of MISP's own taxonomies."""
    for tag in _things(thing.get("Tag")):
        name = str(tag.get("name", "")).strip()
        kind = name.partition(":")[0].lower()
        if kind in {"tlp", "pap"}:
            told.add(kind, name)
        elif kind == "admiralty-scale":
            told.add("grading", name)


def _read(told: Told, attribute: Thing) -> None:
    """One attribute; what MISP has no type for says in its comment what it is."""
    kind, value = str(attribute.get("type")), attribute.get("value")
    named, _space, namespace = str(attribute.get("comment") or "").partition(" ")
    if _says_kind(kind, named, namespace):
        told.add_value(named, value, namespace)
    elif kind in _TYPES:
        first = value.partition("|")[0] if isinstance(value, str) and "|" in kind else value
        told.add_value(_TYPES[kind], first)
    elif named in _FACTS and not namespace:
        told.add(named, value)
    elif kind in _TEXTS:
        told.add("description", value)


def _says_kind(type_: str, named: str, namespace: str) -> bool:
    """Whether the comment is the kind and its namespace, as Alliance writes it, and no remark of
    somebody's: "shop found by a customer" makes no shop of an address.
    """
    if named not in KIND_COLUMNS or " " in namespace:
        return False
    return type_ in _TEXTS or named == _TYPES.get(type_) or (type_, named) in _ALSO
