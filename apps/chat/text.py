"""Message text: what may be sent, and the safe subset of Markdown that is shown."""

import re
from functools import lru_cache
from uuid import UUID

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from apps.core.errors import Invalid

MAX_BYTES = 8 * 1024
TAGS = {"a", "p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
# Invisible characters that turn the reading direction or hide text in a line.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # maxNesting bounds the parser's recursion on hostile input.
    parser = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True, "maxNesting": 12})
    return parser.enable(
        [
            "emphasis",
            "strikethrough",
            "backticks",
            "fence",
            "list",
            "blockquote",
            "link",
            "autolink",
            "newline",
            "escape",
            "entity",
        ]
    )


def render(body: str) -> str:
    """The body as safe HTML: no images, no foreign attributes, links that pass nothing on."""
    html: str = nh3.clean(
        _markdown().render(body),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return html.strip()


def cleaned(body: object) -> str:
    """The body as it is kept. Raises Invalid for none, too much, or what no text contains."""
    if not isinstance(body, str) or not body.strip():
        raise Invalid({"body": [_("Write a message first.")]})
    if len(body) > MAX_BYTES or len(body.encode(errors="replace")) > MAX_BYTES:
        raise Invalid({"body": [_("The message is longer than 8 KB: shorten or attach it.")]})
    text = _UNSAFE.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise Invalid({"body": [_("Write a message first.")]})
    return text


def language_tag(value: object) -> str:
    """A language tag, or nothing for what is not one."""
    if isinstance(value, str) and len(value) <= 35 and _LANGUAGE.fullmatch(value):
        return value
    return ""


def client_id(value: object) -> UUID:
    """The sender's own id of a message. Raises Invalid."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) else _no_id()
    except ValueError:
        return _no_id()


def _no_id() -> UUID:
    raise Invalid({"cid": [_("Each message needs an id of its own, a UUID.")]})
