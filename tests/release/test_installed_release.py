"""A release runs by itself, from a folder of its own."""

import http.client
import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.release.conftest import VERSION, Release
from tests.servers.processes import ROOT

pytestmark = pytest.mark.slow
NEXT = f"{VERSION}.1"
ANSWERS = 6  # of each poll under each version
HOST = "lettre.parti.example"
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MAKE_LINK = """
from app import app
from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_tokens
with app.app_context():
    print(current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [404, 1, 1]))
"""


@pytest.fixture(scope="module")
def instance(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a party whose tables the installed release made."""
    folder = tmp_path_factory.mktemp("party") / "instance"
    done = release.command("--app", "app", "db", "upgrade", instance=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Hold the socket of the pages, as systemd does."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield listener


def ask(
    listener: socket.socket, path: str, method: str = "GET", body: str = "", **headers: str
) -> http.client.HTTPResponse:
    """Send a request on a connection of its own; its body is read to the end."""
    connection = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=120)
    named = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, body, {**named, **(FORM if body else {})})
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_it_says_its_version_from_any_folder(release: Release, instance: Path) -> None:
    shown = release.command("--version", instance=instance).stdout
    made = json.loads(
        next(release.base.glob("current/lib/*/site-packages/supporters/release.json")).read_text()
    )
    assert shown == f"Supporters {VERSION}+{made['commit'][:12]}\n"
    alone = release.command("settings", "base_url", instance=instance)
    assert f"https://{HOST}" in alone.stdout


def test_it_has_pages_translations_compressed_files_its_script_and_its_source(
    release: Release, instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    with release.pages(listener, instance, tmp_path / "web.log"):
        page = ask(listener, "/fr/privacy")
        assert (page.status, "données" in page.body.decode()) == (200, True)
        style = re.search(r'href="(/static/style/[^"]+)"', page.body.decode())
        assert style is not None
        sheet = ask(listener, style[1], Accept_Encoding="br")
        assert (sheet.status, sheet.headers["Content-Encoding"]) == (200, "br")
        assert (release.base / "current" / style[1].lstrip("/")).is_file()
        script = ask(listener, "/consent-log/verify_receipt.py")
        assert script.body == (ROOT / "docs" / "verify_receipt.py").read_bytes()
        source = ask(listener, "/source.tar.gz")
    assert source.body == next(release.files.glob("*.tar.gz")).read_bytes()


def test_an_interrupted_installation_is_not_used_and_is_made_again(
    release: Release, tmp_path: Path
) -> None:
    elsewhere = Release(release.files, tmp_path)
    (tmp_path / "releases" / VERSION / "bin").mkdir(parents=True)
    assert "not installed" in elsewhere.script("use", VERSION).stderr
    broken = Path(shutil.copytree(release.files, tmp_path / "broken"))
    with next(broken.glob("*.whl")).open("ab") as wheel:
        wheel.write(b"?")
    assert "not whole" in elsewhere.script("install", cwd=broken).stderr
    assert "installed already" in release.script("install").stdout
