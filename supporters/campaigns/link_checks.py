"""Finds doubts about the links of a message, for the person who approves it."""

from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

from supporters.campaigns.document.document_checks import list_document_links
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.markdown import list_links

# Services whose links hide where they lead, and count the people who follow them.
SHORTENERS = frozenset(
    {
        *("bit.ly", "bitly.com", "buff.ly", "cutt.ly", "is.gd", "goo.gl", "lc.cx", "lnkd.in"),
        *("ow.ly", "rb.gy", "rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com"),
        *("urlz.fr", "v.gd", "wp.me", "fb.me", "vu.fr"),
    }
)


class LinkDoubt(Enum):
    """A reason to look at the target of a link."""

    NOT_SECURE = auto()
    SHORTENED = auto()
    UNREADABLE = auto()


@dataclass(frozen=True)
class CheckedLink:
    """A link of a message: its words, its target, and the doubt about it, if any."""

    words: str
    target: str
    doubt: LinkDoubt | None


def check_links(body: str, document: str | None = None) -> list[CheckedLink]:
    """Return the links of a document in order, or of a text without one, each once."""
    found = list_links(body) if document is None else list_document_links(read_stored(document))
    links = dict.fromkeys(found)
    return [CheckedLink(words, target, find_doubt(target)) for target, words in links]


def find_doubt(target: str) -> LinkDoubt | None:
    """Return the doubt about a target, from its address alone: nobody follows it."""
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return LinkDoubt.UNREADABLE
    if host in SHORTENERS:
        return LinkDoubt.SHORTENED
    return LinkDoubt.NOT_SECURE if parts.scheme == "http" else None
