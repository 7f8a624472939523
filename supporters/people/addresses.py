"""Email addresses: parsed, stored as typed, compared by a key, hashed (REQ-113, REQ-114, ADR 013).

The limits on emails count the addresses of big providers that lead to one mailbox once (REQ-58).
Each rule is what the provider documents: its other domains, the signs that it ignores in a name,
and the sign after which anybody may add a word. `+tag` is cut for every provider.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import (
    CASE_INSENSITIVE_MAILBOX_NAMES,
    DOMAIN_MAX_LENGTH as LONGEST_DOMAIN,
)

from supporters.crypto.encryption import keyed_hash
from supporters.people.data_keys import ADDRESSES, data_key
from supporters.people.models import MAX_ADDRESS


@dataclass(frozen=True, kw_only=True)
class AliasRule:
    """The names of a mailbox at a provider. The first domain stands for all of them."""

    domains: Sequence[str]
    ignored: str = ""
    adds_after: str = ""


GMAIL = AliasRule(domains=("gmail.com", "googlemail.com"), ignored=".")
RULES = (
    GMAIL,
    AliasRule(
        domains=("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        ignored=".-_",
    ),
    AliasRule(domains=("icloud.com", "me.com", "mac.com")),
    AliasRule(
        domains=("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"),
        ignored=".-",
    ),
    *(
        AliasRule(domains=(domain,), adds_after="-")
        for domain in ("yahoo.com", "yahoo.fr", "yahoo.co.uk", "yahoo.de", "yahoo.es", "yahoo.it")
    ),
    *(AliasRule(domains=(domain,), adds_after="-") for domain in ("ymail.com", "rocketmail.com")),
)
SUBDOMAINS_ARE_NAMES = ("fastmail.com", "fastmail.fm")  # any@name.fastmail.com
_RULES_BY_DOMAIN = {domain: rule for rule in RULES for domain in rule.domains}
_DROPS = {rule: str.maketrans("", "", rule.ignored) for rule in RULES}
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
    counts emails: the mailbox of `key`.
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


def fold_mailbox(local_part: str, domain: str) -> str:
    """Return the mailbox of an address: `local_part` without its +tag, and the domain of the rule.

    No sign is cut if nothing would be left.
    """
    mailbox = local_part.partition("+")[0] or local_part
    rule = _RULES_BY_DOMAIN.get(domain)
    if rule is None:
        return _fold_subdomain(mailbox, domain)
    if rule.adds_after:
        mailbox = mailbox.partition(rule.adds_after)[0] or mailbox
    return f"{mailbox.translate(_DROPS[rule]) or mailbox}@{rule.domains[0]}"


def _fold_subdomain(mailbox: str, domain: str) -> str:
    for provider in SUBDOMAINS_ARE_NAMES:
        name, dot, rest = domain.partition(".")
        if dot and rest == provider:
            return f"{name}@{provider}"
    return f"{mailbox}@{domain}"


def address_mac(address_key: str) -> bytes:
    """Return the hash of an address in suppressions and subscribers: 32 bytes."""
    return keyed_hash(data_key(ADDRESSES), "address", address_key)


def rate_mac(rate_key: str) -> bytes:
    """Return the hash that counts the emails to one mailbox: 32 bytes."""
    return keyed_hash(data_key(ADDRESSES), "rate", rate_key)


def mailbox_mac(address: str) -> bytes:
    """Return the same hash of an address that was parsed once."""
    return rate_mac(mailbox_of(address))


def hash_many(addresses: Iterable[Address]) -> list[bytes]:
    """Return the `address_mac` of each of many addresses."""
    key = data_key(ADDRESSES)
    return [keyed_hash(key, "address", each.key) for each in addresses]


def code_mac(public_id: str, code: str) -> bytes:
    """Return the hash of the code of a signup request: 32 bytes."""
    return keyed_hash(data_key(ADDRESSES), f"code {public_id}", code)
