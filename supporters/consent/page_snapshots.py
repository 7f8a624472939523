"""Stores each signup page as it was shown, once for each version (REQ-17).

The hash of a page covers its words and its form. Style sheets and images are stored separately: a
new style is no new page. A snapshot is always shown with the style of its first time.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from supporters import clock
from supporters.consent.models import PageSnapshot, PageStyle
from supporters.consent.record_forms import describe_page
from supporters.database import DatabaseUnavailable, db, transaction
from supporters.locks import Lock
from supporters.transparency_log.log_records import add_entry

STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"[^>]*>')
IMAGE = re.compile(r'(?<=")/[^"?#]+\.svg(?=")')
NO_STYLE = "{}"
Style = Mapping[str, str]


class SnapshotAltered(Exception):
    """The stored page or email doesn't match its hash."""


def hash_page(html: str) -> str:
    """Return the SHA-256 of a page, in hexadecimal."""
    return hashlib.sha256(html.encode()).hexdigest()


def find_page_snapshot(content_hash: str) -> int | None:
    """Return the id of the stored page with this hash."""
    return db.session.scalar(
        select(PageSnapshot.id).where(PageSnapshot.content_hash == content_hash)
    )


def store_page_snapshot(html: str, language: str, *, style: Style | None = None) -> PageSnapshot:
    """Return the snapshot with exactly this HTML, or add one with this style.

    `style` has the contents that the page refers to, by their addresses: the text of a style sheet,
    or an image as a data: address.
    """
    content_hash = hash_page(html)
    with transaction():
        Lock.PAGE.take(content_hash)
        page = db.session.scalar(
            select(PageSnapshot).where(PageSnapshot.content_hash == content_hash)
        )
        if page is None:
            page = PageSnapshot(
                language=language,
                content=compress_text(html),
                content_hash=content_hash,
                style_hash=None if style is None else _store_style(style),
                first_used_at=clock.now(),
            )
            db.session.add(page)
            db.session.flush()
            add_entry(describe_page(page))
    return page


def store_if_possible(html: str, language: str, style: Style) -> int | None:
    """Store a page that is only shown; return its id, or None if the database takes nothing."""
    try:
        return store_page_snapshot(html, language, style=style).id
    except DatabaseUnavailable:
        return None


def open_snapshot(page: PageSnapshot) -> str:
    """Return a page snapshot as it was shown, with its style. Raises SnapshotAltered."""
    return inline_style(read_snapshot(page), read_style(page))


def read_snapshot(page: PageSnapshot) -> str:
    """Return the HTML of a snapshot. Raises SnapshotAltered if it doesn't match its hash."""
    return open_text(page.content, page.content_hash)


def read_style(page: PageSnapshot) -> str:
    """Return the style of a snapshot as JSON. Raises SnapshotAltered if its hash differs."""
    if page.style_hash is None:
        return NO_STYLE
    style = db.session.get(PageStyle, page.style_hash)
    if style is None:
        raise SnapshotAltered(page.style_hash)
    return open_text(style.content, page.style_hash)


def inline_style(html: str, style_json: str) -> str:
    """Return a page with its style sheets and images inlined, so that it can be shown alone."""
    style: Style = json.loads(style_json)
    styled = STYLE_SHEET.sub(
        lambda link: f"<style>\n{style[link[1]]}\n</style>" if link[1] in style else link[0], html
    )
    return IMAGE.sub(lambda drawing: style.get(drawing[0], drawing[0]), styled)


def _store_style(style: Style) -> str:
    """Store a style unless it is there; return its hash."""
    text = json.dumps(style, ensure_ascii=False, sort_keys=True)
    content_hash = hash_page(text)
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    insert = (sqlite if is_sqlite else postgresql).insert(PageStyle)
    row = insert.values(content_hash=content_hash, content=compress_text(text))
    db.session.execute(row.on_conflict_do_nothing())
    return content_hash


def compress_text(text: str) -> bytes:
    """Return a text as it is stored."""
    return zlib.compress(text.encode(), level=9)


def open_text(content: bytes, content_hash: str) -> str:
    """Return a stored text. Raises SnapshotAltered if it doesn't have this hash."""
    try:
        text = zlib.decompress(content).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise SnapshotAltered(content_hash) from error
    if hash_page(text) != content_hash:
        raise SnapshotAltered(content_hash)
    return text
