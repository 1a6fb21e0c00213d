"""`manage.py messages extract|compile|check|missing`: the texts, without the gettext programs."""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Dates would make every extraction a change of every catalogue.
CHURN = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By)[^\n]*\n', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|(%[sd])")
TAG = re.compile(r"</?([a-zA-Z]\w*)")
HEADER = "# Alliance: the words of the product."


class Command(BaseCommand):
    help = "Extract, compile or check the translatable texts (pure Python)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["extract", "compile", "check", "missing"])
        parser.add_argument("--lang", action="append", help="a locale such as zh_Hans; all if none")

    def handle(self, *args: Any, **options: Any) -> None:
        for locale in options["lang"] or locales():
            getattr(self, f"_{options['act']}")(locale)

    def _extract(self, locale: str) -> None:
        path = po_path(locale)
        catalog = read(locale)
        catalog.update(template(), no_fuzzy_matching=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(catalog))
        waiting = sum(1 for m in catalog if m.id and is_missing(m))
        self.stdout.write(f"{locale}: {len(catalog)} texts, {waiting} without a translation.")

    def _compile(self, locale: str) -> None:
        catalog = read(locale)
        target = po_path(locale).with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            write_mo(out, catalog)
        self.stdout.write(f"{locale}: {len(catalog)} texts compiled.")

    def _check(self, locale: str) -> None:
        faults = list(faults_of(template(), read(locale)))
        for fault in faults[:200]:
            self.stderr.write(f"{locale}: {fault}")
        if faults:
            raise CommandError(
                f"{locale}: {len(faults)} texts need work."
                " Run `manage.py messages extract`, then translate what is missing."
            )
        self.stdout.write(f"{locale}: complete.")

    def _missing(self, locale: str) -> None:
        """Print what waits for a translator as a small catalogue of its own."""
        catalog = read(locale)
        catalog.update(template(), no_fuzzy_matching=True)
        waiting = Catalog(locale=locale, fuzzy=False)
        for message in catalog:
            if message.id and is_missing(message):
                waiting[message.id] = message
        sys.stdout.buffer.write(as_po(waiting))


def locales() -> list[str]:
    """Every language of the product but its source, English."""
    return [to_locale(code) for code, _name in settings.LANGUAGES if code != "en"]


def po_path(locale: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"


def read(locale: str) -> Catalog:
    """The catalogue as it is on disk, empty when there is none."""
    path = po_path(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Alliance", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=locale, domain="django", abort_invalid=True)


def as_po(catalog: Catalog) -> bytes:
    # A translator's own lines below the first, such as a glossary, stay.
    if not catalog.header_comment.startswith(HEADER):
        catalog.header_comment = HEADER
    catalog.project, catalog.version = "Alliance", "1"
    catalog.msgid_bugs_address = "maintainers@alliance.example"
    catalog.last_translator = catalog.language_team = "Alliance <maintainers@alliance.example>"
    catalog.fuzzy = False
    buffer = BytesIO()
    write_po(
        buffer, catalog, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False
    )
    return CHURN.sub(b"", buffer.getvalue())


def template() -> Catalog:
    """Every text of the code and the templates, with where it stands."""
    catalog = Catalog(project="Alliance", fuzzy=False)
    for path in sources():
        where = path.relative_to(settings.BASE_DIR).as_posix()
        for line, ids, comments, context in texts_in(path):
            catalog.add(ids, None, [(where, line)], auto_comments=comments, context=context)
    return catalog


def sources() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    for folder in ("alliance", "apps"):
        for path in sorted((base / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    for pattern in ("templates/**/*", "apps/*/templates/**/*"):
        for path in sorted(base.glob(pattern)):
            if path.suffix in {".html", ".txt"}:
                yield path


def texts_in(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What templatize blanks out keeps its indentation, which Python would read as blocks.
        lines = templatize(text, origin=str(path)).split("\n")
        text = "\n".join(line.lstrip() for line in lines)
    found = extract("python", BytesIO(text.encode()), KEYWORDS, ["Translators:"])
    return iter([entry for entry in found if entry[1]])


def is_missing(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return not all(strings)


def faults_of(wanted: Catalog, have: Catalog) -> Iterator[str]:
    """One sentence per text that a reader would miss or misread."""
    for message in wanted:
        fault = message.id and _fault(have.get(message.id, message.context))
        if fault:
            where = ", ".join(sorted({place for place, _line in message.locations}))
            yield f"{fault} ({where}): {_first(message)!r}"
    for message in have:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer in the code: {_first(message)!r}"


def _fault(known: Message | None) -> str:
    if known is None:
        return "new and untranslated"
    if is_missing(known):
        return "untranslated"
    if known.fuzzy:
        return "fuzzy"
    return "" if _same_parts(known) else "placeholders or tags differ"


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, list | tuple) else message.id)


def _parts(text: str) -> tuple[set[str], list[str]]:
    names = {"".join(groups) or "{}" for groups in PLACEHOLDER.findall(text)}
    return names, sorted(TAG.findall(text))


def _same_parts(message: Message) -> bool:
    """A translation keeps the placeholders and the markup of its source's last form."""
    source = message.id[-1] if isinstance(message.id, list | tuple) else message.id
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(_parts(str(text)) == _parts(str(source)) for text in strings)
