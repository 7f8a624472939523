"""Finds addresses in any text: in a sentence, behind `mailto:`, between quotes, in a link.

What is searched comes from strangers and may be long: nothing here takes more than linear time.
"""

import re
from collections.abc import Callable, Iterator

from supporters.people.addresses import Address, AddressInvalid, parse_address, parse_plain

MOST_LOCAL, MOST_DOMAIN = 64, 253

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\Z")
_DOMAIN = re.compile(r"[\w.-]+")
_INSIDE = re.compile(r"[/=|&?'`*#$%^{}!~]")  # may stand in a local part, and more often before one


def mentions_of(address_key: str) -> Callable[[str], bool]:
    """Return the test that a text mentions an address, in whichever spelling of its domain."""
    local, _, domain = address_key.rpartition("@")
    spellings = {address_key, f"{local}@{_in_letters(domain)}"}
    patterns = [
        re.compile(rf"(?<![a-z0-9._+-]){re.escape(each)}(?![\w-]|\.\w)") for each in spellings
    ]

    def holds(text: str) -> bool:
        folded = text.casefold()
        return any(pattern.search(folded) for pattern in patterns)

    return holds


def list_keys(text: str) -> Iterator[str]:
    """Yield the keys of the addresses that a text may mention; some may be none."""
    at = text.find("@")
    while at >= 0:
        before = _LOCAL.search(text[max(0, at - MOST_LOCAL) : at])
        domain = _DOMAIN.match(text, at + 1, at + 1 + MOST_DOMAIN)
        if before and domain:
            yield from _keys(before[0], domain[0].strip("."))
        at = text.find("@", at + 1)


def parse_typed(typed: str) -> Address | None:
    """Return the address that a text is, or None if it is none."""
    plain = parse_plain(typed)
    if plain is not None:
        return plain
    try:
        return parse_address(typed)
    except AddressInvalid:
        return None


def _keys(local: str, domain: str) -> Iterator[str]:
    """Yield the key of a local part, and those of what it may be without its beginning."""
    whole = parse_typed(f"{local}@{domain}")
    shorter = (local[match.end() :].lstrip(".") for match in _INSIDE.finditer(local))
    for address in (whole, *(parse_plain(f"{each}@{domain}") for each in shorter)):
        if address is not None:
            yield address.key


def _in_letters(domain: str) -> str:
    """Return a domain as people write it, where it has letters beyond ASCII."""
    try:
        return domain.encode().decode("idna").casefold()
    except UnicodeError:
        return domain
