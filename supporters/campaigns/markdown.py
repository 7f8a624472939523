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
    text = ""
    lists: list[int | None] = []
    mark = ""
    for token in _parser.parse(markdown):
        match token.type:
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
            case "list_item_open":
                mark = _item_mark(lists)
            case "inline":
                block = "".join(_inline_text(token.children or []))
                text += ("  " * (len(lists) - 1)) + (mark or "  " * bool(lists)) + block + "\n"
                mark = ""
            case "fence" | "code_block":
                text += token.content.rstrip() + "\n\n"
            case "hr":
                text += "-" * 20 + "\n\n"
        if _ends_paragraph(token, is_in_list=bool(lists)):
            text += "\n"
    return text.rstrip() + "\n"


def _ends_paragraph(token: Token, *, is_in_list: bool) -> bool:
    """Tell whether an empty line follows: not between the items of a tight list."""
    is_end = token.type.endswith(("paragraph_close", "heading_close", "list_close"))
    return is_end and not token.hidden and not (is_in_list and token.type.endswith("list_close"))


def _item_mark(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return "- "
    lists[-1] = number + 1
    return f"{number}. "


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
