"""Links in emails: made from the configured address, never from a request (REQ-120)."""

from urllib.parse import urlsplit

from flask import current_app

from supporters.extensions import current_settings


def link_to(endpoint: str, **values: str | int) -> str:
    """Return the absolute address of a page."""
    base = urlsplit(current_settings().base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
