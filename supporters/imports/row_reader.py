"""Reads one row: its person, or the reason why it is rejected."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from supporters.imports.csv_records import CsvRecord
from supporters.imports.file_formats import Columns
from supporters.imports.models import RejectionReason
from supporters.languages import LANGUAGES
from supporters.people.addresses import Address, AddressInvalid, parse_address, parse_plain
from supporters.people.profile import MAX_GIVEN_NAME
from supporters.text.spreadsheets import restore

MOST_LOCAL, MOST_DOMAIN = 64, 253
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\Z")
_DOMAIN = re.compile(r"[\w.-]+")
_INSIDE = re.compile(
    r"[/=|&?'`*#$%^{}!~]"
)  # allowed in a local part, but more often the separator before one
# Mailboxes of an office, not of a person: RFC 2142, and other usual names.
ROLES = frozenset(
    {
        *("info", "marketing", "sales", "support", "noc", "abuse", "security", "postmaster"),
        *("hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp", "admin"),
        *("administrator", "root", "mailer-daemon", "daemon", "noreply", "no-reply", "bounce"),
        *("donotreply", "do-not-reply", "bounces", "contact", "office", "billing", "jobs"),
        *("press", "help", "helpdesk", "hello", "mail", "privacy", "dpo", "accueil", "infos"),
        *("administration", "direction", "mairie", "secretariat", "presse", "webmestre"),
        *("nepasrepondre", "ne-pas-repondre"),
    }
)
ROLE_ENDINGS = ("-request", "-owner", "-bounces", "-admin", "-unsubscribe", "-subscribe")
NO_NAME = re.compile(r"[\x00-\x1f\x7f@]|://|www\.", re.IGNORECASE)
LONGEST_ADDRESS_CELL = 1_000
LANGUAGE_WORDS = {
    **{code: code for code in LANGUAGES},
    **dict.fromkeys(("fre", "fra", "french", "français", "francais"), "fr"),
    **dict.fromkeys(("eng", "english", "anglais"), "en"),
    **dict.fromkeys(("ger", "deu", "german", "allemand", "deutsch"), "de"),
    **dict.fromkeys(("spa", "spanish", "espagnol", "español", "espanol", "castellano"), "es"),
    **dict.fromkeys(("ita", "italian", "italien", "italiano"), "it"),
}


def address_test(address_key: str) -> Callable[[str], bool]:
    """Return the test that a text contains an address, in any spelling of its domain."""
    local, _, domain = address_key.rpartition("@")
    spellings = {address_key, f"{local}@{_in_letters(domain)}"}
    patterns = [
        re.compile(rf"(?<![a-z0-9._+-]){re.escape(each)}(?![\w-]|\.\w)") for each in spellings
    ]

    def holds(text: str) -> bool:
        folded = text.casefold()
        return any(pattern.search(folded) for pattern in patterns)

    return holds


def find_address_keys(text: str) -> Iterator[str]:
    """Yield the keys of the addresses that a text may contain. Some may be false hits."""
    at = text.find("@")
    while at >= 0:
        before = _LOCAL.search(text[max(0, at - MOST_LOCAL) : at])
        domain = _DOMAIN.match(text, at + 1, at + 1 + MOST_DOMAIN)
        if before and domain:
            yield from _keys(before[0], domain[0].strip("."))
        at = text.find("@", at + 1)


def parse_address_or_none(typed: str) -> Address | None:
    """Return the address in a text, or None if the text is no address."""
    plain = parse_plain(typed)
    if plain is not None:
        return plain
    try:
        return parse_address(typed)
    except AddressInvalid:
        return None


def _keys(local: str, domain: str) -> Iterator[str]:
    """Yield the key of a local part, and the keys of its shorter endings."""
    whole = parse_address_or_none(f"{local}@{domain}")
    shorter = (local[match.end() :].lstrip(".") for match in _INSIDE.finditer(local))
    for address in (whole, *(parse_plain(f"{each}@{domain}") for each in shorter)):
        if address is not None:
            yield address.key


def _in_letters(domain: str) -> str:
    """Return a domain with its letters beyond ASCII, as people write it."""
    try:
        return domain.encode().decode("idna").casefold()
    except UnicodeError:
        return domain


class ImportRow(NamedTuple):
    """A row with a valid address."""

    line: int
    address: Address
    given_name: str | None
    language: str


class RowReader(NamedTuple):
    """Reads the rows of one file. A language that the party doesn't offer becomes the default."""

    width: int
    columns: Columns
    language: str
    had_left: Callable[[Sequence[str]], bool]
    offered: Collection[str] = tuple(LANGUAGES)

    def read(self, record: CsvRecord) -> ImportRow | RejectionReason:
        """Return the person of a record, or the reason why the record is rejected."""
        if record.flaw is not None:
            return record.flaw
        cells = record.cells
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            return RejectionReason.TOO_MANY_COLUMNS
        name, typed = _split(_cell(cells, self.columns.address)[:LONGEST_ADDRESS_CELL])
        address = parse_address_or_none(typed)
        if address is None:
            return RejectionReason.MALFORMED if typed else RejectionReason.NO_ADDRESS
        if is_role(address.key):
            return RejectionReason.ROLE
        if self.had_left(cells):
            return RejectionReason.HAD_LEFT
        return ImportRow(
            record.line,
            address,
            read_given_name(_cell(cells, self.columns.given_name) or name),
            self._read_language(_cell(cells, self.columns.language)),
        )

    def _read_language(self, cell: str) -> str:
        language = read_language(cell, self.language)
        return language if language in self.offered else self.language


def is_role(address_key: str) -> bool:
    """Tell whether an address belongs to an office: no single person can consent for it."""
    mailbox = address_key.partition("@")[0].partition("+")[0]
    return mailbox in ROLES or mailbox.endswith(ROLE_ENDINGS) or mailbox.startswith("owner-")


def read_given_name(cell: str) -> str | None:
    """Return a first name for a greeting, or None if the cell has none."""
    name = " ".join(cell.split(" ")).strip()
    return None if not name or len(name) > MAX_GIVEN_NAME or NO_NAME.search(name) else name


def read_language(cell: str, default: str) -> str:
    """Return one of our languages, from a code such as fr_FR or a name."""
    word = cell.strip().casefold()
    return LANGUAGE_WORDS.get(word) or LANGUAGE_WORDS.get(word[:2], default)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return restore(cells[column]) if column is not None and column < len(cells) else ""


def _split(cell: str) -> tuple[str, str]:
    """Return the name and the address of `Name <address>`; of a bare address no name."""
    whole = cell.strip()
    name, bracket, typed = whole.removesuffix(">").rpartition("<")
    if bracket and whole.endswith(">") and ">" not in typed:
        return name.strip().strip('"'), typed.strip()
    return "", whole
