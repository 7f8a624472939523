"""A DNS server on loopback, over UDP and TCP, for a tree of names that a test publishes."""

import socketserver
import struct
import threading
from typing import Any, Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

FITS_UDP = 1232


class _Udp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, socket = self.request
        if answer := self.server.zone.answer(wire):
            if len(answer) > FITS_UDP:
                short = dns.message.make_response(dns.message.from_wire(wire))
                short.flags |= dns.flags.TC
                answer = short.to_wire()
            socket.sendto(answer, self.client_address)


class _Tcp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        (length,) = struct.unpack("!H", self.request.recv(2))
        if answer := self.server.zone.answer(self.request.recv(length)):
            self.request.sendall(struct.pack("!H", len(answer)) + answer)


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True
    zone: "DnsServer"


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    zone: "DnsServer"


class DnsServer:
    """The server. It is silent about the names in `silent`, and says SERVFAIL about `failing`."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._records: dict[tuple[str, str], list[str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.failing: set[str] = set()
        self.silent: set[str] = set()
        self._tcp = _TcpServer((host, port), _Tcp)
        self.port = self._tcp.server_address[1]
        self._udp = _UdpServer((host, self.port), _Udp)
        self._udp.zone = self._tcp.zone = self
        self._threads = [
            threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            for each in (self._udp, self._tcp)
        ]

    @property
    def address(self) -> str:
        """The address, as the setting names it."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()
        for each in self._threads:
            each.join()

    def publish(self, name: str, kind: str, *values: str) -> None:
        """Publish the records of a name, in place of those of this type."""
        self._records[name.lower().rstrip("."), kind] = [*values]

    def remove(self, name: str, kind: str) -> None:
        """Remove the records of a name of this type."""
        del self._records[name.lower().rstrip("."), kind]

    def answer(self, wire: bytes) -> bytes | None:
        """Return the answer to a question."""
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((name, kind))
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        if name in self.silent:
            return None
        if name in self.failing:
            response.set_rcode(dns.rcode.SERVFAIL)
            return response.to_wire()
        self._fill(response, name, kind)
        return response.to_wire()

    def _fill(self, response: Any, name: str, kind: str) -> None:
        while (name, "CNAME") in self._records:
            target = self._records[name, "CNAME"][0]
            response.answer.append(_rrset(name, "CNAME", [target]))
            name = target.lower().rstrip(".")
        if values := self._records.get((name, kind)):
            response.answer.append(_rrset(name, kind, values))
        elif (
            not any(each == name or each.endswith(f".{name}") for each, _ in self._records)
            and not response.answer
        ):
            response.set_rcode(dns.rcode.NXDOMAIN)


def _rrset(name: str, kind: str, values: list[str]) -> dns.rrset.RRset:
    written = [_quote(each) if kind == "TXT" else each for each in values]
    return dns.rrset.from_text(dns.name.from_text(name), 60, "IN", kind, *written)


def _quote(text: str) -> str:
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)]
    return " ".join('"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in pieces)
