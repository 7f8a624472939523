"""Markdown to the HTML and the plain text of a mail, with the same links in both (REQ-77)."""

from collections.abc import Iterator, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "i"),
    *("img", "li", "ol", "p", "pre", "strong", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto", "tel"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True})


def to_html(markdown: str) -> str:
    """Return sanitised HTML; raw HTML in the source comes out as text (REQ-119)."""
    rendered = _parser.render(markdown)
    return nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


def to_text(markdown: str) -> str:
    """Return plain text: links show their address, lists their marks."""
    blocks: list[str] = []
    lists: list[int | None] = []
    prefix = ""
    for token in _parser.parse(markdown):
        match token.type:
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
            case "list_item_open":
                prefix = _item_prefix(lists)
            case "inline":
                blocks.append(prefix + "".join(_inline_text(token.children or [])))
                prefix = "  " * len(lists)
            case "fence" | "code_block":
                blocks.append(token.content.rstrip())
            case "hr":
                blocks.append("-" * 20)
    return "\n\n".join(blocks) + "\n"


def _item_prefix(lists: list[int | None]) -> str:
    indent, number = "  " * (len(lists) - 1), lists[-1]
    if number is None:
        return f"{indent}- "
    lists[-1] = number + 1
    return f"{indent}{number}. "


def _inline_text(tokens: Sequence[Token]) -> Iterator[str]:
    targets: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                yield token.content
            case "softbreak" | "hardbreak":
                yield "\n"
            case "image":
                yield f"[{token.content}]"
            case "link_open":
                targets.append(str(token.attrGet("href") or ""))
            case "link_close":
                yield f" ({targets.pop()})"


def list_links(markdown: str) -> list[tuple[str, str]]:
    """Return the links of a text in order: (target, words)."""
    links = []
    for token in _inline_tokens(markdown):
        children = token.children or []
        for index, child in enumerate(children):
            if child.type == "link_open":
                words = _inline_text(_until_link_close(children[index + 1 :]))
                links.append((str(child.attrGet("href") or ""), "".join(words)))
    return links


def list_images(markdown: str) -> list[tuple[str, str]]:
    """Return the images of a text in order: (source, alternative text)."""
    return [
        (str(child.attrGet("src") or ""), child.content)
        for token in _inline_tokens(markdown)
        for child in token.children or []
        if child.type == "image"
    ]


def _inline_tokens(markdown: str) -> list[Token]:
    return [token for token in _parser.parse(markdown) if token.type == "inline"]


def _until_link_close(tokens: Sequence[Token]) -> list[Token]:
    inside = []
    for token in tokens:
        if token.type == "link_close":
            break
        inside.append(token)
    return inside
