"""Refuses forms that another site sent, beside the token in each form (REQ-128).

Our pages send no referrer, so browsers name no origin either; they do say whether the request
comes from this site (Fetch Metadata).
"""

from flask import Flask, abort, request

OUR_OWN = {"same-origin", "none"}
READING = {"GET", "HEAD", "OPTIONS"}
FROM_ANYWHERE = {"public.leave", "public.write_no_more"}  # RFC 8058: the mailbox provider sends


def init_app(app: Flask) -> None:
    """Check every request that could change something."""

    @app.before_request
    def refuse_other_sites() -> None:
        site = request.headers.get("Sec-Fetch-Site", "none")
        is_writing = request.method not in READING
        if is_writing and site not in OUR_OWN and request.endpoint not in FROM_ANYWHERE:
            abort(403)
