"""Compresses the public pages that contain no bytes from the visitor.

A page that repeats input and also holds a secret must not be compressed: its length reveals the
secret step by step (BREACH). So only these pages are compressed: they show no personal data, take
only the list and the language from their URL, and are compressed only as the answer to a GET
without a query. Their forms hold a token, but no input can be compared with it.
"""

import gzip

from flask import Flask, Response, request

PAGES = {
    *("public.home", "public.join", "public.privacy", "public.consent_log"),
    *("public.never", "public.legal", "public.accessibility", "public.origin"),
}
READING = {"GET", "HEAD"}
LEVEL = 6
OK = 200


def init_app(app: Flask) -> None:
    """Compress the allowed answers, if the browser accepts it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _may_be_compressed(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _may_be_compressed(response: Response) -> bool:
    is_ours = request.endpoint in PAGES and request.method in READING
    is_plain = response.status_code == OK and response.mimetype == "text/html"
    return is_ours and is_plain and not request.query_string
