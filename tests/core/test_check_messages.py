"""Texts: extracted from code and templates, refused when incomplete, compiled without gettext."""

from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.core.management import CommandError, call_command

from apps.core.management.commands import messages


@pytest.fixture
def product(tmp_path: Path, settings: object) -> Path:
    """A product of one module and one template."""
    (tmp_path / "apps/x/templates").mkdir(parents=True)
    (tmp_path / "apps/x/views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        '_("%(brand)s shared a lead.")\n'
        'ngettext("%(n)d lead", "%(n)d leads", 2)\n'
    )
    (tmp_path / "apps/x/templates/x.html").write_text(
        '{% load i18n %}{% translate "Board" context "page" %}'
        "\n    <p>\n  x\n"
        "{% blocktranslate trimmed with n=name %}<b>{{ n }}</b> waits{% endblocktranslate %}"
    )
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    settings.LOCALE_PATHS = [tmp_path / "locale"]  # type: ignore[attr-defined]
    return tmp_path


def run(act: str) -> str:
    said = StringIO()
    call_command("messages", act, "--lang", "zh_Hans", stdout=said, stderr=said)
    return said.getvalue()


def translate(product: Path, old: str, new: str) -> None:
    path = product / "locale/zh_Hans/LC_MESSAGES/django.po"
    path.write_text(path.read_text().replace(old, new))


def complete() -> Catalog:
    catalog = messages.template()
    for message in catalog:
        if message.id:
            plural = isinstance(message.id, tuple)
            message.string = (message.id[1],) if plural else message.id
    return catalog


def faults(catalog: Catalog) -> list[str]:
    return list(messages.faults_of(messages.template(), catalog))


def test_texts_of_code_and_templates_are_found(product: Path) -> None:
    run("extract")

    text = (product / "locale/zh_Hans/LC_MESSAGES/django.po").read_text()
    assert 'msgid "%(brand)s shared a lead."' in text
    assert 'msgid_plural "%(n)d leads"' in text
    assert 'msgctxt "page"\nmsgid "Board"' in text
    assert 'msgid "<b>%(n)s</b> waits"' in text


def test_extracting_twice_changes_nothing(product: Path) -> None:
    run("extract")
    path = product / "locale/zh_Hans/LC_MESSAGES/django.po"
    first = path.read_bytes()

    run("extract")

    assert path.read_bytes() == first


def test_missing_texts_are_refused(product: Path) -> None:
    run("extract")

    with pytest.raises(CommandError, match="4 texts need work"):
        run("check")


def test_complete_catalogue_passes(product: Path) -> None:
    assert faults(complete()) == []


def test_lost_placeholder_is_named(product: Path) -> None:
    catalog = complete()
    catalog.get("%(brand)s shared a lead.").string = "共享了一条线索。"

    assert "placeholders or tags differ" in faults(catalog)[0]


def test_lost_markup_is_named(product: Path) -> None:
    catalog = complete()
    catalog.get("<b>%(n)s</b> waits").string = "%(n)s 在等"

    assert "placeholders or tags differ" in faults(catalog)[0]


def test_fuzzy_text_is_named(product: Path) -> None:
    catalog = complete()
    catalog.get("%(brand)s shared a lead.").flags.add("fuzzy")

    assert faults(catalog)[0].startswith("fuzzy")


def test_text_that_left_the_code_is_named(product: Path) -> None:
    catalog = complete()
    catalog.add("Gone", "没了")

    assert faults(catalog) == ["no longer in the code: 'Gone'"]


def test_compiled_texts_are_spoken(product: Path) -> None:
    run("extract")
    translate(product, 'shared a lead."\nmsgstr ""', 'shared a lead."\nmsgstr "%(brand)s 共享"')

    run("compile")

    compiled = (product / "locale/zh_Hans/LC_MESSAGES/django.mo").read_bytes()
    assert "%(brand)s 共享".encode() in compiled


def test_a_glossary_above_the_texts_survives_extraction(product: Path) -> None:
    run("extract")
    translate(product, messages.HEADER, f"{messages.HEADER}\n# desk 值班台")

    run("extract")

    assert "# desk 值班台\n" in messages.po_path("zh_Hans").read_text()
