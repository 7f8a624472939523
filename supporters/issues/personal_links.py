"""Finds links that belong to one person in a text that everybody will read.

A writer may have pasted a link from an email of their own: whoever follows it could unsubscribe
them, or see their data. A page of our site whose address holds a token is such a link, also within
the address of another site, and whatever the token is.
"""

import re
from collections.abc import Iterator
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from supporters.extensions import current_settings

TOKEN = "token"  # noqa: S105 - the name of the part of an address that holds one
HOLDS_ADDRESS = re.compile(r"[?&;]email=[^&]")  # a sign-up page that is filled in for somebody
MOST_LAYERS = 3  # of percent-encoding: an address within an address within an address


def has_personal_link(html: str) -> bool:
    """Tell whether an article leads to a page of one person."""
    base = urlsplit(current_settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    ours = re.compile(rf"{re.escape(base.netloc)}(/[^\s\"'<>?#&]*)([^\s\"'<>]*)", re.IGNORECASE)
    return any(
        _holds_token(adapter, normpath(path)) or HOLDS_ADDRESS.search(rest)
        for layer in _list_layers(html)
        for path, rest in ours.findall(layer)
    )


def _list_layers(text: str) -> Iterator[str]:
    """Yield a text, and what its percent-encoded parts say."""
    for _ in range(MOST_LAYERS + 1):
        yield text
        text = unquote(text)


def _holds_token(adapter: MapAdapter, path: str) -> bool:
    """Tell whether the page at a path of our site has a token in its address."""
    for method in ("GET", "POST"):
        try:
            _, values = adapter.match(path, method=method)
        except RequestRedirect as leads_on:
            return _holds_token(adapter, urlsplit(leads_on.new_url).path)
        except HTTPException:
            continue
        if TOKEN in values:
            return True
    return False
