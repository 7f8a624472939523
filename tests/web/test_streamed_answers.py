"""Every answer that is written while it leaves arrives whole from a real gunicorn.

Flask's own client ends no context between an answer and its body, so it misses what a server does.
"""

import ast
import contextlib
import csv
import http.client
import io
import socket
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from supporters.accounts.models import RoleName
from supporters.audit_log.audit_events import AuditEvent, record_act
from supporters.audit_log.audit_log import BATCH_SIZE
from supporters.breaches.affected_people import AffectedWay
from supporters.config import Settings
from supporters.database import transaction
from supporters.delivery.acts import DeliveryAct
from supporters.lists.acts import ListAct
from supporters.team.accounts import grant_right
from tests.factories.accounts import hold_since, make_account, sign_in
from tests.factories.breaches import affect, make_breach
from tests.factories.exports import REASON
from tests.factories.imports import IMPORTER, checked, csv_of, owner
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.servers.ports import free_port
from tests.servers.processes import ROOT, environment_of, started_web, wait_until
from tests.web.public.pages import hidden_values

pytestmark = pytest.mark.both_databases

STREAMED = {  # the modules with such answers; each has a test below
    "audit_pages.py",
    "breach_people_pages.py",
    "people_pages.py",
    "import_pages.py",
}
PEOPLE = [f"p{number}@example.org" for number in range(12)]


class ServedConsole:
    """The console behind a running gunicorn, for one account."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port, self._cookies = port, cookies

    def get(self, path: str) -> str:
        """Return the whole body of a page."""
        return self._ask("GET", path)

    def post(self, path: str, page: str, **fields: str) -> str:
        """Send the form of a page; return the whole body of the answer."""
        hidden = hidden_values(self.get(page))
        return self._ask("POST", path, urlencode({**hidden, **fields}))

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookie, "Host": "localhost"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read().decode("utf-8-sig")  # raises IncompleteRead if it is cut off
            self._cookies |= {
                morsel.key: morsel.value
                for line in answer.headers.get_all("Set-Cookie", [])
                for morsel in SimpleCookie(line).values()
            }
        assert answer.status == 200, (answer.status, content[:200])
        return content


@pytest.fixture
def port(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[int]:
    """Run gunicorn during the test."""
    port, log = free_port(), tmp_path / "web.log"

    def is_up() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return True
        return False

    with started_web(environment_of(settings), port, log=log):
        assert wait_until(is_up), log.read_text()
        yield port


def enter(app: Flask, port: int, role: RoleName) -> ServedConsole:
    """Return the console for a new account that may export, and has just signed in."""
    account = owner(IMPORTER) if role is RoleName.OWNER else make_account(IMPORTER, role)
    grant_right(account.id, RoleName.EXPORTER)
    hold_since(account, account.invited_at)
    cookie = sign_in(app, account).get_cookie("session")
    assert cookie is not None
    return ServedConsole(port, {"session": cookie.value})


def rows_of(content: str) -> list[list[str]]:
    """Return the rows of a file below its header."""
    return [*csv.reader(io.StringIO(content, newline=""), strict=True)][1:]


def test_the_modules_with_streamed_answers_are_those_tested_here() -> None:
    found = {
        path.name
        for path in (ROOT / "supporters" / "web").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id == "stream_with_context"
    }
    assert found == STREAMED


@pytest.mark.parametrize("role", [RoleName.OWNER, RoleName.DPO])
def test_the_file_of_the_audit_log_arrives(app: Flask, port: int, role: RoleName) -> None:
    console = enter(app, port, role)
    with transaction():
        for _ in range(BATCH_SIZE + 5):
            record_act(ListAct.CLOSED, 1)
    rows = rows_of(console.post("/console/audit/file", "/console/audit"))
    assert len(rows) == count_rows(AuditEvent)
    assert all(row[-1] for row in rows)


def test_the_sentences_of_the_file_are_in_the_language_of_the_account(
    app: Flask, port: int
) -> None:
    console = enter(app, port, RoleName.OWNER)
    with transaction():
        record_act(DeliveryAct.SENDING_STOPPED)
    rows = rows_of(console.post("/console/audit/file", "/console/audit", group="sending"))
    assert any("a arrêté tous les envois" in row[-1] for row in rows)


def test_the_export_of_a_list_arrives(app: Flask, port: int) -> None:
    mailing_list = make_list()
    for each in PEOPLE:
        make_subscriber(each, mailing_list)
    console = enter(app, port, RoleName.OWNER)
    page = f"/console/lists/{mailing_list.id}/export"
    assert len(rows_of(console.post(page, page, reason=REASON))) == len(PEOPLE)


def test_the_report_of_an_import_arrives(app: Flask, port: int) -> None:
    console = enter(app, port, RoleName.OWNER)
    refused = csv_of(*(f"nobody{number},," for number in range(len(PEOPLE))))
    content = console.get(f"/console/imports/{checked(refused)}/report.csv")
    assert len(rows_of(content)) == len(PEOPLE)


def test_the_list_of_people_of_a_breach_arrives(app: Flask, port: int) -> None:
    mailing_list = make_list()
    for each in PEOPLE:
        make_subscriber(each, mailing_list)
    breach = make_breach()
    affect(breach, AffectedWay.EVERYBODY)
    console = enter(app, port, RoleName.OWNER)
    page = f"/console/breaches/{breach.id}/people/export"
    assert len(rows_of(console.post(page, page, reason=REASON))) == len(PEOPLE)
