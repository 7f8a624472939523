"""Serves static files: cached for a year under a hashed name, compressed if the browser accepts it.

`url_for("static", …)` gives the hashed name. A hashed name of another version of the program gives
that version's copy if there is one, and otherwise the current file without a long cache time.
"""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.security import safe_join

from supporters.program_files import COPIES
from supporters.web.static_bundles import BUNDLES, Catalogue, HashedFile, plain_name, read_catalogue

FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "public, no-cache"
ENDINGS = {"br": ".br", "gzip": ".gz"}  # best first
NAME = "static_files"


class StaticFiles:
    """The static files of an application."""

    def __init__(self, folder: Path, copies: Path, *, is_watched: bool) -> None:
        self.folder = folder
        self.copies = copies
        self._is_watched = is_watched
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The current files if the folder is watched, otherwise the files at first use."""
        if self._is_watched:
            g.static_catalogue = g.get("static_catalogue") or read_catalogue(self.folder, BUNDLES)
            return cast(Catalogue, g.static_catalogue)
        if self._catalogue is None:
            self._catalogue = read_catalogue(self.folder, BUNDLES)
        return self._catalogue

    def hashed_name(self, name: str) -> str:
        """Return the hashed name. An unknown file keeps its own name."""
        file = self.catalogue.by_name.get(name)
        return file.hashed_name if file else name

    def find(self, name: str) -> HashedFile:
        """Return a file by its plain or hashed name. Raises KeyError."""
        return self.catalogue.by_name[plain_name(name) or name]

    def send(self, filename: str) -> Response:
        """Answer a request for a file under either name."""
        response = self._find(filename) or abort(404)
        response.make_conditional(request)
        return response

    def _find(self, filename: str) -> Response | None:
        by_name, by_hashed_name = self.catalogue.by_name, self.catalogue.by_hashed_name
        without_hash = plain_name(filename)
        if file := by_hashed_name.get(filename):
            return self._keep_for_a_year(filename, file.content)
        if without_hash and (copy := self._find_copy(filename)):
            return self._keep_for_a_year(filename, copy)
        if file := by_name.get(without_hash or filename):
            return _answer(file.name, file.content, tag=file.hashed_name)
        return None

    def _keep_for_a_year(self, filename: str, content: bytes) -> Response:
        """Return an unchanging file in the best encoding that the browser accepts."""
        response = _answer(filename, content, tag=filename)
        for encoding, ending in ENDINGS.items():
            is_taken = request.accept_encodings.quality(encoding) > 0
            if is_taken and (compressed := self._find_copy(filename + ending)):
                response = _answer(filename, compressed, tag=filename + ending)
                response.headers["Content-Encoding"] = encoding
                break
        response.headers["Cache-Control"] = FOR_A_YEAR
        response.vary.add("Accept-Encoding")
        return response

    def _find_copy(self, filename: str) -> bytes | None:
        path = safe_join(str(self.copies), filename)
        try:
            return Path(path).read_bytes() if path else None
        except (OSError, ValueError):  # no such file, or an invalid name
            return None


def current_static_files() -> StaticFiles:
    """Return the static files of the running application."""
    return cast(StaticFiles, current_app.extensions[NAME])


def init_app(app: Flask, *, is_watched: bool) -> None:
    """Serve the application's static folder."""
    files = StaticFiles(Path(app.static_folder or ""), COPIES, is_watched=is_watched)
    app.extensions[NAME] = files
    app.view_functions["static"] = files.send

    @app.url_defaults
    def name_by_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = files.hashed_name(values["filename"])


def _answer(filename: str, content: bytes, *, tag: str) -> Response:
    """Return content that the browser revalidates each time."""
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = ASK_EACH_TIME
    response.set_etag(hashlib.sha256(tag.encode()).hexdigest()[:16])
    return response
