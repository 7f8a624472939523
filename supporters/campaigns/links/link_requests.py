"""Asks pages of others: over https, at public IP addresses, and as little as possible.

A host is resolved once; the connection goes to the address that was checked, and the connected
address is checked again. So a name that changes its address between the two leads nowhere. No
redirect is followed, no cookie is sent. Of a link in a draft no body is read.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from supporters.campaigns.links.models import LinkOutcome
from supporters.connection_limits import at_most

PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
# Python calls these global; what they lead to may be in a private network.
LEADS_ELSEWHERE = [
    *map(ipaddress.ip_network, ("192.88.99.0/24", "2002::/16", "2001::/23", "3fff::/20")),
]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that everybody can reach. False for anything else.

    An IPv4 address written as IPv6 is judged as IPv4.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if parsed.version == 6 and parsed not in PUBLIC_IPV6:
        return False
    is_special = parsed.is_multicast or parsed.is_reserved
    return parsed.is_global and not is_special and not any(parsed in net for net in LEADS_ELSEWHERE)


PORT = 443
PATIENCE = 4.0  # seconds, for one step of a request
LONGEST = 6.0  # seconds, for a whole request
ADDRESSES_TRIED = 2
SAFE_IN_A_PATH = "/%:@!$&'()*+,;=~-._"
NAME_IS_UNKNOWN = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
GONE = {404, 410}


class LinkAnswer(NamedTuple):
    """The outcome of a request, and the status of HTTP if there is one."""

    outcome: LinkOutcome
    status: int | None = None


class LinkTarget(NamedTuple):
    """The host of a link, and what is asked of it."""

    host: str
    path: str


class LinkUnread(Exception):
    """A page gave no answer of 200, or one that is too long."""


class _NotPublic(Exception):
    """The host has an address in a private network."""


def read_target(url: str) -> LinkTarget | None:
    """Return what to ask for a link; None for a link that is never asked.

    Only https at its own port is asked, and no address with a user name in it.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        is_usual = (
            parts.scheme == "https" and parts.port in {None, PORT} and "@" not in parts.netloc
        )
    except ValueError:
        return None
    if not (host and is_usual):
        return None
    path = quote(parts.path or "/", safe=SAFE_IN_A_PATH)
    query = quote(parts.query, safe=f"{SAFE_IN_A_PATH}?")
    return LinkTarget(host, f"{path}?{query}" if query else path)


def resolve(host: str, port: int) -> Sequence[tuple[str, int]]:
    """Return the IP addresses of a host with the port. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(address[0]), port) for *_kinds, address in found]


@dataclass(frozen=True, kw_only=True)
class LinkAsker:
    """Asks links. Tests give it another resolver, and allow it a server of this machine."""

    user_agent: str
    resolve: Callable[[str, int], Sequence[tuple[str, int]]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    longest: float = LONGEST

    def ask(self, target: LinkTarget) -> LinkAnswer:
        """Return whether a page answers."""
        try:
            return _judge(self._ask_twice(target))
        except _NotPublic:
            return LinkAnswer(LinkOutcome.NOT_PUBLIC)
        except ssl.SSLCertVerificationError:
            return LinkAnswer(LinkOutcome.INSECURE)
        except socket.gaierror as error:
            is_unknown = error.errno in NAME_IS_UNKNOWN
            return LinkAnswer(LinkOutcome.UNKNOWN_HOST if is_unknown else LinkOutcome.UNREACHABLE)
        except (OSError, HTTPException, ValueError):
            return LinkAnswer(LinkOutcome.UNREACHABLE)

    def read(self, target: LinkTarget, most: int) -> bytes:
        """Return the body of a page, of at most so many octets. Raises LinkUnread."""
        try:
            with self._answer("GET", target) as response:
                body, status = response.read(most + 1), response.status
        except (_NotPublic, OSError, HTTPException, ValueError) as error:
            raise LinkUnread from error
        if status != HTTPStatus.OK or len(body) > most:
            raise LinkUnread(status)
        return body

    def _ask_twice(self, target: LinkTarget) -> int:
        """Return the status of HEAD, or of GET where a server doesn't like HEAD."""
        with suppress(HTTPException):
            status = self._request("HEAD", target)
            if status < 400:
                return status
        return self._request("GET", target)

    def _request(self, method: str, target: LinkTarget) -> int:
        with self._answer(method, target) as response:
            return response.status

    @contextmanager
    def _answer(self, method: str, target: LinkTarget) -> Iterator[HTTPResponse]:
        connection = HTTPSConnection(target.host, PORT, context=self.context)
        connection.auto_open = False  # it must never connect by itself
        headers = {"User-Agent": self.user_agent, "Accept": "*/*", "Connection": "close"}
        ends_at = time.monotonic() + self.longest
        with (
            self._connected(target.host, ends_at) as connected,
            self._secure(connected, target, ends_at) as secured,
        ):
            connection.sock = secured
            connection.request(method, target.path, headers=headers)
            yield connection.getresponse()

    @contextmanager
    def _secure(
        self, connected: socket.socket, target: LinkTarget, ends_at: float
    ) -> Iterator[ssl.SSLSocket]:
        """Speak TLS with a host, until a moment. Raises ssl.SSLError."""
        secured = self.context.wrap_socket(
            connected, server_hostname=target.host, do_handshake_on_connect=False
        )
        with closing(secured), at_most(ends_at - time.monotonic(), secured):
            secured.do_handshake()
            yield secured

    @contextmanager
    def _connected(self, host: str, ends_at: float) -> Iterator[socket.socket]:
        """Connect to a public address of a host. Raises _NotPublic, OSError."""
        addresses = self.resolve(host, PORT)
        if not all(self.is_allowed(address) for address, _port in addresses):
            raise _NotPublic
        connected = _connect_to_first(addresses[:ADDRESSES_TRIED], ends_at)
        try:
            if not self.is_allowed(connected.getpeername()[0]):
                raise _NotPublic
            yield connected
        finally:
            connected.close()


def _judge(status: int) -> LinkAnswer:
    """Return what a status means. A page that refuses us (403, 429) may open for readers."""
    if status in GONE:
        return LinkAnswer(LinkOutcome.GONE, status)
    is_troubled = 500 <= status < 600
    return LinkAnswer(LinkOutcome.TROUBLED if is_troubled else LinkOutcome.ANSWERED, status)


def _connect_to_first(addresses: Sequence[tuple[str, int]], ends_at: float) -> socket.socket:
    """Connect to the first address that takes it before a moment. Raises OSError."""
    refusal = OSError("no address")
    for address in addresses:
        if (rest := ends_at - time.monotonic()) <= 0:
            break
        try:
            return socket.create_connection(address, timeout=min(PATIENCE, rest))
        except OSError as error:
            refusal = error
    raise refusal
