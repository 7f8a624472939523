"""The port of the relay, whether the connection to it is encrypted, and a resolver of our own."""

from ipaddress import ip_address
from typing import NamedTuple

from supporters.loopback import is_this_machine
from supporters.settings.training_settings import TrainingSettings
from supporters.settings.variables import VariableReader

TLS_MODES = ("none", "starttls", "tls")
HIGHEST_PORT = 65535
UNKNOWN_PORT = 0
DNS_PORT = 53


class DnsServer(NamedTuple):
    """The server that answers our questions to the DNS."""

    host: str
    port: int


def read_mail_port(
    reader: VariableReader, *, is_development: bool, training: TrainingSettings
) -> int:
    """Return the port of the relay. Only `flask training` knows the one of its mailbox."""
    if training.is_here:
        return UNKNOWN_PORT
    default = 2525 if is_development else 587
    return reader.number("MAIL_PORT", default, highest=HIGHEST_PORT)


def read_tls(reader: VariableReader, mail_server: str) -> str:
    """Return the mode of the connection: another machine needs encryption."""
    value = reader.text("MAIL_TLS", "none" if is_this_machine(mail_server) else "starttls")
    if value not in TLS_MODES:
        reader.fault("MAIL_TLS", f"is {value!r}. Give one of: {', '.join(TLS_MODES)}.")
        return "starttls"
    if value == "none" and not is_this_machine(mail_server):
        reader.fault("MAIL_TLS", "is 'none' towards another machine. Give starttls or tls.")
    return value


def read_dns_server(reader: VariableReader) -> DnsServer | None:
    """Return the server that answers about records in the DNS; None: the one of this machine."""
    value = reader.text("DNS_SERVER")
    if not value:
        return None
    host, _, port = value.rpartition("#") if "#" in value else (value, "", str(DNS_PORT))
    try:
        ip_address(host)
    except ValueError:
        reader.fault(
            "DNS_SERVER", f"is {value!r}. Give an IP address, as in 192.0.2.1 or ::1#5353."
        )
        return None
    if not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
        reader.fault("DNS_SERVER", f"is {value!r}. The port is a number up to {HIGHEST_PORT}.")
        return None
    return DnsServer(host, int(port))
