"""Reads SUPPORTERS_* variables one by one, URLs included, and collects their faults."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from supporters.settings.setting_sources import PREFIX, SETTINGS_FILE, SettingOrigins, SettingSource

SECRET = re.compile(r"_(KEYS?|PASSWORD|SECRET|TOKEN)$")
PASSWORD_IN_URL = re.compile(r"(://[^:/@]*:)[^/]+(?=@)|((?:password|secret)=)[^&]+")
HIDDEN = "…"
STANDARD_PORTS = {"http": 80, "https": 443}
TO_ENCODE = "@/#"


@dataclass(frozen=True)
class EffectiveSetting:
    """The value that a setting has now, without secrets, and where it comes from."""

    name: str
    value: str
    source: SettingSource


class VariableReader:
    """The variables of one start; `faults` has a line for each that can't be used."""

    def __init__(self, variables: Mapping[str, str], origins: SettingOrigins | None = None) -> None:
        self._variables = variables
        everything = dict.fromkeys(variables, SettingSource.ENVIRONMENT)
        self._origins = origins or SettingOrigins(everything)
        self._effective: dict[str, str] = {}
        self._presets: dict[str, str] = {}
        self.faults: list[str] = [*self._origins.faults]

    def text(self, name: str, default: str = "") -> str:
        """Return a text without surrounding white space, or the default."""
        value = self._read(name) or self._presets.get(name, default)
        self._effective[PREFIX + name] = self._effective.get(PREFIX + name) or value
        return value

    def _read(self, name: str) -> str:
        value = self._variables.get(PREFIX + name, "").strip()
        if any(ord(character) < ord(" ") for character in value):
            self.fault(name, "contains a control character. Write it on one line.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.fault(name, "isn't UTF-8. Save its file as UTF-8.")
        return value

    def preset(self, name: str, value: str) -> None:
        """Give a variable another default, before all others: that of a provider."""
        self._presets[name] = value

    def number(self, name: str, default: int, *, highest: int, lowest: int = 0) -> int:
        """Return a whole number within its bounds."""
        value = self.text(name, str(default))
        if not value.isdecimal() or not lowest <= int(value) <= highest:
            self.fault(name, f"is {value!r}. Give a whole number from {lowest} to {highest}.")
            return default
        return int(value)

    def switch(self, name: str, *, default: bool) -> bool:
        """Return whether something is on."""
        value = self.text(name, "on" if default else "off").lower()
        if value not in {"on", "off"}:
            self.fault(name, f"is {value!r}. Give on or off.")
        return value == "on"

    def fault(self, name: str, what: str) -> None:
        """Keep a fault of a variable."""
        fault = f"{PREFIX}{name} {what}"
        if fault not in self.faults:
            self.faults.append(fault)

    def finish(self, *, is_development: bool) -> tuple[str, ...]:
        """Refuse unknown names, and return the strange values, once everything was read."""
        known = {*self._effective, SETTINGS_FILE}
        for name in sorted(self._variables.keys() - known):
            if name.startswith(PREFIX):
                near = difflib.get_close_matches(name, known, n=1)
                meant = f" Is {near[0]} meant?" if near else ""
                self.fault(name.removeprefix(PREFIX), f"is no setting.{meant}")
        return (*self._origins.doubts, *self._find_doubts(is_development=is_development))

    def overview(self) -> tuple[EffectiveSetting, ...]:
        """Return all settings as they are now, secrets left out."""
        return tuple(
            EffectiveSetting(
                name,
                hide_secret(name, value),
                self._origins.sources.get(name, SettingSource.DEFAULT),
            )
            for name, value in sorted(self._effective.items())
        )

    def _find_doubts(self, *, is_development: bool) -> list[str]:
        doubts = []
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
        return doubts


def hide_secret(name: str, value: str) -> str:
    """Return a value without its secrets: a password, a key, the password in a URL."""
    if SECRET.search(name):
        return HIDDEN if value else ""
    return PASSWORD_IN_URL.sub(rf"\1\2{HIDDEN}", value)


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
