"""What a page says to all its readers alike is put together once, not at each reading.

Most of a page are the same words, addresses and drawings for everybody who reads its language, and
to look each of them up costs more than all that is said of the reader. When a template is read from
its file, every stretch of such parts becomes one: whatever asks the context for anything stays.
"""

from collections.abc import Callable
from itertools import groupby
from typing import Any, Final, TypeVar

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_Tag = TypeVar("_Tag", bound=Callable[..., Any])

_same: set[Callable[..., Any]] = set()


def same_for_all(tag: _Tag) -> _Tag:
    """Mark a simple tag whose answer follows from its arguments and the language alone."""
    _same.add(tag)
    return tag


class _Folding(base.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folding):
    """Django's own cached loader: each template is folded before it is kept."""


class Folded(Node):
    """A stretch of a page, as each language says it."""

    def __init__(self, parts: list[Node]) -> None:
        self.parts = parts
        self.token, self.origin = parts[0].token, parts[0].origin
        self.said: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = get_language(), get_script_prefix(), context.autoescape
        if key not in self.said:
            self.said[key] = NodeList(self.parts).render(context)
        return self.said[key]


def fold(nodes: NodeList) -> None:
    """Fold the nodes in their place, and those within them."""
    folded: list[Node] = []
    for alike, stretch in groupby(nodes, key=_is_alike):
        parts = list(stretch)
        if alike:
            folded.append(Folded(parts) if len(parts) > 1 else parts[0])
        else:
            folded += parts
    nodes[:] = folded
    for node in nodes:
        for inner in within(node):
            fold(inner)


def within(node: Node) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [inner for _condition, inner in node.conditions_nodelists]
    held = (getattr(node, name, None) for name in node.child_nodelists)
    return [inner for inner in held if isinstance(inner, NodeList)]


def _is_alike(node: Node) -> bool:
    rule = _ALIKE.get(type(node))
    return rule is not None and rule(node)


def _is_written(value: FilterExpression | None) -> bool:
    """Written in the template as it is: no variable, no filter."""
    if value is None:
        return True
    var = value.var
    is_literal = isinstance(var, Variable) and var.literal is not None
    return not value.filters and (isinstance(var, str) or is_literal)


def _is_plain(node: BlockTranslateNode) -> bool:
    return (
        not node.asvar
        and not node.extra_context
        and not node.plural
        and _is_written(node.message_context)
        and all(token.token_type == TokenType.TEXT for token in node.singular)
    )


# Of these and no other kinds of node it is known when they ask nothing of the context.
_ALIKE: Final[dict[type[Node], Callable[[Any], bool]]] = {
    TextNode: lambda node: True,
    LoadNode: lambda node: True,
    CommentNode: lambda node: True,
    TranslateNode: lambda node: (
        not node.asvar and _is_written(node.filter_expression) and _is_written(node.message_context)
    ),
    BlockTranslateNode: _is_plain,
    URLNode: lambda node: (
        not node.asvar and not node.args and not node.kwargs and _is_written(node.view_name)
    ),
    StaticNode: lambda node: not node.varname and _is_written(node.path),
    SimpleNode: lambda node: (
        not node.target_var
        and node.func in _same
        and all(_is_written(value) for value in (*node.args, *node.kwargs.values()))
    ),
}
