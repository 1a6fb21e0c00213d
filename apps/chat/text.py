"""Message text: what may be sent, and the safe subset of Markdown that is shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from html import unescape
from typing import Any
from uuid import UUID

import nh3
from django.utils.html import escape, strip_tags
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from apps.chat import instants, mentioning
from apps.chat.mentioning import Callee
from apps.core.errors import Invalid

MAX_BYTES = 8 * 1024
TAGS = {"a", "p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li"}
# Made by the rules below alone: what people write as HTML is shown as text.
TAGS |= {"span", "time"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "span": {"class", "data-ref"},
    "time": {"class", "datetime"},
}
SCHEMES = {"http", "https", "mailto"}
# Invisible characters that turn the reading direction or hide text in a line.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# A line of words and what stands between them: no sign in it means anything to Markdown or to HTML.
# What begins like an item of a list is not among them.
_WORDS_ALONE = re.compile(
    r"(?!\d{1,9}[.)](?:\s|$))[^\W_](?:[^\W_]|[ ,.;:!?()'/%#-]|[\u3001\u3002\uff01-\uff1f])*"
)
# Where a new line begins on the page, words do not run together.
_BLOCK = re.compile(r"<(?=/?(?:p|br|li|pre|blockquote)\b)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as safe HTML, and who is called in it."""

    html: str
    mentions: list[str]


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # maxNesting bounds the parser's recursion on hostile input.
    parser = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True, "maxNesting": 12})
    parser.enable(
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
    parser.inline.ruler.before("autolink", "instant", _instant)
    parser.inline.ruler.before("autolink", "mention", _mention)
    parser.add_render_rule("instant", _render_instant)
    parser.add_render_rule("mention", _render_mention)
    return parser


def _instant(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """`<t:2026-11-26T09:00Z>`: an instant, shown to each reader in his own zone."""
    found = instants.at(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("instant", "time", 0)
        token.content = found.instant.astimezone(UTC).isoformat()
    state.pos = found.end
    return True


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    if state.src[state.pos] != "@":
        return False
    who = mentioning.at(state.src, state.pos + 1, state.env.get("known", {}))
    if who is None:
        return False
    if not silent:
        token = state.push("mention", "span", 0)
        token.content, token.meta = f"@{who.name}", {"ref": who.ref}
        state.env["called"].append(who.ref)
    state.pos += 1 + len(who.handle)
    return True


def _render_instant(
    _self: RendererHTML, tokens: Sequence[Token], n: int, _options: Any, _env: Any
) -> str:
    iso = escape(tokens[n].content)
    return f'<time class="al-instant" datetime="{iso}">{escape(instants.plain(iso))}</time>'


def _render_mention(
    _self: RendererHTML, tokens: Sequence[Token], n: int, _options: Any, _env: Any
) -> str:
    ref, name = escape(tokens[n].meta["ref"]), escape(tokens[n].content)
    return f'<span class="al-mention" data-ref="{ref}">{name}</span>'


def render(body: str, known: Mapping[str, Callee] | None = None) -> Rendered:
    """The body as safe HTML: no images, no foreign attributes, links that pass nothing on.

    Who is called counts once, and not within code.
    """
    if _WORDS_ALONE.fullmatch(body):
        # Most of what people say: the parser would take a hundred times as long to find nothing.
        return Rendered(f"<p>{body.rstrip()}</p>", [])
    return _parsed(body, known)


def _parsed(body: str, known: Mapping[str, Callee] | None) -> Rendered:
    env: dict[str, Any] = {"known": known or {}, "called": []}
    html: str = nh3.clean(
        _markdown().render(body, env),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return Rendered(html.strip(), list(dict.fromkeys(env["called"])))


def words(html: str) -> str:
    """What a rendered text says, in one line: no signs of how it is written; instants in UTC."""
    return " ".join(unescape(strip_tags(_BLOCK.sub(" <", html))).split())


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
