"""The words by which people are found, and the mask of their addresses."""

import re
import unicodedata

MAX_WORD = 64
SHORTEST_WORD = 3
MOST_WORDS = 6
NO_DOMAIN = ".invalid"  # of the row that stays while an erasure waits (RFC 6761)
_SEPARATORS = re.compile(r"[\W_]+")


def list_words(text: str) -> list[str]:
    """Return the different words of a text in their order, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    words = (each[:MAX_WORD] for each in _SEPARATORS.split(plain.casefold()))
    return [*dict.fromkeys(each for each in words if each)]


def list_words_of_person(address_key: str, given_name: str | None) -> list[str]:
    """Return the words that find a person; none for a person whose address is erased."""
    if address_key.endswith(NO_DOMAIN):
        return []
    return list_words(f"{address_key} {given_name or ''}")


def list_searched_words(text: str) -> list[str]:
    """Return the words of a search, the longest first; none if no word is long enough."""
    words = sorted(list_words(text), key=len, reverse=True)[:MOST_WORDS]
    return words if words and len(words[0]) >= SHORTEST_WORD else []


def mask_address(address: str) -> str:
    """Return an address of which only the first character and the domain can be read."""
    local_part, _, domain = address.rpartition("@")
    return f"{local_part[:1]}…@{domain}"
