"""Facts of the operator about delivery: the DNS server to ask, sending addresses, selectors."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from supporters.settings.variables import VariableReader

SELECTOR = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
SERVER = re.compile(r"(?:\[([0-9a-f:]+)\]|([0-9.]+|[0-9a-f:]+?))(?::(\d{1,5}))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SetupSettings:
    """Facts for the check of the set-up. An empty DNS server is the one of this machine."""

    dns_server: str = ""
    sending_addresses: tuple[str, ...] = ()
    dkim_selectors: tuple[str, ...] = ()


NO_FACTS = SetupSettings()


def read_setup(reader: VariableReader) -> SetupSettings:
    """Return the facts of the operator."""
    return SetupSettings(
        dns_server=_read_server(reader),
        sending_addresses=_read_words(
            reader,
            "SENDING_ADDRESSES",
            _read_address,
            how="Give the addresses that the relay sends from, separated by commas: 203.0.113.7",
        ),
        dkim_selectors=_read_words(
            reader,
            "DKIM_SELECTORS",
            lambda each: each.lower() if SELECTOR.fullmatch(each) else None,
            how="Give the selectors of the relay's DKIM keys, separated by commas: brevo1, brevo2",
        ),
    )


def _read_server(reader: VariableReader) -> str:
    value = reader.text("DNS_SERVER")
    found = SERVER.fullmatch(value)
    address = _read_address((found[1] or found[2]) if found else "")
    if not value:
        return ""
    if address is None:
        reader.fault("DNS_SERVER", f"is {value!r}. Give an address, as in 192.0.2.53.")
        return ""
    return value


def _read_words(
    reader: VariableReader, name: str, read: Callable[[str], str | None], *, how: str
) -> tuple[str, ...]:
    words = []
    for given in reader.text(name).replace(",", " ").split():
        word = read(given)
        if word is None:
            reader.fault(name, f"contains {given!r}. {how}")
        else:
            words.append(word)
    return tuple(words)


def _read_address(given: str) -> str | None:
    try:
        return str(ip_address(given))
    except ValueError:
        return None
