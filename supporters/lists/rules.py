"""Decides what the slug of a list may be, and the name that its emails come from."""

import re
import unicodedata
from enum import Enum, auto

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NO_PART_OF_SLUG = re.compile(r"[^a-z0-9]+")
LIKE_AN_ADDRESS = re.compile(r"[@<>]|://|\bwww\.", re.IGNORECASE)
UNREAD = re.compile(
    r"(do)?not?reply|noanswer|(ne)?pas(de)?repon(dre|se)|nepasrepondre", re.IGNORECASE
)
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
SEPARATORS = re.compile(r"[-_.+]")


class SenderFault(Enum):
    """Why a list can't have a sender."""

    NAME_LIKE_ADDRESS = auto()
    NAME_UNREADABLE = auto()
    REPLY_INVALID = auto()
    REPLY_UNREAD = auto()


def tidy_slug(typed: str) -> str:
    """Return the slug that somebody meant who typed it from a poster: La-Lettre, la_lettre."""
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
    return "-".join(filter(None, NO_PART_OF_SLUG.split(plain))) or typed


def is_slug(text: str) -> bool:
    """Tell whether a text can be part of the URL of a signup page."""
    return SLUG.fullmatch(text) is not None


def find_sender_name_fault(name: str) -> SenderFault | None:
    """Return the fault of a sender name; an empty one is the party's.

    Mail programs show the name in place of the address. So it may not look like an address, and
    not have characters that hide or turn its words around.
    """
    if LIKE_AN_ADDRESS.search(unicodedata.normalize("NFKC", name)):
        return SenderFault.NAME_LIKE_ADDRESS
    is_hidden = any(unicodedata.category(each) in HIDDEN for each in name)
    if is_hidden or "=?" in name or (name and not any(map(str.isalpha, name))):
        return SenderFault.NAME_UNREADABLE
    return None


def is_unread_mailbox(address: str) -> bool:
    """Tell whether an address says that nobody reads it (REQ-7)."""
    local_part = unicodedata.normalize("NFKD", address.rpartition("@")[0])
    return UNREAD.fullmatch(SEPARATORS.sub("", local_part)) is not None
