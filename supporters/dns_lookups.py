"""DNS for one check: an answer that doesn't come is told from one that says “there is none”.

Each check has its own cache, so that *Check again* sees what was published a moment ago. The
library is large, and few processes ask: it is loaded with the first question.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS = 2.5  # for one question, over all its tries
ONE_TRY = 1.2
NOWHERE = "."
PORT = 53


class DnsSilent(Exception):
    """No server answers a question, or it says that it can't (SERVFAIL)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Dns:
    """Asks a DNS server, by default the one of this machine."""

    def __init__(self, server: str = "") -> None:
        self._answers: dict[tuple[str, str], list[str] | None] = {}
        self._resolver = _make_resolver(server)

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name. Raises DnsSilent."""
        return self._ask(name, "TXT") or []

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a name. Raises DnsSilent."""
        return [*(self._ask(name, "A") or []), *(self._ask(name, "AAAA") or [])]

    def mail_hosts(self, name: str) -> list[str]:
        """Return the mail servers of a domain; NOWHERE says that it takes none (RFC 7505).

        Raises DnsSilent.
        """
        return self._ask(name, "MX") or []

    def names_of(self, address: str) -> list[str]:
        """Return the names of an address. Raises DnsSilent."""
        return self._ask(reverse_name(address), "PTR") or []

    def exists(self, name: str) -> bool:
        """Tell whether there is such a name. Raises DnsSilent."""
        return self._ask(name, "A") is not None

    def _ask(self, name: str, kind: str) -> list[str] | None:
        """Return the values of a question; None if there is no such name."""
        key = (name.lower().rstrip("."), kind)
        if key not in self._answers:
            self._answers[key] = self._resolve(*key)
        return self._answers[key]

    def _resolve(self, name: str, kind: str) -> list[str] | None:
        from dns import exception, resolver  # noqa: PLC0415 - see above

        if self._resolver is None:
            raise DnsSilent(name)
        try:
            answer = self._resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
        except (resolver.NXDOMAIN, resolver.YXDOMAIN):
            return None
        except (resolver.NoNameservers, exception.Timeout, OSError) as error:
            raise DnsSilent(name) from error
        except (exception.DNSException, UnicodeError):
            return None  # no name at all: an empty label, or one of over 63 octets
        return [_write(each, kind) for each in answer.rrset or ()]


def _make_resolver(server: str) -> "Resolver | None":
    from dns.nameserver import Do53Nameserver  # noqa: PLC0415 - see above
    from dns.resolver import NoResolverConfiguration, Resolver  # noqa: PLC0415

    try:
        resolver = Resolver(configure=not server)
    except (NoResolverConfiguration, OSError):
        return None
    if server:
        address, port = split_server(server)
        resolver.nameservers = [Do53Nameserver(address, port)]
    resolver.timeout, resolver.lifetime = ONE_TRY, SECONDS
    resolver.use_edns(0, 0, 1232)
    return resolver


def split_server(server: str) -> tuple[str, int]:
    """Return the address and port of a DNS server. Raises ValueError."""
    address, port = server, PORT
    if server.startswith("["):
        address, _, rest = server[1:].partition("]")
        port = int(rest.removeprefix(":") or PORT)
    elif server.count(":") == 1:
        address, _, rest = server.partition(":")
        port = int(rest)
    return str(ip_address(address)), port


def reverse_name(address: str) -> str:
    """Return the name whose PTR record names an address."""
    from dns.reversename import from_address  # noqa: PLC0415 - see above

    return from_address(address).to_text(omit_final_dot=True)


def _write(value: object, kind: str) -> str:
    if kind == "TXT":
        strings: Sequence[bytes] = getattr(value, "strings", ())
        return b"".join(strings).decode("utf-8", "replace")
    if kind == "MX":
        return _bare(getattr(value, "exchange", NOWHERE))
    return _bare(value)


def _bare(name: object) -> str:
    text = str(name)
    return text if text == NOWHERE else text.rstrip(".")
