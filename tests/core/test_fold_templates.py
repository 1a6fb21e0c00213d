"""What a page says to all alike is put together once, and is what it said before."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.template import Context, Engine, engines
from django.template.base import Node, NodeList, TextNode
from django.urls import set_script_prefix
from django.utils import translation

from apps.core.web import folding

LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
SOURCES = {
    "base": (
        "{% load i18n %}<title>{% block title %}{% endblock %}</title>"
        '{% translate "Leads" %} <p>{% block content %}{% translate "Board" %}{% endblock %}</p>'
    ),
    "page": (
        '{% extends "base" %}{% load alliance i18n static %}'
        '{% block title %}{% translate "Don\'t" %}{% translate "Leads" as l %}{{ l }}{% endblock %}'
        "{% block content %}{{ block.super }}{# seen by nobody #}{% comment %}no{% endcomment %}"
        '<a href="{% url "leads:inbox" %}">{% icon "leads" %}{% translate "Leads" %}</a>'
        '{% static "it\'s.svg" %}{% translate "Urgent" context "severity" %}'
        "{% blocktranslate trimmed %} Tick <b>the</b> leads {% endblocktranslate %}"
        "{% blocktranslate %}{{ name }} is yours.{% endblocktranslate %}"
        "{% if name %}{% icon 'bell' %}{% translate 'Signals' %}{% else %}-{% endif %}"
        "{% for n in many %}<i>{% translate 'Board' %}</i>{{ n }}{% empty %}none{% endfor %}"
        "{% translate word %}{% translate 'Leads'|upper %}{% icon glyph %}"
        '{% url "leads:detail" key %}{% url place %}{% endblock %}'
    ),
}
ASKED = {
    "name": "<Ana>", "many": [1, 2], "word": "Leads", "glyph": "bell", "place": "leads:inbox",
    "key": "00000000-0000-7000-8000-000000000000",
}  # fmt: skip


def engine(loader: str, inner: Any) -> Engine:
    return Engine(loaders=[(loader, inner)], libraries=engines["django"].engine.libraries)  # type: ignore[attr-defined]


def every_node(nodes: NodeList) -> Iterator[Node]:
    for node in nodes:
        yield node
        for inner in folding.within(node):
            yield from every_node(inner)


@contextmanager
def reached_by(prefix: str) -> Iterator[None]:
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix("/")


class Unasked(Context):
    """Answers nobody."""

    def _refuse(self, *_asked: object) -> NoReturn:
        raise AssertionError("the context was asked")

    get = __getitem__ = __contains__ = _refuse  # type: ignore[assignment]


def test_folded_page_says_what_it_says_unfolded() -> None:
    inner = [("django.template.loaders.locmem.Loader", SOURCES)]
    plain = engine("django.template.loaders.cached.Loader", inner).get_template("page")
    folded = engine("apps.core.web.folding.Loader", inner).get_template("page")

    for language, prefix in product(("en", "zh-hans", "en"), ("/", "/under/")):
        for autoescape in (True, False):
            for asked in (ASKED, ASKED | {"name": "", "many": [], "word": "Board"}):
                with translation.override(language), reached_by(prefix):
                    told = [
                        page.render(Context(asked, autoescape=autoescape))
                        for page in (plain, folded, folded)
                    ]
                assert told[0] == told[1] == told[2]
    assert any(isinstance(node, folding.Folded) for node in every_node(folded.nodelist))


def test_folded_parts_of_every_template_ask_nothing_of_the_context() -> None:
    every = engine("apps.core.web.folding.Loader", LOADERS)
    every.dirs = settings.TEMPLATES[0]["DIRS"]
    roots = [*every.dirs, *settings.BASE_DIR.glob("apps/*/templates")]
    names = {str(path.relative_to(root)) for root in roots for path in root.rglob("*.html")}
    folded = 0
    for name in sorted(names):
        template = every.get_template(name)
        context = Unasked()
        context.template = template
        for node in every_node(template.nodelist):
            if isinstance(node, folding.Folded):
                folded += len(node.parts)
                assert str(node.render(context)) == "".join(p.render(context) for p in node.parts)

    assert len(names) > 100
    assert folded > 20 * len(names)


@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}", "{% translate 'Leads' as one %}", "{% translate word %}",
        "{% translate 'Leads'|upper %}", "{% translate 'Urgent' context word %}",
        "{% url 'leads:detail' key %}", "{% url 'leads:inbox' as one %}", "{% url place %}",
        "{% icon glyph %}", "{% icon 'bell' as one %}", "{% csrf_token %}", "{% static name %}",
        "{% static 'x' as one %}", "{% chosen_theme %}", "{% local_time name %}",
        "{% blocktranslate %}{{ name }}{% endblocktranslate %}",
        "{% blocktranslate asvar one %}Leads{% endblocktranslate %}",
        "{% blocktranslate with n=name %}Leads{% endblocktranslate %}",
        "{% blocktranslate count n=name %}One{% plural %}Many{% endblocktranslate %}",
        "{% get_current_language as one %}", "{% include 'x' %}",
    ],
)  # fmt: skip
def test_part_that_asks_or_tells_the_context_stays(source: str) -> None:
    page = {"page": "{% load alliance i18n static %}a" + source + "b{% load i18n %}c"}
    inner = [("django.template.loaders.locmem.Loader", page)]

    nodes = engine("apps.core.web.folding.Loader", inner).get_template("page").nodelist

    assert [type(node) for node in nodes][::2] == [folding.Folded, folding.Folded]
    assert len(nodes) == 3
    assert not isinstance(nodes[1], folding.Folded | TextNode)
