"""Links in emails: made from the configured address, never from a request (REQ-120)."""

import re
from urllib.parse import urlsplit

from flask import current_app

from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_settings

PLACE = "TOKEN"
SIGNED_PATHS = {
    "leave": TokenPurpose.UNSUBSCRIBE,
    "why": TokenPurpose.WHY,
    "receipt": TokenPurpose.RECEIPT,
    "confirm": TokenPurpose.CONFIRM,
    "not-me": TokenPurpose.NOT_ME,
    "subscriptions": TokenPurpose.MANAGE,
    "invited": TokenPurpose.INVITATION,
    "no-more": TokenPurpose.NO_MORE,
    "renew": TokenPurpose.RECONFIRMATION,
    "undo": TokenPurpose.UNDO,
}
_SIGNED = re.compile(rf"(?:/[a-z]{{2}})?/({'|'.join(SIGNED_PATHS)})/([\w.-]+)/?", re.ASCII)


def read_signed_path(path: str) -> tuple[TokenPurpose, str] | None:
    """Return the purpose and the token in the path of a page that a link of an email opens."""
    match = _SIGNED.fullmatch(path)
    return None if match is None else (SIGNED_PATHS[match[1]], match[2])


def link_to(endpoint: str, **values: str | int) -> str:
    """Return the absolute address of a page."""
    base = urlsplit(current_settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def link_with_token(endpoint: str, language: str, token: str) -> str:
    """Return the absolute address of a page with a token, and put together but once what is fixed.

    A token needs no escapes: its characters are those of RFC 4648 section 5, and dots.
    """
    cached: dict[tuple[str, str], list[str]] = current_app.extensions.setdefault("token_links", {})
    parts = cached.get((endpoint, language))
    if parts is None:
        parts = link_to(endpoint, lang_code=language, token=PLACE).split(PLACE)
        cached[endpoint, language] = parts
    return token.join(parts)
