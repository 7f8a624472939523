"""The site behind a real gunicorn, as a proxy on https calls it: paths, hosts, redirects, logs."""

import http.client
import json
import shutil
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.program_version import program_version
from tests.factories.pictures import make_picture
from tests.machinery.databases import make_settings
from tests.servers.ports import free_port
from tests.servers.processes import ROOT, environment_of, start_process, wait_until, web_command

HOST = "lettre.parti.example"
FORMER = "ancienne.parti.example"
TOKEN = "WzM3NTQ2MTc.awdvCQ.secret-token-of-a-reader"
BROKEN = """
import app as whole
from flask import template_rendered

@template_rendered.connect_via(whole.app)
def fail(*_arguments, **_words):
    raise RuntimeError("a broken page")

app = whole.app
"""


@dataclass
class Served:
    """A running web server."""

    port: int
    log: Path

    def ask(
        self, path: str, *, host: str = HOST, headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """Send a GET as the proxy does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def send(self, raw: bytes) -> bytes:
        """Send raw bytes; return the first line of the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(raw)
            return connection.recv(4096).partition(b"\r\n")[0]


def serve(
    settings: Settings, folder: Path, module: str, base_url: str, *options: str
) -> Iterator[Served]:
    """Run gunicorn with production settings during the test."""
    port, log = free_port(), folder / "web.log"
    variables = {
        **environment_of(settings),
        "SUPPORTERS_ENV": "production",
        "SUPPORTERS_BASE_URL": base_url,
        "SUPPORTERS_FORMER_HOSTS": FORMER,
        "SUPPORTERS_SECRET_KEYS": "zq8Wf3-kVx0mB7_rT5yLc2Nn9HdJ6sGa",
        "SUPPORTERS_PARTY_NAME": "Parti",
        "SUPPORTERS_PARTY_ADDRESS": "Paris",
        "SUPPORTERS_HOSTING": "Hébergeur, Paris",
        "SUPPORTERS_PUBLICATION_DIRECTOR": "Ada Martin",
        "SUPPORTERS_MAIL_SERVER": "relay.example",
        **{
            f"SUPPORTERS_{name}": "a@parti.example"
            for name in ("PARTY_CONTACT", "DPO_CONTACT", "MAIL_FROM")
        },
        "PYTHONPATH": f"{ROOT}:{folder}",
    }
    with log.open("w") as output:
        command = [*web_command(port, f"{module}:app"), *options]
        process = start_process(command, variables, stdout=output, stderr=output)
    served = Served(port, log)

    def is_up() -> bool:
        try:
            return served.ask("/livez").status == 200
        except OSError:
            return False

    try:
        assert wait_until(is_up), log.read_text()
        yield served
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def served(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run the site on https, its host written with capitals. The tests only read its pages."""
    folder = tmp_path_factory.mktemp("served")
    database = shutil.copy(migrated_sqlite, folder / "supporters.db")
    settings = make_settings(folder, f"sqlite:///{database}", mail_port=9)
    yield from serve(settings, folder, "app", "https://Lettre.Parti.Example:443/")


@pytest.fixture
def logged(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Served]:
    """Run the site with an access log, which its operator should not have."""
    yield from serve(settings, tmp_path, "app", f"https://{HOST}", "--access-logfile", "-")


@pytest.fixture
def broken(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Served]:
    """Run a site whose pages all fail, the error page too."""
    (tmp_path / "broken_site.py").write_text(BROKEN)
    yield from serve(settings, tmp_path, "broken_site", f"https://{HOST}")


def test_a_visitor_gives_the_site_no_other_root(served: Served) -> None:
    moved = {"SCRIPT_NAME": "/anything"}
    assert served.ask("/anything/console/sign-in", headers=moved).status == 404
    for header in ({"SCRIPT_NAME": "//evil.example"}, {"SCRIPT-NAME": "//evil.example"}):
        answer = served.ask("//evil.example/", headers=header)
        assert not (answer.headers["Location"] or "").startswith("//")
        assert "evil.example/fr" not in (answer.headers["Location"] or "")


def test_no_redirect_leads_to_http(served: Served) -> None:
    for path in ("/console", "/fr", "/", "//fr"):
        location = served.ask(path).headers["Location"]
        assert location.startswith((f"https://{HOST}/", "/")), path


def test_a_host_is_known_however_it_is_written(served: Served) -> None:
    assert [served.ask("/fr/", host=each).status for each in (HOST, HOST.title())] == [200, 200]
    assert served.ask("/fr/", host="evil.example").status == 400


def test_a_former_host_answers_as_the_site_and_leads_to_its_console(served: Served) -> None:
    assert served.ask("/fr/", host=FORMER).status == 200
    assert served.ask(f"/leave/{TOKEN}", host=FORMER).status == 404
    console = served.ask("/console/sign-in?next=x", host=FORMER)
    assert (console.status, console.headers["Location"]) == (
        308,
        f"https://{HOST}/console/sign-in?next=x",
    )


def test_a_long_address_gets_a_page_of_ours(served: Served) -> None:
    answer = served.ask(f"/fr/{'a' * 8_000}")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_balancers_may_ask_under_any_host(served: Served, path: str) -> None:
    for host in ("10.0.0.7:8000", "evil.example", HOST):
        answer = served.ask(path, host=host)
        assert (answer.status, answer.headers["Set-Cookie"]) == (200, None)
    assert served.ask("/healthz", host="10.0.0.7:8000").status == 503  # no worker runs


def test_no_token_is_in_a_log_though_every_page_fails(broken: Served) -> None:
    for path in (f"/leave/{TOKEN}", f"/fr/why/{TOKEN}", f"/fr/confirm/{TOKEN}?next={TOKEN}"):
        answer = broken.ask(path)
        assert answer.status == 500
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert broken.send(f"GET /leave/{TOKEN} HTTP/9.9\r\n\r\n".encode()).endswith(b"Bad Request")
    assert broken.send(f"GET /leave/{TOKEN} \x00 x\r\n\r\n".encode()).endswith(b"Bad Request")
    log = broken.log.read_text()
    assert "web.fault" in log
    assert "secret-token" not in log
    assert "/leave/" not in log


def test_an_access_log_does_not_say_who_opens_an_email(logged: Served) -> None:
    name = make_picture().name
    answer = logged.ask(f"/i/{name}.jpg")
    assert (answer.status, answer.headers["Set-Cookie"]) == (200, None)
    assert logged.ask("/i/of-a-deleted-picture.jpg").status == 404
    assert logged.ask("/fr/privacy").status == 200
    assert wait_until(lambda: "/fr/privacy" in logged.log.read_text())
    assert "/i/" not in logged.log.read_text()


def test_each_line_of_the_server_is_one_of_ours(served: Served) -> None:
    lines = [json.loads(each) for each in served.log.read_text().splitlines()]
    assert any(each["event"].startswith("Listening at") for each in lines)
    for each in lines:
        assert {"event", "level", "timestamp"} <= {*each}
        assert (each["host"], each["version"]) == (socket.gethostname(), program_version())
        assert each["pid"] > 1
