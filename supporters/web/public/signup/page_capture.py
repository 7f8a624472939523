"""Captures page snapshots: a page stored as proof, the same for every visitor (REQ-17).

A snapshot is rendered without data of the visitor: a blank form without tokens. Each process
renders each version of a page only once, so that a sign-up costs no second rendering. Style sheets
and drawings have addresses without hashes in it, so that a new style does not change the snapshot.

The fingerprint of a page is signed: the hash of its snapshot, and that of all that the team and the
party say in it. Another version of the program takes the form if only the first differs (ADR 088).
"""

import base64
import hashlib
import json
import mimetypes
import posixpath
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import current_app, url_for
from itsdangerous import BadSignature, Signer

from supporters.consent.consent_events import current_identity
from supporters.consent.page_snapshots import (
    IMAGE,
    STYLE_SHEET,
    Style,
    find_page_snapshot,
    hash_page,
    inline_style,
    store_if_possible,
    store_page_snapshot,
)
from supporters.delivery.known_machines.machine_list import runs_beside_another_version
from supporters.extensions import current_settings
from supporters.public_languages import public_languages
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.static_bundles import plain_name
from supporters.web.static_files import current_static_files

STATIC_ADDRESS = re.compile(r'(?<=")/static/[^"?#]+')
DRAWING_OF_STYLE = re.compile(r'(?<=url\(")[^":]+(?="\))')
MAX_CACHED_PAGES = 1_000
MAX_FINGERPRINT = 256
PLACEHOLDER_TOKEN = "letter"  # noqa: S105 - replaces the token in the addresses of snapshots; it opens no page


@dataclass(frozen=True)
class SnapshotSource:
    """The source of a snapshot: language, render function, and the values it depends on."""

    language: str
    depends_on: Hashable
    render: Callable[[], str]


@dataclass
class _CachedPage:
    fingerprint: str
    page_snapshot_id: int | None = None


def page_fingerprint(shown: SnapshotSource) -> str:
    """Return the fingerprint of a page. Its form carries it, to identify the page that was read."""
    keep_for_another_version(shown)
    return _find(shown).fingerprint


def keep_for_another_version(shown: SnapshotSource) -> None:
    """Store a page that is shown, if another version of the program may get its form (ADR 128).

    That one takes it with the stored page only. Otherwise a page is stored by its first sign-up.
    """
    if not runs_beside_another_version():
        return
    known = _find(shown)
    if known.page_snapshot_id is None:
        html = _remove_hashes(shown.render())
        known.page_snapshot_id = store_if_possible(html, shown.language, _style_of(html))


def is_shown_page(sent: str, present: str) -> bool:
    """Tell whether a form is from the present page, or from that of another version of us."""
    return (
        sent == present
        or _read_fingerprint(sent) == _read_fingerprint(present)
        or find_other_version(sent, present) is not None
    )


def find_other_version(sent: str, present: str) -> int | None:
    """Return the stored page that another version of the program showed with the same content."""
    if sent == present:
        return None
    (page, *content), (own_page, *own_content) = _read_fingerprint(sent), _read_fingerprint(present)
    is_other = page != own_page and content == own_content
    return find_page_snapshot(page) if is_other else None


def store_snapshot(shown: SnapshotSource, sent: str | None) -> int:
    """Store the page that a visitor saw, if it is new; return the id of its version.

    `sent` is the fingerprint in a form that was accepted.
    """
    known = _find(shown)
    other = find_other_version(sent or "", known.fingerprint)
    if other is not None:
        return other
    if known.page_snapshot_id is None:
        known.page_snapshot_id = render_and_store(shown)
    return known.page_snapshot_id


def render_and_store(shown: SnapshotSource) -> int:
    """Store a page if it is new; return the id of its version. This process caches nothing."""
    html = _remove_hashes(shown.render())
    return store_page_snapshot(html, shown.language, style=_style_of(html)).id


def put_in_files(html: str) -> str:
    """Return a page with its style sheets and drawings in it, for a frame that loads nothing."""
    plain = _remove_hashes(html)
    return inline_style(plain, json.dumps(_style_of(plain)))


def language_links_without_token(endpoint: str) -> list[tuple[str, str, str]]:
    """Return the links to a page in each language, without the secret token."""
    return [
        (code, name, url_for(endpoint, lang_code=code, token=PLACEHOLDER_TOKEN))
        for code, name in public_languages().items()
    ]


def _find(shown: SnapshotSource) -> _CachedPage:
    pages: dict[Hashable, _CachedPage] = current_app.extensions.setdefault("shown_pages", {})
    key = (shown.language, shown.depends_on, retention_times())
    if key not in pages:
        if len(pages) >= MAX_CACHED_PAGES:
            pages.clear()
        page = hash_page(_remove_hashes(shown.render()))
        content = hash_page(repr((key, current_identity())))
        pages[key] = _CachedPage(_signer().sign(f"{page}.{content}").decode())
    return pages[key]


def _read_fingerprint(fingerprint: str) -> list[str]:
    """Return the hash of a page and of its content; of a forged fingerprint the whole text."""
    try:
        return _signer().unsign(fingerprint[:MAX_FINGERPRINT]).decode().split(".")
    except BadSignature:
        return [fingerprint]


def _signer() -> Signer:
    """Return the signer of fingerprints. One page has one, so that a tablet can compare two."""
    keys = [*reversed(current_settings().secret_keys)]
    return Signer(keys, salt="supporters.page", digest_method=hashlib.sha256)


def _remove_hashes(html: str) -> str:
    """Return the page with addresses of static files without hashes."""
    return STATIC_ADDRESS.sub(lambda address: plain_name(address[0]) or address[0], html)


def _style_of(html: str) -> Style:
    """Return the style sheets and drawings of a page, by their addresses."""
    sheets = {address: _read_style_sheet(address) for address in STYLE_SHEET.findall(html)}
    return {**sheets, **{address: _read_drawing(address) for address in IMAGE.findall(html)}}


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
