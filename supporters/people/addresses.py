"""Parses email addresses: stored as typed, compared by a key (REQ-113, REQ-114)."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import (
    CASE_INSENSITIVE_MAILBOX_NAMES,
    DOMAIN_MAX_LENGTH as LONGEST_DOMAIN,
)

from supporters.people.mailbox_aliases import fold_mailbox
from supporters.people.models import MAX_ADDRESS

ENCODED = "xn--"  # of a label beyond ASCII (RFC 5890)
_ATOM = r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"(?=.{{1,64}}@)({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+[A-Za-z]{{2,63}})")
_NOT_PLAIN = ("arpa", "invalid", "local", "localhost", "onion", "test")  # RFC 6761, RFC 7686


class AddressInvalid(ValueError):
    """The text is not an address that mail can be sent to."""


@dataclass(frozen=True)
class Address:
    """An address that mail can be sent to.

    `text` is the address to send to: as typed, in NFC, its domain in ASCII (UTS 46,
    non-transitional). `key` is for comparison: `text` with a case-folded local part. `rate_key`
    counts emails: the mailbox of `key` (`mailbox_aliases.py`).
    """

    text: str
    key: str
    rate_key: str


def parse_address(typed: str) -> Address:
    """Return the address in a text of at most 254 characters. Raises AddressInvalid.

    A local part beyond ASCII is invalid here: few relays support it (RFC 6531).
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
    return _make_address(text, key_of(text))


def key_of(text: str) -> str:
    """Return the key of an address that was parsed once."""
    local_part, _, domain = text.rpartition("@")
    return f"{local_part.casefold()}@{domain}"


def readable(text: str) -> str:
    """Return an address as its holder writes it: the domain in its own script, for a page."""
    name, at, domain = text.rpartition("@")
    return f"{name}{at}{'.'.join(map(_read_label, domain.split('.')))}"


def _read_label(label: str) -> str:
    if not label.startswith(ENCODED):
        return label
    try:
        return label.removeprefix(ENCODED).encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def stored_address(text: str) -> Address:
    """Return the address in a text that was parsed once, as the database keeps it."""
    return _make_address(text, key_of(text))


def mailbox_of(text: str) -> str:
    """Return the mailbox of an address that was parsed once: its `rate_key`."""
    return stored_address(text).rate_key


def parse_plain(text: str) -> Address | None:
    """Return the address in a plain ASCII text, or None for every other text.

    The result is the same as from `parse_address`, in a tenth of the time: it is for large files.
    """
    match = _PLAIN.fullmatch(text)
    if match is None or len(text) > MAX_ADDRESS:
        return None
    local, domain = match[1], match[2].lower()
    if domain.endswith(_NOT_PLAIN) or len(domain) > LONGEST_DOMAIN:
        return None
    folded = local.lower()
    if folded in CASE_INSENSITIVE_MAILBOX_NAMES:
        local = folded
    return _make_address(f"{local}@{domain}", f"{folded}@{domain}")


def _make_address(text: str, key: str) -> Address:
    local_part, _, domain = key.rpartition("@")
    return Address(text=text, key=key, rate_key=fold_mailbox(local_part, domain))
