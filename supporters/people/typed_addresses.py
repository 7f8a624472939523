"""Reads an address as a person typed or pasted it, and names the fault of one that can't be read.

A person's mail program copies a name or `mailto:` with the address, a telephone adds a space, a
sentence ends in a full stop. None of that is part of an address, so it is left out.
"""

import re
import unicodedata
from enum import Enum, auto

from supporters.people.addresses import Address, AddressInvalid, parse_address, parse_plain
from supporters.people.models import MAX_ADDRESS

LONGEST_NAME = 64  # before the @ (RFC 5321 section 4.5.3.1.1)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
_DOTS = dict.fromkeys((0x3002, 0xFF0E, 0xFF61), ".")
_SPACES = dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F, 0x3000), " ")
_UNSEEN = dict.fromkeys(
    (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
_MEANT = {**_WIDE, **_DOTS, **_SPACES, **_UNSEEN}
_IN_BRACKETS = re.compile(r"<([^<>]*)>[\s.,;]*\Z")
_MAILTO = re.compile(r"\Amailto:([^?]*)(?:\?.*)?\Z", re.IGNORECASE)
_AROUND_AT = re.compile(r"[ \t]*@[ \t]*")
_REMARK = re.compile(r"[ \t]*\([^()@]*\)[\s.,;]*\Z")  # "ada@example.org (Ada)"
_OPENING, _CLOSING = ' \t<(["«“‘„', ' \t>)]"»”’.,;:!?/'
_TELEPHONE = re.compile(r"\+?(?:[\s()./-]*[0-9]){6,15}[\s()./-]*")
_NAME = re.compile(r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~.-]+")


class AddressFault(Enum):
    """The reason why a text is no address."""

    TELEPHONE = auto()
    NO_AT = auto()
    SEVERAL_AT = auto()
    SEVERAL = auto()
    SPACE = auto()
    NOTHING_BEFORE = auto()
    NOTHING_AFTER = auto()
    COMMA = auto()
    NO_DOT = auto()
    DOTS = auto()
    TOO_LONG = auto()
    ACCENT = auto()
    BEYOND_ASCII = auto()
    CHARACTER = auto()
    DOMAIN = auto()


class TypedAddressInvalid(AddressInvalid):
    """The typed text is not an address, for a reason with a name."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(fault)
        self.fault = fault


def parse_typed_address(typed: str) -> Address:
    """Return the address in a typed text. Raises TypedAddressInvalid."""
    if plain := parse_plain(typed):
        return plain
    text = without_surroundings(typed)
    try:
        return parse_address(text)
    except AddressInvalid as error:
        raise TypedAddressInvalid(find_fault(text)) from error


def without_surroundings(typed: str) -> str:
    """Return a typed text without what isn't part of its address."""
    text = unicodedata.normalize("NFC", typed).translate(_MEANT).strip()
    if inner := _IN_BRACKETS.search(text):
        text = inner[1]
    text = _REMARK.sub("", text).lstrip(_OPENING).rstrip(_CLOSING)
    if link := _MAILTO.match(text):
        text = link[1].rstrip(_CLOSING)
    if text[:1] == text[-1:] == "'":
        text = text[1:-1]
    return _AROUND_AT.sub("@", text.strip())


def find_fault(text: str) -> AddressFault:
    """Return the fault of a text that is no address; the first that a person would see."""
    name, _, domain = text.partition("@")
    found = (
        (AddressFault.TELEPHONE, bool(_TELEPHONE.fullmatch(text))),
        (AddressFault.NO_AT, "@" not in text),
        (AddressFault.SEVERAL, _has_several(text)),
        (AddressFault.SEVERAL_AT, "@" in domain),
        (AddressFault.NOTHING_BEFORE, not name),
        (AddressFault.NOTHING_AFTER, not domain),
        (AddressFault.TOO_LONG, len(text) > MAX_ADDRESS or len(name) > LONGEST_NAME),
        (AddressFault.COMMA, bool(re.search(r"[,;]", domain))),
        (AddressFault.SPACE, bool(re.search(r"\s", text))),
        (AddressFault.NO_DOT, "." not in domain),
        (AddressFault.DOTS, ".." in text or text.startswith(".") or name.endswith(".")),
        (AddressFault.ACCENT, not name.isascii() and without_accents(name).isascii()),
        (AddressFault.BEYOND_ASCII, not name.isascii()),
        (AddressFault.CHARACTER, not _NAME.fullmatch(name)),
    )
    return next((fault for fault, is_found in found if is_found), AddressFault.DOMAIN)


def without_accents(text: str) -> str:
    """Return a text with its letters alone."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.combining(each))


def _has_several(text: str) -> bool:
    parts = [each for each in re.split(r"[\s,;]+", text) if each]
    return len(parts) > 1 and sum("@" in each for each in parts) > 1
