"""The witnesses of the log, from a file in the format of C2SP tlog-policy.

Each is known by its key. Those with an address are asked for cosignatures. The quorum says how many
of them, of which groups, a checkpoint needs.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from supporters.crypto.signed_notes import COSIGNATURE, NoteVerifier, read_verifier
from supporters.settings.variables import VariableReader

NONE = "none"
LONGEST_KEY = 400  # characters, of name, id and key
NOT_ALLOWED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
BLANKS = re.compile(r"[ \t]+")
LOG_KEY = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True)
class Witness:
    """A witness. `name` is its name in the file alone; `url` is empty if it is never asked."""

    name: str
    verifier: NoteVerifier
    url: str = ""

    @property
    def key(self) -> str:
        """The key as verifiers of signed notes take it: what a witness is known by."""
        return self.verifier.as_text(COSIGNATURE)


@dataclass(frozen=True)
class WitnessGroup:
    """Witnesses and groups, of which at least so many must have signed."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class WitnessPolicy:
    """The witnesses, in the order of the file, and which of them a checkpoint needs."""

    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, WitnessGroup] = field(default_factory=dict)
    quorum: str = NONE

    def is_met(self, keys: Collection[str]) -> bool:
        """Tell whether the witnesses with these keys are a quorum."""
        if self.quorum == NONE:
            return True
        signed = {each.name for each in self.witnesses if each.key in keys}
        for name, group in self.groups.items():  # each names earlier ones only
            if sum(member in signed for member in group.members) >= group.least:
                signed.add(name)
        return self.quorum in signed


NO_WITNESSES = WitnessPolicy()


class PolicyFault(ValueError):
    """The file can't be used; the text says why."""


def read_witnesses(reader: VariableReader) -> WitnessPolicy:
    """Return the policy in the file that the setting names."""
    path = reader.text("WITNESSES")
    if not path:
        return NO_WITNESSES
    try:
        return parse_policy(Path(path).read_bytes())
    except OSError as error:
        reader.fault("WITNESSES", f"is {path!r}, which can't be read: {error.strerror}.")
    except PolicyFault as error:
        reader.fault("WITNESSES", f"is {path!r}: {error}")
    return NO_WITNESSES


def parse_policy(raw: bytes) -> WitnessPolicy:
    """Return the policy in a file. Raises PolicyFault."""
    if NOT_ALLOWED.search(raw):
        raise PolicyFault("It contains control characters. Write it as plain text.")
    reading = _Reading()
    for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), start=1):
        words = BLANKS.split(line.strip(" \t"))
        if words == [""] or words[0].startswith("#"):
            continue
        try:
            reading.take(*words)
        except PolicyFault as error:
            raise PolicyFault(f"Line {number} {error}") from error
    if reading.quorum is None:
        raise PolicyFault("It has no line “quorum NAME”; “quorum none” demands no cosignature.")
    return WitnessPolicy(tuple(reading.witnesses.values()), reading.groups, reading.quorum)


class _Reading:
    """The definitions of the lines so far."""

    def __init__(self) -> None:
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, WitnessGroup] = {}
        self.quorum: str | None = None
        self._logs: set[str] = set()
        self._members: set[str] = set()

    def take(self, kind: str, *words: str) -> None:
        """Take a line. Raises PolicyFault."""
        match kind, words:
            case "log", (key,) | (key, _):
                self._take_log(key)
            case "witness", (name, key):
                self._take_witness(name, key, "")
            case "witness", (name, key, url):
                self._take_witness(name, key, url)
            case "group", (name, least, _, *_):
                self._take_group(name, least, words[2:])
            case "quorum", (name,):
                self._take_quorum(name)
            case _:
                raise PolicyFault("is no line of a policy: log, witness, group or quorum.")

    def _take_log(self, key: str) -> None:
        public = key.partition("+")[2].partition("+")[2]
        if not LOG_KEY.fullmatch(key) or public in self._logs:
            raise PolicyFault("has no key of a log, or the key of another line again.")
        self._logs.add(public)

    def _take_witness(self, name: str, key: str, url: str) -> None:
        self._check_new(name)
        try:
            witness = Witness(name, read_verifier(key, COSIGNATURE), url)
        except ValueError as error:
            what = "has no key of a witness, as name+id+key, for cosignatures by Ed25519 (0x04)."
            raise PolicyFault(f"{what} {error}") from error
        if len(key) > LONGEST_KEY:
            raise PolicyFault(f"has a key that is longer than {LONGEST_KEY} characters.")
        if any(each.verifier.key == witness.verifier.key for each in self.witnesses.values()):
            raise PolicyFault("has the key of another line again.")
        if url and not is_address(url):
            raise PolicyFault(f"has the address {url!r}. Give https://host, or https://host/path.")
        self.witnesses[name] = witness

    def _take_group(self, name: str, least: str, members: tuple[str, ...]) -> None:
        self._check_new(name)
        unknown = [each for each in members if each not in {*self.witnesses, *self.groups}]
        if unknown or self._members & {*members} or len({*members}) < len(members):
            what = "names a member that no line before it defines, or that is in a group already."
            raise PolicyFault(what)
        count = {"any": "1", "all": str(len(members))}.get(least, least)
        is_number = re.fullmatch(r"[1-9][0-9]{0,5}", count) is not None
        if not is_number or int(count) > len(members):
            raise PolicyFault(f"needs all, any, or a number from 1 to {len(members)}.")
        self._members.update(members)
        self.groups[name] = WitnessGroup(int(count), members)

    def _take_quorum(self, name: str) -> None:
        if self.quorum is not None or name not in {NONE, *self.witnesses, *self.groups}:
            raise PolicyFault("is a second quorum, or names what no line before it defines.")
        self.quorum = name

    def _check_new(self, name: str) -> None:
        if name in {NONE, *self.witnesses, *self.groups}:
            raise PolicyFault(f"defines the name {name!r} again.")


def is_address(url: str) -> bool:
    """Tell whether a URL is a plain address of a host, or the prefix of some."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return url.isascii() and parts.scheme in {"https", "http"} and is_whole and is_plain
