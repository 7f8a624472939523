"""Keeps each signup page as it was shown, once for each version (REQ-17)."""

import hashlib
import zlib

from sqlalchemy import select

from supporters import clock
from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_page
from supporters.consent.models import PageVersion
from supporters.database import db, transaction
from supporters.locks import Lock


class PageAltered(Exception):
    """The stored page isn't the one whose hash was kept."""


def hash_page(html: str) -> str:
    """Return the SHA-256 of a page, in hexadecimal."""
    return hashlib.sha256(html.encode()).hexdigest()


def keep_page(html: str, language: str) -> PageVersion:
    """Return the version that shows just this, or add one."""
    content_hash = hash_page(html)
    with transaction():
        Lock.PAGE.take(content_hash)
        page = db.session.scalar(
            select(PageVersion).where(PageVersion.content_hash == content_hash)
        )
        if page is None:
            page = PageVersion(
                language=language,
                content=zlib.compress(html.encode(), level=9),
                content_hash=content_hash,
                first_used_at=clock.now(),
            )
            db.session.add(page)
            db.session.flush()
            append(describe_page(page))
    return page


def open_page(page: PageVersion) -> str:
    """Return the HTML of a kept page. Raises PageAltered when it isn't what was shown."""
    try:
        html = zlib.decompress(page.content).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise PageAltered(page.content_hash) from error
    if hash_page(html) != page.content_hash:
        raise PageAltered(page.content_hash)
    return html
