"""The networks that the foot of emails can name: a closed list, and only addresses with https."""

from enum import Enum, StrEnum, auto
from urllib.parse import urlsplit

MAX_LINK = 200


class Network(StrEnum):
    """A network, or the party's own site, in the order of the foot."""

    WEBSITE = "website"
    BLUESKY = "bluesky"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    MASTODON = "mastodon"
    TELEGRAM = "telegram"
    THREADS = "threads"
    TIKTOK = "tiktok"
    WHATSAPP = "whatsapp"
    X = "x"
    YOUTUBE = "youtube"


class LinkFault(Enum):
    """Why an address is not taken for a network."""

    NOT_HTTPS = auto()
    OTHER_SITE = auto()


# The sites of each network. The party's own site and Mastodon have any.
SITES: dict[Network, tuple[str, ...]] = {
    Network.BLUESKY: ("bsky.app",),
    Network.FACEBOOK: ("facebook.com", "fb.com"),
    Network.INSTAGRAM: ("instagram.com",),
    Network.LINKEDIN: ("linkedin.com",),
    Network.TELEGRAM: ("t.me", "telegram.me"),
    Network.THREADS: ("threads.net", "threads.com"),
    Network.TIKTOK: ("tiktok.com",),
    Network.WHATSAPP: ("whatsapp.com", "wa.me"),
    Network.X: ("x.com", "twitter.com"),
    Network.YOUTUBE: ("youtube.com", "youtu.be"),
}


def find_link_fault(network: Network, url: str) -> LinkFault | None:
    """Return why an address can't stand in the foot; None if it can."""
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None and parts.username is None
    except ValueError:
        return LinkFault.NOT_HTTPS
    host = parts.hostname or ""
    is_clean = url.isascii() and url.isprintable() and not any(each in url for each in " <>\"'")
    if parts.scheme != "https" or "." not in host or not is_plain or not is_clean:
        return LinkFault.NOT_HTTPS
    sites = SITES.get(network, ())
    if sites and not any(host == site or host.endswith(f".{site}") for site in sites):
        return LinkFault.OTHER_SITE
    return None
