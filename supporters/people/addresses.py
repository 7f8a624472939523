"""Reads e-mail addresses: kept as typed, compared by a key (REQ-113, REQ-114)."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from supporters.people.models import MAX_ADDRESS


class AddressInvalid(ValueError):
    """The text is not an address that mail can be sent to."""


@dataclass(frozen=True)
class Address:
    """An address that mail can be sent to.

    `text` is sent to: as typed, in NFC, its domain in ASCII (UTS 46, non-transitional).
    `key` is compared: `text` with the local part case-folded too.
    `rate_key` counts letters: `key` without +tags and, in the local part, dots.
    """

    text: str
    key: str
    rate_key: str


def parse_address(typed: str) -> Address:
    """Return the address in a text of at most 254 characters. Raises AddressInvalid.

    A local part beyond ASCII is refused: few relays can carry it (RFC 6531).
    """
    stripped = typed.strip()
    if len(stripped) > MAX_ADDRESS:
        raise AddressInvalid
    try:
        valid = validate_email(
            stripped, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as error:
        raise AddressInvalid from error
    domain = valid.ascii_domain.lower()
    text = f"{valid.local_part}@{domain}"
    mailbox = valid.local_part.casefold().partition("+")[0].replace(".", "")
    return Address(text=text, key=key_of(text), rate_key=f"{mailbox}@{domain}")


def key_of(text: str) -> str:
    """Return the key of an address that was parsed once."""
    local_part, _, domain = text.rpartition("@")
    return f"{local_part.casefold()}@{domain}"
