"""Refuses forms that another site sent, before their token is looked at (REQ-128).

Browsers say whether a request comes from this site (Fetch Metadata). Those that don't may name
another origin. Ours is `null` on our own pages, since they send no referrer.
"""

from flask import Flask, abort, request

from supporters.config import Settings

OUR_OWN = {"same-origin", "none"}
READING = {"GET", "HEAD", "OPTIONS"}
FROM_ANYWHERE = {"public.leave", "public.write_no_more"}  # RFC 8058: the mailbox provider sends


def init_app(app: Flask, settings: Settings) -> None:
    """Check every request that could change something; to be called before all other checks."""
    known = {settings.base_url, "null"}

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in READING or request.endpoint in FROM_ANYWHERE:
            return
        site = request.headers.get("Sec-Fetch-Site", "none")
        origin = request.headers.get("Origin", "null").lower()
        if site not in OUR_OWN or origin not in known:
            abort(403)
