"""Keeps promises and receipts as a person does, and checks them with the script of the site."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from tests.markup import Markup

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_receipt.py"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
Proof = dict[str, Any]


def promises_on(client: FlaskClient, answer: TestResponse) -> list[Proof]:
    """Return the promises that a page offers, in its order."""
    html = answer.text
    if answer.status_code == 303:
        html = client.get(answer.location).text
    links = [each for each in Markup(html).links if each.endswith("/promise.json")]
    return [client.get(each).get_json() for each in sorted(links, key=html.index)]


def ask_for_receipt(client: FlaskClient, promise: Proof) -> TestResponse:
    """Ask the address in a promise for the receipt."""
    return client.get(str(promise["proof_url"]).removeprefix("http://localhost"))


def check(
    folder: Path, proof: object, *arguments: str, later: object = None
) -> subprocess.CompletedProcess[str]:
    """Run the script on a promise or a receipt."""
    first = folder / "proof.json"
    first.write_text(json.dumps(proof, ensure_ascii=False), encoding="utf-8")
    if later is not None:
        second = folder / "later.json"
        second.write_text(json.dumps(later, ensure_ascii=False), encoding="utf-8")
        arguments = (*arguments, "--later", str(second))
    command = [sys.executable, "-I", str(SCRIPT), str(first), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def without_tokens(html: str) -> str:
    """Return a page without the tokens of its links to promises: each press has its own."""
    return re.sub(r"/receipt/[\w.-]+", "/receipt/…", html)


@contextmanager
def served_log(app: "WSGIApplication") -> Iterator[str]:
    """Serve the application on a port of its own; yield the address of its log."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return app({**environ, "HTTP_HOST": "localhost"}, start)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/consent-log"
    finally:
        server.shutdown()
        thread.join()
