"""DMARC records (RFC 9989): read into tags, and the order in which the tree of names is asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = "DMARC1"
BEGINNING = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")  # case-sensitive
POLICIES = ("none", "quarantine", "reject")
MOST_QUERIES = 8
FIRST_STEP = 7  # labels that are left after the first step of a long name
GONE = {"pct", "rf", "ri"}  # tags of RFC 7489 that RFC 9989 has dropped
ENFORCED = {"quarantine", "reject"}


@dataclass(frozen=True)
class DmarcRecord:
    """The tags of a record, and the domain that it stands at."""

    domain: str
    tags: Mapping[str, str]

    @property
    def psd(self) -> str:
        """Whether the domain is a public suffix: y, n, or u if it isn't said."""
        return self.tags.get("psd", "u").lower()

    @property
    def policy(self) -> str:
        """The wish of the owner about emails of the domain that fail."""
        return self.tags["p"].lower()

    def policy_of(self, domain: str, *, exists: bool = True) -> str:
        """Return the policy for a domain at or under that of the record; `t=y` only watches."""
        names = ["p"] if domain == self.domain else ["sp", "p"] if exists else ["np", "sp", "p"]
        given = (self.tags.get(name, "").lower() for name in names)
        policy = next((each for each in given if each in POLICIES), "none")
        return "none" if self.tags.get("t", "n").lower() == "y" else policy

    def is_strict(self, identifier: str) -> bool:
        """Tell whether `aspf` or `adkim` asks for the same domain, and not one of the family."""
        return self.tags.get(identifier, "r").lower() == "s"


def is_dmarc(text: str) -> bool:
    """Tell whether a TXT record is meant as a DMARC record."""
    first = text.partition(";")[0].replace(" ", "").lower()
    return first == f"v={VERSION}".lower()


def read_dmarc(domain: str, text: str) -> DmarcRecord | None:
    """Return a record; None if receivers ignore it (section 4.7).

    A name that stands twice voids all of it. Without valid policies, but with an address for
    reports, the policy is "none".
    """
    tags = read_dmarc_tags(text)
    if not BEGINNING.match(text) or len(tags) < sum("=" in each for each in text.split(";")):
        return None
    if any(tags.get(name, "none").lower() not in POLICIES for name in ("sp", "np")):
        tags["p"] = ""
    if tags.get("p", "").lower() not in POLICIES:
        if "mailto:" not in tags.get("rua", "").lower():
            return None
        tags |= {"p": "none", "sp": "none", "np": "none"}
    return DmarcRecord(domain, tags)


def read_dmarc_tags(text: str) -> dict[str, str]:
    """Return the tags of a record, each the first time that it stands there, in any case."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags


def write_dmarc(tags: Mapping[str, str], **changed: str) -> str:
    """Return a record with these tags, without those that are gone, the version first."""
    rest = {
        name: value
        for name, value in tags.items()
        if name not in {*GONE, "v", *changed}
        and (name not in {"p", "sp", "np"} or value.lower() in POLICIES)
    }
    ordered = {"v": VERSION, "p": changed.get("p", rest.get("p", "none")), **rest, **changed}
    return "; ".join(f"{name}={value}" for name, value in ordered.items())


def list_walk(domain: str) -> Sequence[str]:
    """Return the domains that are asked, from a domain upwards: at most eight (section 4.10)."""
    labels = domain.lower().rstrip(".").split(".")
    upper = labels[1:] if len(labels) <= MOST_QUERIES else labels[-FIRST_STEP:]
    return [".".join(labels), *(".".join(upper[at:]) for at in range(len(upper)))]


def find_organisation(domain: str, found: Sequence[DmarcRecord]) -> str:
    """Return the organizational domain of the start of a walk (section 4.10.2)."""
    start = domain.lower().rstrip(".")
    for record in found:
        if record.psd == "n":
            return record.domain
        if record.psd == "y" and record.domain != start:
            depth = record.domain.count(".") + 2
            return ".".join(start.split(".")[-depth:])
    return found[-1].domain if found else start
