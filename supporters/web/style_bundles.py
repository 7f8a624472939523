"""The style sheets that pages load: each is made of components in `static/css`.

A page loads one of them. They are made when the catalogue of static files is read.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

PIECE = re.compile(r'(?P<string>"[^"]*")|/\*.*?\*/|(?P<space>\s+)', re.DOTALL)
AROUND_MARKS = re.compile(r" ?([{};,>]) ?")
LEADING_ZERO = re.compile(r"(?<![\w.])0(?=\.\d)")
MARKS = {": ": ":", ";}": "}"}


class StyleBundle(NamedTuple):
    """A style sheet that pages load, with its components in their order."""

    name: str
    components: tuple[str, ...]


class NoSuchComponent(Exception):
    """A bundle names a component that isn't in the folder."""


EVERYWHERE = ("tokens", "base", "layout", "buttons", "messages")
STYLE_BUNDLES = (
    StyleBundle("style/public.css", (*EVERYWHERE, "public", "forms", "signup")),
    StyleBundle("style/home.css", (*EVERYWHERE, "public", "home")),
    StyleBundle("style/article.css", (*EVERYWHERE, "public", "article")),
    StyleBundle("style/waiting.css", (*EVERYWHERE, "public", "signup", "waiting")),
    StyleBundle("style/records.css", (*EVERYWHERE, "public", "records")),
    StyleBundle("style/poster.css", (*EVERYWHERE, "poster")),
    StyleBundle("style/stall.css", (*EVERYWHERE, "forms", "signup", "records", "stall")),
    StyleBundle(
        "style/console.css",
        (
            *(*EVERYWHERE, "forms", "records", "tables", "console"),
            *(
                "charts",
                "progress",
                "editor",
                "composer",
                "signup",
                "factors",
                "pictures",
                "article",
                "starts",
            ),
        ),
    ),
)


def make_bundles(contents: Mapping[str, bytes], bundles: Sequence[StyleBundle]) -> dict[str, bytes]:
    """Return the bundles by their names. Raises NoSuchComponent."""
    return {bundle.name: _join(contents, bundle) for bundle in bundles}


def shorten(style: str) -> str:
    """Return a style sheet without comments, and without spaces and zeros that have no meaning."""
    pieces = re.split(r'("[^"]*")', PIECE.sub(_shorten_piece, style))
    return "".join(
        piece if piece.startswith('"') else _shorten_marks(piece) for piece in pieces
    ).strip()


def _join(contents: Mapping[str, bytes], bundle: StyleBundle) -> bytes:
    paths = [f"css/{component}.css" for component in bundle.components]
    if missing := [path for path in paths if path not in contents]:
        raise NoSuchComponent(f"{bundle.name} needs {', '.join(missing)}")
    return "\n".join(shorten(contents[path].decode()) for path in paths).encode()


def _shorten_piece(piece: re.Match[str]) -> str:
    return piece["string"] or (" " if piece["space"] else "")


def _shorten_marks(text: str) -> str:
    text = LEADING_ZERO.sub("", AROUND_MARKS.sub(r"\1", text))
    for long, short in MARKS.items():
        text = text.replace(long, short)
    return text
