"""Compresses the pages of which a stranger can choose no byte.

A page that repeats input and also holds a secret must not be compressed: its length reveals the
secret step by step (BREACH). So only these pages are compressed, as the answer to a GET without a
query. The public ones show no personal data, and take only the list and the language from their
URL. Those of the console show words of the team and of the program alone: nobody's address, name,
answer or search. Their forms hold a token, but no input can be compared with it.
"""

import gzip

from flask import Flask, Response, request

PAGES = {
    *("public.home", "public.join", "public.privacy", "public.consent_log"),
    *("public.never", "public.legal", "public.accessibility", "public.origin"),
    *("console.new_campaign", "console.edit_campaign", "console.start_campaign"),
    *("console.campaign_week", "console.decision", "console.mail_theme"),
    *("console.lists", "console.show_list", "console.processing_record", "console.retention"),
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
