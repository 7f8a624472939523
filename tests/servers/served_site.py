"""The site behind a real port, for programs that are not ours."""

from collections.abc import Iterable
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.serving import make_server


class Served:
    """The log of the site at a free port. `told`, if set, is the checkpoint that a cache gives.

    Like a proxy, it passes on the name of the site.
    """

    def __init__(self, app: Flask, base_url: str) -> None:
        self.told = ""
        self._app, self._host = app, urlsplit(base_url).netloc
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}/consent-log"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["HTTP_HOST"] = self._host
        if self.told and environ["PATH_INFO"].endswith("/checkpoint"):
            start("200 OK", [("Content-Type", "text/plain")])
            return [self.told.encode()]
        return self._app.wsgi_app(environ, start)

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
