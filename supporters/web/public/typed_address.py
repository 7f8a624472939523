"""Remembers the address that this browser signed up with, to show it while the person waits.

It is in the session cookie, encrypted: it is shown for each address, known to us or not.
"""

from flask import session

from supporters.encryption import SealBroken
from supporters.extensions import current_sealer

KEY = "typed"


def remember_typed_address(address: str) -> None:
    """Remember an address until the browser closes."""
    session[KEY] = current_sealer().seal(address.encode()).decode()


def find_typed_address() -> str | None:
    """Return the remembered address."""
    try:
        return current_sealer().open(session.get(KEY, "").encode()).decode()
    except SealBroken:  # nothing is remembered, or a key was retired
        return None


def forget_typed_address() -> None:
    """Delete the address from the cookie."""
    session.pop(KEY, None)
