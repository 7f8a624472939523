"""Pages as they are kept for proof: the same for every visitor, and whole by themselves (REQ-17).

A page is rendered for keeping without anything of the visitor: blank, without the marks and tokens
of a form, its style sheets and drawings put into it. That is done once in each process for each
page that differs in anything: a signup costs no rendering more.
"""

import base64
import mimetypes
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, url_for
from werkzeug.exceptions import NotFound

from supporters.consent.pages import hash_page, keep_page
from supporters.languages import LANGUAGES
from supporters.web.public.times import times_kept

STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"[^>]*>')
DRAWING = re.compile(r'(?<=")/[^"?#]+\.svg(?=")')
DRAWING_OF_STYLE = re.compile(r'(?<=url\(")\.\./[^"]+(?="\))')
MOST_KNOWN = 1_000
NOBODYS_TOKEN = "letter"  # noqa: S105 - stands in kept addresses, and opens nothing


@dataclass(frozen=True)
class Shown:
    """A page for keeping: its language, how to render it, and all that its content depends on."""

    language: str
    depends_on: Hashable
    render: Callable[[], str]


@dataclass
class _Known:
    content_hash: str
    page_version_id: int | None = None


def hash_of(shown: Shown) -> str:
    """Return the fingerprint that the form of a page carries, so that we know which was read."""
    return _find(shown).content_hash


def keep(shown: Shown) -> int:
    """Keep the page that a visitor saw, unless it is kept; return the id of its version."""
    known = _find(shown)
    if known.page_version_id is None:
        known.page_version_id = keep_page(make_whole(shown.render()), shown.language).id
    return known.page_version_id


def languages_without_token(endpoint: str) -> list[tuple[str, str, str]]:
    """Return the links to a page in each language, without the token that is somebody's own."""
    return [
        (code, name, url_for(endpoint, lang_code=code, token=NOBODYS_TOKEN))
        for code, name in LANGUAGES.items()
    ]


def make_whole(html: str) -> str:
    """Put style sheets and drawings into a page, so that it can be shown without anything else."""
    styled = STYLE_SHEET.sub(lambda link: f"<style>\n{_style_of(link[1])}\n</style>", html)
    return DRAWING.sub(lambda drawing: _as_text(_file_of(drawing[0])), styled)


def _find(shown: Shown) -> _Known:
    pages: dict[Hashable, _Known] = current_app.extensions.setdefault("shown_pages", {})
    key = (shown.language, shown.depends_on, times_kept())
    if key not in pages:
        if len(pages) >= MOST_KNOWN:
            pages.clear()
        pages[key] = _Known(hash_page(make_whole(shown.render())))
    return pages[key]


def _style_of(path: str) -> str:
    file = _file_of(path)
    style = file.read_text(encoding="utf-8")
    return DRAWING_OF_STYLE.sub(lambda drawing: _as_text(file.parent / drawing[0]), style)


def _file_of(path: str) -> Path:
    """Return the file behind the address of one of our static files. Raises NotFound."""
    endpoint, values = current_app.url_map.bind("").match(path)
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    folder = (blueprint or current_app).static_folder
    if folder is None or not endpoint.endswith("static"):
        raise NotFound(path)
    return Path(folder) / str(values["filename"])


def _as_text(file: Path) -> str:
    """Return a drawing as a data: address."""
    kind = mimetypes.types_map[file.suffix]
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
