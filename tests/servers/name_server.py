"""A name server on loopback that answers about TXT records, with a fault, or never."""

import socket
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

NO_ANSWER = "no answer"


class NameServer:
    """Answers by name: the strings of its records, a code of the DNS, or nothing at all."""

    def __init__(self, answers: Mapping[str, Sequence[str] | dns.rcode.Rcode | str]) -> None:
        self.answers = {f"{name}.": answer for name, answer in answers.items()}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            asked, sender = self._socket.recvfrom(4096)
            if not asked:
                return
            if reply := self._answer(dns.message.from_wire(asked)):
                self._socket.sendto(reply, sender)

    def _answer(self, question: dns.message.Message) -> bytes:
        name = question.question[0].name
        answer = self.answers.get(str(name), dns.rcode.NXDOMAIN)
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        if isinstance(answer, str):
            return b""
        if isinstance(answer, dns.rcode.Rcode):
            response.set_rcode(answer)
        elif answer:
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *answer))
        return response.to_wire()
