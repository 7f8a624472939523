"""Markdown to the HTML and the plain text of an email, with the same links in both (REQ-77)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import islice

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from supporters.campaigns.pictures.email_pictures import EmailPicture, reference_in

TAGS = {
    *("a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "i"),
    *("img", "li", "ol", "p", "pre", "strong", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height", "style"},
    "ol": {"start"},
}
SCHEMES = {"https", "http", "mailto", "tel"}
ENDS_BLOCK = {
    *("paragraph_close", "heading_close", "blockquote_close", "fence", "code_block", "hr"),
}
FRAMES = {"bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"}
LINE_END = re.compile(r"\r\n|\r|\n")
INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # controls, characters without width, spaces
MARKUP = "!$%&*+-:<=>@[\\]^_`{}~"  # where the parser stops to look for markup
MOST_MARKUP = 4_000  # takes it some 50 ms; a long newsletter has a few hundred
MOST_LINES = 20_000  # takes it some 50 ms, even if nearly all are empty
PICTURES = "pictures"
STYLE = {"max-width", "height"}
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True})


class TextLayout:
    """A text that grows block by block, within frames that each put a mark before every line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._first_marks: list[str] = []
        self._marks: list[str] = []
        self._is_apart = False
        self._frames_apart = 0  # how many stay open across the empty line

    def open_frame(self, first_mark: str, mark: str) -> None:
        """Begin a list item or a quotation: `first_mark` is for its first line only."""
        self._first_marks.append(first_mark)
        self._marks.append(mark)

    def close_frame(self) -> None:
        """End the innermost frame."""
        self._first_marks.pop()
        self._marks.pop()
        self._frames_apart = min(self._frames_apart, len(self._marks))

    def keep_apart(self) -> None:
        """Leave an empty line before the next block."""
        self._is_apart = True
        self._frames_apart = len(self._marks)

    def write(self, block: str) -> None:
        """Add the lines of a block."""
        if self._is_apart and self._lines:
            self._lines.append("".join(self._marks[: self._frames_apart]).rstrip())
        self._is_apart = False
        for line in block.split("\n"):
            self._lines.append(("".join(self._first_marks) + line).rstrip())
            self._first_marks = [*self._marks]

    def __str__(self) -> str:
        """Return the whole text."""
        return "\n".join(self._lines) + "\n"


def is_heavy(markdown: str) -> bool:
    """Tell whether a text has so much markup that to parse it would hold up other requests.

    It is never parsed: it can't be sent, and a preview shows its source.
    """
    marks = sum(map(markdown.count, MARKUP))
    if marks > MOST_MARKUP:
        return True
    lines = LINE_END.split(markdown)
    with_words = sum(1 for line in lines if line and not line.isspace())
    return len(lines) > MOST_LINES or marks + with_words > MOST_MARKUP


@lru_cache(maxsize=4)
def _parse(markdown: str) -> Sequence[Token]:
    """Return the blocks of a text, which the checks and both renderings share."""
    return _parser.parse(markdown)


def to_html(markdown: str, pictures: Mapping[str, EmailPicture] | None = None) -> str:
    """Return sanitised HTML; raw HTML in the source comes out as text (REQ-119).

    `pictures` has our own pictures by their references.
    """
    if is_heavy(markdown):
        return f"<pre>{escape(markdown)}</pre>"
    environment = {PICTURES: pictures or {}}
    rendered = _parser.renderer.render(_parse(markdown), _parser.options, environment)
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        filter_style_properties=STYLE,
    )


def _render_image(  # noqa: PLR0917 - the parser calls it with these
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    environment: EnvType,
) -> str:
    """Return the tag of an image: one of our pictures has its size, for readers without styles."""
    token = tokens[index]
    picture = environment[PICTURES].get(reference_in(str(token.attrGet("src") or "")))
    if picture is None:
        return renderer.image(tokens, index, options, environment)
    alt = renderer.renderInlineAsText(token.children, options, environment)
    return (
        f'<img src="{escape(picture.url)}" alt="{escape(alt)}" width="{picture.width}"'
        f' height="{picture.height}" style="max-width: 100%; height: auto">'
    )


_parser.add_render_rule("image", _render_image)


