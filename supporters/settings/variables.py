"""Reads SUPPORTERS_* variables one by one, URLs included, and collects their faults."""

import difflib
from collections.abc import Mapping
from urllib.parse import urlsplit

PREFIX = "SUPPORTERS_"
STANDARD_PORTS = {"http": 80, "https": 443}
TO_ENCODE = "@/#"


class VariableReader:
    """The variables of one start; `faults` has a line for each that can't be used."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()
        self._presets: dict[str, str] = {}
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Return a text without surrounding white space, or the default."""
        self._known.add(PREFIX + name)
        value = self._variables.get(PREFIX + name, "").strip()
        if any(ord(character) < ord(" ") for character in value):
            self.fault(name, "contains a control character. Write it on one line.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.fault(name, "isn't UTF-8. Save its file as UTF-8.")
        return value or self._presets.get(name, default)

    def preset(self, name: str, value: str) -> None:
        """Give a variable another default, before all others: that of a provider."""
        self._presets[name] = value

    def number(self, name: str, default: int, *, highest: int, lowest: int = 0) -> int:
        """Return a whole number within its bounds."""
        value = self.text(name)
        if not value:
            return default
        if not value.isdecimal() or not lowest <= int(value) <= highest:
            self.fault(name, f"is {value!r}. Give a whole number from {lowest} to {highest}.")
            return default
        return int(value)

    def switch(self, name: str, *, default: bool) -> bool:
        """Return whether something is on."""
        value = self.text(name).lower()
        if value not in {"", "on", "off"}:
            self.fault(name, f"is {value!r}. Give on or off.")
        return value == "on" if value in {"on", "off"} else default

    def fault(self, name: str, what: str) -> None:
        """Keep a fault of a variable."""
        fault = f"{PREFIX}{name} {what}"
        if fault not in self.faults:
            self.faults.append(fault)

    def find_doubts(self, *, is_development: bool) -> tuple[str, ...]:
        """Return the strange values, once everything was read."""
        unknown = sorted(
            name for name in self._variables if name.startswith(PREFIX) and name not in self._known
        )
        doubts = []
        for name in unknown:
            near = difflib.get_close_matches(name, self._known, n=1)
            meant = f" Is {near[0]} meant?" if near else ""
            doubts.append(f"{name} is no setting, so it has no effect.{meant}")
        for stream in (PREFIX, f"{PREFIX}TRANSACTIONAL_"):
            name, password = f"{stream}MAIL_USERNAME", f"{stream}MAIL_PASSWORD"
            if self._variables.get(name, "").strip() and not self._variables.get(password):
                doubts.append(f"{name} is given without {password}: it has no effect.")
        if not is_development and self.text("SIGNUP_RATE") == "0":
            doubts.append(
                f"{PREFIX}SIGNUP_RATE is 0, which switches all limits of strangers off: of "
                "sign-ups, of wrong codes, of look-ups, and the hold of a spike. Leave it out for "
                "30 a minute."
            )
        return tuple(doubts)


def normalise_base_url(value: str) -> str | None:
    """Return the address of a site in the form that browsers use, or None if it isn't one.

    The host is in lower case, as a browser sends it, without the scheme's standard port.
    """
    try:
        parts = urlsplit(value.rstrip("/"))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in STANDARD_PORTS or not parts.hostname or parts.path:
        return None
    if not value.isascii() or any(each in value for each in "@?# "):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in {None, STANDARD_PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def has_raw_password(url: str) -> bool:
    """Tell whether the name or password in a URL has a character that must be percent-encoded."""
    rest = url.partition("://")[2]
    before_query = rest.partition("?")[0]
    if "@" in before_query:
        return any(each in before_query.rpartition("@")[0] for each in TO_ENCODE)
    return "@" in rest and "/" not in before_query
