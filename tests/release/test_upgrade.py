"""An upgrade in one command: refused, killed and ended, while pages and links answer."""

import http.client
import json
import re
import socket
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest

from tests.factories.backup_files import make_key_pair
from tests.release.conftest import VERSION, Release
from tests.release.next_release import NEXT, make_next
from tests.release.services import WEB, WORKER, Machine
from tests.release.test_installed_release import ask, listener
from tests.servers.processes import wait_until
from tests.test_config import PRODUCTION
from tests.web.public.pages import box_values, hidden_values

__all__ = ["listener"]  # a fixture
pytestmark = pytest.mark.slow
PAGE = "/fr/join/national"
ANSWERS = 6  # of each poll under each version
PAUSE_SECONDS = 0.2  # of each of the four polls
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
MAKE_LINK = """
from app import app
from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_tokens
with app.app_context():
    print(current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [404, 1, 1]))
"""


@pytest.fixture
def machine(release: Release, listener: socket.socket, tmp_path: Path) -> Iterator[Machine]:
    """Run the pages and the worker of a party, with the installed release."""
    made = Machine(release, tmp_path / "machine", listener.fileno())
    keys = make_key_pair(tmp_path / "backup.key")
    party = {**PRODUCTION, "HOSTING": "H, Brest", "PUBLICATION_DIRECTOR": "Ada Martin"}
    party |= {"INSTANCE_DIR": str(tmp_path / "instance"), "BACKUP_RECIPIENTS": keys.recipient}
    made.write_settings({f"SUPPORTERS_{name}": each for name, each in party.items()})
    assert release.script("use", VERSION).returncode == 0
    for words in (("db", "upgrade"), ("lists", "create", "national", "--name", "La Lettre")):
        done = made.run(str(release.base / "current" / "bin" / "flask"), *words)
        assert done.returncode == 0, done.stderr
    made.systemctl("start", WEB, WORKER)
    yield made
    made.systemctl("stop", WEB, WORKER)


@contextmanager
def polling(listener: socket.socket, token: str) -> Iterator[list[Counter[object]]]:
    """Ask for pages and send unsubscribe links all the time; yield the answers by kind."""
    end = Event()

    def poll(seen: Counter[object], path: str, method: str, body: str) -> None:
        while not end.is_set():
            try:
                seen[ask(listener, path, method, body).status] += 1
            except OSError as error:
                seen[type(error).__name__] += 1
            time.sleep(PAUSE_SECONDS)

    places = [(PAGE, "GET", ""), ("/fr/privacy", "GET", "")]
    places += [(f"/leave/{token}", "GET", ""), (f"/leave/{token}", "POST", ONE_CLICK)]
    seen = [Counter[object]() for _ in places]
    with ThreadPoolExecutor(len(places)) as pool:
        polls = [pool.submit(poll, each, *place) for each, place in zip(seen, places, strict=True)]
        try:
            yield seen
        finally:
            end.set()
        for each in polls:
            each.result()


def wait_for_answers(seen: list[Counter[object]]) -> None:
    """Wait until each poll has had some more answers."""
    enough = [each.total() + ANSWERS for each in seen]
    assert wait_until(
        lambda: all(each.total() >= some for each, some in zip(seen, enough, strict=True))
    )


def take_forms_of_each_other(machine: Machine, newer: socket.socket, folder: Path) -> int:
    """Run the former release beside the new one, as on two machines; return who signed up.

    Forms, static files and links of each are sent to the other one.
    """
    with (
        socket.create_server(("127.0.0.1", 0), backlog=64) as older,
        machine.other_pages(VERSION, older, folder / "instance", folder / "older"),
    ):
        assert wait_until(lambda: ask(older, "/readyz").status == 200)
        for number, (shown, taken) in enumerate([(older, older), (newer, newer)] * 2):
            sent_to = taken if number < 2 else (newer if shown is older else older)
            page = ask(shown, PAGE)
            for style in re.findall(r'href="(/static/[^"]+)"', page.body.decode()):
                assert ask(sent_to, style).status == 200, style
            form = urlencode(form_of(page.body.decode(), number))
            answer = ask(sent_to, PAGE, "POST", form, Cookie=cookies_of(page))
            assert answer.status == 303, (number, answer.status)
            next_page = ask(sent_to, answer.headers["Location"], Cookie=cookies_of(answer))
            assert next_page.status == 200
    waiting = "SELECT count(*) FROM signup_request"
    with closing(sqlite3.connect(folder / "instance" / "supporters.db")) as database:
        return int(database.execute(waiting).fetchone()[0])


def form_of(page: str, number: int) -> dict[str, str]:
    """Return the fields of a signup form as a person fills it in."""
    box = dict([*box_values(page).items()][:1])
    return {**hidden_values(page), **box, "is_15": "y", "email": f"person{number}@example.org"}


def cookies_of(answer: http.client.HTTPResponse) -> str:
    """Return the cookies of an answer as a browser sends them back."""
    given = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(each.partition(";")[0] for each in given)


def test_an_upgrade_fails_is_killed_and_ends_while_pages_and_links_answer(
    release: Release, machine: Machine, listener: socket.socket, tmp_path: Path
) -> None:
    migration = make_next(release.files, tmp_path / "next")
    current, units = release.base / "current", machine.folder / "units"

    def upgrade() -> subprocess.CompletedProcess[str]:
        return machine.run("sh", "supporters-release", "upgrade", cwd=tmp_path / "next")

    def flask(*words: str) -> subprocess.CompletedProcess[str]:
        return machine.run(str(current / "bin" / "flask"), *words)

    token = machine.run(str(current / "bin" / "python"), "-c", MAKE_LINK).stdout.strip()
    with polling(listener, token) as seen:
        wait_for_answers(seen)
        machine.once("fail", "restart")  # of the pages, with the new release
        refused = upgrade()
        assert refused.returncode == 1
        assert f"{VERSION} runs again, and nothing was lost." in refused.stderr, refused.stderr
        assert current.readlink().name == VERSION
        wait_for_answers(seen)
        machine.once("kill", "stop")
        assert upgrade().returncode == -9
        said = flask("doctor").stdout
        assert f"An upgrade to Supporters {NEXT}" in said, said
        assert (
            "hasn't ended"
            in machine.run("sh", "supporters-release", "use", VERSION, cwd=tmp_path / "next").stderr
        )
        done = upgrade()
        assert done.returncode == 0, done.stderr
        wait_for_answers(seen)
        signed_up = take_forms_of_each_other(machine, listener, tmp_path)
    assert {status for each in seen for status in each} == {200}, seen
    assert signed_up == 4
    assert current.readlink().name == NEXT
    assert migration in flask("db", "current").stdout
    lines = (json.loads(each) for each in (units / "web.log").read_text().splitlines())
    versions = [each["version"].partition("+")[0] for each in lines]
    assert [*dict.fromkeys(versions)] == [VERSION, NEXT]
    assert len([*(tmp_path / "instance" / "backups").glob("*.age")]) == 1