def to_text(markdown: str) -> str:
    """Return plain text: links show their address, lists and quotations their marks."""
    if is_heavy(markdown):
        return markdown
    layout = TextLayout()
    lists: list[int | None] = []
    for token in _parse(markdown):
        _frame(token, layout, lists)
        match token.type:
            case "inline":
                layout.write("".join(_inline_text(token.children or [])))
            case "fence" | "code_block":
                layout.write(token.content.rstrip())
            case "hr":
                layout.write("-" * 20)
        if _ends_block(token, is_in_list=bool(lists)):
            layout.keep_apart()
    return str(layout)


def _frame(token: Token, layout: TextLayout, lists: list[int | None]) -> None:
    """Open or close the frame of a list item or quotation; `lists` has the next number of each."""
    match token.type:
        case "ordered_list_open":
            start = token.attrGet("start")
            lists.append(1 if start is None else int(start))
        case "bullet_list_open":
            lists.append(None)
        case "ordered_list_close" | "bullet_list_close":
            lists.pop()
        case "list_item_open":
            layout.open_frame(_item_mark(lists), "  ")
        case "blockquote_open":
            layout.open_frame("> ", "> ")
        case "list_item_close" | "blockquote_close":
            layout.close_frame()


def _ends_block(token: Token, *, is_in_list: bool) -> bool:
    """Tell whether an empty line follows: not between the items of a tight list."""
    if token.type.endswith("list_close"):
        return not is_in_list
    return not token.hidden and token.type in ENDS_BLOCK


def _item_mark(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return "- "
    lists[-1] = number + 1
    return f"{number}. "


def _inline_text(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the words; after those of a link its target, unless they are the target."""
    targets: list[str] = []
    for index, token in enumerate(tokens):
        match token.type:
            case "text" | "code_inline":
                yield token.content
            case "softbreak" | "hardbreak":
                yield "\n"
            case "image":
                yield f"[{token.content}]" if token.content else ""
            case "link_open":
                targets.append(str(token.attrGet("href") or ""))
            case "link_close":
                target = targets.pop()
                if tokens[index - 1].content not in {target, target.removeprefix("mailto:")}:
                    yield f" ({target})"


def list_links(markdown: str) -> list[tuple[str, str]]:
    """Return the links of a text in order: (target, words)."""
    links = []
    for token in _inline_tokens(markdown):
        children = token.children or []
        for index, child in enumerate(children):
            if child.type == "link_open":
                words = _inline_text(_until_link_close(islice(children, index + 1, None)))
                links.append((str(child.attrGet("href") or ""), "".join(words)))
    return links


def list_images(markdown: str) -> list[tuple[str, str]]:
    """Return the images of a text in order: (source, alternative text)."""
    if "![" not in markdown:  # most texts, at each save
        return []
    return [
        (str(child.attrGet("src") or ""), child.content)
        for token in _inline_tokens(markdown)
        for child in token.children or []
        if child.type == "image"
    ]


def list_references(markdown: str) -> list[str]:
    """Return the references of our own pictures in a text."""
    if is_heavy(markdown):
        return []
    found = (reference_in(source) for source, _ in list_images(markdown))
    return [reference for reference in found if reference is not None]


def _inline_tokens(markdown: str) -> list[Token]:
    return [token for token in _parse(markdown) if token.type == "inline"]


def find_too_deep(markdown: str) -> str | None:
    """Return the line of a list or quotation that is nested too deep.

    The parser drops its content, and everything after it.
    """
    for token in _parse(markdown):
        if token.type in FRAMES and token.level + 1 >= _parser.options.maxNesting:
            return LINE_END.split(markdown)[token.map[0] if token.map else 0]
    return None


def has_words(markdown: str) -> bool:
    """Tell whether there is text to read: a rule, an unused target or no-width isn't."""
    read = "".join(
        "".join(_inline_text(token.children)) if token.children else token.content
        for token in _parse(markdown)
    )
    return is_visible(read)


def is_visible(text: str) -> bool:
    """Tell whether a text has a character that is seen."""
    return any(unicodedata.category(character) not in INVISIBLE for character in text)


def _until_link_close(tokens: Iterable[Token]) -> list[Token]:
    inside = []
    for token in tokens:
        if token.type == "link_close":
            break
        inside.append(token)
    return inside
