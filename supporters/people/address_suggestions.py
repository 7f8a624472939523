"""Suggests the address that a person probably meant (REQ-117). Nothing is changed without a press.

A suggestion looks at the typed text alone, never at what we know of an address.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from publicsuffixlist import PSLFILE, PublicSuffixList

from supporters.people.addresses import Address, AddressInvalid, parse_address
from supporters.people.mailbox_providers import COMMON_PROVIDERS, REAL_NEIGHBOURS
from supporters.people.typed_addresses import without_accents, without_surroundings

CACHED_DOMAINS = 4096
SHORT_DOMAIN = 8  # two typing errors in a short domain make another domain
SHORTEST_NAME = 4  # one typing error in "sfr" does too
COMMON_ENDINGS = ("fr", "com", "org", "net", "eu", "be", "ch", "de", "it", "es")
SLIPS_OF_COM = {"co", "cm", "om", "cim", "comm", "con", "vom", "xom"}
# At these names, other endings belong to nobody's mailbox, or to few.
OWN_ENDING = {"gmail": "com", "icloud": "com", "laposte": "net", "wanadoo": "fr", "bbox": "fr"}
# The @ and the dot in words, in the five languages of our pages.
SPOKEN_AT = re.compile(
    r"\s*(?:[\[({]\s*(?:at|a|arobase?|@)\s*[\])}]"
    r"|\s(?:at|arobase?|arroba|chiocciola|klammeraffe)\s)\s*",
    re.IGNORECASE,
)
SPOKEN_DOT = re.compile(
    r"\s*(?:[\[({]\s*(?:dot|point|punkt|\.)\s*[\])}]|\s(?:dot|point|punkt|punto)\s)\s*",
    re.IGNORECASE,
)
RESERVED = {"example"}  # RFC 2606: in texts, in trials, and in our sample data


class AddressDoubt(NamedTuple):
    """An address that may be mistyped: its domain, and the address that was probably meant."""

    domain: str
    suggestion: str | None
    has_known_ending: bool


def find_doubt(address: Address) -> AddressDoubt | None:
    """Return the doubt about an address, if there is one."""
    name, _, domain = address.text.rpartition("@")
    meant, has_known_ending = _look_at(domain)
    if meant is None and has_known_ending:
        return None
    return AddressDoubt(domain, f"{name}@{meant}" if meant else None, has_known_ending)


@lru_cache(maxsize=CACHED_DOMAINS)
def _look_at(domain: str) -> tuple[str | None, bool]:
    """Return the domain that was probably meant, and whether the ending of this one exists."""
    if domain in COMMON_PROVIDERS or domain in REAL_NEIGHBOURS:
        return None, True
    is_known = _has_known_ending(domain)
    return _suggest_domain(domain, is_known=is_known), is_known


def suggest_address(typed: str) -> str | None:
    """Return the address that was probably meant by a text that is no address."""
    text = _leave_names_out(_write_marks(without_surroundings(typed)))
    text = _complete(re.sub(r"\s", "", _join_provider(text)))
    name, _, domain = text.partition("@")
    name = re.sub(r"\.{2,}", ".", without_accents(name)).strip(".")
    domain = re.sub(r"[.,;]+", ".", domain).strip(".")
    try:
        address = parse_address(f"{name}@{domain}")
    except AddressInvalid:
        return None
    doubt = find_doubt(address)
    if doubt is None:
        return address.text
    return doubt.suggestion


def _write_marks(text: str) -> str:
    """Write the @ and the dots of an address that was written as it is said."""
    if "@" in text:
        return text
    written, count = SPOKEN_AT.subn("@", text, count=1)
    return SPOKEN_DOT.sub(".", written) if count else text


def _leave_names_out(text: str) -> str:
    """Return the address beside a name. One word before it may be the beginning of the address."""
    words = text.split()
    found = [each for each in words if re.fullmatch(r"[^@]+@[^@]+\.[^@]+", each)]
    if len(found) != 1 or len(words) == 1 or text.count("@") != 1:
        return text
    address = found[0]
    name = address.partition("@")[0].casefold()
    others = [without_accents(each).casefold() for each in words if each != address]
    is_beside = len(others) > 1 or words[0] == address or others[0] in name
    return address if is_beside else text


def _join_provider(text: str) -> str:
    """Put an @ before a provider at the end of a text that has none; leave out a second @."""
    if "@" in text:
        return re.sub(r"@+", "@", text)
    for provider in COMMON_PROVIDERS:
        if text.lower().endswith(provider):
            return f"{text[: -len(provider)].rstrip(' .-_')}@{provider}"
    return text


def _complete(text: str) -> str:
    """Give the domain its ending, if it is the name of a provider."""
    _, at, domain = text.partition("@")
    if not at or "." in domain or "," in domain:
        return text
    found = (each for each in COMMON_PROVIDERS if each.partition(".")[0] == domain.lower())
    provider = next(found, None)
    return text.replace(f"@{domain}", f"@{provider}") if provider else text


def _suggest_domain(domain: str, *, is_known: bool) -> str | None:
    name, _, ending = domain.partition(".")
    if own := OWN_ENDING.get(name):
        return f"{name}.{own}"
    if f"{name}.com" in COMMON_PROVIDERS and ending in SLIPS_OF_COM:
        return f"{name}.com"
    names = [(each, each.partition(".")[0]) for each in COMMON_PROVIDERS]
    candidates = [
        each for each, of in names if len(of) >= SHORTEST_NAME and not (is_known and of == name)
    ]
    most = 1 if len(domain) <= SHORT_DOMAIN else 2
    if nearest := _find_nearest(domain, candidates, most):
        return nearest
    return None if is_known else _repair_ending(domain)


def _repair_ending(domain: str) -> str | None:
    name, _, ending = domain.rpartition(".")
    of_name = [each.partition(".")[2] for each in COMMON_PROVIDERS if each.startswith(f"{name}.")]
    nearest = _find_nearest(ending, of_name, 1) or _find_nearest(ending, COMMON_ENDINGS, 1)
    return f"{name}.{nearest}" if nearest else None


def _has_known_ending(domain: str) -> bool:
    ending = domain.rpartition(".")[2]
    return ending in RESERVED or _read_suffixes().publicsuffix(ending) is not None


@cache
def list_known_endings() -> list[str]:
    """Return all endings that exist, in ASCII, for a check without us."""
    rules = Path(PSLFILE).read_text("utf-8").partition("===END ICANN DOMAINS")[0].splitlines()
    endings = {each.rpartition(".")[2] for each in rules if each and not each.startswith("//")}
    ascii_endings = {each.encode("idna").decode() for each in endings}
    return sorted(each for each in {*RESERVED, *ascii_endings} if _has_known_ending(each))


@cache
def _read_suffixes() -> PublicSuffixList:
    """Return the list of all endings. It takes a tenth of a second, once for each process."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def _find_nearest(text: str, candidates: Iterable[str], most: int) -> str | None:
    """Return the first of the nearest candidates, if its distance is small enough."""
    found = [
        (count_typing_errors(text, each), number, each)
        for number, each in enumerate(candidates)
        if _may_be_near(text, each, most)
    ]
    distance, _, nearest = min(found, default=(most + 1, 0, ""))
    return nearest if distance <= most else None


def _may_be_near(one: str, other: str, most: int) -> bool:
    """Tell whether two texts may be so near, before the slow count: each error adds one letter."""
    if abs(len(one) - len(other)) > most:
        return False
    letters, others = set(one), set(other)
    return len(letters - others) <= most and len(others - letters) <= most


def count_typing_errors(one: str, other: str) -> int:
    """Return how many letters are missing, added, wrong or swapped with the next one."""
    before: list[int] = []
    last: list[int] = [*range(len(other) + 1)]
    for row, letter in enumerate(one, start=1):
        line: list[int] = [row]
        for column, wanted in enumerate(other, start=1):
            is_wrong = letter != wanted
            errors: int = min(last[column] + 1, line[-1] + 1, last[column - 1] + is_wrong)
            is_swapped = (
                row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted
            )
            line.append(min(errors, before[column - 2] + 1) if is_swapped else errors)
        before, last = last, line
    return last[-1]
