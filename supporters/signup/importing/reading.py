"""Reads one row: whom it is of, or why it is refused before anything is looked up."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from supporters.languages import LANGUAGES
from supporters.people.addresses import Address
from supporters.people.models import MAX_GIVEN_NAME
from supporters.signup.importing.mentioning import parse_typed
from supporters.signup.importing.models import Reason
from supporters.signup.importing.recognising import Columns
from supporters.signup.importing.records import Record
from supporters.spreadsheets import restore

# Mailboxes of an office, not of a person: RFC 2142, and what is usual beside it.
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
}


class Candidate(NamedTuple):
    """A row that holds an address, as far as the row itself can tell."""

    line: int
    address: Address
    given_name: str | None
    language: str


class RowReader(NamedTuple):
    """How the rows of one file are read; a language that we don't have becomes the default."""

    width: int
    columns: Columns
    language: str
    had_left: Callable[[Sequence[str]], bool]

    def read(self, record: Record) -> Candidate | Reason:
        """Return whom a record is of, or the reason why it is refused."""
        if record.flaw is not None:
            return record.flaw
        cells = record.cells
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            return Reason.TOO_MANY_COLUMNS
        name, typed = _split(_cell(cells, self.columns.address)[:LONGEST_ADDRESS_CELL])
        address = parse_typed(typed)
        if address is None:
            return Reason.MALFORMED if typed else Reason.NO_ADDRESS
        if is_role(address.key):
            return Reason.ROLE
        if self.had_left(cells):
            return Reason.HAD_LEFT
        return Candidate(
            record.line,
            address,
            read_given_name(_cell(cells, self.columns.given_name) or name),
            read_language(_cell(cells, self.columns.language), self.language),
        )


def is_role(address_key: str) -> bool:
    """Tell whether an address is an office's, where nobody can say yes for themselves."""
    mailbox = address_key.partition("@")[0].partition("+")[0]
    return mailbox in ROLES or mailbox.endswith(ROLE_ENDINGS) or mailbox.startswith("owner-")


def read_given_name(cell: str) -> str | None:
    """Return a first name to greet by, or None for what is none."""
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
