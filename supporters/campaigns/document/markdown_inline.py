"""Reads the inline parts of Markdown: words with marks, merge fields, links and pictures."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from supporters.campaigns.document.inline_parts import (
    MAX_HREF,
    MAX_STORED_FALLBACK,
    NOT_IN_HREF,
    SCHEME,
    SCHEMES,
    scheme_of,
)
from supporters.campaigns.merge_fields import FIELDS, read_placeholder, without_marks

Json = dict[str, Any]
NAMES = "given_name|list_name|party_name"
FIELD = re.compile(  # not after an odd number of backslashes
    rf"(?<!\\)((?:\\\\)*)(\{{\{{\s*(?:{NAMES})\s*(?:\|[^{{}}]*)?\}}\}})|(\{{\{{\d+\}}\}})"
)
PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")
PICTURE = re.compile(r"image:((?:img_[0-9A-Za-z_-]{1,40})?)")
MARKS = {"em": "em", "strong": "strong", "s": "strike"}


class Parser(MarkdownIt):
    """The parser of Markdown, which leaves the targets of links as they were typed."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's own name
        """Return the target unchanged."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """Return the words of a bare link unchanged."""
        return link


def _make_parser() -> Parser:
    parser = Parser("commonmark", {"html": False, "breaks": True, "linkify": True})
    bare_links = LinkifyIt(
        {"//": None, "ftp:": None, "mailto:": None},
        {"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False},
    )
    parser.linkify = bare_links
    parser.enable(["table", "strikethrough", "linkify"])
    return parser


_parser = _make_parser()


def parse_blocks(markdown: str, references: Json) -> Sequence[Token]:
    """Return the tokens of a text; `references` are the targets that are named elsewhere."""
    return _parser.parse(markdown, references)


class InlineReader:
    """Reads the words of one text, whose placeholders it keeps apart from the markup."""

    def __init__(self) -> None:
        self._placeholders: list[str] = []

    def keep_fields(self, markdown: str) -> str:
        """Return a text with a number in each placeholder, so that no markup is found in it."""
        return FIELD.sub(self._keep, markdown)

    def restore(self, text: str) -> str:
        """Return a text with its placeholders as they were typed."""
        return PLACEHOLDER.sub(lambda found: self._placeholders[int(found[1])], text)

    def words(self, tokens: Sequence[Token]) -> list[Json]:
        """Return the inline parts of tokens. A link or picture that is none stays as typed."""
        parts: list[Json] = []
        marks: list[Json | None] = []
        literal: list[str] = []
        for token in tokens:
            match token.type:
                case "text" | "code_inline":
                    parts += self.text(token.content, marks)
                case "softbreak" | "hardbreak":
                    parts.append({"type": "hard_break", "marks": _real(marks)})
                case "image":
                    words = f"![{token.content}]({token.attrGet('src')})"
                    parts += self.text(words, marks)
                case "link_open" if target := self.href(token.attrGet("href")):
                    marks.append({"type": "link", "attrs": {"href": target}})
                case "link_open":
                    literal.append(f"]({token.attrGet('href')})")
                    parts += self.text("[", marks)
                    marks.append(None)
                case "em_open" | "strong_open" | "s_open":
                    marks.append({"type": MARKS[token.type.removesuffix("_open")]})
                case _ if marks and marks.pop() is None:  # the end of a mark
                    parts += self.text(literal.pop(), marks)
        return parts

    def text(self, text: str, marks: Sequence[Json | None] = ()) -> list[Json]:
        """Return the parts of a text: words, merge fields, and line breaks."""
        parts: list[Json] = []
        end = 0
        for found in PLACEHOLDER.finditer(text):
            parts += _lines(text[end : found.start()], _real(marks))
            parts += self._field(self._placeholders[int(found[1])], _real(marks))
            end = found.end()
        return parts + _lines(text[end:], _real(marks))

    def href(self, target: object) -> str | None:
        """Return a target that a document can have; None for another one."""
        restored = without_marks(self.restore(str(target or "")))
        typed = NOT_IN_HREF.sub(lambda found: quote(found[0]), restored)
        is_refused = SCHEME.match(typed) and scheme_of(typed) not in SCHEMES
        return None if is_refused or len(typed) > MAX_HREF else typed

    def picture(self, token: Token) -> Json | None:
        """Return the picture of an image token; None for one that was not uploaded."""
        found = PICTURE.fullmatch(str(token.attrGet("src")))
        if found is None:
            return None
        return {"image": found[1], "alt": self.restore(plain_words(token.children or []))}

    def _keep(self, found: re.Match[str]) -> str:
        self._placeholders.append(found[2] or found[3])
        return f"{found[1] or ''}{{{{{len(self._placeholders) - 1}}}}}"

    def _field(self, placeholder: str, marks: list[Json]) -> list[Json]:
        field = read_placeholder(placeholder[2:-2])
        if field.field not in FIELDS or len(field.fallback) > MAX_STORED_FALLBACK:
            return _lines(placeholder, marks)
        attrs = {"name": field.field, "fallback": field.fallback}
        return [{"type": "field", "attrs": attrs, "marks": marks}]


def plain_words(tokens: Sequence[Token]) -> str:
    """Return the words of tokens without marks, on one line."""
    return "".join(" " if token.type.endswith("break") else token.content for token in tokens)


def _real(marks: Sequence[Json | None]) -> list[Json]:
    return [mark for mark in marks if mark is not None]


def _lines(text: str, marks: list[Json]) -> list[Json]:
    """Return a text with a line break for each line end in it."""
    parts: list[Json] = []
    for index, line in enumerate(text.split("\n")):
        if index:
            parts.append({"type": "hard_break", "marks": marks})
        if line:
            parts.append({"type": "text", "text": line, "marks": marks})
    return parts
