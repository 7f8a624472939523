"""Reads the URLs of settings: in one form where people write several, and with what is wrong."""

from urllib.parse import urlsplit

STANDARD_PORTS = {"http": 80, "https": 443}
TO_ENCODE = "@/#"


def normalise_base_url(value: str) -> str | None:
    """Return the address of a site in the form that browsers use, or None for what is none.

    The host is in small letters, as a browser sends it, without the port that goes without saying.
    """
    try:
        parts = urlsplit(value.rstrip("/"))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in STANDARD_PORTS or not parts.hostname or parts.path:
        return None
    if not value.isascii() or any(each in value for each in "@?# "):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in {None, STANDARD_PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def has_raw_password(url: str) -> bool:
    """Tell whether the name or password in a URL has a character that must be percent-encoded."""
    rest = url.partition("://")[2]
    before_query = rest.partition("?")[0]
    if "@" in before_query:
        return any(each in before_query.rpartition("@")[0] for each in TO_ENCODE)
    return "@" in rest and "/" not in before_query
