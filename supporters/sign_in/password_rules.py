"""The rules of passwords: long, not common, not the party's or the person's name (ADR 047).

NIST SP 800-63B asks for length and a list of common passwords, and for no mixture of signs. A name,
a repetition or a sequence is no guess for an attacker, so it doesn't count towards the length.
"""

import gzip
import re
import unicodedata
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache
from itertools import pairwise
from pathlib import Path

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
LEAST_OF_ITS_OWN = 8  # signs that are left without names, repetitions and sequences
LEAST_DISTINCT = 5
SHORTEST_WORD = 4
SHORTEST_RUN = 3
LONGEST_UNIT = 16
# 49,193 passwords of leaks, in lower case: those of zxcvbn-ts (language-common 4.1.3) with 4 to 40
# signs, under the MIT licence in common_passwords.LICENSE.
COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.txt.gz")
ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890"),
    *("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm"),
)
NEIGHBOURS = {pair for row in ROWS for line in (row, row[::-1]) for pair in pairwise(line)}
SIGNS_AS_LETTERS = str.maketrans("@4310$57!", "aaeiosstl")


class PasswordFault(Enum):
    """Why a password is refused."""

    TOO_SHORT = auto()
    TOO_LONG = auto()
    COMMON = auto()
    PARTY_NAME = auto()
    OWN_NAME = auto()
    REPEATED = auto()
    SEQUENCE = auto()


def find_password_fault(
    password: str, *, own: Iterable[str], party: Iterable[str]
) -> PasswordFault | None:
    """Return the fault of a password, or None.

    `own` are the name and the address of the person, `party` are the names of the party.
    """
    if len(password) < SHORTEST_PASSWORD:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    plain = _fold(password)
    faults = {
        PasswordFault.REPEATED: _is_repeated(plain),
        PasswordFault.SEQUENCE: len(_without_sequences(plain)) < LEAST_OF_ITS_OWN,
        PasswordFault.COMMON: _is_common(plain),
        PasswordFault.PARTY_NAME: _has_too_little_beside(plain, party),
        PasswordFault.OWN_NAME: _has_too_little_beside(plain, own),
    }
    return next((fault for fault, is_there in faults.items() if is_there), None)


def _fold(text: str) -> str:
    """Return a text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(gzip.decompress(COMMON_PASSWORDS.read_bytes()).decode().splitlines())


def _is_common(plain: str) -> bool:
    """Tell whether a password is in the list, also with other signs around it or within it."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    letters = plain.translate(SIGNS_AS_LETTERS)
    tries = {plain, core, letters, core.translate(SIGNS_AS_LETTERS), plain.replace(" ", "")}
    return bool(tries & _common_passwords()) or not core


def _is_repeated(plain: str) -> bool:
    """Tell whether a password is a short text again and again, or has very few different signs."""
    unit = (plain + plain).find(plain, 1)
    return unit <= min(LONGEST_UNIT, len(plain) // 2) or len({*plain}) < LEAST_DISTINCT


def _without_sequences(plain: str) -> str:
    """Return a password with one sign for each run of three or more neighbours ("abc", "qwer")."""
    runs: list[str] = []
    for sign in plain:
        if runs and (sign == runs[-1][-1] or (runs[-1][-1], sign) in NEIGHBOURS):
            runs[-1] += sign
        else:
            runs.append(sign)
    return "".join(run[0] if len(run) >= SHORTEST_RUN else run for run in runs)


def _has_too_little_beside(plain: str, names: Iterable[str]) -> bool:
    """Tell whether names are in a password, and too few other signs."""
    rest = plain
    for word in _words_of(names):
        rest = rest.replace(word, "")
    return rest != plain and len(rest) < LEAST_OF_ITS_OWN


def _words_of(names: Iterable[str]) -> list[str]:
    """Return the names and their words, the longest first; without spaces too."""
    folded = [_fold(name) for name in names]
    words = {
        word
        for name in folded
        for word in (name, re.sub(r"\W", "", name), *re.split(r"[\W_]+", name))
        if len(word) >= SHORTEST_WORD
    }
    return sorted(words, key=len, reverse=True)
