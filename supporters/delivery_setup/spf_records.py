"""SPF records (RFC 7208): read into terms, and written again with what they lack."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

VERSION = "v=spf1"
SOFT_FAIL = "~all"
TERM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?=[:/]|$)(.*)", re.IGNORECASE)
MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
LENGTH_4, LENGTH_6 = r"(0|[1-9]\d?)", r"(0|[1-9]\d{0,2})"
PREFIXES = re.compile(rf"(?:/{LENGTH_4})?(?://{LENGTH_6})?$")
NETWORK = re.compile(rf":[0-9a-f:.]+(?:/{LENGTH_6})?", re.IGNORECASE)
EXPAND = r"%\{[slodiphv]\d*r?[-.+,/_=]*\}"  # section 7.1
WORDS = rf"(?:[!-$&-~]|{EXPAND}|%[%_-])*"
LAST_LABEL = r"\.(?=\d*[a-z-])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?"  # never only digits
MACRO_STRING = re.compile(WORDS, re.IGNORECASE)
DOMAIN = re.compile(rf"{WORDS}(?:{LAST_LABEL}|{EXPAND})", re.IGNORECASE)
ASKS_DNS = {"include", "a", "mx", "ptr", "exists", "redirect"}
NEEDS_DOMAIN = {"include", "exists", "redirect"}
MAY_HAVE_DOMAIN = {"a", "mx", "ptr"}
Network = IPv4Network | IPv6Network


class SpfFaulty(ValueError):
    """A term that makes the whole record void."""


@dataclass(frozen=True)
class SpfTerm:
    """A mechanism or modifier. `domain` is empty for that of the record itself."""

    name: str
    qualifier: str = "+"
    domain: str = ""
    network: Network | None = None
    prefixes: tuple[int, int] = (32, 128)
    text: str = ""

    @property
    def asks_dns(self) -> bool:
        """Whether it counts among the ten look-ups."""
        return self.name in ASKS_DNS

    @property
    def has_macro(self) -> bool:
        """Whether its domain depends on each email."""
        return "%" in self.domain


def is_spf(text: str) -> bool:
    """Tell whether a TXT record is an SPF record."""
    return text.lower() == VERSION or text.lower().startswith(f"{VERSION} ")


def read_spf(text: str) -> list[SpfTerm]:
    """Return the terms of a record. Raises SpfFaulty with the term that is none."""
    terms = [read_term(each) for each in filter(None, text.split(" ")[1:])]
    for name in ("redirect", "exp"):
        if sum(each.name == name for each in terms) > 1:
            raise SpfFaulty(name)
    return terms


def list_readable(text: str) -> list[SpfTerm]:
    """Return the terms of a record that are some."""
    terms = []
    for each in text.split()[1:]:
        try:
            terms.append(read_term(each))
        except SpfFaulty:
            continue
    return terms


def read_term(text: str) -> SpfTerm:
    """Return a term. Raises SpfFaulty."""
    if found := TERM.fullmatch(text):
        qualifier, name, rest = found[1] or "+", found[2].lower(), found[3]
        if name in {"ip4", "ip6"}:
            return SpfTerm(name, qualifier, network=_read_network(name, rest, text), text=text)
        return _read_mechanism(SpfTerm(name, qualifier, text=text), rest)
    if found := MODIFIER.fullmatch(text):
        name = found[1].lower()
        wanted = DOMAIN if name in {"redirect", "exp"} else MACRO_STRING
        if not wanted.fullmatch(found[2]):
            raise SpfFaulty(text)
        return SpfTerm(name, domain=found[2], text=text)
    raise SpfFaulty(text)


def _read_network(name: str, rest: str, text: str) -> Network:
    try:
        network = ip_network(rest.removeprefix(":"), strict=False)
    except ValueError as error:
        raise SpfFaulty(text) from error
    if not NETWORK.fullmatch(rest) or f"ip{network.version}" != name:
        raise SpfFaulty(text)
    return network


def _read_mechanism(term: SpfTerm, rest: str) -> SpfTerm:
    found = PREFIXES.search(rest) if term.name in {"a", "mx"} else None
    domain, prefixes = rest, (32, 128)
    if found:
        domain = rest[: found.start()]
        prefixes = int(found[1] or 32), int(found[2] or 128)
    is_named = domain.startswith(":")
    domain = domain.removeprefix(":")
    is_right = (
        prefixes <= (32, 128)
        and prefixes[1] <= 128
        and (bool(DOMAIN.fullmatch(domain)) if is_named else not domain)
        and (is_named or term.name not in NEEDS_DOMAIN)
        and (not is_named or term.name in NEEDS_DOMAIN | MAY_HAVE_DOMAIN)
    )
    if not is_right:
        raise SpfFaulty(term.text)
    return SpfTerm(term.name, term.qualifier, domain, None, prefixes, term.text)


def write_spf(terms: Iterable[SpfTerm], *, lacking: Sequence[str] = ()) -> str:
    """Return one record of these terms and of what is lacking, which ends with a soft fail.

    Each term stands once. An `all` that lets everybody pass becomes a soft fail.
    """
    chosen, last, modifiers = dict[str, None](), "", dict[str, str]()
    for each in terms:
        if each.name == "all":
            last = last or each.text.lower()
        elif "=" in each.text and each.name not in {"a", "mx"}:
            modifiers.setdefault(each.name, each.text)
        else:
            chosen[each.text] = None
    chosen |= dict.fromkeys(lacking)
    if last not in {"-all", SOFT_FAIL}:
        last = "" if "redirect" in modifiers else SOFT_FAIL
    if last:
        modifiers.pop("redirect", None)
    return " ".join(filter(None, [VERSION, *chosen, *modifiers.values(), last]))
