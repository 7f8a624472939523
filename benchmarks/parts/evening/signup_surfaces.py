"""The places of the signup form (page, frame, form of a program), as visitors fill it in there."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple, Protocol

from tests.faults.evening.evening_visitors import open_form
from tests.servers.reused_connection import ReusedConnection, write_request

LIST = "national"


class FilledIn(Protocol):
    """A form that was opened, and can be sent for any address."""

    def fill_in(self, address: str) -> bytes:
        """Return the request that signs an address up."""


@dataclass(frozen=True)
class ProgramForm:
    """The form of a program of the party: an object of JSON."""

    port: int
    path: str
    fields: dict[str, str]
    address_field: str

    def fill_in(self, address: str) -> bytes:
        """Return the request that signs an address up."""
        body = json.dumps({**self.fields, self.address_field: address})
        return write_request(self.port, self.path, body, {"Content-Type": "application/json"})


class Surface(NamedTuple):
    """A place of the form: its address, how to open it, and the status that means "taken"."""

    path: str
    open: Callable[[int, str], FilledIn | None]
    taken: int


def open_program_form(port: int, path: str) -> ProgramForm | None:
    """Ask for the form as a program does, and tick its boxes; None if it isn't there."""
    with closing(ReusedConnection(port)) as connection:
        reply = connection.ask(write_request(port, path))
    if reply.status != HTTPStatus.OK:
        return None
    form = json.loads(reply.body)
    boxes = {each["field"]: each["value"] for each in [*form["boxes"], form["age_box"]]}
    return ProgramForm(port, path, {**form["send_back"], **boxes}, form["address_field"])


SURFACES = {
    "form": Surface(f"/fr/join/{LIST}", open_form, HTTPStatus.SEE_OTHER),
    "frame": Surface(f"/fr/embed/{LIST}", open_form, HTTPStatus.OK),
    "program": Surface(f"/api/forms/{LIST}", open_program_form, HTTPStatus.ACCEPTED),
}
