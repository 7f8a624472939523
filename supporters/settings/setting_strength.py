"""Judges settings that work and still protect nothing: weak keys, unverified connections."""

import re
from urllib.parse import parse_qs, urlsplit

from supporters.loopback import is_this_machine

FEWEST_CHARACTERS = 12  # different ones; 32 hexadecimal digits have 14 on average
KNOWN_WORDS = ("changeme", "change-me", "change_me", "password", "motdepasse")
VERIFIED = "verify-full"
FEWEST_WORDS = 8  # of a long dictionary: 100 bits
WORD = re.compile(r"[A-Za-z][a-z]+")
BETWEEN_WORDS = re.compile(r"[\d\W_]+")


def find_key_weakness(key: str) -> str | None:
    """Return why a secret key can be guessed; None if nothing shows it."""
    if key in (key + key)[1:-1]:
        return "repeats itself"
    if any(word in key.lower() for word in KNOWN_WORDS):
        return "contains a word that everybody tries first"
    if len(set(key)) < FEWEST_CHARACTERS:
        return f"has fewer than {FEWEST_CHARACTERS} different characters"
    if _is_phrase(key):
        return f"is a phrase of fewer than {FEWEST_WORDS} different words"
    return None


def _is_phrase(key: str) -> bool:
    """Tell whether a key is made of words and what stands between them. Random ones never are."""
    words = [each for each in BETWEEN_WORDS.split(key) if each]
    are_words = all(WORD.fullmatch(each) for each in words)
    return are_words and len({each.lower() for each in words}) < FEWEST_WORDS


def is_unverified(url: str) -> bool:
    """Tell whether a connection to PostgreSQL on another machine could be read or redirected.

    Only `verify-full` checks that the server is the one that the URL names.
    """
    try:
        mode = parse_qs(urlsplit(url).query).get("sslmode", [""])[-1]
    except ValueError:
        return True
    return leaves_this_machine(url) and mode != VERIFIED


def leaves_this_machine(url: str) -> bool:
    """Tell whether a URL of PostgreSQL may name another machine.

    A socket and the loopback stay on this one. A service is named in a file of libpq, which may
    name any host.
    """
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        hosts = _list_hosts(parts.netloc, query)
    except ValueError:
        return True
    is_local = all(host.startswith("/") or is_this_machine(host) for host in hosts)
    return "service" in query or not is_local


def _list_hosts(netloc: str, query: dict[str, list[str]]) -> list[str]:
    """Return the hosts of a URL: libpq takes several, also from `host` and `hostaddr`."""
    named = netloc.rpartition("@")[2].split(",")
    inside = [each for name in ("host", "hostaddr") for each in query.get(name, [])]
    given = [*map(_without_port, named), *",".join(inside).split(",")]
    return [host.strip("[]") for host in given if host]


def _without_port(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host
