"""The outermost layer apologises in plain text whenever the application fails."""

from io import BytesIO, StringIO
from wsgiref.handlers import SimpleHandler

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.web import Front

BEGIN = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PROTOCOL": "HTTP/1.1"}


def served_by(front: Front) -> str:
    """Return the whole answer as a server that keeps to PEP 3333 sends it."""
    sent = BytesIO()
    SimpleHandler(BytesIO(), sent, StringIO(), BEGIN).run(front)
    return sent.getvalue().decode()


def fail(*_ignored: object) -> None:
    """Fail as the end of a request may."""
    raise RuntimeError


@pytest.mark.parametrize("moment", ["before_request", "teardown_request"])
def test_a_failure_at_any_moment_is_an_apology(settings: Settings, moment: str) -> None:
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # as if the error page failed as well
    app.add_url_rule("/", view_func=lambda: "a page")
    getattr(app, moment)(fail)
    answer = served_by(Front(app, settings))
    assert answer.startswith("HTTP/1.0 500 ")
    assert "Réessayez dans quelques minutes" in answer
    assert "a page" not in answer
