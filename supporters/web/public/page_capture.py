"""Page snapshots: a page as it is kept for proof, the same for every visitor (REQ-17).

A page is rendered for keeping without anything of the visitor: blank, without the marks and tokens
of a form. That is done once in each process for each page that differs in anything: a signup costs
no rendering more. Style sheets and drawings stand in it by their addresses without hashes: a new
style changes nothing in it.
"""

import base64
import mimetypes
import posixpath
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import current_app, url_for

from supporters.consent.page_snapshots import DRAWING, STYLE_SHEET, Style, hash_page, keep_page
from supporters.languages import LANGUAGES
from supporters.web.hashed_files import plain_name
from supporters.web.public.retention_notice import times_kept
from supporters.web.static_files import current_static_files

STATIC_ADDRESS = re.compile(r'(?<=")/static/[^"?#]+')
DRAWING_OF_STYLE = re.compile(r'(?<=url\(")[^":]+(?="\))')
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
        html = _without_hashes(shown.render())
        known.page_version_id = keep_page(html, shown.language, style=_style_of(html)).id
    return known.page_version_id


def languages_without_token(endpoint: str) -> list[tuple[str, str, str]]:
    """Return the links to a page in each language, without the token that is somebody's own."""
    return [
        (code, name, url_for(endpoint, lang_code=code, token=NOBODYS_TOKEN))
        for code, name in LANGUAGES.items()
    ]


def _find(shown: Shown) -> _Known:
    pages: dict[Hashable, _Known] = current_app.extensions.setdefault("shown_pages", {})
    key = (shown.language, shown.depends_on, times_kept())
    if key not in pages:
        if len(pages) >= MOST_KNOWN:
            pages.clear()
        pages[key] = _Known(hash_page(_without_hashes(shown.render())))
    return pages[key]


def _without_hashes(html: str) -> str:
    """Return a page that refers to static files by names that a new content doesn't change."""
    return STATIC_ADDRESS.sub(lambda address: plain_name(address[0]) or address[0], html)


def _style_of(html: str) -> Style:
    """Return the style sheets and drawings that a page refers to, by their addresses."""
    sheets = {address: _read_style_sheet(address) for address in STYLE_SHEET.findall(html)}
    return {**sheets, **{address: _read_drawing(address) for address in DRAWING.findall(html)}}


def _read_style_sheet(address: str) -> str:
    folder = posixpath.dirname(address)

    def put_in(reference: re.Match[str]) -> str:
        return _read_drawing(posixpath.normpath(posixpath.join(folder, reference[0])))

    return DRAWING_OF_STYLE.sub(put_in, _read(address).decode())


def _read_drawing(address: str) -> str:
    """Return a drawing as a data: address."""
    kind = mimetypes.types_map[posixpath.splitext(address)[1]]
    return f"data:{kind};base64,{base64.b64encode(_read(address)).decode()}"


def _read(address: str) -> bytes:
    """Return the content of the static file at an address. Raises KeyError."""
    name = address.removeprefix(f"{current_app.static_url_path}/")
    return current_static_files().find(name).content
