"""A resolver of our own, instead of that of this machine."""

from ipaddress import ip_address
from typing import NamedTuple

from supporters.settings.relay_settings import HIGHEST_PORT
from supporters.settings.variables import VariableReader

DNS_PORT = 53


class DnsServer(NamedTuple):
    """The server that answers our questions to the DNS."""

    host: str
    port: int


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
