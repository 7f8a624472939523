"""The links to receipts; they never expire and grant no rights.

A link in a page that readers of a forwarded email may see has only the id of the record. A link
that only the person gets says so: its receipt opens whose record it is (ADR 137).
"""

from typing import NamedTuple

from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_tokens

OWN = 1


class ReceiptLink(NamedTuple):
    """The record of a link, and whether only its person got the link."""

    event_id: int
    is_own: bool


def sign_receipt_link(event_id: int) -> str:
    """Return the token of a link that others may see."""
    return current_tokens().sign(TokenPurpose.RECEIPT, event_id)


def sign_own_receipt_link(event_id: int) -> str:
    """Return the token of a link for the person alone: its receipt has their address."""
    return current_tokens().sign(TokenPurpose.RECEIPT, [event_id, OWN])


def read_receipt_link(payload: object) -> ReceiptLink | None:
    """Return the link whose token has this payload; None if it names no record."""
    match payload:
        case int(event_id):
            return ReceiptLink(event_id, is_own=False)
        case [int(event_id), int(own)] if own == OWN:
            return ReceiptLink(event_id, is_own=True)
    return None
